"""The correction for another base rate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from detectors.errors import DetectorsError
from detectors.negativity.base_rate import BaseRate, estimate_base_rate


def calibrated_scores(share: float, trained: float, texts: int = 20_000) -> NDArray[np.float64]:
    """Scores of a scorer that is calibrated at ``trained``, on texts of which ``share`` are negative."""
    random = np.random.default_rng(11)
    negative = random.random(texts) < share
    evidence = random.normal(np.where(negative, 2.0, -2.0), 2.0)
    return np.asarray(1.0 / (1.0 + np.exp(-(evidence + np.log(trained / (1.0 - trained))))))


@pytest.mark.parametrize("share", [0.02, 0.2, 0.63, 0.95])
def test_the_share_of_negative_texts_is_found_without_labels(share):
    estimate = estimate_base_rate(calibrated_scores(share, trained=0.2), trained=0.2)

    assert estimate.estimated == pytest.approx(share, abs=0.02)


def test_corrected_scores_are_calibrated_at_the_new_rate():
    scores = calibrated_scores(0.6, trained=0.2)

    corrected = estimate_base_rate(scores, trained=0.2).correct(scores)

    assert corrected.mean() == pytest.approx(0.6, abs=0.02)


def test_a_handful_of_texts_hardly_moves_the_rate():
    assert estimate_base_rate([0.99, 0.98], trained=0.2).estimated < 0.35


def test_nothing_scored_changes_nothing():
    shift = estimate_base_rate([float("nan")] * 5, trained=0.2)

    assert shift == BaseRate(trained=0.2, estimated=0.2, texts=0)
    np.testing.assert_allclose(shift.correct([0.3, np.nan]), [0.3, np.nan])


@pytest.mark.parametrize("trained", [0.0, 1.0, -1.0, float("nan")])
def test_an_impossible_base_rate_is_refused(trained):
    with pytest.raises(DetectorsError, match="no share"):
        estimate_base_rate([0.5], trained=trained)


@given(
    st.lists(st.floats(0.0, 1.0), min_size=2, max_size=30),
    st.floats(0.01, 0.99),
    st.floats(0.01, 0.99),
)
def test_a_correction_keeps_the_order_and_stays_a_probability(scores, trained, estimated):
    corrected = BaseRate(trained=trained, estimated=estimated).correct(sorted(scores))

    assert ((corrected >= 0.0) & (corrected <= 1.0)).all()
    assert (np.diff(corrected) >= -1e-12).all()
