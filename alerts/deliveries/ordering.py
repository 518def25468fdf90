"""Which of several deliveries goes first."""

from collections.abc import Iterable

from alerts.deliveries.delivery import Delivery


def turn(delivery: Delivery) -> tuple[bool, float, int]:
    """Return what deliveries of one receiver are sorted by: pages first, then what was decided first."""
    return delivery.purpose != "page", delivery.decided_at, delivery.incident.version


def is_behind(mine: Delivery, pending: Iterable[Delivery]) -> bool:
    """Tell whether something older of the same incident goes to the same receiver first; before a page only pages do.

    Parameters
    ----------
    pending
        What is not settled of the incident.
    """
    return any(
        other.receiver == mine.receiver
        and other.incident.version < mine.incident.version
        and (mine.purpose != "page" or other.purpose == "page")
        for other in pending
    )
