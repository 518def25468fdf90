"""The figures of a run, in the sentence and by themselves."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.wording.figures import UNSCORED
from alerts.wording.reason import LONGEST, Facts
from detectors.assessment import Kind
from detectors.verdict import Counted, Evidence, Term

TWO_PM = 1_752_588_120  # 15 July 2025, 14:02 UTC
NONE = Evidence()
RUN = Counted(
    seen=41, span_s=7_200, expected=2.6, negatives=39, expected_negatives=0.8, negative_share=0.95,
    expected_negative_share=0.15, at=TWO_PM + 7_200,
)  # fmt: skip


def facts_of(kind: Kind = "crisis", *, evidence: Evidence = NONE, **facts: Any) -> Facts:
    warming_up, past = facts.pop("warming_up", False), facts.pop("past", False)
    counted = replace(RUN, **facts)
    return Facts(
        kind=kind, brand="Northside", counted=counted, evidence=evidence, unscored_share=counted.unscored_share,
        warming_up=warming_up, past=past,
    )  # fmt: skip


def said(kind: Kind = "crisis", **facts: Any) -> str:
    return facts_of(kind, **facts).sentence()


def test_much_talk_that_is_no_revolt_and_no_good_news_is_told_as_mixed():
    told = said("opportunity", negatives=18, negative_share=0.26, mixed=True)

    assert told.startswith("Northside is being talked about a lot, and reactions are mixed: 41 authors")
    assert "anger" not in told
    assert "mixed" not in said("opportunity", negatives=2, negative_share=0.05)


def test_a_crisis_is_told_by_the_authors_since_it_began():
    evidence = Evidence(phrases=(Term(text="car park charges", share=0.4),))

    assert said(evidence=evidence) == (
        "Northside: 41 authors since 14:02 UTC where about 3 are ordinary, 39 of them negative where about 1 is "
        "ordinary; people say “car park charges”."
    )


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (
            {"seen": 1, "negatives": 1},
            "Northside: 1 author since 14:02 UTC where about 3 are ordinary, 1 negative where",
        ),
        ({"seen": 1, "negatives": 0}, "ordinary, none negative where"),
        ({"seen": 9, "negatives": 9}, "all of them negative"),
        ({"seen": 9, "negatives": 1}, "1 of them negative"),
        ({"seen": 9, "negatives": 0}, "none of them negative"),
        ({"expected": 1.2}, "where about 1 is ordinary"),
        ({"expected": 0.0}, "where none is ordinary"),
        ({"expected_negatives": 0.02}, "negative where hardly any is ordinary"),
        ({"seen": 41_234, "negatives": 1_234}, "41,200 authors since 14:02 UTC"),
        ({"span_s": 7_200 + 86_400}, "41 authors (each once a day) since 14 July 2025, 14:02 UTC where"),
        ({"unscored_share": 0.4}, "(40 % could not be scored)"),
        ({"unscored_share": 1.0, "negatives": 0}, "none of whom could be scored"),
    ],
)
def test_the_grammar_is_right_for(facts, words):
    assert words in said(**facts)


def test_a_slow_burn_says_first_that_it_lasts():
    assert said("slow_burn").startswith(
        "Northside: more than usual: 41 authors since 14:02 UTC where about 3 are ordinary"
    )


def test_good_news_sets_a_share_of_authors_against_a_share_of_authors():
    told = said("opportunity", negatives=2, negative_share=0.049)

    assert told.startswith(
        "Northside is being talked about a lot, and not in anger: 41 authors since 14:02 UTC where about 3 are"
    )
    assert told.endswith("only 5 % of them negative (usually 15 %).")
    assert "none of them negative (usually 15 %)" in said("opportunity", negatives=0, negative_share=0.0)


def test_talk_of_which_half_was_not_scored_is_not_called_calm():
    assert "anger" not in said("opportunity", negatives=0, unscored_share=0.6)


def test_a_newborn_brand_claims_no_history():
    told = said(warming_up=True)

    assert "where about 3 would be expected of a brand this new, 39 of them negative." in told


def test_a_run_that_is_over_is_told_with_its_end():
    assert "41 authors from 14:02 UTC to 16:02 UTC where" in said(past=True)
    assert "41 authors (each once a day) from 14 July 2025, 14:02 UTC to 15 July 2025, 16:02 UTC" in said(
        past=True, span_s=7_200 + 86_400
    )


@given(
    kind=st.sampled_from(["crisis", "slow_burn", "opportunity"]),
    seen=st.integers(0, 10**9),
    expected=st.floats(0, 1e9),
    unscored=st.floats(0, 1),
    data=st.data(),
)
def test_it_never_says_more_negative_ones_than_there_were_nor_anything_of_what_nobody_scored(
    kind, seen, expected, unscored, data
):
    negatives = data.draw(st.integers(0, seen))
    facts = facts_of(kind, seen=seen, negatives=negatives, expected=expected, unscored_share=unscored)
    told = facts.sentence()

    assert f"{facts.authors()}, {facts.negative()}" in told
    assert len(told) <= LONGEST
    assert told.count("all of them") == (1 < seen == negatives and kind != "opportunity")
    assert ("could" in told) == (unscored >= UNSCORED and (unscored < 1.0 or negatives > 0 or "none of whom" in told))
