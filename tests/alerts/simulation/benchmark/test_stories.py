"""The stories' section on the shortest story, and its peer."""

import pytest

from alerts.simulation.benchmark.judging import Alarm, Answer, Judgement
from alerts.simulation.benchmark.published_rules import RULES
from alerts.simulation.benchmark.stories import StoryRow, row_of, summed
from alerts.simulation.benchmark.story_peer import STEP_S, in_steps, peer_alarms
from alerts.simulation.stories.catalogue import story_named

DAY_STEPS = 86_400 // STEP_S


def test_a_story_goes_through_the_products_own_path():
    story = story_named("first-hour")

    found = row_of(story, seed=1)

    assert found.must == ("crisis",)
    assert found.mentions > 1_000
    assert found.ours.answers[0].brand == story.brands[0].id
    assert found.right == found.ours.is_right
    assert found.peer_right == found.peer.is_right
    assert set(found.rules) == set(RULES)


def test_silent_steps_count_as_none():
    first, negatives = in_steps([(0, 1), (60, 2), (4 * STEP_S, 5)])

    assert first == 0
    assert negatives == [3.0, 0.0, 0.0, 0.0, 5.0]


def test_the_peer_rings_at_the_end_of_the_second_loud_step():
    negatives = [float(step % 2) for step in range(2 * DAY_STEPS)] + [40.0] * 4

    rings = peer_alarms("northside", 0, negatives)

    assert [alarm.at for alarm in rings] == [(2 * DAY_STEPS + 2) * STEP_S]


@pytest.mark.parametrize("days", [0, 3])
def test_the_peer_says_nothing_where_nothing_is_negative(days):
    assert peer_alarms("northside", *in_steps((step * STEP_S, 0) for step in range(days * DAY_STEPS))) == []


def test_the_peer_begins_with_the_first_negative_mention():
    quiet = [(step * STEP_S, 0) for step in range(2 * DAY_STEPS)]

    first, negatives = in_steps([*quiet, (2 * DAY_STEPS * STEP_S, 4)])

    assert (first, negatives) == (2 * DAY_STEPS * STEP_S, [4.0])


def test_the_sums_count_stories_and_false_pages_apart_for_controls():
    page = Alarm(brand="b", kind="crisis", at=0.0)
    quiet, loud = Judgement(), Judgement(false_pages=(page, page))
    crisis = StoryRow(story="a", must=("crisis",), mentions=1, ours=quiet, right=True, peer=loud, peer_right=False)
    control = StoryRow(story="b", must=(), mentions=1, ours=loud, right=False, peer=quiet, peer_right=True)

    sums = summed([crisis, control], seed=1)

    assert (sums.stories, sums.right, sums.false_pages, sums.false_pages_in_controls) == (2, 1, 2, 2)
    assert (sums.peer_right, sums.peer_false_pages, sums.peer_false_pages_in_controls) == (1, 2, 0)
    assert [(rule.rule, rule.right, rule.false_pages) for rule in sums.rules[:2]] == [
        ("Tocsin", 1, 2),
        ("Holt–Winters z", 1, 2),
    ]


def test_what_a_rule_finds_is_timed_beside_the_product():
    def row_of(minutes: float | None) -> Judgement:
        return Judgement(answers=(Answer(brand="b", must="crisis", minutes=minutes, within_minutes=60.0),))

    rows = [
        StoryRow(
            story="a", must=("crisis",), mentions=1, ours=row_of(5.0), right=True, peer=row_of(peer), peer_right=True,
            rules=dict.fromkeys(RULES, row_of(None)),
        )
        for peer in (20.0, None, 12.0)
    ]  # fmt: skip

    ours, peer, rule, *_ = summed(rows, seed=1).rules

    assert (ours.found, ours.to_find, ours.minutes, ours.lag) == (3, 3, 5.0, 0.0)
    assert (peer.found, peer.to_find, peer.minutes, peer.lag) == (2, 3, 16.0, 11.0)
    assert (rule.found, rule.to_find, rule.minutes, rule.lag) == (0, 3, None, None)
