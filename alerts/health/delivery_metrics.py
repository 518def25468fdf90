"""What is counted and logged of deliveries."""

from collections.abc import Mapping

import structlog

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.reason import WAITS, Reason
from alerts.deliveries.repeating import not_sent
from alerts.errors import DeliveryError
from alerts.health import metrics

_log = structlog.get_logger(__name__)


OUTCOMES: Mapping[str, tuple[Reason, ...]] = {
    "sent": (Reason.NONE, Reason.NO_RECEIPT, Reason.INTERRUPTED),
    "refused": (Reason.REFUSED,),
    "retry": (Reason.NOT_TAKEN, Reason.ASKED_TO_WAIT),
    "unknown": (Reason.NO_RECEIPT,),
    "superseded": (
        Reason.NEWER_UPDATE,
        Reason.NEWER_PAGE,
        Reason.ACKNOWLEDGED,
        Reason.RESOLVED,
        Reason.NEVER_TOLD,
    ),
    "given_up": (Reason.RECEIVER_REMOVED, Reason.DAY_OVER),
    "unreachable": (
        Reason.TOO_LONG,
        Reason.TOO_MANY_ATTEMPTS,
        Reason.REFUSED,
        Reason.RECEIVER_REMOVED,
        Reason.DAY_OVER,
    ),
}
"""What becomes of an attempt or of a delivery, and for which reasons."""


def count_waiting(receiver: str, waiting: Mapping[Reason, int]) -> None:
    """Tell how many deliveries of a receiver are not settled, and what they wait for."""
    metrics.PENDING.labels(receiver).set(sum(waiting.values()))
    for reason in WAITS:
        metrics.WAITING.labels(receiver, reason).set(waiting.get(reason, 0))


def count_settled_unsent(delivery: Delivery) -> None:
    """Count and log a delivery that is not sent any more; one that nobody got although it still counted is an error."""
    if delivery.state == "superseded":
        _count(delivery, "superseded", delivery.reason)
        _log.info("delivery superseded", reason=delivery.reason.value, **_named(delivery))
        return
    _count(delivery, "given_up", delivery.reason)
    _log.error("delivery given up", reason=delivery.reason.value, error=delivery.error, **_named(delivery))


def count_unreachable(delivery: Delivery, detail: str, waits_for: Reason = Reason.NONE) -> None:
    """Count and log a page that no receiver has taken for too long, or that was refused."""
    _count(delivery, "unreachable", delivery.escalated)
    _log.error(
        "page cannot be delivered; next step notified",
        reason=delivery.escalated.value,
        waits_for=waits_for.value,
        error=detail,
        **_named(delivery),
    )


def count_sent(delivery: Delivery, took_s: float, now: float, *, repeat: bool) -> None:
    """Count a delivery that was taken, and log a repeat; of a page that a mention decided also how long it took in all.

    That is the page of the first step, at the opening and where the severity rises. A rise often supersedes the page
    of the opening before it was sent.
    """
    reason = delivery.reason if repeat else Reason.NONE
    _count(delivery, "sent", reason)
    if repeat:
        _log.info("delivery repeated", reason=reason.value, **_named(delivery))
    metrics.DELIVERY_SECONDS.labels(delivery.receiver).observe(took_s)
    incident = delivery.incident
    is_first = delivery.purpose == "page" and incident.step == 0 and incident.repeats == 0
    is_decided = incident.change.type in {"notified", "severity_raised"}
    if is_first and is_decided and incident.arrived_at and not repeat:
        metrics.PAGE_LATENCY.observe(max(0.0, now - incident.arrived_at))


def count_failed(delivery: Delivery, error: DeliveryError) -> None:
    """Count and log a delivery that was not taken; a refusal is an error that somebody must look at."""
    reason = not_sent(error)
    _count(delivery, error.outcome, reason)
    log = _log.error if reason is Reason.REFUSED else _log.warning
    log(
        "delivery not taken",
        outcome=error.outcome,
        reason=reason.value,
        error=str(error),
        **_named(delivery),
    )


def _count(delivery: Delivery, outcome: str, reason: Reason) -> None:
    metrics.DELIVERIES.labels(delivery.receiver, delivery.purpose, outcome, reason).inc()


def _named(delivery: Delivery) -> dict[str, object]:
    return {
        "receiver": delivery.receiver,
        "purpose": delivery.purpose,
        "incident": delivery.incident.id,
        "attempts": delivery.attempts,
    }
