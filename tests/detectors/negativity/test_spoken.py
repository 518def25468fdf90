"""Which language a mention is in: what it states, else what is plain, else what it is surely told to be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.negativity import spoken as module
from detectors.negativity.identifier import Guess
from detectors.negativity.model import load_scorer
from detectors.negativity.spoken import stated

ENGLISH, GERMAN = (
    "the trains are late again and nobody tells us why",
    "Zugausfall in Northside, Schweinerei gegenüber allen Fahrgästen",
)


def evidence(text: str, tag: str = "") -> str:
    return load_scorer().read([text], [tag]).languages[0]


@pytest.fixture
def asked(monkeypatch):
    """Collect the texts that the identifier is asked of; it knows nothing."""
    texts: list[str] = []

    class Listening:
        def guess(self, text: str) -> Guess:
            texts.append(text)
            return Guess("fi", 0.1, 9)

    monkeypatch.setattr(module, "load_identifier", Listening)
    return texts


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


def test_a_text_that_states_nothing_is_told_from_its_words():
    assert [evidence(ENGLISH), evidence(GERMAN), evidence("поезда опять опаздывают, безобразие")] == ["en", "de", "ru"]


@pytest.mark.parametrize("text", ["Zugausfall Schweinerei", "merci beaucoup", "niet goed", "très déçu", "che schifo"])
def test_a_few_words_that_are_not_likeliest_english_are_of_no_known_language_and_not_scored(text):
    assert evidence(text) == ""
    assert np.isnan(load_scorer().score([text])[0])


@pytest.mark.parametrize("text", ["Northside is awful", "terrible service", "worst airline ever", "#fail @northside"])
def test_a_few_english_words_are_scored_as_ever(text):
    assert evidence(text) == "en"
    assert load_scorer().score([text])[0] == load_scorer().score([text], ["en"])[0]


def test_what_is_plain_or_stated_and_not_contradicted_is_not_asked_about(asked):
    texts = [ENGLISH, "De treinen zijn weer te laat en dat is slecht", ENGLISH, GERMAN, "haha", "Schweinerei"]

    languages = load_scorer().read(texts, ["", "", "en-GB", "de", "nl", "it"]).languages

    assert languages == ["en", "nl", "en", "de", "nl", "it"]
    assert asked == []


def test_what_is_told_without_being_sure_is_no_language(asked):
    assert evidence(GERMAN) == ""
    assert asked == [GERMAN]


@pytest.mark.parametrize(
    ("text", "tag", "language"),
    [
        (GERMAN, "en", "de"),
        ("De treinen zijn weer te laat en dat is slecht", "en-GB", "nl"),
        ("The trains are late again, this is awful and nobody tells us", "de-AT", "en"),
        ("Les trains sont encore en retard et on ne nous dit rien", "it", "fr"),
    ],
)
def test_a_statement_that_the_words_plainly_contradict_is_not_believed(text, tag, language):
    assert evidence(text, tag) == language


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("what is this", "nl"),  # three English words in a Dutch post
        ("Zugausfall", "en"),
        ("Schweinerei!", "en"),
        ("Bayern vs Dortmund", "en"),
        ("merci beaucoup", "en"),
        ("lol", "de"),
        ("😡", "fr"),
        ("", "it"),
        ("Just Do It Nike Air", "de"),
    ],
)
def test_a_few_words_contradict_no_statement(text, tag):
    assert evidence(text, tag) == tag


@pytest.mark.parametrize("tag", ["", "und", "mul", "zxx", "nonsense", "null", "jp", "x" * 500])
def test_a_tag_that_says_nothing_has_the_language_told_from_the_text(tag):
    texts = [
        "this is terrible, I hate it",
        "Dit is niet goed en de trein is traag",
        "поезда опять опаздывают, безобразие какое-то",
    ]

    read = load_scorer().read(texts, [tag] * 3)

    assert read.languages == ["en", "nl", "ru"]
    assert read.scores[0] > 0.5
    assert read.scores[1] > 0.25
    assert np.isnan(read.scores[2])


def test_a_dutch_text_scores_the_same_whether_stated_or_told_and_whatever_is_beside_it():
    text = "De trein is alweer te laat, dit is echt belachelijk slecht"
    scorer = load_scorer()

    alone = scorer.score([text], ["nl-NL"])[0]

    assert scorer.score([text])[0] == alone
    assert scorer.score(["fine", text, "это плохо"], ["en", "", ""])[1] == alone


@settings(deadline=None)
@given(
    st.lists(st.text(max_size=80), max_size=5), st.sampled_from(["", "en", "nl", "fr", "de", "es", "it", "pt", "fi"])
)
def test_any_text_in_any_language_gets_a_probability_or_none(texts, language):
    scores = load_scorer().score(texts, [language] * len(texts))

    assert ((scores >= 0.0) & (scores <= 1.0) | np.isnan(scores)).all()
