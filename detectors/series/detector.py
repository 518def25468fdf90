"""The volume detector alone, on a series with an even step: ``tocsin detect``."""

import math
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from river.base import AnomalyDetector

from detectors.series.profile import HourlyProfile
from detectors.series.scales import Excesses, TrailingExcess, value_at
from detectors.series.tail import DAY_S, DailyMaxima, chance_floor

Row = Mapping[Any, Any]
"""``time`` and ``value``. An estimator of River takes a dictionary with any keys."""
WEEK_S = 604_800
SCORE_AT_HALF = 1.5
"""Score above which quiet stretches of the series lie about once in two weeks: see docs/detection-series.md."""
SILENCE_S = 86_400
"""An outbreak lasts a day or two; within a day of its alarm it is the same one …"""
CALM_S = 10_800
"""… and until so much time below the threshold has passed: what lasts for days is told once …"""
LOUDER = 3.0
"""… unless the score is so far above all since the alarm: twenty times as rare."""
SHORT_SCALES = 3
"""An alarm needs one of the scales up to an hour as high as on an ordinary day's peak: what is over rings no more."""
LEAST_EXCESS = 0.1
"""Log of one plus a tenth of a standard error: what does not lie above the expected never rings."""
FIRST_S = 10_800
"""Nothing rings in the first three hours: there is nothing to compare with."""
UNIT_VALUES = 100
"""The unit of a series of rates is the smallest of so many positive values."""
LEAST_UNIT = 1e-9
HIGHEST = 1e12
"""Larger values are taken for this one."""


class SeriesReading(Struct, frozen=True, gc=False):
    """What is said of one row: the value expected, the upper edge of the ordinary, the score, and whether it rings."""

    expected: float
    upper: float
    score: float
    alarm: bool


class SeriesDetector(AnomalyDetector):
    """Scores how far a series lies above its own ordinary days, at five time-scales at once.

    Each row's excess over the hourly profile is summed over five minutes to half a day. At each scale it is measured
    by the maxima of the series' own past days: s = (r − u)/σ, so that a day's maximum lies above s with probability
    about ½·exp(−s). The score is the mean of the two highest scales (two must agree). A false-alarm budget of b a
    week is a threshold of 1.5 + ln(0.5/b) on it: e times fewer alarms cost one more. One alarm an outbreak: the next
    comes a day later at the earliest, after three calm hours, or where the score leaps by 3 above all since. Causal,
    and O(1) a row.

    Parameters
    ----------
    step_s
        Step of the series in seconds, above 0.
    false_alarms_per_week
        The budget, above 0.
    half_life_d
        Days after which a past day counts half.
    prior_spread, prior_days
        σ before anything is known, and the days that it is worth.

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

    def __init__(
        self,
        step_s: float = 300.0,
        false_alarms_per_week: float = 0.5,
        half_life_d: float = 28.0,
        prior_spread: float = 0.5,
        prior_days: float = 10.0,
    ) -> None:
        self.step_s = step_s
        self.false_alarms_per_week = false_alarms_per_week
        self.half_life_d = half_life_d
        self.prior_spread = prior_spread
        self.prior_days = prior_days
        self._profile = HourlyProfile()
        self._trailing = TrailingExcess(step_s)
        self._tails = [
            DailyMaxima(chance_floor(rows, step_s), half_life_d, prior_spread, prior_days)
            for rows in self._trailing.rows
        ]
        self._unit = 1.0
        self._positive_values = 0
        self._rows = self._rows_today = 0
        self._last = -step_s
        self._alarm_at = self._highest_since = -math.inf
        self._calm_s = math.inf

    @property
    def threshold(self) -> float:
        """The score above which the detector rings."""
        return SCORE_AT_HALF + math.log(0.5 / self.false_alarms_per_week)

    @property
    def silence_s(self) -> float:
        """Seconds for which an alarm stands for what follows; shorter where the budget asks for more than that."""
        return min(SILENCE_S, WEEK_S / (2.0 * self.false_alarms_per_week))

    def score_one(self, x: Row) -> float:
        """Return the score of ``x``, were it the next row; 0 in the first three hours.

        Parameters
        ----------
        x
            ``time`` (epoch seconds; default: a step after the last) and ``value`` (default 0).
        """
        return self.assess(x).score

    def assess(self, x: Row) -> SeriesReading:
        """Return all that is said of ``x``, were it the next row. Nothing is learned."""
        at, value = self._row(x)
        due = self._due(at, value)
        excesses = self._trailing.with_next(value, due, self._unit)
        score, rings = self._judge(at, excesses)
        edge = value_at(self._tails[0].reached(max(0.0, self.threshold)), due / self._unit) * self._unit
        return SeriesReading(expected=due, upper=edge, score=score, alarm=rings)

    def learn_one(self, x: Row) -> None:
        """Take the next row; rows that were left out before it (a gap) are unknown, neither nought nor loud."""
        at, value = self._row(x)
        if at <= self._last and self._rows:
            return
        self._fill(at)
        due = self._due(at, value)
        excesses = self._trailing.with_next(value, due, self._unit)
        score, rings = self._judge(at, excesses)
        if rings:
            self._alarm_at, self._highest_since, self._calm_s = at, score, 0.0
        elif score <= max(0.0, self.threshold):
            self._calm_s += self.step_s
        self._highest_since = max(self._highest_since, score)
        if self._rows and at // DAY_S != self._last // DAY_S:
            self._end_day()
        for tail, excess in zip(self._tails, excesses, strict=True):
            tail.see(excess)
        self._trailing.push(value, due)
        self._profile.learn(at, value, self._unit)
        self._learn_unit(value)
        self._rows += 1
        self._rows_today += 1
        self._last = at

    def _row(self, x: Row) -> tuple[float, float]:
        return float(x.get("time", self._last + self.step_s)), min(max(0.0, float(x.get("value", 0.0))), HIGHEST)

    def _due(self, at: float, value: float) -> float:
        due = self._profile.due(at)
        return value if due is None else due

    def _judge(self, at: float, excesses: Excesses) -> tuple[float, bool]:
        if (self._rows + 1) * self.step_s <= FIRST_S or not self._rows:
            return 0.0, False
        standards = [tail.standard(excess) for tail, excess in zip(self._tails, excesses, strict=True)]
        *_, second, first = sorted(standards)
        score = (first + second) / 2.0
        goes_on = max(standards[:SHORT_SCALES]) >= min(0.0, self.threshold) and max(excesses) > LEAST_EXCESS
        is_over = at - self._alarm_at >= self.silence_s and self._calm_s >= min(CALM_S, self.silence_s)
        fresh = is_over or score > self._highest_since + LOUDER
        return score, score > self.threshold and goes_on and fresh

    def _end_day(self) -> None:
        counts = self._rows_today * self.step_s >= DAY_S / 2
        for tail in self._tails:
            tail.end_day(counts=counts)
        self._rows_today = 0

    def _fill(self, at: float) -> None:
        if not self._rows:
            return
        missing = min(round((at - self._last) / self.step_s) - 1, max(self._trailing.rows))
        for back in range(missing, 0, -1):
            due = self._due(at - back * self.step_s, 0.0)
            self._trailing.push(due, due)

    def _learn_unit(self, value: float) -> None:
        if value > 0.0 and self._positive_values < UNIT_VALUES:
            self._positive_values += 1
            self._unit = max(LEAST_UNIT, min(self._unit, value))
