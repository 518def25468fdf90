"""When a score rings: once an outbreak."""

import itertools
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from detectors.series.alarms import LOUDER, REST_S, Alarms

HOUR_S = 3600.0


def rung(scores: Sequence[float], *, threshold: float = 1.4) -> list[int]:
    alarms, hours = Alarms(threshold), []
    for hour, score in enumerate(scores):
        if alarms.rings(hour * HOUR_S, score):
            hours.append(hour)
        alarms.learn(hour * HOUR_S, score)
    return hours


def test_what_lasts_for_days_rings_once():
    assert rung([0.0, *[2.0] * 100]) == [1]


def test_a_dip_of_a_night_ends_no_outbreak():
    assert rung([2.0, *[0.0] * 8, 2.0]) == [0]


def test_what_comes_back_after_half_a_day_rings_again():
    assert rung([2.0, *[0.0] * 12, 2.0]) == [0, 13]


def test_a_leap_above_all_of_an_outbreak_rings_within_it():
    assert rung([2.0, 3.0, 6.5, 7.0]) == [0, 2]


@given(st.lists(st.floats(-5.0, 60.0), max_size=80), st.floats(0.1, 9.0))
def test_alarms_lie_above_the_threshold_and_half_a_day_or_a_leap_apart(scores, threshold):
    hours = rung(scores, threshold=threshold)

    assert all(scores[hour] > threshold for hour in hours)
    for before, hour in itertools.pairwise(hours):
        rested = all(scores[each] <= threshold for each in range(max(0, hour - 11), hour))
        assert rested or scores[hour] > max(scores[before:hour]) + LOUDER
    assert REST_S == 12 * HOUR_S


@given(st.lists(st.floats(-5.0, 60.0), max_size=80), st.floats(0.1, 9.0))
def test_whatever_lies_above_the_threshold_is_told(scores, threshold):
    loud = [hour for hour, score in enumerate(scores) if score > threshold]

    assert rung(scores, threshold=threshold)[:1] == loud[:1]
