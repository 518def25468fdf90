"""Judging a story: what had to ring, in its time, and nothing else."""

import msgspec
import pytest

from alerts.incidents.incident import Change, ChangeType, Incident
from alerts.simulation.benchmark.judging import Alarm, alarms_of, judge
from alerts.simulation.stories.catalogue import stories, story_named
from alerts.simulation.stories.story import Story
from detectors.assessment import Kind
from streams.watch.source_watch import SELF_BRAND

CRISIS = story_named("car-park-charges")
BRAND = CRISIS.brands[0].id
REMEMBERED = story_named("down-and-remembered")


def beginnings(story: Story) -> list[float]:
    return [truth.began_at for truth in story.truth if truth.began_at is not None]


def began_and_over(story: Story) -> tuple[float, float]:
    (truth,) = story.truth
    assert truth.began_at is not None
    assert truth.over_by is not None
    return truth.began_at, truth.over_by


def alarm(
    minutes: float, *, brand: str = BRAND, kind: Kind = "crisis", story: Story = CRISIS, paged: bool = True
) -> Alarm:
    return Alarm(brand=brand, kind=kind, at=beginnings(story)[0] + 60.0 * minutes, paged=paged)


def test_a_ring_in_its_time_is_right_and_its_minutes_are_told():
    found = judge(CRISIS, [alarm(7.5)])

    assert found.is_right
    assert [answer.minutes for answer in found.answers] == [7.5]


def test_silence_is_wrong_where_something_had_to_ring():
    found = judge(CRISIS, [])

    assert not found.is_right
    assert found.false_pages == ()


@pytest.mark.parametrize("minutes", [-1.0, 60.5])
def test_a_ring_before_the_beginning_or_too_late_does_not_answer(minutes):
    found = judge(CRISIS, [alarm(minutes)])

    assert not found.is_right
    assert found.answers[0].minutes is None


def test_a_page_before_the_beginning_is_a_false_one_even_where_the_crisis_is_found():
    found = judge(CRISIS, [alarm(-300.0), alarm(5.0)])

    assert [one.at for one in found.false_pages] == [beginnings(CRISIS)[0] - 300.0 * 60.0]
    assert not found.is_right


def test_a_second_page_of_the_same_outbreak_is_no_false_one():
    assert judge(CRISIS, [alarm(5.0), alarm(600.0)]).is_right


def test_what_wakes_nobody_is_no_false_page():
    assert judge(CRISIS, [alarm(-60.0, kind="opportunity", paged=False), alarm(5.0)]).is_right


def test_a_page_about_the_service_itself_is_false_where_the_story_says_nothing_of_it():
    found = judge(CRISIS, [alarm(5.0), alarm(6.0, brand=SELF_BRAND.id, kind="source_silent")])

    assert [one.brand for one in found.false_pages] == [SELF_BRAND.id]


def test_a_relapse_is_to_be_rung_again_in_its_own_time():
    story = story_named("relapse")
    first, second = beginnings(story)
    brand = story.brands[0].id
    once = [Alarm(brand=brand, kind="crisis", at=first + 600)]

    assert not judge(story, once).is_right
    assert judge(story, [*once, Alarm(brand=brand, kind="crisis", at=second + 600)]).is_right


def test_a_slow_burn_may_ring_as_a_crisis_and_a_crisis_may_not_be_called_slow():
    slow = story_named("slow-burn")

    assert judge(slow, [alarm(600.0, kind="crisis", story=slow)]).is_right
    assert judge(CRISIS, [alarm(5.0, kind="slow_burn")]).answers[0].minutes is None


def test_a_kind_that_is_no_mistake_must_say_what_it_is():
    story = story_named("bot-net")
    brand = story.brands[0].id
    at = story.end_s - 3_600.0

    silent = judge(story, [Alarm(brand=brand, kind="crisis", at=at, reason="many are angry")])
    plain = judge(story, [Alarm(brand=brand, kind="crisis", at=at, reason="one text, possible coordination")])

    assert len(silent.false_pages) == 1
    assert plain.is_right


@pytest.mark.parametrize("story", [s for s in stories() if not any(t.must for t in s.truth)], ids=lambda s: s.id)
def test_silence_is_right_in_every_control(story):
    assert judge(story, []).is_right


def test_an_incident_rings_when_it_is_opened_and_each_time_it_is_open_again():
    opened = Change(type="opened", at=100.0, event_at=90)
    incident = Incident(
        id="i", brand=BRAND, brand_name="", kind="crisis", severity="error", status="open", began_at=80, opened_at=90,
        paged=True, seen=9, expected=1.0, negative_share=0.9, expected_negative_share=0.2, reason="why",
        changes=(opened, Change(type="grown", at=110.0, event_at=105)),
    )  # fmt: skip
    again = msgspec.structs.replace(
        incident, changes=(*incident.changes, Change(type="reopened", at=300.0, event_at=290))
    )

    assert [one.at for one in alarms_of([incident])] == [90.0]
    assert [one.at for one in alarms_of([again])] == [90.0, 290.0]
    assert alarms_of([incident])[0].paged
    assert alarms_of([incident])[0].reason == "why"


def test_where_it_must_end_an_incident_that_stays_open_is_wrong():
    began, over_by = began_and_over(REMEMBERED)
    rang = Alarm(brand=REMEMBERED.truth[0].brand, kind="crisis", at=began + 300, over_at=over_by)

    assert judge(REMEMBERED, [rang]).is_right
    assert not judge(REMEMBERED, [msgspec.structs.replace(rang, over_at=over_by + 60)]).is_right
    assert not judge(REMEMBERED, [msgspec.structs.replace(rang, over_at=None)]).is_right


def test_what_rings_after_the_end_of_an_outbreak_is_no_part_of_it():
    began, over_by = began_and_over(REMEMBERED)
    rang = Alarm(brand=REMEMBERED.truth[0].brand, kind="crisis", at=began + 300, over_at=over_by)
    again = msgspec.structs.replace(rang, at=over_by + 3600, over_at=over_by + 7200)

    assert judge(REMEMBERED, [rang, again]).false_pages == (again,)


def test_a_ring_is_over_where_the_watch_first_said_so_after_it():
    changes: list[tuple[ChangeType, int]] = [("opened", 90), ("resolved", 200), ("reopened", 300), ("resolved", 500)]
    incident = Incident(
        id="i", brand=BRAND, brand_name="", kind="crisis", severity="error", status="resolved", began_at=80,
        opened_at=90, paged=True, seen=9, expected=1.0, negative_share=0.9, expected_negative_share=0.2, reason="why",
        changes=tuple(Change(type=kind, at=at + 1.0, event_at=at) for kind, at in changes),
    )  # fmt: skip

    assert [(one.at, one.over_at) for one in alarms_of([incident])] == [(90.0, 200.0), (300.0, 500.0)]
