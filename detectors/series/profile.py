"""What each hour of the day ordinarily brings: the expected value of a series."""

HOUR_S = 3600
HOURS = 24
HALF_LIFE_D = 14.0
"""Days after which a past day counts half, for what is ordinary as for how high an ordinary day rises."""
LEAST_RATE = 1.0 - 2.0 ** (-1.0 / HALF_LIFE_D)
"""An hour of the day keeps learning at this rate."""
WINSOR = 2.0
"""An hour is learned as at most so many times its ordinary mean (and one unit): an outbreak is not the new normal."""


class HourlyProfile:
    """Mean value of a series by hour of the day (UTC), learned from whole hours and winsorised.

    When an hour with mean a ends, for the n-th time, its p moves by max(0.048, 1/n)·(min(a, 2p + unit) − p); the
    first time it is taken as it is. An hour never heard is expected to bring the mean of those that were.

    Examples
    --------
    >>> profile = HourlyProfile()
    >>> for row in range(24):
    ...     profile.learn(3600 * row, 10.0 if row < 12 else 30.0, unit=1.0)
    >>> profile.expected(86_400), profile.expected(86_400 + 13 * 3600)
    (10.0, 30.0)
    """

    def __init__(self) -> None:
        self._mean = [0.0] * HOURS
        self._times = [0] * HOURS
        self._hour = 0
        self._sum = 0.0
        self._rows = 0

    def expected(self, at: float) -> float | None:
        """Return the value expected at a moment (epoch seconds), or None before any value was taken."""
        hour = int(at // HOUR_S) % HOURS
        if self._times[hour]:
            return self._mean[hour]
        known = [mean for mean, times in zip(self._mean, self._times, strict=True) if times]
        if known:
            return sum(known) / len(known)
        return self._sum / self._rows if self._rows else None

    def learn(self, at: float, value: float, unit: float) -> None:
        """Take one value; ``unit`` is the least that counts as one, in the units of the series."""
        hour = int(at // HOUR_S)
        if self._rows and hour != self._hour:
            self._end_hour(unit)
        self._hour = hour
        self._sum += value
        self._rows += 1

    def _end_hour(self, unit: float) -> None:
        hour, mean = self._hour % HOURS, self._sum / self._rows
        self._times[hour] += 1
        if self._times[hour] == 1:
            self._mean[hour] = mean
        else:
            known = self._mean[hour]
            rate = max(LEAST_RATE, 1.0 / self._times[hour])
            self._mean[hour] += rate * (min(mean, WINSOR * known + unit) - known)
        self._sum, self._rows = 0.0, 0
