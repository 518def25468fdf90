"""How long a delivery waits for its next attempt, and for what."""

from msgspec import Struct

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.incident_deliveries import PendingDelivery
from alerts.deliveries.reason import Reason

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 30.0
"""Between attempts: doubling, as every pager's documentation asks, but never so long that a page waits in vain."""
LONGEST_ASKED_S = 120.0
LONGEST_ASKED_UPDATE_S = 900.0
"""The longest ``Retry-After`` that a receiver is granted: after a longer one the person would sleep on."""


class Throttle(Struct):
    """When a receiver may be asked again: by its least interval, and by what it asked for itself."""

    free_at: float = 0.0
    urgent_at: float = 0.0
    updates_at: float = 0.0

    def at(self, delivery: Delivery) -> float:
        """Return from when on a delivery may be sent, epoch seconds."""
        return max(self.free_at, self._asked(delivery))

    def pause(self, now: float, asked_s: float) -> None:
        """Give the receiver the time that it asked for, within bounds."""
        self.urgent_at = max(self.urgent_at, now + min(asked_s, LONGEST_ASKED_S))
        self.updates_at = max(self.updates_at, now + min(asked_s, LONGEST_ASKED_UPDATE_S))

    def holds(self, delivery: Delivery, now: float) -> Reason:
        """Return why the receiver may not be asked now, or ``Reason.NONE``."""
        if self._asked(delivery) > now:
            return Reason.ASKED_TO_WAIT
        return Reason.THROTTLED if self.free_at > now else Reason.NONE

    def _asked(self, delivery: Delivery) -> float:
        # By a page somebody wakes; by the news that it is taken, or over, they are let sleep again.
        is_urgent = delivery.purpose in {"page", "acknowledged", "resolved"}
        return self.urgent_at if is_urgent else self.updates_at


def back_off_s(attempts: int, chance: float) -> float:
    """Return how long to wait after so many attempts, at least one; ``chance``, from 0 to 1, is the jitter.

    Examples
    --------
    >>> [back_off_s(attempts, 1.0) for attempts in (1, 2, 3, 6, 99)]
    [1.0, 2.0, 4.0, 30.0, 30.0]
    >>> back_off_s(1, 0.0)
    0.5
    """
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(attempts - 1, 16)) * (1 + chance) / 2


def waits_for(entry: PendingDelivery, throttle: Throttle, now: float, *, is_behind: bool) -> Reason:
    """Return what a delivery that is not settled waits for.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    is_behind
        Whether an older one must be settled first.
    """
    if entry.in_flight:
        return Reason.BEING_SENT
    if is_behind:
        return Reason.OLDER_FIRST
    if entry.not_before > now:
        return entry.held
    return throttle.holds(entry.delivery, now) or Reason.IN_TURN
