"""The one sentence."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.assessment import Kind
from detectors.explanation.reason import LONGEST, count, percent, reason
from detectors.verdict import Concentration, Evidence, Term

TWO_PM = 1_752_588_120  # 15 July 2025, 14:02 UTC
FACTS: dict[str, Any] = {
    "seen": 214, "span_s": 600, "expected": 9.2, "negative_share": 0.87, "expected_negative_share": 0.21,
    "began_at": TWO_PM, "at": TWO_PM + 480,
}  # fmt: skip


def said(kind: Kind = "crisis", brand: str = "Northside", **facts: Any) -> str:
    return reason(kind, brand, **{**FACTS, **facts})


def test_a_crisis_is_told_in_one_sentence():
    evidence = Evidence(
        phrases=(Term(text="car park charges", share=0.4),), hashtags=(Term(text="savenorthside", share=0.3),)
    )

    assert said(evidence=evidence) == (
        "Northside: 214 mentions in the last 10 minutes where about 9 are ordinary, 87 % negative (usually 21 %), "
        "since 14:02 UTC; people say “car park charges”, #savenorthside."
    )


def test_a_phrase_of_several_words_is_quoted_before_a_single_word():
    phrases = tuple(Term(text=text, share=0.4) for text in ("charges", "sick", "car park charges"))

    assert said(evidence=Evidence(phrases=phrases)).endswith("people say “car park charges”, “charges”.")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"seen": 1, "expected": 0.0}, "1 mention in the last 10 minutes where none is ordinary"),
        ({"seen": 12, "expected": 0.2}, "12 mentions in the last 10 minutes where hardly any is ordinary"),
        ({"seen": 12, "expected": 1.2}, "where about 1 is ordinary"),
        (
            {"seen": 1_523_411, "expected": 15_222.0},
            "1.5 million mentions in the last 10 minutes where about 15,200 are",
        ),
        ({"span_s": 60}, "in the last minute"),
        ({"span_s": 3_600}, "in the last hour"),
        ({"span_s": 5_400}, "in the last 90 minutes"),
        ({"span_s": 45}, "in the last 45 seconds"),
        ({"span_s": 2 * 86_400}, "in the last 2 days"),
        ({"negative_share": 0.999}, "99 % negative"),
        ({"negative_share": 1.0}, "100 % negative"),
        ({"at": TWO_PM + 2 * 86_400}, "since 15 Jul 14:02 UTC"),
        ({"at": TWO_PM + 300 * 86_400}, "since 15 Jul 2025 14:02 UTC"),
    ],
)
def test_the_grammar_is_right_for(facts, words):
    assert words in said(**facts)


def test_a_slow_burn_says_that_it_lasts():
    sentence = said("slow_burn", span_s=6 * 3_600, at=TWO_PM + 86_400)

    assert sentence.startswith("Northside: more than usual since 15 Jul 14:02 UTC: 214 mentions in the last 6 hours")


def test_an_opportunity_claims_no_more_than_that_few_are_negative():
    sentence = said("opportunity", negative_share=0.04)

    assert sentence.startswith("Northside is much talked about, and not in anger: 214 mentions")
    assert "only 4 % negative" in sentence


def test_no_negative_mention_at_all_is_said_in_words():
    assert "none negative (usually 21 %)" in said("opportunity", negative_share=0.0)


def test_talk_in_a_language_that_is_not_scored_is_not_called_calm():
    assert "anger" not in said("opportunity", negative_share=0.0, evidence=Evidence(unscored_share=0.9))


def test_a_silent_source_is_named():
    assert said("source_silent", expected=40.0, source="bluesky") == (
        "Northside: nothing from bluesky since 14:02 UTC, where about 40 are ordinary; what is said there goes unheard."
    )


def test_a_newborn_brand_claims_no_history():
    sentence = said(warming_up=True)

    assert "where about 9 would be expected of a brand this new" in sentence
    assert "usually" not in sentence


def test_one_author_behind_it_is_named_as_possible_coordination():
    concentration = Concentration(loudest_author="Troll", loudest_author_share=0.92, rings_without_loudest_author=False)

    assert "possible coordination: 92 % of the posts are by one author, Troll" in said(
        evidence=Evidence(concentration=concentration)
    )


def test_one_text_behind_it_is_quoted_as_possible_coordination():
    concentration = Concentration(repeated_text="Boycott them now", repeated_text_share=0.8)

    assert "80 % of the posts repeat one text, “Boycott them now”" in said(
        evidence=Evidence(concentration=concentration)
    )


def test_an_outbreak_of_many_voices_is_not_called_coordination():
    concentration = Concentration(loudest_author="Ann", loudest_author_share=0.03)

    assert "coordination" not in said(evidence=Evidence(concentration=concentration))


def test_a_crisis_of_which_nothing_is_scored_is_not_said_to_be_calm():
    sentence = said(negative_share=0.0, evidence=Evidence(unscored_share=1.0))

    assert "none of which could be scored" in sentence
    assert "0 %" not in sentence


def test_unscored_mentions_are_owned_up_to():
    assert "(40 % could not be scored)" in said(evidence=Evidence(unscored_share=0.4))


@given(st.floats(min_value=0.0, allow_nan=False))
def test_a_count_is_written_without_an_exponent(number):
    assert "e+" not in count(number)


@given(st.floats())
def test_a_share_is_written_between_0_and_100(share):
    assert percent(share) == "an unknown share" or 0 <= int(percent(share).removesuffix(" %")) <= 100


TERMS = st.lists(st.builds(Term, text=st.text(max_size=200), share=st.floats(0, 1)), max_size=4).map(tuple)
ANY_TIME = st.integers(-(10**18), 10**18)


@given(
    kind=st.sampled_from(["crisis", "slow_burn", "opportunity", "source_silent"]),
    brand=st.text(max_size=300),
    seen=st.integers(0, 10**15),
    span_s=st.integers(0, 10**9),
    expected=st.floats(),
    negative_share=st.floats(),
    expected_negative_share=st.floats(),
    began_at=ANY_TIME,
    at=ANY_TIME,
    evidence=st.builds(
        Evidence,
        phrases=TERMS,
        hashtags=TERMS,
        unscored_share=st.floats(0, 1),
        concentration=st.builds(
            Concentration,
            loudest_author=st.text(max_size=100),
            loudest_author_share=st.floats(0, 1),
            repeated_text=st.text(max_size=500),
            repeated_text_share=st.floats(0, 1),
        ),
    ),
    warming_up=st.booleans(),
    source=st.text(max_size=200),
)
def test_whatever_the_facts_it_is_one_short_line_that_ends(kind, brand, **facts):
    sentence = reason(kind, brand, **facts)

    assert 10 < len(sentence) <= LONGEST
    assert sentence[-1] in ".…"
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in sentence)
