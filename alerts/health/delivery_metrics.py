"""What is counted and logged of deliveries."""

import structlog

from alerts.deliveries.delivery import Delivery
from alerts.errors import DeliveryError
from alerts.health import metrics

_log = structlog.get_logger(__name__)


def count_outcome(delivery: Delivery, outcome: str) -> None:
    """Count what became of an attempt: sent, refused, retry, unknown, superseded, given_up or unreachable."""
    metrics.DELIVERIES.labels(delivery.receiver, delivery.purpose, outcome).inc()


def count_settled_unsent(delivery: Delivery) -> None:
    """Count a delivery that is not sent any more; one that nobody got although it still counted is an error."""
    if delivery.state == "superseded":
        count_outcome(delivery, "superseded")
        return
    count_outcome(delivery, "given_up")
    _log.error(
        "a delivery is given up",
        receiver=delivery.receiver,
        purpose=delivery.purpose,
        incident=delivery.incident.id,
        attempts=delivery.attempts,
        error=delivery.error,
    )


def count_unreachable(delivery: Delivery, detail: str) -> None:
    """Count and log a page that no receiver has taken for too long, or that was refused."""
    count_outcome(delivery, "unreachable")
    _log.error(
        "a page cannot be delivered; the next step is told",
        receiver=delivery.receiver,
        incident=delivery.incident.id,
        attempts=delivery.attempts,
        error=detail,
    )


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
