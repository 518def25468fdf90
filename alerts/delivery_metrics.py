"""What is counted and logged of deliveries."""

import structlog

from alerts import metrics
from alerts.delivery import Delivery
from alerts.errors import DeliveryError

_log = structlog.get_logger(__name__)


def count_outcome(delivery: Delivery, outcome: str) -> None:
    """Count what became of an attempt: sent, refused, retry, unknown, superseded or unreachable."""
    metrics.DELIVERIES.labels(delivery.receiver, delivery.purpose, outcome).inc()


def count_sent(delivery: Delivery, took_s: float, now: float, *, repeat: bool) -> None:
    """Count a delivery that was taken; of a page that a mention decided also how long it was under way in all.

    That is the page of the first step, at the opening and where the severity rises. A rise often supersedes the page
    of the opening before it was sent.
    """
    count_outcome(delivery, "sent")
    metrics.DELIVERY_SECONDS.labels(delivery.receiver).observe(took_s)
    incident = delivery.incident
    is_first = delivery.purpose == "page" and incident.step == 0 and incident.repeats == 0
    is_decided = incident.change.type in {"notified", "severity_raised"}
    if is_first and is_decided and incident.arrived_at and not repeat:
        metrics.PAGE_LATENCY.observe(max(0.0, now - incident.arrived_at))


def count_failed(delivery: Delivery, error: DeliveryError) -> None:
    """Count and log a delivery that was not taken; a refusal is an error that somebody must look at."""
    count_outcome(delivery, error.outcome)
    log = _log.error if error.outcome == "refused" else _log.warning
    log(
        "a receiver did not take a delivery",
        receiver=delivery.receiver,
        purpose=delivery.purpose,
        incident=delivery.incident.id,
        outcome=error.outcome,
        attempts=delivery.attempts,
        error=str(error),
    )
