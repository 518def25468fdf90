"""Deliveries of an incident as they are intended, and receivers for them."""

from collections.abc import Mapping

from alerts.deliveries.delivery import Delivery, Purpose, delivery_id
from alerts.deliveries.outbox import Outbox
from alerts.errors import DeliveryError
from alerts.incidents.incident import Change, Incident
from detectors.post import Post
from detectors.verdict import Concentration, Evidence
from tests.alerts.verdicts import NOW

POST = Post(id="p1", published=1.0, content="They cancelled everything")


class Place:
    """A receiver of which only the pace is looked at."""

    def __init__(self, name: str, *, wakes: bool, min_interval_s: float = 0.0) -> None:
        self.id, self.wakes, self.min_interval_s = name, wakes, min_interval_s

    async def send(self, delivery: Delivery, *, earlier: Mapping[str, str], repeat: bool) -> dict[str, str]:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError


RECEIVERS = {"pager": Place("pager", wakes=True), "slack": Place("slack", wakes=False, min_interval_s=1.0)}
RETRY = DeliveryError("503", outcome="retry")


def delivery(version: int, receiver: str = "pager", purpose: Purpose = "page", **fields) -> Delivery:
    incident = Incident(
        id=fields.pop("incident", "northside-1"), brand="northside", brand_name="Northside", kind="crisis",
        severity="error", status=fields.pop("status", "open"), began_at=0, opened_at=0, paged=True, seen=9,
        expected=1.0, negative_share=1.0, expected_negative_share=0.1, reason="why", version=version,
        evidence=Evidence(posts=(POST,)), cited=Evidence(concentration=Concentration(repeated_text=POST.content)),
        changes=(Change(type=fields.pop("change", "notified"), at=NOW),), step=0,
    )  # fmt: skip
    return Delivery(
        id=delivery_id(incident.id, version, receiver, purpose), incident=incident, receiver=receiver, purpose=purpose,
        decided_at=NOW, **fields,
    )  # fmt: skip


def claimed(outbox: Outbox, receiver: str, now: float = NOW):
    attempt = outbox.claim(receiver, now)
    assert attempt is not None
    return attempt
