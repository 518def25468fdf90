"""A mention's negativity for each of its brands."""

import math

import pytest

from streams.brand_negativity import corrections
from tests.streams.story import WordScorer, matcher

BOTH = (0, 1)
NORTHSIDE = (0,)


def for_brands(text: str, brands: tuple[int, ...]) -> tuple[float, ...] | None:
    """Return the corrected scores, or ``None`` where the text keeps its own."""
    scorer = WordScorer()
    score = float(scorer.score([text])[0])
    return corrections([text], [score], [brands], matcher().names, scorer).get(0)


def test_the_brand_that_is_blamed_keeps_the_score_and_the_other_loses_it():
    found = for_brands("northside was kind. shame on you, southside", BOTH)

    assert found is not None
    assert found[0] < 0.25 < found[1] == pytest.approx(0.9)


def test_a_complaint_at_another_handle_is_not_the_brands():
    found = for_brands("what a shame, @otherco. thanks northside", NORTHSIDE)

    assert found is not None
    assert found[0] < 0.25


def test_a_text_that_names_the_brand_alone_keeps_its_score():
    assert for_brands("shame on northside, shame", NORTHSIDE) is None


def test_a_calm_text_keeps_its_score():
    assert for_brands("northside meets southside", BOTH) is None


def test_a_text_that_is_not_scored_stays_so():
    scorer = WordScorer()

    assert corrections(["northside, @other"], [math.nan], [NORTHSIDE], matcher().names, scorer) == {}


def test_the_parts_of_all_texts_are_scored_together():
    scorer = WordScorer()
    texts = ["northside was kind. shame on southside", "southside was kind. shame on northside", "shame, northside"]

    found = corrections(texts, [0.9] * 3, [BOTH, BOTH, NORTHSIDE], matcher().names, scorer)

    assert scorer.batches == [4]
    assert sorted(found) == [0, 1]
    assert found[0] == found[1][::-1]
