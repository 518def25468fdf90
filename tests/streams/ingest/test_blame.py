"""A mention's negativity for each of its brands."""

import math
from datetime import datetime

import msgspec
import pytest
from hypothesis import given

from detectors.negativity.marks import mark_of
from detectors.negativity.model import load_scorer
from streams.ingest.blame import scores_by_brand
from streams.ingest.corrections import Corrections, mark_key
from streams.ingest.post_key import post_key
from streams.mention import Mention
from tests.streams.hostile_texts import hostile_texts
from tests.streams.story import WordScorer, matcher, unhurried

BOTH = (0, 1)
NORTHSIDE = (0,)


def for_brands(text: str, brands: tuple[int, ...]) -> list[float] | None:
    """Return the corrected scores, or ``None`` where the text keeps its own."""
    scorer = WordScorer()
    score = float(scorer.score([text])[0])
    return scores_by_brand([text], [score], [brands], matcher(), scorer).get(0)


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

    assert scores_by_brand(["northside, @other"], [math.nan], [NORTHSIDE], matcher(), scorer) == {}


def test_the_parts_of_all_texts_are_scored_together():
    scorer = WordScorer()
    texts = ["northside was kind. shame on southside", "southside was kind. shame on northside", "shame, northside"]

    found = scores_by_brand(texts, [0.9] * 3, [BOTH, BOTH, NORTHSIDE], matcher(), scorer)

    assert scorer.batches == [4]
    assert sorted(found) == [0, 1]
    assert found[0] == found[1][::-1]


def test_marks_correct_the_scores_of_their_own_brand_alone():
    corrections = Corrections()
    for number in range(9):
        value = msgspec.json.encode(mark_of("the turnstile", 0.1, negative=True))
        corrections.take(mark_key("southside", post_key(f"p{number}")), value)
    texts = ["the turnstile", "the turnstile", "a calm day"]

    found = scores_by_brand(
        texts, [0.2, 0.2, 0.2], [BOTH, NORTHSIDE, BOTH], matcher(), WordScorer(), corrections=corrections
    )

    assert found[0][0] == 0.2
    assert found[0][1] > 0.25
    assert found.get(1, [0.2]) == [0.2]
    assert found[2][0] == 0.2


def test_marks_come_after_the_question_of_blame():
    corrections = Corrections()
    corrections.take(mark_key("northside", post_key("p")), msgspec.json.encode(mark_of("kind", 0.9, negative=False)))
    text = "northside was kind. shame on southside"

    blamed = scores_by_brand([text], [0.9], [BOTH], matcher(), WordScorer())[0]
    marked = scores_by_brand([text], [0.9], [BOTH], matcher(), WordScorer(), corrections=corrections)[0]

    assert marked[0] < blamed[0]
    assert marked[1] == blamed[1]


def test_whom_a_text_blames_is_asked_of_english_alone():
    text = "northside was kind. shame on southside"

    found = scores_by_brand([text] * 3, [0.9] * 3, [BOTH] * 3, matcher(), WordScorer(), languages=["nl", "", "en"])

    assert sorted(found) == [2]


@given(hostile_texts)
@unhurried
def test_any_text_goes_through_matching_scoring_and_blame(text):
    watched, scorer = matcher(), load_scorer()
    content = f"{text} shame on you, northside! {text} @other{text}"
    mention = Mention(id="p", published=msgspec.convert("2011-07-12T15:00:00Z", datetime), content=content, name=text)

    [brands] = watched.match([mention])
    scores = scorer.score([content]).tolist()
    found = scores_by_brand([content], [max(scores[0], 0.9)], [brands], watched, scorer)

    assert all(0.0 <= score <= 1.0 for of_brands in found.values() for score in of_brands)
