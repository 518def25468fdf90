"""Much talk that is no revolt is good news only where it is no more negative than its size explains."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.explanation.mixed import FALSELY_NEGATIVE, is_mixed

autocorrelation = st.integers(1, 5_000).flatmap(lambda scored: st.tuples(st.just(scored), st.integers(0, scored)))


def test_a_roll_out_that_is_suspended_is_no_good_news():
    # Eighteen negative authors where one would have been ordinary.
    assert is_mixed(70, 18, ordinary_share=0.1, floor=8)


@pytest.mark.parametrize("scored", [10, 100, 1_000, 10_000])
def test_what_the_scorer_is_wrong_about_spoils_no_good_news(scored):
    assert not is_mixed(scored, FALSELY_NEGATIVE * scored, ordinary_share=0.01, floor=8)


@pytest.mark.parametrize("scored", [10, 100, 1_000, 10_000])
def test_a_wave_in_the_mood_of_every_day_is_not_mixed_for_its_size(scored):
    assert not is_mixed(scored, 0.3 * scored, ordinary_share=0.3, floor=8)


def test_fewer_angry_ones_than_the_floor_spoil_no_good_news():
    assert not is_mixed(20, 9, ordinary_share=0.1, floor=8)
    assert is_mixed(20, 11, ordinary_share=0.1, floor=8)


@given(autocorrelation, st.floats(0.0, 1.0), st.integers(1, 50))
def test_more_negative_ones_never_make_good_news(wave, share, floor):
    scored, negatives = wave

    assert is_mixed(scored, negatives + 1, share, floor) >= is_mixed(scored, negatives, share, floor)
