"""Which step is due when."""

import msgspec
import pytest

from alerts.incidents.audit_trail import Trigger
from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.escalation import ROUND_GAP_S, due_at, escalated, start
from alerts.incidents.policy import Policy, Step
from tests.alerts.verdicts import NOW, verdict


def opened_under(policy: Policy) -> BrandIncidents:
    brand = BrandIncidents("northside", "Northside", policy)
    brand.take_verdict(verdict(), NOW)
    return brand


def rounds(policy: Policy, minutes: int = 120) -> list[tuple[int, int]]:
    brand = opened_under(policy)
    told = [(0, t.step) for t in brand.incidents if t.paged]
    for minute in range(minutes):
        told += [(minute, t.step) for t in brand.tick(NOW + 60 * minute) if t.change.type == "notified"]
    return told


def test_a_single_step_repeats_after_ten_minutes():
    policy = Policy(steps=(Step(notify=("pager",)),), repeat=2)

    assert ROUND_GAP_S == 600
    assert rounds(policy) == [(0, 0), (10, 0), (20, 0)]


def test_without_repeats_the_last_step_is_the_end():
    policy = Policy(steps=(Step(notify=("a",)), Step(notify=("b",), after_s=120)))

    assert rounds(policy) == [(0, 0), (2, 1)]


def test_a_first_step_may_wait():
    policy = Policy(steps=(Step(notify=("a",), after_s=300),))

    brand = opened_under(policy)

    assert not brand.incidents[0].paged
    assert rounds(policy) == [(5, 0)]


def test_a_next_step_that_waits_for_nothing_is_told_with_the_first_tick():
    policy = Policy(steps=(Step(notify=("a",)), Step(notify=("b",)), Step(notify=("c",))))

    assert rounds(policy) == [(0, 0), (0, 1), (0, 2)]


def test_after_an_outage_the_steps_are_told_one_by_one_and_not_all_at_once():
    policy = Policy(steps=(Step(notify=("a",)), Step(notify=("b",), after_s=600), Step(notify=("c",), after_s=600)))
    brand = opened_under(policy)

    (told,) = brand.tick(NOW + 7200)

    assert (told.step, told.next_due_at) == (1, NOW + 7800)


def test_a_policy_without_steps_records_that_it_rang():
    brand = opened_under(Policy())

    assert (brand.incidents[0].paged, brand.due_at()) == (True, None)


def test_a_policy_that_became_shorter_meanwhile_is_escalated_as_far_as_it_goes():
    brand = opened_under(Policy(steps=(Step(notify=("a",)), Step(notify=("b",), after_s=60))))
    brand.policy = Policy(steps=(Step(notify=("a",)),), repeat=0)

    assert brand.tick(NOW + 7200) == []
    assert brand.due_at() is None


def test_what_is_over_has_nothing_due():
    brand = opened_under(Policy(steps=(Step(notify=("a",)), Step(notify=("b",), after_s=60))))
    brand.take_verdict(verdict(30, phase="calm"), NOW + 30)

    assert due_at(brand.incidents[0]) is None


@pytest.mark.parametrize("silenced_until", [NOW + 1, NOW + 1e6])
def test_nothing_begins_under_a_silence(silenced_until):
    policy = Policy(steps=(Step(notify=("a",)),))
    incident = msgspec.structs.replace(opened_under(policy).incidents[0], silenced_until=silenced_until)

    assert start(incident, policy, Trigger(at=NOW)) == []


def test_there_is_nobody_after_the_last_step_of_the_last_round():
    policy = Policy(steps=(Step(notify=("a",)),))

    assert escalated(opened_under(policy).incidents[0], policy, Trigger(at=NOW)) is None
