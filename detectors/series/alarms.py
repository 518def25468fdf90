"""When a score fires: once an outbreak."""

import math

REST_S = 43_200
"""An outbreak is over when half a day has passed since a row above the threshold: a night's dip ends none."""
LOUDER = 3.0
"""A score this far above everything in an outbreak fires within it: twenty times as rare."""


class Alarms:
    """Rings where a score comes above a threshold after half a day below it, or leaps by 3 above all since.

    Examples
    --------
    >>> alarms, hour = Alarms(threshold=1.3), 3600.0
    >>> rung = []
    >>> for at, score in ((1, 0.5), (2, 2.0), (3, 4.0), (9, 2.0), (20, 2.0), (21, 8.0), (33, 1.5)):
    ...     if alarms.rings(at * hour, score):
    ...         rung.append(at)
    ...     alarms.learn(at * hour, score)
    >>> rung
    [2, 21, 33]
    """

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self._loud_at = self._highest = -math.inf

    def rings(self, at: float, score: float) -> bool:
        """Return whether the score of the next row fires."""
        return score > self.threshold and (self._is_over(at) or score > self._highest + LOUDER)

    def learn(self, at: float, score: float) -> None:
        """Take the score of a row."""
        if score > self.threshold:
            self._highest = score if self._is_over(at) else max(self._highest, score)
            self._loud_at = at

    def _is_over(self, at: float) -> bool:
        return at - self._loud_at >= REST_S
