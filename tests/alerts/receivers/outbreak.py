"""One outbreak, told step by step: what receivers are given in these tests."""

from typing import Any

from msgspec.structs import replace

from alerts.deliveries.delivery import Delivery, Purpose, delivery_id
from alerts.incidents.audit_trail import append_change
from alerts.incidents.incident import Change, ChangeType, Incident
from detectors.post import Post
from detectors.verdict import Evidence, Point, Term

NOON = 1310472000  # 12 July 2011, 12:00 UTC
BEGAN = NOON + 2 * 3600 + 58 * 60
PEAK = BEGAN + 240
LINK = "https://tocsin.example.org/i/c2lnbmVk.token"

POSTS = (
    Post(
        id="p1",
        published=BEGAN + 61,
        content="They closed the *only* A&E ward <b>tonight</b> & told nobody. @channel `shame`",
        source="mastodon",
        url="https://social.example/@nurse_ann/1",
        author="nurse_ann",
        author_name="Ann <script>",
        followers=12345,
        negativity=0.97,
    ),
    Post(
        id="p2",
        published=BEGAN + 90,
        content="My mother waited nine hours in a corridor.\nNine. #SaveNorthside",
        source="bluesky",
        url="https://bsky.example/p/2?a=1&b=2",
        author="dan",
        author_name="Dan Whitlow",
        followers=410,
        negativity=0.91,
    ),
    Post(id="p3", published=BEGAN + 120, content="Shameful.", source="rss", url="javascript:alert(1)", negativity=0.88),
    Post(id="p4", published=BEGAN + 130, content="A fourth that nobody needs at night", negativity=0.8),
)

EVIDENCE = Evidence(
    phrases=(
        Term(text="ward closed", share=0.41, ordinary_share=0.01),
        Term(text="nine hours", share=0.18, ordinary_share=0.02),
        Term(text="nobody was told", share=0.12),
    ),
    posts=POSTS,
    chart=tuple(
        Point(PEAK + 60 * (i - 40), 60, seen, round(seen * share), 11.0, 24.0)
        for i, (seen, share) in enumerate(
            [(9 + (i * 7) % 6, 0.2) for i in range(34)]
            + [(21, 0.4), (38, 0.5), (70, 0.6), (130, 0.7), (220, 0.8), (340, 0.83), (412, 0.83)]
        )
    ),
)

OPENED = Incident(
    id="northside-20110712T145900Z",
    brand="northside",
    brand_name="Northside Hospital Trust",
    kind="crisis",
    severity="error",
    status="open",
    began_at=BEGAN,
    opened_at=BEGAN + 60,
    paged=False,
    seen=412,
    expected=10.9,
    negative_share=0.83,
    expected_negative_share=0.22,
    reason=(
        "Northside Hospital Trust: 412 mentions in the last minute where about 11 are ordinary, 83 % negative"
        " (usually 22 %), since 14:58 UTC; people say “ward closed”, “nine hours”."
    ),
    evidence=EVIDENCE,
    peak_bin=PEAK,
    peak_s=60,
    mentions_total=1231,
    changes=(Change(type="opened", at=BEGAN + 62.0, event_at=BEGAN + 60),),
)


def _own(fields: dict[str, Any]) -> dict[str, Any]:
    """Return what belongs to the change too."""
    return {name: fields.pop(name) for name in ("until", "receivers") if name in fields} | {
        name: fields[name] for name in ("step",) if name in fields
    }


def then(
    incident: Incident, change: ChangeType, at: float, *, by: str = "tocsin", note: str = "", **fields: Any
) -> Incident:
    """Return the incident after one more change, ``at`` seconds after it was opened."""
    told = Change(type=change, at=BEGAN + 62 + at, by=by, note=note, **_own(fields))
    return append_change(incident, told, **fields)


def told(incident: Incident, purpose: Purpose = "page", receiver: str = "slack-crisis", link: str = LINK) -> Delivery:
    """Return the delivery of an incident as it stands."""
    name = delivery_id(incident.id, incident.version, receiver, purpose)
    at = incident.changes[-1].at
    return Delivery(id=name, incident=incident, receiver=receiver, purpose=purpose, link=link, decided_at=at)


NOTIFIED = then(OPENED, "notified", 0, step=0, paged=True)
WORSE = then(
    NOTIFIED, "severity_raised", 120, note="it is now the loudest hour in six months", severity="critical",
    severity_reason="it is now the loudest hour in six months",
)  # fmt: skip
TAKEN = then(
    WORSE, "acknowledged", 300, by="Sam Okafor", until=BEGAN + 62 + 300 + 14400.0, status="acknowledged",
    acknowledged_by="Sam Okafor", acknowledged_at=BEGAN + 362.0, acknowledged_until=BEGAN + 62 + 300 + 14400.0,
)  # fmt: skip
LAPSED = then(
    then(
        TAKEN, "acknowledgement_expired", 14700, note="Sam Okafor had it", status="open",
        acknowledged_by="", acknowledged_at=None, acknowledged_until=None,
    ),
    "notified", 14700, step=0,
)  # fmt: skip
OVER = then(
    TAKEN, "resolved", 9000, note="it rang 4 minutes before the peak, with 88 % of the mentions still to come",
    status="resolved", resolved_at=BEGAN + 9000, lead_time_s=240.0,
)  # fmt: skip
REDACTED = replace(
    then(TAKEN, "redacted", 400, note="p1"), evidence=replace(EVIDENCE, posts=tuple(p for p in POSTS if p.id != "p1"))
)
