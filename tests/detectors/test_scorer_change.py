"""What one scorer measures, as another would have measured it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.scorer_change import STRAY, ScorerChange

rates = st.tuples(st.floats(0.01, 0.3), st.floats(0.4, 0.99))


def change(before: tuple[float, float], after: tuple[float, float], error: float = 0.0) -> ScorerChange:
    return ScorerChange(
        wronged=(before[0], after[0]), found=(before[1], after[1]), wronged_error=error, found_error=error
    )


@given(rates, rates, st.floats(0, 1))
def test_a_true_share_is_measured_by_both_as_their_rates_say(before, after, true):
    measured = [wronged * (1 - true) + found * true for wronged, found in (before, after)]

    assert change(before, after).of(measured[0]) == pytest.approx(measured[1])


@given(rates, rates, st.floats(0, 1))
def test_back_again_it_is_what_it_was_and_a_larger_share_stays_the_larger(before, after, share):
    moved = change(before, after).of(share)

    assert 0.0 <= moved <= 1.0
    assert change(after, before).of(moved) == pytest.approx(share, abs=1e-6)
    assert change(before, after).of(min(share + 0.01, 1.0)) >= moved - 1e-9


def test_the_error_grows_with_the_difference_and_with_the_uncertainty_of_the_rates():
    same, other = change((0.1, 0.7), (0.1, 0.7)), change((0.1, 0.7), (0.2, 0.8))

    assert same.error(0.3) == 0.0
    assert other.error(0.3) == pytest.approx((0.05**2 + STRAY**2) ** 0.5)
    assert change((0.1, 0.7), (0.2, 0.8), error=0.05).error(0.3) > 0.06
