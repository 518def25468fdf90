"""What became of a request to erase: counts, dates and places, never a text. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

from alerts.erasing.matches import KEPT, PASSING, Matches
from alerts.wording.moments import rfc3339
from streams.kafka.retention import Retention

Status = Literal["done", "pending", "dry run", "not found", "nothing left"]

_LOOKS_S = 900.0

OUTSIDE = {
    "slack": "Slack: messages about these incidents are edited as far as Slack allows; other copies are Slack's",
    "email": "mail that was sent lies in the mailboxes, on the mail server and in its archive",
    "pagerduty": "PagerDuty keeps the events that it was sent",
    "webhook": "a webhook's receiver keeps what it was sent; it is sent the incident again, without it",
}
ALWAYS_OUTSIDE = (
    "the source itself, and the archives of whoever sends mentions: what they send again is counted, and not shown",
    "backups, mirrors and tiered storage of Kafka, and consumers of your own",
    "what people wrote themselves, in notes on an incident or in answers in a chat",
)


class Place(Struct, frozen=True, kw_only=True):
    """One topic. ``found`` records held it, ``left`` hold it still where only the newest of each key counts.

    ``gone_by`` is when the last byte of it is deleted (epoch seconds); ``None`` where nothing was found, or where it is
    not known, for something is left.
    """

    topic: str
    found: int
    left: int | None
    gone_by: float | None


class Receipt(Struct, frozen=True, kw_only=True):
    """What was found, what became of it, and what is out of reach."""

    kind: Literal["post", "author"]
    id: str
    source: str
    status: Status
    at: float
    posts: int
    places: tuple[Place, ...]
    incidents: tuple[str, ...]
    id_gone_by: float | None
    outside: tuple[str, ...]
    notes: tuple[str, ...] = ()


def receipt(
    matches: Matches,
    before: Mapping[str, tuple[int, float]],
    *,
    status: Status,
    retention: Retention,
    kinds: frozenset[str],
    notes: tuple[str, ...],
    now: float,
) -> Receipt:
    """Return the receipt.

    Parameters
    ----------
    before
        By topic: records that held it before anything was done, and the Kafka timestamp of the newest of them.
    kinds
        Of the receivers that are configured.
    """
    places = []
    for name in (*PASSING, *KEPT):
        found, newest_at = before[name]
        left = len(matches.hits[name].holding) if name in KEPT else None
        gone_by: float | None = None
        if name in PASSING and found:
            gone_by = max(newest_at + retention.posts_gone_s, now + _LOOKS_S)
        elif name in KEPT and found and not left:
            gone_by = now + retention.superseded_gone_s
        places.append(Place(topic=name, found=found, left=left, gone_by=gone_by))
    is_asked = status in {"done", "pending"}
    texts = tuple(text for kind, text in OUTSIDE.items() if kind in kinds) if matches.incidents else ()
    return Receipt(
        kind=matches.request.kind,
        id=matches.request.id,
        source=matches.request.source,
        status=status,
        at=now,
        posts=len(matches.posts),
        places=tuple(places),
        incidents=tuple(sorted(matches.incidents)),
        id_gone_by=now + retention.posts_gone_s if is_asked and matches.posts else None,
        outside=(*texts, *ALWAYS_OUTSIDE),
        notes=notes,
    )


def plain_receipt(made: Receipt) -> dict[str, object]:
    """Return a receipt as JSON has it, times as RFC 3339."""

    def time(at: float | None) -> str | None:
        return None if at is None else rfc3339(int(at))

    return {
        "kind": made.kind, "id": made.id, "source": made.source or None, "status": made.status, "at": time(made.at),
        "posts": made.posts, "incidents": list(made.incidents),
        "topics": [
            {"topic": p.topic, "found": p.found, "left": p.left, "gone_by": time(p.gone_by)} for p in made.places
        ],
        "id_gone_by": time(made.id_gone_by), "outside": list(made.outside), "notes": list(made.notes),
    }  # fmt: skip


_SAID: dict[Status, str] = {
    "done": "done: no stage shows or keeps it any more",
    "pending": "asked for, and not carried out yet",
    "dry run": "dry run: nothing was changed",
    "not found": "not found",
    "nothing left": "nothing is left to erase; it stays remembered as erased",
}


def lines(made: Receipt) -> Iterator[str]:
    """Yield the lines of a receipt for people."""
    whose = f" of {made.source}" if made.source else ""
    posts = "" if made.kind == "post" else f", {made.posts:,} posts"
    yield f"Receipt of {_day(made.at)}: erase {made.kind} {made.id}{whose}{posts}"
    yield f"  {_SAID[made.status]}"
    found = [place for place in made.places if place.found]
    if found:
        yield "  where              records  now                      deleted from Kafka's disks by"
    for place in found:
        name = place.topic if len(place.topic) <= 18 else f"{place.topic}\n{'':20}"
        if place.left:
            state = f"{place.left:,} still hold it"
        elif place.left is None:
            state = "shown nowhere" if made.status == "done" else "as before"
        else:
            state = "replaced without it"
        yield f"  {name:<18} {place.found:>7,}  {state:<24} {_day(place.gone_by) if place.gone_by else 'not yet known'}"
    if made.id_gone_by is not None:
        yield f"  the take-down itself holds the ids, and goes by {_day(made.id_gone_by)}; a hash stays on `erased`"
    if made.incidents:
        yield f"  incidents that showed it: {', '.join(made.incidents)}"
    for note in made.notes:
        yield f"  note: {note}"
    yield "  out of Tocsin's reach:"
    for each in made.outside:
        yield f"    - {each}"


def _day(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"
