"""An incident as the body of a webhook. Pure: values in, bytes out, the same for a repeat."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from alerts.delivery import Delivery
from alerts.receivers.wording import TEST_TITLE, foremost


def event_type(delivery: Delivery) -> str:
    """Return what happened, e.g. ``incident.opened``; the type of the newest change, or ``test``."""
    if delivery.purpose == "test":
        return "test"
    return f"incident.{foremost(delivery.incident).type}" if delivery.incident.changes else "incident.opened"


def body(delivery: Delivery) -> bytes:
    """Return the JSON to sign and send: type, when it happened, and the incident."""
    from alerts.public_incident import public_incident

    at = delivery.incident.change.at if delivery.incident.changes else delivery.incident.opened_at
    said: dict[str, Any] = {
        "type": event_type(delivery),
        "timestamp": datetime.fromtimestamp(at, UTC).isoformat(),
        "data": {"message": TEST_TITLE} if delivery.purpose == "test" else public_incident(delivery.incident),
    }
    return msgspec.json.encode(said)
