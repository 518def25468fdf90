"""How high a statistic rises on an ordinary day: the tail from which a budget becomes a threshold."""

import math
from collections import deque
from itertools import pairwise

DAY_S = 86_400
DAYS_KEPT = 200
"""With a half-life of four weeks, what is older weighs less than a hundredth."""


class DailyMaxima:
    """The law of a statistic's daily maximum, from its own past days.

    u is the median of the past maxima, weighted by 2^(−age/half-life); σ the mean excess above u (Hill's estimate,
    the statistic being a logarithm), shrunk to ``prior_spread`` as if ``prior_days`` had shown it. The maximum of
    a day is then above r with probability about ½·exp(−(r − u)/σ). On the first day, u is the highest so far.

    Parameters
    ----------
    floor
        u is at least this: what pure chance reaches in a day.
    half_life_d, prior_spread, prior_days
        As above.

    Examples
    --------
    >>> tail = DailyMaxima(floor=1.0, half_life_d=28.0, prior_spread=0.5, prior_days=10.0)
    >>> for highest in (1.9, 2.0, 2.1):
    ...     tail.see(highest)
    ...     tail.end_day(counts=True)
    >>> round(tail.standard(2.0), 2), round(tail.standard(3.0), 2)
    (0.0, 2.16)

    References
    ----------
    [^1]: Hill, B. M. (1975). A simple general approach to inference about the tail of a distribution.
    """

    def __init__(self, floor: float, half_life_d: float, prior_spread: float, prior_days: float) -> None:
        self.floor = floor
        self.half_life_d = half_life_d
        self.prior_spread = prior_spread
        self.prior_days = prior_days
        self.middle = floor
        self.spread = prior_spread
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
        """Close today; a day of which too little was seen does not count."""
        if counts:
            self._past.append(self._today)
            self._estimate()
        self._today = 0.0

    def _estimate(self) -> None:
        weights = [2.0 ** (-age / self.half_life_d) for age in range(len(self._past) - 1, -1, -1)]
        self.middle = max(self.floor, weighted_median(list(self._past), weights))
        total, days = self.prior_spread * self.prior_days, self.prior_days
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


def chance_floor(rows: int, step_s: float) -> float:
    """Return what the excess of a sum over ``rows`` reaches in a day by chance alone, as ``series_scales`` counts it.

    The largest of n standard normal numbers is about √(2 ln n); n is the number of sums in a day that share no row.

    Examples
    --------
    >>> round(chance_floor(1, 300), 2), round(chance_floor(144, 300), 2)
    (1.47, 0.78)
    """
    return math.log1p(math.sqrt(2.0 * math.log(max(2.0, DAY_S / (rows * step_s)))))
