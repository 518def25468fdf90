"""The one interface of everything that can be notified of an incident."""

from collections.abc import Mapping
from typing import Protocol

from alerts.deliveries.delivery import Delivery


class Receiver(Protocol):
    """Sends deliveries to one place. Stateless but for its HTTP client: what must be remembered is a receipt.

    The outbox owns order, retries, back-off, rate and the record of what was sent; a receiver only sends.
    """

    id: str
    wakes: bool
    """Whether a ``page`` through it wakes a person (a pager), or waits to be read (mail, chat)."""
    min_interval_s: float
    """Least time between two requests, e.g. Slack's one message a second and channel."""

    async def send(self, delivery: Delivery, *, earlier: Mapping[str, str], repeat: bool) -> dict[str, str]:
        """Send, and return the receipt.

        Parameters
        ----------
        delivery
            What to send.
        earlier
            The receipt of this incident's first delivery through this receiver, empty for the first; or of the newest
            whose receipt says that it is a replacement (``alerts.deliveries.incident_deliveries.REPLACED``).
        repeat
            An earlier attempt may have arrived (its outcome is unknown): make the repeat harmless by what the
            channel offers, or find the earlier one and return its receipt.

        Raises
        ------
        DeliveryError
            With the outcome: refused, retry, or unknown.
        """
        ...

    async def close(self) -> None:
        """Release the connections."""
        ...
