"""Event time in the replay."""

import math

from hypothesis import given
from hypothesis import strategies as st

from alerts.simulation.demo.speed import Chapter, Speed, chapter_at, chapters
from alerts.simulation.stories.film_rental import ANNOUNCED, story

WAITING = (
    Chapter(until=100.0, speed=10.0, says="calm"),
    Chapter(until=200.0, speed=20.0, says="storm", waits=True),
    Chapter(until=1000.0, speed=50.0, says="after"),
)
STEPS = st.lists(st.tuples(st.floats(0, 30), st.booleans()), max_size=40)


@given(STEPS)
def test_event_time_is_never_slower_than_the_wall_clock_and_never_goes_back(steps):
    speed, passed = Speed(0.0, WAITING), 0.0

    for passed_s, may_go_on in steps:
        before = speed.reached
        speed.advance(passed_s, may_go_on=may_go_on)
        passed += passed_s
        assert speed.reached >= before
        assert speed.reached >= passed - 1e-6


def test_a_chapter_that_waits_goes_on_in_real_time():
    speed = Speed(0.0, WAITING)

    speed.advance(10.0 + 5.0, may_go_on=False)
    assert speed.reached == 200.0
    assert speed.advance(30.0, may_go_on=False) == 230.0
    assert speed.advance(1.0, may_go_on=True) == 280.0


def test_whoever_is_in_a_hurry_is_held_up_by_the_person_alone():
    plan = chapters(story().end_s, in_a_hurry=True)
    speed = Speed(story().start_s, plan)
    waits_at = next(chapter.until for chapter in plan if chapter.waits)

    assert speed.advance(0.01, may_go_on=False) == waits_at + 0.01
    assert speed.advance(0.01, may_go_on=True) >= story().end_s


def test_every_chapter_of_the_replay_is_faster_than_the_wall_clock():
    plan = chapters(story().end_s, in_a_hurry=False)

    assert all(1.0 < chapter.speed < math.inf for chapter in plan)
    assert [chapter.until for chapter in plan] == sorted(chapter.until for chapter in plan)
    assert plan[-1].until == story().end_s


def test_the_announcement_is_told_where_it_happens():
    plan = chapters(story().end_s, in_a_hurry=False)

    assert "announces" in chapter_at(plan, ANNOUNCED.timestamp()).says
