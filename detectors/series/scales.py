"""How far a series lies above what was due, over the last minutes and over the last half day."""

import math
from collections import deque

SCALES_S = (300, 1200, 3600, 14_400, 43_200)
"""Five minutes to half a day, each about four times the one before: an outbreak explodes, or burns slowly."""
ADDED = 10.0
"""Mentions added to what was seen and to what was due: against fewer nothing is many times as much."""
Excesses = tuple[float, ...]


class TrailingExcess:
    """Excess of a series over its expected values, in sums over each of ``SCALES_S``.

    With x what was seen and m what was due in the window, both in units of one: A = log((x + 10) / (m + 10)), how many
    times as much as was due, where it is more than a few mentions.

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
        self._seen = [0.0] * len(self.rows)
        self._due = [0.0] * len(self.rows)

    def with_next(self, value: float, due: float, unit: float) -> Excesses:
        """Return the excess at each scale, were this the next row."""
        return tuple(
            excess((seen + value) / unit, (expected + due) / unit)
            for seen, expected in zip(self._seen, self._due, strict=True)
        )

    def push(self, value: float, due: float) -> None:
        """Take the next row."""
        self._recent.append((value, due))
        for scale, rows in enumerate(self.rows):
            self._seen[scale] += value
            self._due[scale] += due
            if len(self._recent) >= rows:
                oldest_value, oldest_due = self._recent[-rows]
                # What floats cannot hold must not turn into fewer than none.
                self._seen[scale] = max(0.0, self._seen[scale] - oldest_value) if rows > 1 else 0.0
                self._due[scale] = max(0.0, self._due[scale] - oldest_due) if rows > 1 else 0.0


def scale_rows(step_s: float) -> tuple[int, ...]:
    """Return the rows of each scale, at least one.

    Examples
    --------
    >>> scale_rows(300), scale_rows(3600)
    ((1, 4, 12, 48, 144), (1, 1, 1, 4, 12))
    """
    return tuple(max(1, round(scale_s / step_s)) for scale_s in SCALES_S)


def excess(seen: float, due: float) -> float:
    """Return the logarithm of what was seen over what was due, each with ``ADDED``.

    Examples
    --------
    >>> round(excess(seen=90.0, due=15.0), 2), round(excess(seen=1.0, due=0.0), 2)
    (1.39, 0.1)
    """
    return math.log((seen + ADDED) / (due + ADDED))


def value_at(reached: float, due: float) -> float:
    """Return the sum whose excess over ``due`` is ``reached``, at least ``due``: the inverse of ``excess``.

    Examples
    --------
    >>> round(value_at(excess(50.0, 20.0), 20.0), 6)
    50.0
    """
    return max(due, (due + ADDED) * math.exp(reached) - ADDED)
