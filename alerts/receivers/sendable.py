"""No content of a post keeps a message from leaving: what cannot be rendered is left out."""

from collections.abc import Callable

import structlog
from msgspec.structs import replace

from alerts.deliveries.delivery import Delivery
from alerts.health.metrics import ERRORS
from alerts.presentation.shown import bare

_log = structlog.get_logger(__name__)


def sendable(delivery: Delivery, render: Callable[[Delivery], object]) -> Delivery:
    """Return a delivery that can be rendered: itself, or itself without all that strangers wrote.

    Messages are made of text that is harmless already (``alerts.presentation.shown``), and are tried with millions of
    hostile posts, so this is for what nobody thought of: the figures, the link and the brand still wake somebody.

    Parameters
    ----------
    render
        What makes the channel's message; what it raises is counted and logged.
    """
    try:
        render(delivery)
    except Exception:  # noqa: BLE001 - whatever it is, the page must go out
        ERRORS.labels("rendering").inc()
        _log.exception("cannot render a message; sent without posts", delivery=delivery.id)
        return replace(delivery, incident=bare(delivery.incident))
    return delivery
