"""An incident as the body of a webhook. Pure: values in, bytes out, the same for a repeat."""

from typing import Any

import msgspec

from alerts.deliveries.delivery import Delivery
from alerts.presentation.public_incident import public_incident
from alerts.presentation.sentences import TEST_TITLE, times_of
from alerts.presentation.story import newest
from alerts.wording.moments import rfc3339


def event_type(delivery: Delivery) -> str:
    """Return what happened, e.g. ``incident.opened``; the type of the newest change, or ``test``."""
    if delivery.purpose == "test":
        return "test"
    return f"incident.{newest(delivery.incident).type}" if delivery.incident.changes else "incident.opened"


def body(delivery: Delivery) -> bytes:
    """Return the JSON to sign and send: type, when it happened, and the incident."""
    at = delivery.incident.change.at if delivery.incident.changes else delivery.incident.opened_at
    body: dict[str, Any] = {
        "type": event_type(delivery),
        "timestamp": rfc3339(at),
        "data": {"message": TEST_TITLE} if delivery.purpose == "test" else _incident(delivery),
    }
    return msgspec.json.encode(body)


def _incident(delivery: Delivery) -> dict[str, Any]:
    """Return the incident in its public form, and the signed link to its page, whose holder can answer."""
    return {**public_incident(delivery.incident, times_of(delivery)), "link": delivery.link or None}
