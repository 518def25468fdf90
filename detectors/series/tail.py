"""How high a statistic rises on an ordinary day: the tail from which a budget becomes a threshold."""

import math
from collections import deque
from itertools import pairwise

from detectors.series.profile import HALF_LIFE_D

DAY_S = 86_400
DAYS_KEPT = 100
"""What is older weighs less than a hundredth."""
PRIOR_SPREAD, PRIOR_DAYS = 0.4, 3.0
"""The spread before anything is known, and the days that it is worth: few, so that a series soon speaks for itself."""


class DailyMaxima:
    """The law of a statistic's daily maximum, from its own past days.

    u is the median of the past maxima, weighted by 2^(−age/14 d); σ the mean excess above u (Hill's estimate, the
    statistic being a logarithm), shrunk to 0.4 as if three days had shown it. The maximum of a day is then above r
    with probability about ½·exp(−(r − u)/σ). On the first day, u is the highest so far.

    Examples
    --------
    >>> tail = DailyMaxima()
    >>> for highest in (1.9, 2.0, 2.1):
    ...     tail.see(highest)
    ...     tail.end_day(counts=True)
    >>> round(tail.standard(2.0), 2), round(tail.standard(3.0), 2)
    (0.0, 3.08)

    References
    ----------
    [^1]: Hill, B. M. (1975). A simple general approach to inference about the tail of a distribution.
    """

    def __init__(self) -> None:
        self.middle = 0.0
        self.spread = PRIOR_SPREAD
        self._today = 0.0
        self._past: deque[float] = deque(maxlen=DAYS_KEPT)

    def standard(self, statistic: float) -> float:
        """Return s = (r − u)/σ."""
        return (statistic - self.middle) / self.spread

    def reached(self, standard: float) -> float:
        """Return the statistic whose ``standard`` this is."""
        return self.middle + standard * self.spread

    def see(self, statistic: float) -> None:
        """Take one value of the statistic into today's maximum."""
        self._today = max(self._today, statistic)
        if not self._past:
            self.middle = max(self.middle, statistic)

    def end_day(self, *, counts: bool) -> None:
        """Close today; a day with too few rows does not count."""
        if counts:
            self._past.append(self._today)
            self._estimate()
        self._today = 0.0

    def _estimate(self) -> None:
        weights = [2.0 ** (-age / HALF_LIFE_D) for age in range(len(self._past) - 1, -1, -1)]
        self.middle = weighted_median(list(self._past), weights)
        total, days = PRIOR_SPREAD * PRIOR_DAYS, PRIOR_DAYS
        for highest, weight in zip(self._past, weights, strict=True):
            if highest > self.middle:
                total += weight * (highest - self.middle)
                days += weight
        self.spread = total / days


def weighted_median(values: list[float], weights: list[float]) -> float:
    """Return the value that half of the weight lies below; between two, their mean.

    Examples
    --------
    >>> weighted_median([3.0, 1.0, 2.0], [1.0, 1.0, 1.0]), weighted_median([1.0, 2.0], [1.0, 1.0])
    (2.0, 1.5)
    """
    ordered = sorted(zip(values, weights, strict=True))
    half = math.fsum(weights) / 2.0
    below = 0.0
    for (value, weight), (following, _) in pairwise([*ordered, ordered[-1]]):
        below += weight
        if math.isclose(below, half):
            return (value + following) / 2.0
        if below > half:
            return value
    return ordered[-1][0]
