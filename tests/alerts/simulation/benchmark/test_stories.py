"""The stories' section on the shortest story, and its peer."""

import pytest

from alerts.simulation.benchmark.judging import Judgement, Ring
from alerts.simulation.benchmark.stories import StoryRow, summed, told
from alerts.simulation.benchmark.story_peer import STEP_S, in_steps, peer_rings
from alerts.simulation.stories.catalogue import story_named
from streams.observation_row import ObservationRow

DAY_STEPS = 86_400 // STEP_S


def row(start: int, negatives: int) -> ObservationRow:
    return ObservationRow(
        brand="northside", start=start, span_s=60, mentions=negatives + 1, negatives=negatives, unscored=0, voices=1,
        negative_voices=0, expected=1.0, upper=2.0, expected_share=0.2, score=0.0, threshold=9.0,
    )  # fmt: skip


def test_a_story_goes_through_the_products_own_path():
    story = story_named("first-hour")

    found = told(story, seed=1)

    assert found.must == ("crisis",)
    assert found.mentions > 1_000
    assert found.ours.answers[0].brand == story.brands[0].id
    assert found.right == found.ours.is_right
    assert found.peer_right == found.peer.is_right


def test_silent_steps_count_as_none():
    first, negatives = in_steps([row(0, 1), row(60, 2), row(4 * STEP_S, 5)])

    assert first == 0
    assert negatives == [3.0, 0.0, 0.0, 0.0, 5.0]


def test_the_peer_rings_at_the_end_of_the_second_loud_step():
    quiet = [row(step * STEP_S, step % 2) for step in range(2 * DAY_STEPS)]
    loud = [row(step * STEP_S, 40) for step in range(2 * DAY_STEPS, 2 * DAY_STEPS + 4)]

    rings = peer_rings("northside", [*quiet, *loud])

    assert [ring.at for ring in rings] == [(2 * DAY_STEPS + 2) * STEP_S]


@pytest.mark.parametrize("days", [0, 3])
def test_the_peer_says_nothing_where_nothing_is_negative(days):
    assert peer_rings("northside", [row(step * STEP_S, 0) for step in range(days * DAY_STEPS)]) == []


def test_the_peer_begins_with_the_first_negative_mention():
    quiet = [row(step * STEP_S, 0) for step in range(2 * DAY_STEPS)]

    first, negatives = in_steps([*quiet, row(2 * DAY_STEPS * STEP_S, 4)])

    assert (first, negatives) == (2 * DAY_STEPS * STEP_S, [4.0])


def test_the_sums_count_stories_and_false_pages_apart_for_controls():
    page = Ring(brand="b", kind="crisis", at=0.0)
    quiet, loud = Judgement(), Judgement(false_pages=(page, page))
    crisis = StoryRow(story="a", must=("crisis",), mentions=1, ours=quiet, right=True, peer=loud, peer_right=False)
    control = StoryRow(story="b", must=(), mentions=1, ours=loud, right=False, peer=quiet, peer_right=True)

    sums = summed([crisis, control], seed=1)

    assert (sums.stories, sums.right, sums.false_pages, sums.false_pages_in_controls) == (2, 1, 2, 2)
    assert (sums.peer_right, sums.peer_false_pages, sums.peer_false_pages_in_controls) == (1, 2, 0)
