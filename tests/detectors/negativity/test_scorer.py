"""What any scorer behind ``load_scorer`` must keep."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.errors import DetectorsError
from detectors.negativity.model import load_scorer
from detectors.negativity.scorer import NEGATIVE


@pytest.mark.parametrize(
    "text",
    [
        "This is terrible, I hate it!",
        "worst service ever. still waiting after 3 hours",
        "@northsidenhs you are a disgrace 😡",
        "I am so angry right now",
        "#fail again, thanks for nothing",
    ],
)
def test_an_angry_text_is_negative(text):
    assert load_scorer().score([text], ["en"])[0] >= NEGATIVE


@pytest.mark.parametrize(
    "text",
    [
        "Thank you so much, I love it",
        "The new ward opens on Monday at 9:30",
        "what a lovely team 😍",
        "not bad at all, great job",
        "",
        "https://example.org/a",
    ],
)
def test_a_kind_or_plain_text_is_not_negative(text):
    assert load_scorer().score([text], ["en"])[0] < NEGATIVE


def test_a_language_that_is_not_scored_gives_nan():
    scores = load_scorer().score(["Das ist schrecklich", "It is awful"], ["de", "en-GB"])

    assert np.isnan(scores[0])
    assert np.isfinite(scores[1])


def test_every_text_is_scored_where_english_is_stated():
    texts = ["Das ist nicht gut", "это плохо", "", "\ud800", "no es bueno para mí"]

    assert np.isfinite(load_scorer().score(texts, ["en"] * len(texts))).all()


def test_no_text_at_all_is_no_score_at_all():
    assert len(load_scorer().score([])) == 0


def test_a_language_for_each_text_or_none():
    with pytest.raises(DetectorsError, match="1 languages for 2 texts"):
        load_scorer().score(["a", "b"], ["en"])


@settings(deadline=None)
@given(st.lists(st.text(max_size=80) | st.text(alphabet="@#:;()<3&'’!?. \\u😡nN'tot-", max_size=40), max_size=5))
def test_any_text_gets_a_probability(texts):
    scores = load_scorer().score(texts, ["en"] * len(texts))

    assert scores.dtype == np.float32
    assert scores.shape == (len(texts),)
    assert ((scores >= 0.0) & (scores <= 1.0)).all()


@pytest.mark.parametrize(
    "piece", ["a", "bad ", "😡", "@", "#", "!", "&", "&lt;", "\\u", "\u0301", "好", "http://", "\x00"]
)
def test_a_hundred_kilobytes_of_anything_are_scored(piece):
    assert 0.0 <= load_scorer().score([piece * (100_000 // len(piece))], ["en"])[0] <= 1.0


@settings(deadline=None)
@given(st.lists(st.text(max_size=60), min_size=2, max_size=6))
def test_a_score_does_not_depend_on_the_other_texts(texts):
    scorer = load_scorer()

    together = scorer.score(texts)

    alone = np.concatenate([scorer.score([text]) for text in texts])
    np.testing.assert_array_equal(together, alone)


def test_a_large_call_is_scored_in_order():
    texts = ["I hate this, terrible", "I love this, wonderful"] * 3000

    scores = load_scorer().score(texts)

    assert (scores[::2] > 0.5).all()
    assert (scores[1::2] < 0.5).all()


def test_an_explanation_names_the_words_that_made_the_score():
    weights = dict(load_scorer().explain("the nurses were lovely but the parking is a terrible disgrace", limit=3))

    assert len(weights) == 3
    assert weights["disgrace"] > 0 or weights["terrible"] > 0
    assert weights.get("lovely", -1.0) < 0


@pytest.mark.parametrize("text", ["", "@one https://a.example", "!!!", "\ud800"])
def test_a_text_without_words_has_no_explanation_and_no_failure(text):
    assert load_scorer().explain(text) == []
