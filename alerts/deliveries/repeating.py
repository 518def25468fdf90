"""What a failed attempt means for the next one, and when the next one must be a repeat."""

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.reason import Reason
from alerts.errors import DeliveryError


def not_sent(error: DeliveryError) -> Reason:
    """Return why an attempt has not led to a receipt."""
    match error.outcome:
        case "refused":
            return Reason.REFUSED
        case "unknown":
            return Reason.NO_RECEIPT
        case _:
            return Reason.NOT_TAKEN if error.retry_after_s is None else Reason.ASKED_TO_WAIT


def repeated(found: Delivery) -> Reason:
    """Return why a delivery that was read from the topic is sent as a repeat, or ``Reason.NONE`` for none.

    What a worker was sending when it wrote its last word may have arrived.
    """
    match found.state:
        case "sending":
            return Reason.INTERRUPTED
        case "unknown":
            return found.reason or Reason.NO_RECEIPT
        case _:
            return Reason.NONE
