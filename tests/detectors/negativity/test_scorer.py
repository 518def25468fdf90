"""What any scorer behind ``load_scorer`` must keep."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.errors import DetectorsError
from detectors.negativity.model import load_scorer
from detectors.post import NEGATIVE


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
        "Northside 😊",
        "𝗪𝗵𝗮𝘁 𝗮 𝗹𝗼𝘃𝗲𝗹𝘆 𝘁𝗲𝗮𝗺",
    ],
)
def test_a_kind_or_plain_text_is_not_negative(text):
    assert load_scorer().score([text], ["en"])[0] < NEGATIVE


def test_a_language_that_is_not_scored_gives_nan():
    scores = load_scorer().score(["To jest okropne", "It is awful"], ["pl", "en-GB"])

    assert np.isnan(scores[0])
    assert np.isfinite(scores[1])


FANCY = [
    "𝗧𝗵𝗶𝘀 𝗶𝘀 𝗮 𝗱𝗶𝘀𝗴𝗿𝗮𝗰𝗲", "𝕋𝕙𝕚𝕤 𝕚𝕤 𝕒 𝕕𝕚𝕤𝕘𝕣𝕒𝕔𝕖", "Ｔｈｉｓ ｉｓ ａ ｄｉｓｇｒａｃｅ", "Ⓣⓗⓘⓢ ⓘⓢ ⓐ ⓓⓘⓢⓖⓡⓐⓒⓔ",
    "ᴛʜɪꜱ ɪꜱ ᴀ ᴅɪꜱɢʀᴀᴄᴇ", "This is a dis\u00adgr\u200bace", "𝓣𝓱𝓲𝓼 𝓲𝓼 𝓪 𝓭𝓲𝓼𝓰𝓻𝓪𝓬𝓮",
]  # fmt: skip


@pytest.mark.parametrize("text", FANCY)
def test_letters_in_disguise_are_scored_as_the_plain_ones(text):
    scores = load_scorer().score([text, "This is a disgrace"], ["en", "en"])

    assert scores[0] == scores[1] >= NEGATIVE


@pytest.mark.parametrize("face", "😡😠🤬👎🤮🤢🖕💩👿😤😒🙄🤦💢😞😔🤡")
@pytest.mark.parametrize("language", ["", "en", "de", "nl", "ja"])
def test_a_face_of_anger_or_disgust_speaks_in_every_language(face, language):
    texts = [face, f"{face} {face} {face}", f"Northside {face}", f"@northside {face}{face}", f"Zyntrofex {face}\ufe0f"]

    assert (load_scorer().score(texts, [language] * len(texts)) >= NEGATIVE).all()


@pytest.mark.parametrize("face", "😊😍🥰😀👍👏💖")
def test_a_kind_face_is_no_anger(face):
    assert (load_scorer().score([face, f"Northside {face}{face}"], ["de", ""]) < NEGATIVE).all()


@pytest.mark.parametrize(
    "text",
    [
        "", "...", "https://example.org/a", "@northside", "@northside https://example.org/a", "🚪🪟",
        "Zyntrofex Qworbl", "Sigamos siendo felices felices felices", "qjzx vrrk ploeg zzyzx brmpf northside",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["", "en"])
def test_what_is_not_understood_is_not_called_calm(text, language):
    assert np.isnan(load_scorer().score([text], [language])[0])


def test_every_text_is_scored_where_all_are_wanted():
    texts = ["Das ist nicht gut", "это плохо", "", "\ud800", "no es bueno para mí"]

    assert np.isfinite(load_scorer().score_all(texts)).all()


def test_no_text_at_all_is_no_score_at_all():
    assert len(load_scorer().score([])) == 0


def test_a_language_for_each_text_or_none():
    with pytest.raises(DetectorsError, match="1 languages for 2 texts"):
        load_scorer().score(["a", "b"], ["en"])


@settings(deadline=None)
@given(st.lists(st.text(max_size=80) | st.text(alphabet="@#:;()<3&'’!?. \\u😡nN'tot-", max_size=40), max_size=5))
def test_any_text_gets_a_probability(texts):
    scores = load_scorer().score_all(texts)

    assert scores.dtype == np.float32
    assert scores.shape == (len(texts),)
    assert ((scores >= 0.0) & (scores <= 1.0)).all()


@pytest.mark.parametrize(
    "piece", ["a", "bad ", "😡", "@", "#", "!", "&", "&lt;", "\\u", "\u0301", "好", "http://", "\x00"]
)
def test_a_hundred_kilobytes_of_anything_are_scored(piece):
    assert 0.0 <= load_scorer().score_all([piece * (100_000 // len(piece))])[0] <= 1.0


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
