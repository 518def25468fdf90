"""How often one link may be pressed: a token bucket for each, in memory and bounded."""

import time
from collections import OrderedDict
from collections.abc import Callable

from alerts.errors import LinkError

MOST_PER_MINUTE = 12
"""A person who mistypes, hands back and takes again needs five; a script wants thousands."""
_MOST_LINKS = 10_000


class RateLimiter:
    """Refuses what comes faster than ``per_minute`` from one link.

    Examples
    --------
    >>> limit = RateLimiter(per_minute=1, clock=lambda: 0.0)
    >>> limit.count("l-1"), limit.count("l-2")
    (None, None)
    >>> limit.count("l-1")
    Traceback (most recent call last):
    alerts.errors.LinkError: The link is pressed too often.
    """

    def __init__(self, per_minute: int = MOST_PER_MINUTE, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def count(self, link: str) -> None:
        """Count one press.

        Raises
        ------
        LinkError
            With the reason ``too_many``.
        """
        now = self._clock()
        left, at = self._left.pop(link, (self._most, now))
        left = min(self._most, left + (now - at) * self._most / 60)
        allowed = left >= 1
        self._left[link] = (left - 1 if allowed else left, now)
        while len(self._left) > _MOST_LINKS:
            self._left.popitem(last=False)
        if not allowed:
            raise LinkError("too_many", "The link is pressed too often.")
