"""What any scorer behind ``load_scorer`` must keep."""

import numpy as np

from detectors.negativity.model import load_scorer


def test_an_angry_text_is_negative_and_a_kind_one_is_not():
    scores = load_scorer().score(["This is terrible, I hate it!", "Thank you so much, I love it"], ["en", "en"])

    assert scores[0] >= 0.5 > scores[1]


def test_a_language_that_is_not_scored_gives_nan():
    scores = load_scorer().score(["Das ist schrecklich", "It is awful"], ["de", "en-GB"])

    assert np.isnan(scores[0])
    assert np.isfinite(scores[1])
