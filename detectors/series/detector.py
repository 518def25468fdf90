"""The series detector, on a series with an even step: ``tocsin detect``."""

import math
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from msgspec import Struct
from river.base import AnomalyDetector

from detectors.series.alarms import Alarms
from detectors.series.profile import HourlyProfile
from detectors.series.scales import Excesses, TrailingExcess, value_at
from detectors.series.tail import DAY_S, DailyMaxima

Row = Mapping[Any, Any]
"""``time`` and ``value``. An estimator of River takes a dictionary with any keys."""
SCORE_AT_HALF = 1.4
"""Score above which ordinary stretches of the series lie about once in two weeks: see docs/detection-series.md."""
LEAST_THRESHOLD = 0.1
"""However large the budget: what no day's peak lies below is no outbreak."""
FIRST_S = 10_800
"""Nothing scores in the first three hours: there is nothing to compare with."""
UNIT_VALUES = 100
"""The unit of a series of rates is the smallest of so many positive values."""
LEAST_UNIT = 1e-9
HIGHEST = 1e12
"""Larger values are taken for this one."""


class SeriesReading(Struct, frozen=True, gc=False):
    """The reading of one row: the expected value, the upper edge of the ordinary, the score, and whether it fires."""

    expected: float
    upper: float
    score: float
    alarm: bool


class SeriesDetector(AnomalyDetector):
    """Scores how far a series lies above its own ordinary days, at five time-scales at once.

    Each row's excess over the hourly profile is summed over five minutes to half a day. At each scale it is measured
    by the maxima of the series' own past days: s = (r − u)/σ, so that a day's maximum lies above s with probability
    about ½·exp(−s). The score is the mean of the two highest scales (two must agree). A false-alarm budget of b a
    week is a threshold of 1.4 + ln(0.5/b) on it: e times fewer alarms cost one more. One alarm an outbreak
    (``Alarms``). Causal, and O(1) a row.

    Parameters
    ----------
    step_s
        Step of the series in seconds, above 0.
    false_alarms_per_week
        The budget, above 0; the score does not depend on it.

    Examples
    --------
    >>> detector = SeriesDetector(step_s=3600)
    >>> for hour in range(24 * 7):
    ...     detector.learn_one({"time": hour * 3600, "value": 20 + hour % 5})
    >>> calm, loud = {"time": 604_800, "value": 23}, {"time": 604_800, "value": 200}
    >>> detector.score_one(calm) < 0 < 1.5 < detector.score_one(loud)
    True
    >>> detector.assess(calm).alarm, detector.assess(loud).alarm
    (False, True)

    References
    ----------
    [^1]: Siffer, A. et al. (2017). Anomaly detection in streams with extreme value theory (KDD).
    """

    def __init__(self, step_s: float = 300.0, false_alarms_per_week: float = 0.5) -> None:
        self.step_s = step_s
        self.false_alarms_per_week = false_alarms_per_week
        self._profile = HourlyProfile()
        self._trailing = TrailingExcess(step_s)
        self._tails = [DailyMaxima() for _ in self._trailing.rows]
        self._alarms = Alarms(threshold(false_alarms_per_week))
        self._unit = 1.0
        self._positive_values = 0
        self._rows = self._rows_today = 0
        self._last = -step_s

    def score_one(self, x: Row) -> float:
        """Return the score of ``x``, were it the next row; 0 in the first three hours.

        Parameters
        ----------
        x
            ``time`` (epoch seconds; default: a step after the last) and ``value`` (default 0).
        """
        return self.assess(x).score

    def assess(self, x: Row) -> SeriesReading:
        """Return the reading of ``x``, were it the next row. Nothing is learned."""
        at, value = self._row(x)
        expected = self._expected(at, value)
        score = self._score(self._filled(at).with_next(value, expected, self._unit))
        edge = value_at(self._tails[0].reached(self._alarms.threshold), expected / self._unit) * self._unit
        return SeriesReading(
            expected=expected, upper=max(expected, edge), score=score, alarm=self._alarms.rings(at, score)
        )

    def learn_one(self, x: Row) -> None:
        """Take the next row; rows that were left out before it (a gap) are unknown, neither zero nor loud."""
        at, value = self._row(x)
        if at <= self._last and self._rows:
            return
        self._trailing = self._filled(at)
        expected = self._expected(at, value)
        excesses = self._trailing.with_next(value, expected, self._unit)
        self._alarms.learn(at, self._score(excesses))
        if self._rows and at // DAY_S != self._last // DAY_S:
            self._end_day()
        for tail, excess in zip(self._tails, excesses, strict=True):
            tail.see(excess)
        self._trailing.push(value, expected)
        self._profile.learn(at, value, self._unit)
        self._learn_unit(value)
        self._rows += 1
        self._rows_today += 1
        self._last = at

    def _row(self, x: Row) -> tuple[float, float]:
        return float(x.get("time", self._last + self.step_s)), min(max(0.0, float(x.get("value", 0.0))), HIGHEST)

    def _expected(self, at: float, value: float) -> float:
        expected = self._profile.expected(at)
        return value if expected is None else expected

    def _score(self, excesses: Excesses) -> float:
        if (self._rows + 1) * self.step_s <= FIRST_S or not self._rows:
            return 0.0
        standards = [tail.standard(excess) for tail, excess in zip(self._tails, excesses, strict=True)]
        *_, second, first = sorted(standards)
        return (first + second) / 2.0

    def _end_day(self) -> None:
        counts = self._rows_today * self.step_s >= DAY_S / 2
        for tail in self._tails:
            tail.end_day(counts=counts)
        self._rows_today = 0

    def _filled(self, at: float) -> TrailingExcess:
        """Return the trailing sums with what was expected in the rows left out before a moment."""
        missing = round((at - self._last) / self.step_s) - 1 if self._rows else 0
        if missing <= 0:
            return self._trailing
        filled = deepcopy(self._trailing)
        for back in range(min(missing, max(filled.rows)), 0, -1):
            expected = self._expected(at - back * self.step_s, 0.0)
            filled.push(expected, expected)
        return filled

    def _learn_unit(self, value: float) -> None:
        if value > 0.0 and self._positive_values < UNIT_VALUES:
            self._positive_values += 1
            self._unit = max(LEAST_UNIT, min(self._unit, value))


def threshold(false_alarms_per_week: float) -> float:
    """Return the score above which a budget fires.

    Examples
    --------
    >>> threshold(0.5), round(threshold(0.05), 2), threshold(100.0)
    (1.4, 3.7, 0.1)
    """
    return max(LEAST_THRESHOLD, SCORE_AT_HALF + math.log(0.5 / false_alarms_per_week))
