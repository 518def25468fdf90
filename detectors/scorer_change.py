"""By how much another scorer reads the same talk as more or less negative."""

import math
from itertools import pairwise

from msgspec import Struct

DOUBTED = 0.5
"""By so much of itself the difference may be another at one brand …"""
STRAY = 0.01
"""… and by so much in any case. Three earlier scorers of tweets to airlines, each replaced by today's: the share of an
airline was off by up to .011 from what the rates at the two others say, by half of the difference or by all of a small
one."""


class ScorerChange(Struct, frozen=True, kw_only=True):
    """What becomes of a share of negative readings where one scorer takes the place of another.

    A scorer reads as negative the part ``found`` of what is negative and the part ``wronged`` of what is not, so that
    where the true share is s it measures wronged·(1 − s) + found·s. Between these two, what one measures is a straight
    line of what the other does; below, where a scorer's errors alone would make more, and above, the line goes on to 0
    and to 1.

    Parameters
    ----------
    wronged, found
        Of the scorer before and of the one after it.
    wronged_error, found_error
        Standard error of their differences.

    Examples
    --------
    >>> change = ScorerChange(wronged=(0.1, 0.2), found=(0.7, 0.8), wronged_error=0.01, found_error=0.01)
    >>> [round(change.of(share), 3) for share in (0.0, 0.05, 0.1, 0.4, 0.7, 1.0)]
    [0.0, 0.1, 0.2, 0.5, 0.8, 1.0]
    >>> round(change.error(0.4), 3)
    0.051
    """

    wronged: tuple[float, float]
    found: tuple[float, float]
    wronged_error: float
    found_error: float

    def of(self, share: float) -> float:
        """Return what the scorer after measures where the one before measures ``share``, 0 to 1."""
        knots = ((0.0, 0.0), self.wronged, self.found, (1.0, 1.0))
        for (low, low_after), (high, high_after) in pairwise(knots):
            if share <= high:
                return low_after + (high_after - low_after) * max(share - low, 0.0) / max(high - low, 1e-9)
        return 1.0

    def error(self, share: float) -> float:
        """Return the standard error of ``of(share)`` that the difference itself adds."""
        found, wronged = self.found[0], self.wronged[0]
        true = min(max((share - wronged) / max(found - wronged, 1e-9), 0.0), 1.0)
        doubted = DOUBTED * (self.of(share) - share)
        stray = STRAY if (found, wronged) != (self.found[1], self.wronged[1]) else 0.0
        return math.hypot((1.0 - true) * self.wronged_error, true * self.found_error, doubted, stray)
