"""One thing to be sent to one receiver, and what became of it: records on the topic ``deliveries``."""

import hashlib
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from alerts.deliveries.reason import Reason
from alerts.incidents.incident import Incident, smaller_incidents

Purpose = Literal["page", "update", "acknowledged", "resolved", "test"]
DeliveryState = Literal["intent", "sending", "sent", "failed", "unknown", "superseded"]


class Delivery(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A delivery and its state. The id is the same for the same (incident, version, receiver, purpose).

    Parameters
    ----------
    incident
        The incident as it stood when the delivery was decided.
    receiver
        Id of the receiver, as in the configuration.
    purpose
        ``page`` wakes; ``update``, ``acknowledged`` and ``resolved`` inform those who were woken.
    link
        Address of the signed page for this receiver.
    reason
        Why it is in its state, where that is not plain: by what it was superseded, why it failed, why it is not sent
        yet, why it was sent again.
    escalated
        Why its incident has gone on to the next step although it may still be tried.
    receipt
        What the receiver gave back that a later delivery needs, e.g. Slack's ``channel`` and ``ts``.
    time_zone
        IANA name of the zone in which its receiver reads moments; empty for UTC.
    """

    id: str
    incident: Incident
    receiver: str
    purpose: Purpose
    state: DeliveryState = "intent"
    decided_at: float = 0.0
    attempts: int = 0
    link: str = ""
    error: str = ""
    receipt: dict[str, str] = {}
    sent_at: float | None = None
    time_zone: str = ""
    reason: Reason = Reason.NONE
    escalated: Reason = Reason.NONE


def smaller_deliveries(delivery: Delivery) -> Iterator[Delivery]:
    """Yield a delivery that says less and less of its incident: for a record that is too large."""
    return (replace(delivery, incident=incident) for incident in smaller_incidents(delivery.incident))


def delivery_id(incident: str, version: int, receiver: str, purpose: Purpose) -> str:
    """Return the identity of a delivery.

    Examples
    --------
    >>> delivery_id("northside-20110712T150000Z", 1, "pager", "page") == delivery_id(
    ...     "northside-20110712T150000Z", 1, "pager", "page")
    True
    """
    digest = hashlib.sha256(f"{incident}\x1f{version}\x1f{receiver}\x1f{purpose}".encode()).hexdigest()
    return f"d-{digest[:24]}"
