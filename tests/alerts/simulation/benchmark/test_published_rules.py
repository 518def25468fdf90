"""Rules that others publish, on counts that their manuals would speak of."""

import pytest

from alerts.simulation.benchmark.published_rules import DAY, HOUR, RULES, WEEK, PublishedRule, rule_rings
from alerts.simulation.benchmark.story_peer import STEP_S

HOUR_OF_TWELVE, DAY_OF_WEEK, HALF_MORE, FIVE_TIMES = RULES.values()


def places(rule: PublishedRule, counts: list[float]) -> list[int]:
    """Return at the end of which steps it would have paged."""
    return [int(alarm.at) // STEP_S - 1 for alarm in rule_rings("northside", rule, 0, counts)]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@pytest.mark.parametrize("counts", [[], [5.0], [3.0] * (3 * WEEK), [0.0] * (2 * WEEK), [400.0] * HOUR])
def test_what_goes_on_as_it_was_pages_nobody(rule, counts):
    assert places(rule, counts) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_ten_times_as_much_for_a_day_pages_once(rule):
    found = places(rule, [2.0] * (2 * WEEK) + [20.0] * DAY + [2.0] * DAY)

    assert len(found) == 1
    assert 2 * WEEK <= found[0] < 2 * WEEK + DAY


def test_the_last_hour_is_held_against_the_twelve_before_it():
    calm = [1.0] * (13 * HOUR)

    assert places(HOUR_OF_TWELVE, [*calm, *[2.0] * HOUR]) == []
    assert places(HOUR_OF_TWELVE, [*calm, *[3.0] * HOUR]) == [13 * HOUR + 9]


def test_an_hour_that_is_as_loud_each_day_is_not_unusual():
    day = [1.0] * (23 * HOUR) + [9.0] * HOUR

    assert [place // DAY for place in places(HOUR_OF_TWELVE, day * 4)] == [0]


def test_a_day_is_held_against_the_week_and_asked_for_at_the_hour():
    waves = ([1.0] * HOUR + [3.0] * HOUR) * (WEEK // HOUR)

    found = places(DAY_OF_WEEK, [*waves, *[8.0] * DAY])

    assert len(found) == 1
    assert (found[0] + 1) % HOUR == 0


def test_150_percent_of_the_week():
    assert places(HALF_MORE, [2.0] * WEEK + [2.9] * DAY) == []
    assert places(HALF_MORE, [2.0] * WEEK + [3.1] * DAY) == [WEEK + DAY - 1]


def test_five_times_the_mean():
    assert places(FIVE_TIMES, [2.0] * WEEK + [10.0] * HOUR) == []
    assert places(FIVE_TIMES, [2.0] * WEEK + [11.0] * HOUR) == [WEEK + HOUR - 1]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_fewer_than_ten_page_nobody(rule):
    assert places(rule, [0.0] * (2 * WEEK) + [9.0] + [0.0] * DAY) == []
