"""When a delivery need not be sent any more, because of the others of its incident to the same receiver."""

from collections.abc import Collection, Mapping

from alerts.deliveries.delivery import Delivery, Purpose
from alerts.deliveries.reason import Reason

_OUTRANKED_BY: Mapping[Purpose, frozenset[Purpose]] = {
    "update": frozenset({"update", "page", "acknowledged", "resolved"}),
    "page": frozenset({"page", "acknowledged", "resolved"}),
    "acknowledged": frozenset({"page", "acknowledged", "resolved"}),
    "resolved": frozenset({"page", "resolved"}),
    "test": frozenset(),
}
_SAYS: Mapping[Purpose, Reason] = {
    "update": Reason.NEWER_UPDATE,
    "page": Reason.NEWER_PAGE,
    "acknowledged": Reason.ACKNOWLEDGED,
    "resolved": Reason.RESOLVED,
}


def superseded(mine: Delivery, others: Collection[Delivery], *, wakes: bool) -> Reason:
    """Return why a delivery that waits need not be sent, or ``Reason.NONE``.

    Parameters
    ----------
    others
        Of the same incident and receiver, whatever became of them; ``mine`` may be among them.
    wakes
        Whether the receiver wakes people.
    """
    if newer := [other for other in others if outranks(other, mine)]:
        return _SAYS[max(newer, key=lambda other: other.incident.version).purpose]
    return Reason.NEVER_TOLD if wakes and ends_nothing(mine, others) else Reason.NONE


def outranks(other: Delivery, mine: Delivery) -> bool:
    """Tell whether another delivery is newer, says all that ``mine`` would, and was not refused."""
    return (
        other.incident.version > mine.incident.version
        and other.state != "failed"
        and other.purpose in _OUTRANKED_BY[mine.purpose]
        and not hides_links(other, mine)
    )


def hides_links(other: Delivery, mine: Delivery) -> bool:
    """Tell whether ``mine`` says that the links sent before are withdrawn, which a later update of figures does not."""
    return other.purpose == "update" and _has_fresh_links(mine) and not _has_fresh_links(other)


def ends_nothing(mine: Delivery, others: Collection[Delivery]) -> bool:
    """Whether it is the end of something never tried; telling a pager of the end in vain does no harm."""
    return mine.purpose in {"acknowledged", "resolved"} and not any(other.attempts for other in others)


def _has_fresh_links(delivery: Delivery) -> bool:
    return bool(delivery.incident.changes) and delivery.incident.change.type == "links_revoked"
