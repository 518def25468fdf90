"""When a delivery is given up though its receiver never refused it."""

from msgspec.structs import replace

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.reason import Reason

GIVE_UP_S = 86400.0
"""After a day nobody needs to be notified in this way any more."""
REMOVED_S = 60.0
"""A receiver that this process does not know may be new to it alone: the others read the configuration a moment ago."""


def given_up(delivery: Delivery, now: float, *, is_configured: bool) -> Delivery | None:
    """Return a delivery as ``failed``, with the reason, where it is tried no more; otherwise nothing.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    is_configured
        Whether the configuration still has its receiver.
    """
    if not is_configured and now - delivery.decided_at > REMOVED_S:
        error = "this receiver is not in the configuration any more"
        return replace(delivery, state="failed", reason=Reason.RECEIVER_REMOVED, error=error)
    if now - delivery.decided_at > GIVE_UP_S:
        error = f"given up after a day: {delivery.error}"
        return replace(delivery, state="failed", reason=Reason.DAY_OVER, error=error)
    return None
