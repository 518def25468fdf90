"""The one sentence, and its words: each number, share and moment by one function."""

import unicodedata
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.wording.moments import Times
from alerts.wording.numbers import count, exact, percent
from alerts.wording.reason import LONGEST, Facts, silence_sentence
from detectors.assessment import Kind
from detectors.verdict import Concentration, Counted, Evidence, Term

TWO_PM = 1_752_588_120  # 15 July 2025, 14:02 UTC
MENTIONS = Counted(
    seen=214, span_s=600, expected=9.2, negative_share=0.87, expected_negative_share=0.21, at=TWO_PM + 480
)
"""As versions before counted."""
NONE = Evidence()


def said(kind: Kind = "crisis", brand: str = "Northside", *, evidence: Evidence = NONE, **facts: Any) -> str:
    unscored, warming_up = facts.pop("unscored_share", 0.0), facts.pop("warming_up", False)
    counted = replace(MENTIONS, **facts)
    told = Facts(
        kind=kind, brand=brand, counted=counted, evidence=evidence, unscored_share=unscored, warming_up=warming_up
    )
    return told.sentence()


def test_a_crisis_is_told_in_one_sentence():
    evidence = Evidence(
        phrases=(Term(text="car park charges", share=0.4),), hashtags=(Term(text="savenorthside", share=0.3),)
    )

    assert said(evidence=evidence) == (
        "Northside: 214 mentions in the last 10 minutes where about 9 are ordinary, 87 % negative (usually 21 %); "
        "people say “car park charges”, #savenorthside."
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
        ({"span_s": 5_400}, "in the last 1.5 hours"),
        ({"span_s": 45}, "in the last 45 seconds"),
        ({"span_s": 2 * 86_400}, "in the last 2 days"),
        ({"negative_share": 0.999}, "99 % negative"),
        ({"negative_share": 1.0}, "100 % negative"),
        ({"negatives": 99, "at": TWO_PM, "span_s": 7_200}, "214 authors since 12:02 UTC where"),
        ({"negatives": 99, "at": TWO_PM, "span_s": 86_400}, "214 authors since 14 July 2025, 14:02 UTC where"),
    ],
)
def test_the_grammar_is_right_for(facts, words):
    assert words in said(**facts)


def test_a_slow_burn_says_that_it_lasts():
    assert said("slow_burn", span_s=6 * 3_600).startswith(
        "Northside: more than usual: 214 mentions in the last 6 hours where about 9 are ordinary"
    )


def test_an_opportunity_claims_no_more_than_that_few_are_negative():
    sentence = said("opportunity", negative_share=0.04)

    assert sentence.startswith("Northside is being talked about a lot, and not in anger: 214 mentions")
    assert "only 4 % negative" in sentence


def test_no_negative_mention_at_all_is_said_in_words():
    assert "none negative (usually 21 %)" in said("opportunity", negative_share=0.0)


def test_talk_in_a_language_that_is_not_scored_is_not_called_calm():
    assert "anger" not in said("opportunity", negative_share=0.0, unscored_share=0.9)


def test_a_silent_source_is_named():
    assert silence_sentence("Northside", ("bluesky", "rss"), TWO_PM, TWO_PM + 3_600) == (
        "Northside: nothing from bluesky, rss since 14:02 UTC; what is said there goes unheard."
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


def test_an_outbreak_of_many_authors_is_not_called_coordination():
    concentration = Concentration(loudest_author="Ann", loudest_author_share=0.03)

    assert "coordination" not in said(evidence=Evidence(concentration=concentration))


def test_a_crisis_of_which_nothing_is_scored_is_not_said_to_be_calm():
    sentence = said(negative_share=0.0, unscored_share=1.0)

    assert "none of which could be scored" in sentence
    assert "0 %" not in sentence


def test_unscored_mentions_are_owned_up_to():
    assert "(40 % could not be scored)" in said(unscored_share=0.4)


@given(st.floats(min_value=0.0, allow_nan=False))
def test_a_count_is_written_without_an_exponent(number):
    assert "e+" not in count(number)


@given(st.floats(0, 1e12, exclude_max=True), st.floats(0, 1e12, exclude_max=True))
def test_what_is_more_is_never_written_as_less(one, other):
    less, more = sorted((one, other))

    assert exact(less) == exact(more) or float(exact(less).replace(",", "")) < float(exact(more).replace(",", ""))
    assert number_in(count(less)) <= number_in(count(more))


def number_in(said: str) -> float:
    figure, _, unit = said.partition(" ")
    return float(figure.replace(",", "")) * {"": 1, "million": 1e6, "billion": 1e9}[unit]


@given(st.floats())
def test_a_share_is_written_between_0_and_100(share):
    assert percent(share) == "an unknown share" or 0 <= int(percent(share).removesuffix(" %")) <= 100


TERMS = st.lists(st.builds(Term, text=st.text(max_size=200), share=st.floats(0, 1)), max_size=4).map(tuple)
ANY_TIME = st.integers(-(10**18), 10**18)
FACTS = st.builds(
    Facts,
    kind=st.sampled_from(["crisis", "slow_burn", "opportunity"]),
    brand=st.text(max_size=300),
    counted=st.builds(
        Counted,
        seen=st.integers(0, 10**15),
        span_s=st.integers(0, 10**9),
        expected=st.floats(),
        negative_share=st.floats(),
        expected_negative_share=st.floats(),
        at=ANY_TIME,
        negatives=st.none() | st.integers(0, 10**15),
        expected_negatives=st.floats(),
    ),
    evidence=st.builds(
        Evidence,
        phrases=TERMS,
        hashtags=TERMS,
        concentration=st.builds(
            Concentration,
            loudest_author=st.text(max_size=100),
            loudest_author_share=st.floats(0, 1),
            repeated_text=st.text(max_size=500),
            repeated_text_share=st.floats(0, 1),
        ),
    ),
    unscored_share=st.floats(0, 1),
    warming_up=st.booleans(),
    past=st.booleans(),
    at_peak=st.booleans(),
)


def is_one_short_line(sentence: str) -> bool:
    forbidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    ends = sentence[-1] in ".…" and not any(unicodedata.category(char) in forbidden for char in sentence)
    return ends and 10 < len(sentence) <= LONGEST


@given(FACTS)
def test_whatever_the_facts_it_is_one_short_line_that_ends(facts):
    assert is_one_short_line(facts.sentence())


@given(st.text(max_size=300), st.lists(st.text(max_size=200), max_size=3).map(tuple), ANY_TIME, ANY_TIME)
def test_whatever_fell_silent_it_is_one_short_line_that_ends(brand, sources, began_at, at):
    assert is_one_short_line(silence_sentence(brand, sources, began_at, at))


@given(FACTS, st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "America/Sao_Paulo"]))
def test_a_reader_elsewhere_is_told_the_same_with_the_moments_in_their_zone(facts, zone):
    assume(";" not in facts.brand)  # which would look like the end of the sentence's first part
    figures = (str(facts.negative()), facts.authors().number)

    assert facts.sentence().partition("; ")[2] == facts.sentence(Times(zone)).partition("; ")[2]
    assert all(figure in facts.sentence(Times(zone)) for figure in figures)
