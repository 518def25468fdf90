"""An incident as an event of PagerDuty's Events API v2. Pure: values in, JSON out.

A post's text is not in it: what was sent to a pager cannot be taken back when its author takes the post down.
"""

from typing import Any

from msgspec.structs import replace

from alerts.deliveries.delivery import Delivery
from alerts.incidents.incident import Incident
from alerts.presentation import sentences, story
from alerts.presentation.shown import shown
from alerts.wording.late_posts import came_late
from alerts.wording.moments import Times
from alerts.wording.not_heard import not_heard
from detectors.verdict import Severity

SUMMARY_LENGTH = 1024
NOT_HEARD = "Use the link. Tocsin does not see an acknowledgement in PagerDuty, and will go on to the next step."
_SEVERITIES: dict[Severity, str] = {"info": "info", "warning": "warning", "error": "error", "critical": "critical"}


def events(delivery: Delivery, routing_key: str) -> list[dict[str, Any]]:
    """Return the events that a delivery takes, in order; none for an update that is no news for a pager.

    A trigger for an alert that was acknowledged does not ring. So when Tocsin's incident must wake somebody
    again after an acknowledgement, a new alert is triggered, and then the old one closed.
    """
    delivery = replace(delivery, incident=shown(delivery.incident))
    if delivery.purpose == "test":
        return [_trigger(delivery, routing_key, delivery.id), _short("resolve", routing_key, delivery.id)]
    keys = dedup_keys(delivery.incident)
    if delivery.purpose == "acknowledged":
        return [_short("acknowledge", routing_key, keys[-1])]
    if delivery.purpose == "resolved":
        return [_short("resolve", routing_key, keys[-1])]
    if delivery.purpose == "update" and story.newest(delivery.incident).type not in {"severity_raised", "reopened"}:
        return []
    return [_trigger(delivery, routing_key, keys[-1]), *(_short("resolve", routing_key, key) for key in keys[-2:-1])]


def dedup_keys(incident: Incident) -> tuple[str, ...]:
    """Return the keys of the incident's alerts so far, the current one last.

    The first is the incident's id. Each time that it had to ring again after an acknowledgement (which ran out, was
    given back, or was overtaken by a higher severity) adds one. Derived from the changes alone, so that a
    repeat has the same key.
    """
    keys, held = [incident.id], False
    for change in incident.changes:
        if change.type == "acknowledged":
            held = True
        elif change.type in {"acknowledgement_expired", "unacknowledged", "severity_raised"} and held:
            keys.append(f"{incident.id}/{len(keys) + 1}")
            held = False
        elif change.type in {"resolved", "false_alarm"}:
            held = False
    return tuple(keys)


def _short(action: str, routing_key: str, key: str) -> dict[str, Any]:
    return {"routing_key": routing_key, "event_action": action, "dedup_key": key}


def _trigger(delivery: Delivery, routing_key: str, key: str) -> dict[str, Any]:
    incident = delivery.incident
    test = delivery.purpose == "test"
    event: dict[str, Any] = {
        **_short("trigger", routing_key, key),
        "client": "Tocsin",
        "payload": {
            "summary": sentences.cut(sentences.lock_screen(delivery), SUMMARY_LENGTH),
            "source": incident.brand,
            "severity": "info" if test else _SEVERITIES[incident.severity],
            "timestamp": sentences.times_of(delivery).local(incident.opened_at).isoformat(),
            "component": incident.brand_name,
            "group": "reputation",
            "class": "test" if test else incident.kind,
            "custom_details": {} if test else _details(incident, sentences.times_of(delivery)),
        },
    }
    if delivery.link:
        event |= {
            "client_url": delivery.link,
            "links": [{"href": delivery.link, "text": sentences.invitation(incident)}],
        }
    return event


def _details(incident: Incident, times: Times) -> dict[str, Any]:
    details: dict[str, Any] = {
        "what": f"{sentences.how_much(incident, times)}.",
        "since": sentences.since(incident, times),
        "why": sentences.reason(incident, times),
        "who has it": sentences.holder(incident, times),
    }
    if incident.status == "open":
        details["to take it"] = NOT_HEARD
    if incident.kind != "source_silent":
        details["how negative"] = f"{sentences.how_negative(incident)}."
    if how_bad := sentences.why_so_bad(incident):
        details[how_bad[0].lower()] = how_bad[1]
    if peers := sentences.peers(incident, times):
        details["us, or everybody"] = peers
    if note := story.opening_note(incident):
        details["note"] = note
    if missing := not_heard(incident.not_heard, times):
        details["not heard"] = missing
    if late := came_late(incident.late, incident.began_at, times):
        details["not counted"] = late
    if phrases := sentences.phrases(incident):
        details["what they say"] = list(phrases)
    if posts := [post.url for post in sentences.posts_to_show(incident) if post.url]:
        details["posts"] = posts
    return details
