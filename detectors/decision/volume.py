"""How many voices are due, and how surprising those heard are: the volume alone."""

# ruff: noqa: FBT001 - compiled functions are called by position

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from river.base import AnomalyDetector

from detectors.compiled import Record, Records, compiled
from detectors.decision.bin_features import BinFeatures, bin_features
from detectors.decision.bins import Bin, as_records, bin_of
from detectors.decision.dispersion import (
    DISPERSION_FIELDS,
    WINSOR,
    WINSOR_AUTHORS,
    baseline_error,
    dispersion,
    evidence_weight,
    learn_autocorrelation,
    learn_baseline_error,
    learn_dispersion,
    variance,
    waviness,
)
from detectors.decision.level import LEVEL_FIELDS, back_from_lull, doubt_level, learn_level, level, level_variance
from detectors.decision.minutes import MINUTE_FIELDS, end_minutes, learn_minute, minute_times
from detectors.decision.profile import (
    PROFILE_FIELDS,
    hour_of_week,
    learn_day,
    learn_loudest,
    loudest_beside,
    new_profile,
    profile_at,
    profile_beside,
)
from detectors.decision.shiryaev_roberts import RISES, reading, summed, volume_evidence

DAY_MIN = 1440.0
WEEK_KNOWN_MIN = 8 * DAY_MIN
"""Before it has heard one weekend and the Monday after it, a brand's baseline is wrong in ways that do not last."""
MONTH_KNOWN_MIN = 21 * DAY_MIN
"""Until then it has heard two weekends at most, and cannot tell a loud one from an ordinary one."""
NEWBORN, UNKNOWN, RELEARNED, KNOWN = 0.8, 0.35, 0.2, 0.03
"""Relative error of the baseline that is granted on the first day (a brand born at night has not heard its morning, and
mornings are four to six times the night), until the ninth, until the fourth week and for a day after a new level,
and ever after."""
GRACE_MIN = 20.0
"""A brand of which less is known has no baseline at all."""
FREE_MIN = 60.0
"""The first hour is learned as it is: there is nothing yet to measure it by."""
GAP_S = 1800
"""After so long without knowing, evidence from before says nothing of now."""
UPPER_ERRORS = 3.0
KNOWN_HOUR_MIN = 45.0
"""An hour is learned from as a whole where so much of it was heard."""

VOLUME_DTYPE = np.dtype(
    [
        *LEVEL_FIELDS,
        *PROFILE_FIELDS,
        *DISPERSION_FIELDS,
        *MINUTE_FIELDS,
        ("age_min", "f8"),
        ("next_start", "i8"),
        ("now_seen", "f8"),
        ("now_due", "f8"),
        ("now_chance", "f8"),
        ("now_min", "f8"),
        ("log_sums", "f8", (len(RISES),)),
        ("run_min", "f8", (len(RISES),)),
    ]
)


class VolumeDetector(AnomalyDetector):
    """Scores how surprising the number of a brand's voices is, whatever they say.

    Learns the level with forgetting, the shape of the week, and the scatter within the hour and from hour to hour;
    winsorised. Before it knows a brand, it grants the baseline a wide error, which narrows after the first day and
    the first week. The score is a Shiryaev–Roberts sum of the evidence for a rise: it grows over bins that each
    say little. It never falls where more voices are heard.

    Attributes
    ----------
    state
        One NumPy record of ``VOLUME_DTYPE``: all that was learned.

    Examples
    --------
    >>> detector = VolumeDetector()
    >>> for minute in range(600):
    ...     detector.learn_one({"start": minute * 60, "authors": 10})
    >>> detector.score_one({"start": 36000, "authors": 12}) < 6 < detector.score_one({"start": 36000, "authors": 90})
    True
    >>> expected, upper = detector.expected(36000)
    >>> 8 < expected < 13 < upper
    True

    References
    ----------
    [^1]: Harvey, A. C. and Fernandes, C. (1989). Time series models for count or qualitative observations.
    [^2]: Höhle, M. and Paul, M. (2008). Count data regression charts for the monitoring of surveillance time series.
    """

    def __init__(self) -> None:
        self.state = new_volume()

    def learn_one(self, x: BinFeatures) -> None:
        """Take a complete bin; bins older than the last one are passed over.

        Parameters
        ----------
        x
            ``start`` (epoch seconds; default: right after the last bin), ``span_s`` (60) and ``authors``, as in
            ``Observation``.
        """
        one = bin_features(x, int(self.state["next_start"][0]))
        if one.start >= self.state["next_start"][0]:
            learn_volume(self.state, as_records([one]))

    def score_one(self, x: BinFeatures) -> float:
        """Return the evidence of a rise, in nats, were this bin (or ``elapsed_s`` of it) the next thing heard."""
        one = bin_features(x, int(self.state["next_start"][0]))
        return float(score_volume(self.state, as_records([one])))

    def expected(self, start: int, span_s: int = 60) -> tuple[float, float]:
        """Return the voices expected in a bin, and the upper edge of the ordinary band."""
        due, upper = volume_band(self.state, start, span_s)
        return float(due), float(upper)


def new_volume() -> npt.NDArray[Any]:
    """Return the state of a brand of which nothing is known: one record of ``VOLUME_DTYPE``."""
    state = np.zeros(1, VOLUME_DTYPE)
    new_profile(state[0])
    return state


@compiled
def _profile_of_bin(state: Record, start: int, span_s: int) -> float:
    return profile_at(state, start + span_s // 2) * minute_times(state, start, span_s)


@compiled
def expected_authors_in(state: Record, start: int, span_s: int) -> float:
    """Return the voices expected in a bin."""
    return level(state) * _profile_of_bin(state, start, span_s) * span_s / 60.0


@compiled
def expected_upper(state: Record, due: float, start: int, span_s: int) -> float:
    """Return the voices expected of a bin with the benefit of the doubt: one standard error of the baseline more.

    Nor does it surprise that a brand is as much talked about as in the month before, as behind the step beside which
    the bin lies, or, while the brand is young, as in the same hour of another day.
    """
    known = KNOWN
    if state.age_min < DAY_MIN:
        known = NEWBORN
    elif state.age_min < WEEK_KNOWN_MIN:
        known = UNKNOWN
    elif state.age_min < MONTH_KNOWN_MIN or state.level_age_min < DAY_MIN:
        known = RELEARNED
    error = level_variance(state, due, dispersion(state)) + known**2
    if state.age_min >= DAY_MIN:
        error += baseline_error(state) ** 2
    at = start + span_s // 2
    by_the_clock = due * profile_beside(state, at) / profile_at(state, at)
    if state.age_min < MONTH_KNOWN_MIN:
        by_the_clock = max(by_the_clock, loudest_beside(state, at) * minute_times(state, start, span_s) * span_s / 60.0)
    return max(by_the_clock * math.exp(math.sqrt(error)), due * back_from_lull(state))


@compiled
def upper_edge(state: Record, due: float, upper: float) -> float:
    """Return the upper edge of the band in which an ordinary bin lies."""
    return upper + UPPER_ERRORS * math.sqrt(variance(due, dispersion(state)))


@compiled
def volume_reading(state: Record, seen: float, upper: float) -> float:
    """Return the score of the volume alone, nats, were these voices the next thing heard."""
    if state.age_min < GRACE_MIN:
        return 0.0
    r = 1.0 / dispersion(state)
    autocorrelation = waviness(state)
    best = 0.0
    for rise in range(len(RISES)):
        evidence = volume_evidence(RISES[rise], seen, upper, r) * evidence_weight(autocorrelation, state.run_min[rise])
        best = max(best, reading(state.log_sums[rise], evidence))
    return best


@compiled
def has_gap(state: Record, start: int) -> bool:
    """Return whether too long has passed since the last bin for its evidence to count."""
    return bool(state.next_start > 0 and start - state.next_start >= GAP_S)


@compiled
def score_volume(states: Records, bins: Records) -> float:
    """Return the score of the first of ``states``, were the first of ``bins`` the next thing heard."""
    state, one = states[0], bin_of(bins[0])
    due = expected_authors_in(state, one.start, one.span_s)
    return volume_reading(
        state, one.authors, expected_upper(state, due, one.start, one.span_s) * one.elapsed_s / one.span_s
    )


@compiled
def volume_band(states: Records, start: int, span_s: int) -> tuple[float, float]:
    """Return the voices due in a bin and the upper edge, of the first of ``states``."""
    due = expected_authors_in(states[0], start, span_s)
    return due, upper_edge(states[0], due, expected_upper(states[0], due, start, span_s))


@compiled
def learn_volume(states: Records, bins: Records) -> None:
    """Take the first of ``bins``, a complete one, into the first of ``states``."""
    learn_volume_bin(states[0], bin_of(bins[0]), True)


@compiled
def learn_volume_bin(state: Record, one: Bin, learning: bool) -> None:
    """Take a complete bin: its evidence always, its teaching only while ``learning``."""
    start, seen = one.start, one.authors
    _turn_page(state, start)
    if has_gap(state, start):
        doubt_level(state, (start - state.next_start) / 60.0)
        state.log_sums[:] = 0.0
        state.run_min[:] = 0.0
    minutes = one.span_s / 60.0
    profile = _profile_of_bin(state, start, one.span_s)
    due = level(state) * profile * minutes
    phi = dispersion(state)
    if state.age_min >= GRACE_MIN:
        upper = expected_upper(state, due, start, one.span_s)
        autocorrelation = waviness(state)
        for rise in range(len(RISES)):
            evidence = volume_evidence(RISES[rise], seen, upper, 1.0 / phi) * evidence_weight(
                autocorrelation, state.run_min[rise]
            )
            score = reading(state.log_sums[rise], evidence)
            state.log_sums[rise] = summed(score)
            state.run_min[rise] = state.run_min[rise] + minutes if score > 0.0 else 0.0
    if learning:
        taught = seen
        if state.level_age_min >= FREE_MIN:
            taught = min(seen, due + WINSOR * math.sqrt(variance(due, phi)) + WINSOR_AUTHORS)
            learn_dispersion(state, seen, due, minutes)
            if state.age_min >= WEEK_KNOWN_MIN:
                learn_autocorrelation(state, seen, due, minutes)
            state.now_seen += seen
            state.now_due += due
            state.now_chance += variance(due, phi)
            state.now_min += minutes
        hour = hour_of_week(start) % 24
        state.today_seen[hour] += taught
        state.today_due[hour] += profile * minutes
        learn_level(state, taught, profile, minutes)
    else:
        hour = hour_of_week(start) % 24
        state.today_hot_seen[hour] += seen
        state.today_hot_due[hour] += profile * minutes
    learn_minute(state, start, seen)
    state.age_min += minutes
    state.next_start = start + one.span_s


@compiled
def learn_ordinary_hour(state: Record, until: int, seen: float, minutes: float) -> None:
    """Take an hour of a young brand that did not turn negative, also where it was louder than any outbreak.

    What was not learned of it, for it looked like one, is learned now: nothing but its clock may have made it loud.

    Parameters
    ----------
    state
        The state.
    until
        First second that is no more of it.
    seen, minutes
        All mentions that came in it, and how much of it was heard.
    """
    last = until - 1
    # A standard error less, or the loudest of some hours of few mentions would be chance.
    learn_loudest(state, last, (seen - math.sqrt(seen)) / minutes)
    hour = hour_of_week(last) % 24
    hot_seen, hot_due = state.today_hot_seen[hour], state.today_hot_due[hour]
    if hot_due > 0.0:
        profile = profile_at(state, last // 3600 * 3600 + 1800)
        learn_level(state, hot_seen, profile, hot_due / profile)
        state.today_seen[hour] += hot_seen
        state.today_due[hour] += hot_due
        state.today_hot_seen[hour] = state.today_hot_due[hour] = 0.0


@compiled
def _turn_page(state: Record, start: int) -> None:
    last = state.next_start - 1
    if state.next_start == 0 or last // 3600 == start // 3600:
        return
    if state.now_min >= KNOWN_HOUR_MIN and state.age_min >= WEEK_KNOWN_MIN:
        learn_baseline_error(state, state.now_seen, state.now_due, state.now_chance)
    state.now_seen = state.now_due = state.now_chance = state.now_min = 0.0
    end_minutes(state)
    if last // 86400 != start // 86400:
        learn_day(state, hour_of_week(last) // 24)
