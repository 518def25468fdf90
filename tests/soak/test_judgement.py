"""The judgement sees each kind of loss: without that, a hundred runs without a fault would prove nothing."""

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from alerts.deliveries.planning import Nobody, planned
from alerts.incidents.incident import Change, Incident
from alerts.simulation.services.inbox import Inbox
from tests.soak.acknowledging import TAKER
from tests.soak.deliveries import asked_for, judge_deliveries
from tests.soak.expected import Expected
from tests.soak.judgement import judge_counts, judge_incidents
from tests.soak.settings import HOOK, POLICY, WAKES

OPENED = Change(type="opened", at=1.0, event_at=100, cause="v1")
NOTIFIED = Change(type="notified", at=1.0, step=0, cause="v1")
RAISED = Change(type="severity_raised", at=2.0, event_at=101, cause="v2")
TAKEN = Change(type="acknowledged", at=3.0, by=TAKER, via="cli", cause="c1")


def incident(*changes: Change, **fields: Any) -> Incident:
    made = Incident(
        id="alder-1", brand="alder", brand_name="Alder", kind="crisis", severity="critical", status="open", began_at=90,
        opened_at=100, paged=True, seen=9, expected=1.0, negative_share=0.9, expected_negative_share=0.1, reason="r",
        step=0, reached_step=0, version=len(changes), changes=changes,
    )  # fmt: skip
    return replace(made, **fields)


@pytest.fixture
def expected() -> Expected:
    return Expected(bins={("alder", 0): 5}, incidents={"alder-1": incident(OPENED, NOTIFIED, RAISED)})


def faults(expected: Expected, *found: Incident, taken: Sequence[str] = (), is_exact: bool = True) -> set[str]:
    judged = judge_incidents(expected, {each.id: each for each in found}, taken, is_exact=is_exact)
    return {name for name in judged.__struct_fields__ if getattr(judged, name)}


def test_bins_told_as_they_were_said_are_no_fault():
    counts = judge_counts({("alder", 0): 5}, {("alder", 0): [5, 5], ("alder", 10): [0]})

    assert (counts.lost, counts.doubled, counts.unlike, counts.wrong) == (0, 0, 0, ())


def test_what_is_lost_in_one_bin_is_not_made_up_for_by_what_is_doubled_in_another():
    counts = judge_counts({("alder", 0): 5, ("alder", 10): 5}, {("alder", 0): [4], ("alder", 10): [6]})

    assert (counts.lost, counts.doubled, counts.counted) == (1, 1, 10)


def test_a_bin_that_was_never_told_is_lost():
    assert judge_counts({("alder", 0): 5}, {}).lost == 5


def test_mentions_of_a_bin_in_which_nobody_spoke_are_doubled():
    assert judge_counts({}, {("alder", 0): [2]}).doubled == 2


def test_the_same_story_with_somebody_taking_it_in_between_is_no_fault(expected):
    taken = incident(OPENED, NOTIFIED, TAKEN, RAISED)

    assert faults(expected, taken, taken=["alder-1"]) == set()


def test_an_incident_that_was_not_told_is_missing(expected):
    assert faults(expected) == {"missing"}


def test_an_incident_of_another_brand_is_false(expected):
    another = incident(OPENED, id="birch-1", brand="birch")

    assert faults(expected, expected.incidents["alder-1"], another) == {"false"}


def test_a_verdict_that_was_swallowed_is_told_otherwise(expected):
    assert faults(expected, incident(OPENED, NOTIFIED)) == {"unlike"}


def test_at_the_clock_s_speed_an_incident_may_be_told_a_second_later_but_not_a_minute(expected):
    later = incident(OPENED, id="alder-2", opened_at=101)

    assert faults(expected, later, is_exact=False) == set()
    assert faults(expected, replace(later, opened_at=160), is_exact=False) == {"missing", "false"}


def test_a_taking_that_is_not_in_the_story_is_lost(expected):
    assert faults(expected, incident(OPENED, NOTIFIED, RAISED), taken=["alder-1"]) == {"acknowledgements_lost"}


def test_a_taking_that_holds_no_more_without_a_reason_is_lost(expected):
    reverted = incident(OPENED, NOTIFIED, RAISED, TAKEN, status="open")

    assert faults(expected, reverted, taken=["alder-1"]) == {"acknowledgements_lost"}


async def test_deliveries_that_are_not_settled_or_never_came_are_lost_and_so_is_a_page_that_woke_nobody():
    told = {("alder-1", 2): incident(OPENED, NOTIFIED)}
    hook = next(name for name, delivery in asked_for(told).items() if delivery.receiver == HOOK)

    judged = judge_deliveries(told, {hook: "sent"}, Inbox())

    assert {text.partition(":")[0] for text in judged.lost} == {"chat", "hook", "pager"}
    assert sum("noted as sent, and never came" in text for text in judged.lost) == 1
    assert sum("nobody was woken" in text for text in judged.lost) == 1


async def test_the_same_told_twice_in_the_channel_and_a_pager_that_rings_twice_are_doubled():
    told = {("alder-1", 2): incident(OPENED, NOTIFIED)}
    inbox = Inbox()
    message = {"metadata": {"event_payload": {"incident": "alder-1", "change": "opened@1.0"}}}
    for _ in range(2):
        await inbox.store.add("slack", "chat.postMessage", message)
    event = {"payload": {"summary": "s", "severity": "critical"}}
    for action in ("trigger", "resolve", "trigger"):
        inbox.pagerduty._take("alder-1", {"event_action": action, **event})

    judged = judge_deliveries(told, dict.fromkeys(asked_for(told), "superseded"), inbox)

    assert judged.lost == ()
    assert {text.partition(":")[0] for text in judged.doubled} == {"chat", "pager"}


def test_each_version_asks_for_what_the_product_plans():
    told = incident(OPENED, NOTIFIED)

    asked = asked_for({("alder-1", 2): told})

    assert list(asked.values()) == list(planned(told, POLICY, WAKES, Nobody(), 1.0))
    assert {delivery.purpose for delivery in asked.values()} == {"page"}
