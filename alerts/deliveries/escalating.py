"""When a page goes to the next step as well, since its receiver does not take it: the pager itself is an incident."""

from msgspec import Struct

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.incident_deliveries import PendingDelivery
from alerts.deliveries.reason import Reason

UNREACHABLE_ATTEMPTS = 5
UNREACHABLE_S = 120.0
"""After so many failures, or so long, a page is unreachable."""
FIRST_TRY_S = 10.0
"""A page that is found when a process starts is tried before it is called unreachable, however old it is."""


class Unreachable(Struct, frozen=True, kw_only=True):
    """A page that cannot be delivered: the incident must go on to the next step at once.

    Parameters
    ----------
    delivery
        Its ``escalated`` says why.
    detail
        What the receiver said last, or how long it has said nothing.
    waits_for
        What it was waiting for when its time was over; nothing where it was tried in vain.
    """

    delivery: Delivery
    detail: str
    waits_for: Reason = Reason.NONE


def has_failed_often(entry: PendingDelivery) -> bool:
    """Tell whether a page, with those in whose place it stands, was tried too many times."""
    return entry.tries_before + entry.delivery.attempts >= UNREACHABLE_ATTEMPTS


def has_waited_long(entry: PendingDelivery, looked_at: float, now: float) -> bool:
    """Tell whether a page has waited too long, by the clock, and could have been tried in that time.

    Parameters
    ----------
    looked_at
        When this process first looked at the partition: before, nobody here could have sent it.
    now
        Wall time, epoch seconds.
    """
    is_untried = not entry.delivery.attempts and not entry.tries_before
    is_fresh = is_untried and now - max(looked_at, entry.seen_at) < FIRST_TRY_S
    return now - entry.waiting_since >= UNREACHABLE_S and not is_fresh
