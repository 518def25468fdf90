"""From scores of quiet hours to a threshold."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from detectors.decision.budget import GOOD_NEWS, HIGHEST, KNEE, PAGE, learn_hour, learn_incident, threshold
from detectors.decision.joint import JOINT_DTYPE

BUDGETS = st.floats(0.01, 20)


def lived(maxima: Iterable[float]) -> Any:
    state = np.zeros(1, JOINT_DTYPE)[0].view(np.recarray)
    for highest in maxima:
        state.hour_highest[PAGE] = highest
        learn_hour(state, PAGE)
    return state


def exponential_hours(weeks: int, *, index: float, rate: float, seed: int = 4) -> npt.NDArray[np.float64]:
    rng = default_rng(seed)
    above = rng.random(weeks * 168) < rate
    return np.where(above, KNEE + rng.exponential(1 / index, weeks * 168), 0.0)


@pytest.mark.parametrize("budget", [0.05, 0.25, 1.0])
def test_the_threshold_is_passed_as_often_as_the_budget_allows(budget):
    height = threshold(lived(exponential_hours(8, index=0.9, rate=0.05)), PAGE, budget)

    passed_a_week = 168 * 0.05 * np.exp(-0.9 * (height - KNEE))
    assert budget / 3 < passed_a_week < 2 * budget


@settings(deadline=None)
@given(BUDGETS, BUDGETS, st.lists(st.floats(0, 25), max_size=60))
def test_a_smaller_budget_never_has_a_lower_threshold(one, other, maxima):
    state = lived(maxima)
    strict, lax = sorted((one, other))

    assert KNEE <= threshold(state, PAGE, lax) <= threshold(state, PAGE, strict) <= HIGHEST


def test_louder_quiet_hours_raise_the_threshold():
    calm = lived(exponential_hours(4, index=1.0, rate=0.02))
    restless = lived(exponential_hours(4, index=0.5, rate=0.1))

    assert threshold(restless, PAGE, 0.25) > threshold(calm, PAGE, 0.25) + 2


def test_hours_that_follow_each_other_are_one_excursion():
    once = lived([0.0] * 99 + [9.0] + [0.0])
    for_long = lived([0.0] * 90 + [8.0, 9.0, 7.0, 8.5] + [0.0])

    assert for_long.tail_over[PAGE] == pytest.approx(once.tail_over[PAGE], rel=0.01)
    assert for_long.tail_excess[PAGE] == pytest.approx(once.tail_excess[PAGE], rel=0.01)


@pytest.mark.parametrize(("highest", "counted"), [(11.0, 1), (25.0, 0)])
def test_an_incident_counts_only_where_it_barely_rang(highest, counted):
    state = lived([0.0] * 50)
    state.incident_threshold, state.incident_highest = 9.0, highest

    learn_incident(state, PAGE)

    assert state.tail_over[PAGE] == counted
    assert state.incident_highest == 0.0


def test_good_news_has_a_tail_of_its_own():
    state = lived(exponential_hours(4, index=0.5, rate=0.2))

    assert state.tail_over[GOOD_NEWS] == 0.0
