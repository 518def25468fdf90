"""How far a series lies above what was expected, over the last minutes and over the last half day."""

import math
from collections import deque

SCALES_S = (300, 1200, 3600, 14_400, 43_200)
"""Five minutes to half a day, each about four times the one before: an outbreak explodes, or burns slowly."""
ADDED = 10.0
"""Mentions added to the observed and the expected count, so that ratios of small counts stay small."""
Excesses = tuple[float, ...]


class TrailingExcess:
    """Excess of a series over its expected values, in sums over each of ``SCALES_S``.

    With x observed and m expected in the window, both in units of one: A = log((x + 10) / (m + 10)), how many
    times as much as was expected, where it is more than a few mentions.

    Parameters
    ----------
    step_s
        Step of the series in seconds; a scale shorter than the step is one row.

    Examples
    --------
    >>> trailing = TrailingExcess(step_s=300)
    >>> for _ in range(200):
    ...     trailing.push(4.0, 4.0)
    >>> [round(excess, 1) for excess in trailing.with_next(4.0, 4.0, unit=1.0)]
    [0.0, 0.0, 0.0, 0.0, 0.0]
    >>> [round(excess, 1) for excess in trailing.with_next(100.0, 4.0, unit=1.0)]
    [2.1, 1.5, 1.0, 0.4, 0.2]
    """

    def __init__(self, step_s: float) -> None:
        self.rows = scale_rows(step_s)
        self._recent: deque[tuple[float, float]] = deque(maxlen=max(self.rows))
        # Of the window without its oldest row: what is still in it when the next row comes.
        self._observed = [0.0] * len(self.rows)
        self._expected = [0.0] * len(self.rows)

    def with_next(self, value: float, expected: float, unit: float) -> Excesses:
        """Return the excess at each scale, were this the next row."""
        return tuple(
            excess((observed_sum + value) / unit, (expected_sum + expected) / unit)
            for observed_sum, expected_sum in zip(self._observed, self._expected, strict=True)
        )

    def push(self, value: float, expected: float) -> None:
        """Take the next row."""
        self._recent.append((value, expected))
        for scale, rows in enumerate(self.rows):
            self._observed[scale] += value
            self._expected[scale] += expected
            if len(self._recent) >= rows:
                oldest_value, oldest_expected = self._recent[-rows]
                # What floats cannot hold must not turn into fewer than none.
                self._observed[scale] = max(0.0, self._observed[scale] - oldest_value) if rows > 1 else 0.0
                self._expected[scale] = max(0.0, self._expected[scale] - oldest_expected) if rows > 1 else 0.0


def scale_rows(step_s: float) -> tuple[int, ...]:
    """Return the rows of each scale, at least one.

    Examples
    --------
    >>> scale_rows(300), scale_rows(3600)
    ((1, 4, 12, 48, 144), (1, 1, 1, 4, 12))
    """
    return tuple(max(1, round(scale_s / step_s)) for scale_s in SCALES_S)


def excess(observed: float, expected: float) -> float:
    """Return the logarithm of the observed over the expected count, each with ``ADDED``.

    Examples
    --------
    >>> round(excess(observed=90.0, expected=15.0), 2), round(excess(observed=1.0, expected=0.0), 2)
    (1.39, 0.1)
    """
    return math.log((observed + ADDED) / (expected + ADDED))


def value_at(reached: float, expected: float) -> float:
    """Return the sum whose excess over ``expected`` is ``reached``, at least ``expected``: the inverse of ``excess``.

    Examples
    --------
    >>> round(value_at(excess(50.0, 20.0), 20.0), 6)
    50.0
    """
    return max(expected, (expected + ADDED) * math.exp(reached) - ADDED)
