"""Says of something that lasts, once a minute, that it is still so."""

import time
from collections.abc import Callable

EVERY_S = 60.0


class OnceAMinute:
    """Tells whether something may be said again.

    Parameters
    ----------
    now
        A clock that only goes forward, seconds.

    Examples
    --------
    >>> moments = iter([0.0, 59.0, 60.0])
    >>> once = OnceAMinute(now=lambda: next(moments))
    >>> once.is_due(), once.is_due(), once.is_due()
    (True, False, True)
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._said_at = -EVERY_S

    def is_due(self) -> bool:
        """Return whether a minute has passed since this was last true, and begin another if so."""
        now = self._now()
        if now - self._said_at < EVERY_S:
            return False
        self._said_at = now
        return True
