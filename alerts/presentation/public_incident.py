"""An incident as the world sees it: webhooks, the backtest and the API. Names and times as promised."""

import hashlib
from typing import Any

import msgspec
from msgspec import Struct

from alerts.incidents.incident import Incident
from alerts.presentation.sentences import reason
from alerts.presentation.shown import shown
from alerts.wording.figures import UNSCORED
from alerts.wording.foreign_text import sanitise, web_address
from alerts.wording.moments import IN_UTC, Times, iso, rfc3339
from alerts.wording.peers import compared
from detectors.not_heard import NotHeard
from detectors.post import Post
from detectors.verdict import Point, Term
from streams.wire.comparison import Comparison


def public_incident(incident: Incident, times: Times = IN_UTC) -> dict[str, Any]:
    """Return the JSON object of an incident. Times are RFC 3339 in UTC; every key is always there.

    ``time_zone`` is that of whom it is for, and ``local_times`` holds the incident's moments once more, with the offset
    that the zone has at each.

    ``not_heard`` is the receipt of holes, newest last, each as ``public_hole`` gives it; ``late`` says by source how
    many posts of its time came too late to be counted, and in which minute the last of them was posted. ``peers`` is
    null where the brand names none, and until their bins are closed.

    ``status`` to ``evidence`` are the promise; ``version``, ``brand_name``, ``severity_reason``,
    ``mentions_total``, ``peak_at``, ``lead_time_s``, ``false_alarm``, ``warming_up``, ``acknowledged_by`` and
    ``acknowledged_at`` come with them. What strangers wrote is as every surface shows it (``shown``).
    """
    incident = shown(incident)
    moments = {
        "began_at": incident.began_at,
        "opened_at": incident.opened_at,
        "resolved_at": incident.resolved_at,
        "peak_at": incident.peak_bin,
        "acknowledged_at": incident.acknowledged_at,
    }
    return {
        "id": incident.id,
        "brand": incident.brand,
        "kind": incident.kind,
        "severity": incident.severity,
        "status": incident.status,
        "began_at": rfc3339(incident.began_at),
        "opened_at": rfc3339(incident.opened_at),
        "paged": incident.paged,
        "resolved_at": _or_null(incident.resolved_at),
        "seen": incident.seen,
        "expected": incident.expected,
        "negative_share": incident.negative_share,
        "expected_negative_share": incident.expected_negative_share,
        "reason": reason(incident),
        "evidence": _plain(incident.evidence),
        "not_heard": [public_hole(hole) for hole in receipt(incident)],
        "late": [{"source": one.source, "posts": one.posts, "last": rfc3339(one.last)} for one in incident.late],
        "peers": public_comparison(incident.comparison),
        "version": incident.version,
        "brand_name": incident.brand_name,
        "severity_reason": incident.severity_reason,
        "mentions_total": incident.mentions_total,
        "peak_at": rfc3339(incident.peak_bin),
        "lead_time_s": incident.lead_time_s,
        "false_alarm": incident.false_alarm,
        "warming_up": incident.warming_up,
        "acknowledged_by": incident.acknowledged_by or None,
        "acknowledged_at": _or_null(incident.acknowledged_at),
        "time_zone": times.zone,
        "local_times": {name: None if at is None else iso(times.local(at)) for name, at in moments.items()},
    }


def receipt(incident: Incident) -> tuple[NotHeard, ...]:
    """Return the holes of an incident: what sources missed, and what could not be scored."""
    unscored = incident.evidence.unscored_share
    if unscored < UNSCORED:
        return incident.not_heard
    since, until = incident.began_at, incident.resolved_at
    share = round(1 - unscored, 3)
    return (*incident.not_heard, NotHeard(source="", since=since, until=until, share=share, why="not_scored"))


def public_comparison(made: Comparison | None) -> dict[str, Any] | None:
    """Return the JSON object of a comparison with peers, whose names are harmless already."""
    if made is None:
        return None
    return {
        "sentence": compared(made),
        "since": rfc3339(made.since),
        "at": rfc3339(made.at),
        "place": made.place,
        "brands": [
            {
                "brand": level.brand,
                "name": level.name,
                "standing": level.standing,
                "rang": level.fired,
                "seen": level.seen,
                "expected": level.expected,
                "negatives": level.negatives,
                "expected_negatives": level.expected_negatives,
            }
            for level in (made.own, *made.peers)
        ],
    }


def public_hole(hole: NotHeard) -> dict[str, Any]:
    """Return the JSON object of a hole; ``source`` is null where it concerns all sources."""
    return {
        "source": hole.source or None,
        "kind": hole.kind or None,
        "since": rfc3339(hole.since),
        "until": _or_null(hole.until),
        "share": hole.share,
        "why": hole.why,
        "missed": hole.missed,
        "fetched": hole.fetched,
    }


def public_post_id(post: str) -> str:
    """Return the id of a post as it may be shown: itself, or a hash of it where it is no harmless text or address.

    Examples
    --------
    >>> public_post_id("https://social.example/1"), public_post_id("file:///etc/passwd")
    ('https://social.example/1', 'p-0e7a5a5c10cbe88ac2d4e8f3')
    """
    harmless = sanitise(post, len(post)) == post and ("://" not in post or web_address(post) != "")
    return post if harmless else f"p-{hashlib.sha256(post.encode(errors='surrogatepass')).hexdigest()[:24]}"


def _or_null(at: float | None) -> str | None:
    return None if at is None else rfc3339(at)


def _plain(value: Any) -> Any:
    if isinstance(value, Struct):
        known = msgspec.structs.fields(value)
        fields = {field.encode_name: _plain(getattr(value, field.name)) for field in known}
        if isinstance(value, Post):
            fields["id"] = public_post_id(value.id)
            fields["published"] = rfc3339(value.published)
        if isinstance(value, Term):
            del fields["posts"]
        if isinstance(value, Point):
            fields["start"] = rfc3339(value.start)
        return fields
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
