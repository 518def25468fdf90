"""Which language a mention is in: what it states, else what is plain from its words."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.negativity.language import languages_of, stated, tell_apart
from detectors.negativity.model import load_scorer
from detectors.negativity.small_words import LANGUAGES
from detectors.negativity.text import encode
from detectors.negativity.tokens import tokenise


def told(text: str) -> str:
    index = int(tell_apart(tokenise([encode(text)]))[0])
    return LANGUAGES[index] if index >= 0 else "foreign"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The trains are late again and nobody tells us why", "en"),
        ("#SaveNorthside", "en"),
        ("", "en"),
        ("De treinen zijn weer te laat en dat is niet goed", "nl"),
        ("Les trains sont encore en retard et on ne nous dit rien", "fr"),
        ("Die Züge sind schon wieder zu spät und keiner sagt was", "de"),
        ("Los trenes llegan tarde y nadie nos dice por qué", "es"),
        ("поезда опять опаздывают", "foreign"),
    ],
)
def test_plain_sentences_are_told_apart(text, language):
    assert told(text) == language


@pytest.mark.parametrize("text", ["Niet goed", "Slecht! Jammer, de kwaliteit", "merci beaucoup"])
def test_a_few_foreign_words_are_foreign_or_english_and_name_no_language(text):
    assert told(text) in {"foreign", "en"}


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en"), ("en-GB", "en"), ("EN_us", "en"), ("eng", "en"), (" nl-BE ", "nl"), ("nld", "nl"), ("dut", "nl"),
        ("fr-CA", "fr"), ("de-AT", "de"), ("zh-Hant-TW", "zh"), ("", ""), ("und", ""), ("mul", ""), ("x-private", ""),
        ("qme", ""),
    ],
)  # fmt: skip
def test_a_stated_language_is_read_without_its_region(tag, language):
    assert stated(tag) == language


def test_what_is_stated_goes_before_what_is_told():
    dutch, english = "De treinen zijn weer te laat en dat is slecht", "The trains are late again, this is awful"

    assert languages_of([dutch, dutch, english, english], ["de-AT", "", "nl", "und"]) == ["de", "nl", "nl", "en"]


@pytest.mark.parametrize("tag", ["de-AT", "es", "pt-BR", "it", "German", "deu"])
def test_an_english_text_that_states_another_language_is_not_scored(tag):
    assert np.isnan(load_scorer().score(["this is terrible, I hate it"], [tag])[0])


@pytest.mark.parametrize("tag", ["", "und", "mul", "zxx", "nonsense", "null", "jp", "x" * 500])
def test_a_tag_that_says_nothing_has_the_language_told_from_the_text(tag):
    texts = ["this is terrible, I hate it", "Das ist ja wirklich schrecklich", "Dit is niet goed en de trein is traag"]

    scores = load_scorer().score(texts, [tag] * 3)

    assert scores[0] > 0.5
    assert np.isnan(scores[1])
    assert scores[2] > 0.25


def test_a_dutch_text_scores_the_same_whether_stated_or_told_apart_and_whatever_is_beside_it():
    text = "De trein is alweer te laat, dit is echt belachelijk slecht"
    scorer = load_scorer()

    alone = scorer.score([text], ["nl-NL"])[0]

    assert scorer.score([text])[0] == alone
    assert scorer.score(["fine", text, "это плохо"], ["en", "", ""])[1] == alone


@settings(deadline=None)
@given(st.lists(st.text(max_size=80), max_size=5), st.sampled_from(["nl", "fr"]))
def test_any_text_in_a_language_with_a_list_gets_a_probability_or_none(texts, language):
    scores = load_scorer().score(texts, [language] * len(texts))

    assert ((scores >= 0.0) & (scores <= 1.0) | np.isnan(scores)).all()
