"""Who is told what of which change."""

import pytest
from msgspec.structs import replace

from alerts.deliveries.delivery import delivery_id
from alerts.deliveries.planning import planned
from alerts.incidents.audit_trail import append_change
from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.incident import Change, Incident
from tests.alerts.verdicts import NOW, POLICY, WAKES, command, verdict

INCIDENT = "northside-20110712T150400Z"


class Paths:
    """Links that show what they were made of."""

    def link(self, incident_id: str, brand: str, recipient: str, version: int) -> str:
        return f"/{incident_id}/{brand}/{recipient}/{version}"


@pytest.fixture
def northside() -> BrandIncidents:
    return BrandIncidents("northside", "Northside Hospital Trust", POLICY)


@pytest.fixture
def ringing(northside: BrandIncidents) -> BrandIncidents:
    northside.take_verdict(verdict(), NOW)
    return northside


def plan(incident: Incident, now: float = NOW) -> dict[str, str]:
    return {made.receiver: made.purpose for made in planned(incident, POLICY, WAKES, Paths(), now)}


def test_the_first_step_is_paged_once_when_an_incident_opens(northside):
    opened, notified = northside.take_verdict(verdict(), NOW)

    assert plan(opened) == {}
    assert plan(notified) == {"slack": "page", "pager": "page"}


def test_a_delivery_has_its_own_identity_and_its_receivers_link(northside):
    _, notified = northside.take_verdict(verdict(), NOW)

    slack, _ = planned(notified, POLICY, WAKES, Paths(), NOW)

    assert slack.id == delivery_id(INCIDENT, 2, "slack", "page")
    assert slack.link == f"/{INCIDENT}/northside/slack/1"
    assert (slack.state, slack.decided_at) == ("intent", NOW)


def test_a_receiver_that_left_the_configuration_is_not_planned_for(northside):
    _, notified = northside.take_verdict(verdict(), NOW)

    made = planned(notified, POLICY, {"pager": True}, Paths(), NOW)

    assert [delivery.receiver for delivery in made] == ["pager"]


def test_growth_is_told_to_chats_that_know_and_wakes_nobody(ringing):
    (grown,) = ringing.take_verdict(verdict(60, seen=90), NOW + 60)

    assert plan(grown) == {"slack": "update"}


def test_risen_severity_pages_all_that_were_told(ringing):
    ringing.tick(NOW + 600)

    (risen,) = ringing.take_verdict(verdict(660, severity="critical"), NOW + 660)

    assert plan(risen, NOW + 660) == {"slack": "page", "pager": "page", "chief": "page"}


def test_risen_severity_pages_nobody_while_silenced(ringing):
    ringing.take_command(command("silence", until=NOW + 900), NOW + 60)

    (risen,) = ringing.take_verdict(verdict(120, severity="critical"), NOW + 120)

    assert plan(risen, NOW + 120) == {"slack": "update"}


def test_the_next_step_is_paged_and_the_chats_see_that_it_was(ringing):
    (step,) = ringing.tick(NOW + 600)

    assert plan(step) == {"chief": "page", "slack": "update"}


@pytest.mark.parametrize("kind", ["acknowledge", "resolve"])
def test_the_end_is_told_to_all_that_were_told_so_that_the_pager_stops(ringing, kind):
    told = ringing.take_command(command(kind), NOW + 60)

    purpose = "acknowledged" if kind == "acknowledge" else "resolved"
    assert plan(told[-1]) == {"slack": purpose, "pager": purpose}


def test_whoever_an_earlier_round_told_hears_of_the_end(ringing):
    ringing.tick(NOW + 600)
    ringing.tick(NOW + 1200)

    (resolved,) = ringing.take_verdict(verdict(1300, phase="calm"), NOW + 1300)

    assert resolved.step == 0
    assert set(plan(resolved)) == {"slack", "pager", "chief"}


def test_what_was_never_told_ends_without_a_word(northside):
    northside.take_command(command("silence", incident="", until=NOW + 9000), NOW)
    northside.take_verdict(verdict(), NOW + 1)

    (resolved,) = northside.take_verdict(verdict(300, phase="calm"), NOW + 300)

    assert plan(resolved) == {}


@pytest.mark.parametrize("kind", ["opportunity", "source_silent"])
def test_what_is_no_crisis_goes_to_the_chats_of_the_first_step_alone(northside, kind):
    _, notified = northside.take_verdict(verdict(kind=kind), NOW)
    (resolved,) = northside.take_verdict(verdict(300, kind=kind, phase="calm"), NOW + 300)

    assert plan(notified) == {"slack": "update"}
    assert plan(resolved) == {"slack": "resolved"}


def test_a_note_is_for_the_page_alone(ringing):
    ringing.take_command(command("acknowledge", 1, by="ada"), NOW)

    (note,) = ringing.take_command(command("acknowledge", 2, by="bo"), NOW)

    assert plan(note) == {}


def test_withdrawn_links_come_fresh_to_all_that_were_told(ringing):
    (withdrawn,) = ringing.take_command(command("revoke_links"), NOW + 60)

    made = planned(withdrawn, POLICY, WAKES, Paths(), NOW + 60)

    assert [(each.receiver, each.purpose, each.link) for each in made] == [
        ("slack", "update", f"/{INCIDENT}/northside/slack/2"), ("pager", "update", f"/{INCIDENT}/northside/pager/2"),
    ]  # fmt: skip


@pytest.mark.parametrize("how", ["unacknowledge", "expires", "silence_ends"])
def test_when_it_is_nobodys_again_all_who_had_been_told_are_woken(ringing, how):
    ringing.tick(NOW + 600)
    ringing.take_command(command("silence" if how == "silence_ends" else "acknowledge", until=NOW + 2000), NOW + 700)

    if how == "unacknowledge":
        told = ringing.take_command(command("unacknowledge"), NOW + 800)
    else:
        told = ringing.tick(NOW + 2000)

    assert told[-1].change.receivers == ("slack", "pager", "chief")
    assert plan(told[-1], NOW + 2000) == {"slack": "page", "pager": "page", "chief": "page"}
    assert (told[-1].step, told[-1].next_due_at is not None) == (1, True)


def test_whoever_had_not_been_told_is_not_woken_by_a_handing_back(ringing):
    ringing.take_command(command("acknowledge"), NOW + 60)

    told = ringing.take_command(command("unacknowledge"), NOW + 90)

    assert plan(told[-1], NOW + 90) == {"slack": "page", "pager": "page"}


def test_an_incident_of_the_version_before_tells_its_step(ringing):
    incident = ringing.incidents[0]
    old = replace(incident, changes=(*incident.changes[:-1], replace(incident.change, receivers=())))

    assert plan(old) == {"slack": "page", "pager": "page"}


DAY = 86_400


@pytest.mark.parametrize(("days", "told"), [(29, {"slack": "update"}), (31, {})])
def test_a_post_that_is_gone_is_told_while_the_messages_of_a_closed_incident_are_known(ringing, days, told):
    (*_, over) = ringing.take_verdict(verdict(3600, phase="calm"), NOW + 3600)
    at = NOW + 3600 + days * DAY
    gone = Change(type="redacted", at=at, via="watch")

    assert plan(append_change(over, gone), at) == told


def test_what_goes_by_age_alone_is_told_to_nobody(ringing):
    aged = append_change(ringing.incidents[0], Change(type="redacted", at=NOW + DAY, via="timer"))

    assert plan(aged, NOW + DAY) == {}


def test_whom_a_policy_told_that_has_been_changed_since_hears_that_it_is_over(ringing):
    (over,) = ringing.take_command(command("resolve"), NOW + 60)
    changed = replace(POLICY, steps=(replace(POLICY.steps[0], notify=("chief",)),))

    made = planned(over, changed, {**WAKES, "chief": False}, Paths(), NOW + 60)

    assert {delivery.receiver: delivery.purpose for delivery in made} == {
        "chief": "resolved", "slack": "resolved", "pager": "resolved",
    }  # fmt: skip


def test_a_slip_that_is_taken_back_pages_again_whom_the_end_was_told(ringing):
    ringing.take_command(command("resolve"), NOW + 60)
    reopened, notified = ringing.take_command(command("revoke_resolve", at=NOW + 70), NOW + 70)

    assert plan(reopened) == {"slack": "update"}
    assert plan(notified) == {"slack": "page", "pager": "page"}


def test_where_somebody_has_it_a_slip_that_is_taken_back_wakes_nobody(ringing):
    ringing.take_command(command("acknowledge"), NOW + 30)
    ringing.take_command(command("resolve"), NOW + 60)
    (reopened,) = ringing.take_command(command("revoke_resolve", at=NOW + 70), NOW + 70)

    assert plan(reopened) == {"slack": "update"}


def test_a_comparison_edits_the_messages_of_an_open_incident_and_wakes_nobody(ringing):
    incident = ringing.incidents[0]
    made = append_change(incident, Change(type="compared", at=NOW + 120, via="timer", note="At 15:04 UTC …"))

    assert plan(made) == {"slack": "update"}
    assert plan(replace(made, status="resolved")) == {}
