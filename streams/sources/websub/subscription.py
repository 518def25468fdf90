"""Where one feed stands with its hub. Pure."""

from streams.sources.feeds.address import FeedAddress

LEASE_S = 7 * 86_400.0
"""What is asked for; hubs give what they like."""
_LEAST_LEASE_S = 300.0
PENDING_S = 600.0
"""A hub that has not asked back for so long will not."""
_FIRST_FAILURE_S, _MOST_FAILURE_S = 300.0, 6 * 3600.0
NO_HUB_S = 86_400.0
"""So often it is looked whether a feed names a hub by now."""


class Subscription:
    """One feed and its hub.

    Parameters
    ----------
    address
        Of the feed.
    """

    def __init__(self, address: FeedAddress) -> None:
        self.address = address
        self.hub = self.topic = ""
        self.due = 0.0
        """When something is to be done about it, epoch seconds."""
        self.says = ""
        """What is wrong; empty where nothing is, or nothing is known."""
        self._until = 0.0
        self._failures = 0

    def is_live(self, now: float) -> bool:
        """Whether its hub has promised to push."""
        return now < self._until

    @property
    def is_without_hub(self) -> bool:
        """Whether it names none."""
        return not self.hub and self.due > 0 and not self._failures

    def names_hub(self, hub: str, topic: str) -> None:
        """Take note of the hub that it names, and of what that calls it."""
        self.hub, self.topic = hub, topic

    def names_none(self, now: float) -> None:
        """Take note that it names no hub."""
        self.hub, self.says, self._failures = "", "", 0
        self.due = now + NO_HUB_S

    def asked(self, now: float) -> None:
        """Take note that its hub was asked, and will ask back."""
        self.due = now + PENDING_S
        self.says = f"{self.address.label}: its hub has not asked back yet; does it reach public_url?"

    def verified(self, lease_s: float, now: float) -> None:
        """Take note that its hub has asked back, and for how long it will push."""
        lease_s = max(_LEAST_LEASE_S, lease_s)
        self._until, self._failures, self.says = now + lease_s, 0, ""
        self.due = now + lease_s / 2

    def failed(self, says: str, now: float) -> None:
        """Take note that it did not work; what was promised before holds as long as it does."""
        self._failures += 1
        said = self.address.without_address(says)
        self.says = said if said.startswith(self.address.label) else f"{self.address.label}: {said}"
        self.due = now + min(_MOST_FAILURE_S, _FIRST_FAILURE_S * 2.0 ** (self._failures - 1))

    def denied(self, reason: str, now: float) -> None:
        """Take note that its hub will not push."""
        self._until = 0.0
        self.failed(f"its hub refuses: {reason[:200] or 'it does not say why'}", now)
