"""A source slows down before it is shut out."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sources.rate_budget import RateBudget
from streams.sources.rate_headers import Limits


def ask(budget: RateBudget, now: float) -> float:
    """Begin a request as soon as it may; return when."""
    at = now + budget.wait_s(now)
    budget.start(at)
    return at


def test_without_any_word_of_a_limit_nothing_waits():
    budget = RateBudget()

    assert [ask(budget, 0.0) for _ in range(50)] == [0.0] * 50


def test_a_demanded_gap_is_kept_and_the_strictest_demand_holds():
    budget = RateBudget()
    budget.demand(gap_s=6, in_flight=1)
    budget.demand(gap_s=2, in_flight=3)

    assert [ask(budget, 0.0), ask(budget, 1.0), ask(budget, 20.0)] == [0.0, 6.0, 20.0]
    assert budget.in_flight == 1


@pytest.mark.parametrize("demand", [{"in_flight": 0}, {"gap_s": -1}])
def test_a_demand_under_which_nothing_could_run_is_refused(demand):
    with pytest.raises(ValueError, match="at least 1"):
        RateBudget().demand(**demand)


@given(
    st.integers(1, 300),
    st.floats(1, 900),
    st.lists(st.floats(0, 5), min_size=1, max_size=400),
)
def test_a_source_that_hears_what_is_left_never_asks_beyond_it(allowed, window_s, pauses):
    """Upstream counts strictly: a request beyond the allowance of a window would be refused."""
    budget = RateBudget()
    now, used, ends = 0.0, 0, window_s
    for pause in pauses:
        now = ask(budget, now + pause)
        if now >= ends:
            used, ends = 0, now + window_s
        used += 1
        assert used <= allowed
        budget.learn(Limits(remaining=allowed - used, reset_s=ends - now), now)


def test_a_source_slows_down_before_the_allowance_is_used_up():
    budget = RateBudget()
    now = 0.0
    times = []
    for remaining in range(99, 0, -1):
        now = ask(budget, now)
        times.append(now)
        budget.learn(Limits(remaining=remaining, reset_s=300 - now), now)

    gaps = [after - before for before, after in itertools.pairwise(times[20:])]
    assert max(gaps) < 10, "never a long silence until the reset"
    assert times[-1] < 300


def test_a_slow_source_does_not_wait_for_what_it_does_not_need():
    budget = RateBudget()
    waits = []
    for minute in range(30):
        waits.append(budget.wait_s(minute * 60.0))
        budget.start(minute * 60.0)
        budget.learn(Limits(remaining=50, reset_s=600), minute * 60.0)

    assert waits == [0.0] * 30


def test_what_upstream_asks_to_wait_is_waited_by_all():
    budget = RateBudget()
    budget.learn(None, 10.0, retry_after_s=45)

    assert budget.wait_s(10.0) == 45
    assert budget.wait_s(60.0) == 0
