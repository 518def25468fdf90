"""Scores alarms on labelled series by the rule of the Numenta Anomaly Benchmark."""

import math
from collections.abc import Sequence

from msgspec import Struct

ROWS_UNSCORED, SHARE_UNSCORED = 750, 0.15
"""So many rows at the start are there to learn from, or this share of a short series."""
STEEPNESS = 5.0
FAR = 3.0
"""An alarm so many windows' lengths after a window costs all that a false alarm can."""


class Profile(Struct, frozen=True):
    """What a user cares about: the costs of a false alarm and of a window missed, where one found earns 1."""

    false_alarm: float
    miss: float


PROFILES = {
    "standard": Profile(false_alarm=0.11, miss=1.0),
    "low_fp": Profile(false_alarm=0.22, miss=1.0),
    "low_fn": Profile(false_alarm=0.11, miss=2.0),
}


class Tally(Struct, frozen=True):
    """What the alarms on one or more series came to.

    ``earned`` is the sum over the windows found of 0 to 1, more the earlier; ``lost`` the sum over the false alarms of
    0 to 1, less shortly after a window; ``days`` the time scored.
    """

    earned: float = 0.0
    lost: float = 0.0
    windows: int = 0
    found: int = 0
    false_alarms: int = 0
    days: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            earned=self.earned + other.earned,
            lost=self.lost + other.lost,
            windows=self.windows + other.windows,
            found=self.found + other.found,
            false_alarms=self.false_alarms + other.false_alarms,
            days=self.days + other.days,
        )

    @property
    def false_alarms_per_week(self) -> float:
        """False alarms per series and week."""
        return 7.0 * self.false_alarms / self.days if self.days else math.nan

    def score(self, profile: Profile) -> float:
        """Return the score: 100 for every window found at its start and no false alarm, 0 for silence.

        Examples
        --------
        >>> Tally(earned=1.8, lost=1.0, windows=2, found=2, false_alarms=1, days=7).score(PROFILES["standard"])
        92.25
        """
        raw = self.earned - profile.false_alarm * self.lost - profile.miss * (self.windows - self.found)
        silence = -profile.miss * self.windows
        return 100.0 * (raw - silence) / (self.windows - silence) if self.windows else math.nan


def tally(alarms: Sequence[bool], windows: Sequence[tuple[int, int]], step_s: float) -> Tally:
    """Count what alarms on one series earn and lose.

    Parameters
    ----------
    alarms
        One for each row.
    windows
        First and last row of each labelled window, in order, not overlapping.
    step_s
        Seconds from row to row.

    Examples
    --------
    >>> tally([row == 12 for row in range(100)], [(10, 20)], step_s=3600)
    Tally(earned=0.0, lost=0.0, windows=1, found=0, false_alarms=0, days=3.5416666666666665)

    References
    ----------
    [^1]: Lavin, A. and Ahmad, S. (2015). Evaluating real-time anomaly detection algorithms: the Numenta Anomaly
       Benchmark. arXiv:1510.03336.
    """
    start = math.ceil(min(math.floor(SHARE_UNSCORED * len(alarms)), ROWS_UNSCORED))
    fired = [row for row in range(start, len(alarms)) if alarms[row]]
    scored = [(first, last) for first, last in windows if last >= start]
    earned, found, lost, false_alarms = 0.0, 0, 0.0, 0
    for first, last in scored:
        hit = next((row for row in fired if first <= row <= last), None)
        if hit is not None:
            found += 1
            earned += weight(-(last - hit + 1) / (last - first + 1)) / weight(-1.0)
    for row in fired:
        if any(first <= row <= last for first, last in windows):
            continue
        false_alarms += 1
        before = [(first, last) for first, last in windows if last < row]
        lost -= weight((row - before[-1][1]) / (before[-1][1] - before[-1][0])) if before else -1.0
    days = (len(alarms) - start) * step_s / 86_400
    return Tally(earned, lost, len(scored), found, false_alarms, days)


def weight(position: float) -> float:
    """Return what an alarm is worth: 1 at the start of a window (position −1), 0 at its end, −1 far behind it.

    Examples
    --------
    >>> round(weight(-1.0), 3), weight(0.0), round(weight(0.5), 3), weight(4.0)
    (0.987, 0.0, -0.848, -1.0)
    """
    return -1.0 if position > FAR else 2.0 / (1.0 + math.exp(STEEPNESS * position)) - 1.0
