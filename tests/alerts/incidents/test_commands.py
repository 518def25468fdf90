"""What people ask of incidents."""

import pytest
from msgspec.structs import replace

from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.command import Command
from alerts.incidents.commands import SLIP_S
from alerts.incidents.incident import Incident
from tests.alerts.verdicts import NOW, POLICY, RANG, command, verdict


@pytest.fixture
def ringing() -> BrandIncidents:
    northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY)
    northside.take_verdict(verdict(), NOW)
    return northside


def types(told: list[Incident]) -> list[str]:
    return [incident.change.type for incident in told]


def test_an_acknowledgement_stops_the_escalation(ringing):
    told = ringing.take_command(command("acknowledge"), NOW + 60)

    assert (told[0].status, told[0].acknowledged_by, told[0].acknowledged_until) == ("acknowledged", "ada", NOW + 3660)
    assert ringing.tick(NOW + 3000) == []


def test_the_first_acknowledgement_wins_and_later_ones_are_told_who_has_it(ringing):
    ringing.take_command(command("acknowledge", 1, by="ada"), NOW + 60)

    told = ringing.take_command(command("acknowledge", 2, by="bo"), NOW + 61)

    assert types(told) == ["note"]
    assert (told[0].change.by, told[0].acknowledged_by) == ("bo", "ada")
    assert "ada has it since" in told[0].change.note


def test_who_has_it_may_keep_it_longer(ringing):
    ringing.take_command(command("acknowledge", 1), NOW + 60)

    told = ringing.take_command(command("acknowledge", 2), NOW + 1800)

    assert types(told) == ["note"]
    assert told[0].acknowledged_until == NOW + 1800 + 3600


def test_an_acknowledgement_that_ran_out_tells_the_reached_step_again(ringing):
    ringing.tick(NOW + 600)
    ringing.take_command(command("acknowledge"), NOW + 700)

    told = ringing.tick(NOW + 700 + 3600)

    assert types(told) == ["acknowledgement_expired", "notified"]
    assert (told[-1].step, told[-1].status, told[-1].acknowledged_by) == (1, "open", "")


def test_an_acknowledgement_that_ran_out_unnoticed_can_be_taken_over(ringing):
    ringing.take_command(command("acknowledge", 1, by="ada"), NOW)

    told = ringing.take_command(command("acknowledge", 2, by="bo"), NOW + 3601)

    assert (types(told), told[0].acknowledged_by) == (["acknowledged"], "bo")


def test_an_acknowledgement_of_what_is_over_is_a_note(ringing):
    ringing.take_verdict(verdict(600, phase="calm"), NOW + 600)

    told = ringing.take_command(command("acknowledge"), NOW + 700)

    assert (types(told), told[0].status) == (["note"], "resolved")


def test_giving_it_back_tells_the_reached_step_again(ringing):
    ringing.take_command(command("acknowledge"), NOW + 60)

    told = ringing.take_command(command("unacknowledge"), NOW + 90)

    assert types(told) == ["unacknowledged", "notified"]


def test_a_silence_holds_pages_back_but_not_the_record(ringing):
    ringing.take_command(command("silence", until=NOW + 7200, note="we know"), NOW + 60)

    assert ringing.tick(NOW + 3600) == []
    assert types(ringing.take_verdict(verdict(600, seen=90), NOW + 600)) == ["grown"]


def test_when_a_silence_ends_and_it_still_rings_the_reached_step_is_told(ringing):
    ringing.take_command(command("silence", until=NOW + 7200), NOW + 60)

    told = ringing.tick(NOW + 7200)

    assert types(told) == ["unsilenced", "notified"]
    assert told[-1].next_due_at == NOW + 7200 + 600


def test_a_silenced_brand_opens_incidents_without_a_page_and_says_who_silenced_it():
    northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY)
    northside.take_command(command("silence", incident="", until=NOW + 900, note="maintenance"), NOW)

    told = northside.take_verdict(verdict(), NOW + 60)

    assert types(told) == ["opened"]
    assert (told[0].paged, told[0].change.note) == (False, "ada has silenced the brand: maintenance")
    assert types(northside.tick(NOW + 900)) == ["unsilenced", "notified"]


def test_a_silence_of_the_brand_silences_what_rings_already(ringing):
    told = ringing.take_command(command("silence", incident=""), NOW + 60)
    ended = ringing.take_command(command("unsilence", incident=""), NOW + 120)

    assert types(told) == ["silenced"]
    assert types(ended) == ["unsilenced", "notified"]


def test_an_acknowledged_incident_stays_quiet_when_its_silence_ends(ringing):
    ringing.take_command(command("silence", until=NOW + 600), NOW + 60)
    ringing.take_command(command("acknowledge"), NOW + 61)

    assert types(ringing.tick(NOW + 600)) == ["unsilenced"]


def test_not_a_crisis_closes_the_incident(ringing):
    told = ringing.take_command(command("false_alarm"), NOW + 60)

    assert types(told) == ["false_alarm", "resolved"]
    assert (told[-1].false_alarm, told[-1].status, told[-1].resolved_at) == (True, "resolved", RANG + 60)


def test_revoking_not_a_crisis_opens_what_still_rings(ringing):
    ringing.take_command(command("false_alarm"), NOW + 60)

    told = ringing.take_command(command("revoke_false_alarm"), NOW + 120)

    assert types(told) == ["false_alarm_revoked", "reopened", "notified"]
    assert (told[-1].false_alarm, told[-1].status, told[-1].resolved_at) == (False, "open", None)


def test_revoking_not_a_crisis_of_what_is_over_only_takes_the_mark_away(ringing):
    ringing.take_command(command("false_alarm"), NOW + 60)
    ringing.take_verdict(verdict(600, phase="calm"), NOW + 600)

    told = ringing.take_command(command("revoke_false_alarm"), NOW + 700)

    assert (types(told), told[0].status) == (["false_alarm_revoked"], "resolved")


def undone(ringing: BrandIncidents, at: float) -> list[Incident]:
    return ringing.take_command(command("revoke_resolve", at=at, by="bo"), at)


def test_a_slip_is_taken_back_and_everybody_who_was_told_is_told_again(ringing):
    ringing.take_command(command("resolve"), NOW + 60)

    told = undone(ringing, NOW + 90)

    assert types(told) == ["reopened", "notified"]
    assert (told[-1].id, told[-1].status, told[-1].resolved_at, told[-1].lead_time_s) == (
        "northside-20110712T150400Z", "open", None, None,
    )  # fmt: skip
    assert told[0].change.by == "bo"
    assert told[-1].change.receivers == ("slack", "pager")
    assert types(ringing.tick(NOW + 90 + 600)) == ["notified"]


def test_whoever_had_it_before_a_slip_has_it_again_and_nobody_is_woken(ringing):
    ringing.take_command(command("acknowledge", by="ada"), NOW + 30)
    ringing.take_command(command("resolve"), NOW + 60)

    told = undone(ringing, NOW + 90)

    assert types(told) == ["reopened"]
    assert (told[0].status, told[0].acknowledged_by, told[0].acknowledged_until) == ("acknowledged", "ada", NOW + 3630)
    assert types(ringing.tick(NOW + 3630)) == ["acknowledgement_expired", "notified"]


def test_an_acknowledgement_that_ran_out_while_it_was_closed_holds_no_more(ringing):
    ringing.take_command(command("acknowledge", until=NOW + 100), NOW + 30)
    ringing.take_command(command("resolve"), NOW + 60)

    told = undone(ringing, NOW + 120)

    assert types(told) == ["reopened", "notified"]
    assert (told[-1].status, told[-1].acknowledged_by) == ("open", "")


def test_a_silence_outlasts_a_slip(ringing):
    ringing.take_command(command("silence", until=NOW + 3600), NOW + 30)
    ringing.take_command(command("resolve"), NOW + 60)

    assert types(undone(ringing, NOW + 90)) == ["reopened"]
    assert types(ringing.tick(NOW + 3600)) == ["unsilenced", "notified"]


def test_it_goes_on_as_if_nobody_had_closed_it(ringing):
    ringing.take_command(command("resolve"), NOW + 60)
    undone(ringing, NOW + 90)

    grown = ringing.take_verdict(verdict(300, seen=90, severity="error"), NOW + 300)
    over = ringing.take_verdict(verdict(900, phase="calm"), NOW + 900)

    assert types(grown) == ["severity_raised"]
    assert (types(over), over[0].status) == (["resolved"], "resolved")


@pytest.mark.parametrize(
    ("meanwhile", "later_s", "said"),
    [
        ([], SLIP_S + 1, "nobody had said so lately"),
        ([verdict(120, phase="calm")], 100, "the talk has died down by itself"),
        ([verdict(120, severity="critical")], 100, "it was open already"),
        ([verdict(120, phase="calm"), verdict(0, fired_at=RANG + 180)], 200, "it was open already"),
        ([command("false_alarm", note="a film")], 100, "nobody had said so lately"),
    ],
)
def test_what_is_no_slip_any_more_is_noted_and_changes_nothing(ringing, meanwhile, later_s, said):
    ringing.take_command(command("resolve"), NOW + 60)
    for said_meanwhile in meanwhile:
        if isinstance(said_meanwhile, Command):
            ringing.take_command(said_meanwhile, NOW + 70)
        else:
            ringing.take_verdict(said_meanwhile, NOW + 130)
    before = ringing.incidents[-1]

    told = undone(ringing, NOW + 60 + later_s)

    assert types(told) == ["note"]
    assert said in told[0].change.note
    assert told[0].status == before.status
    assert told[0].resolved_at == before.resolved_at


def test_what_ended_by_itself_is_opened_by_nobody(ringing):
    ringing.take_verdict(verdict(120, phase="calm"), NOW + 120)

    assert types(undone(ringing, NOW + 130)) == ["note"]


def test_an_incident_is_not_opened_beside_a_newer_one_of_the_same_kind():
    policy = replace(POLICY, cool_down_s=0.0)
    northside = BrandIncidents("northside", "Northside Hospital Trust", policy)
    northside.take_verdict(verdict(), NOW)
    northside.take_command(command("resolve"), NOW + 60)
    northside.take_verdict(verdict(0, fired_at=RANG + 300), NOW + 300)

    told = undone(northside, NOW + 310)

    assert types(told) == ["note"]
    assert [incident.status for incident in northside.incidents] == ["resolved", "open"]


def test_taken_back_twice_it_is_open_once(ringing):
    ringing.take_command(command("resolve"), NOW + 60)
    undone(ringing, NOW + 90)

    repeat = undone(ringing, NOW + 90)
    another = ringing.take_command(command("revoke_resolve", 2, at=NOW + 95), NOW + 95)

    assert (repeat, types(another)) == ([], ["note"])


def test_closed_taken_back_and_closed_again_it_can_be_taken_back_again(ringing):
    ringing.take_command(command("resolve", 1), NOW + 60)
    ringing.take_command(command("revoke_resolve", 1, at=NOW + 70), NOW + 70)
    ringing.take_command(command("resolve", 2), NOW + 80)

    told = ringing.take_command(command("revoke_resolve", 2, at=NOW + 90), NOW + 90)

    assert types(told) == ["reopened", "notified"]


def test_a_missed_crisis_is_kept_until_it_is_taken_back(ringing):
    ringing.take_command(command("missed", incident="", event_at=RANG - 9000, note="the car park"), NOW)
    kept = list(ringing.state.missed)
    ringing.take_command(command("revoke_missed", incident="", event_at=RANG - 9000), NOW)

    assert [(missed.event_at, missed.note) for missed in kept] == [(RANG - 9000, "the car park")]
    assert ringing.state.missed == []


def test_withdrawing_the_links_leaves_a_trace_and_the_incident_as_it_was(ringing):
    ringing.take_command(command("acknowledge"), NOW)

    (told,) = ringing.take_command(command("revoke_links", by="bo", note="a lost phone"), NOW + 1)

    assert (told.link_version, told.status, told.acknowledged_by) == (2, "acknowledged", "ada")
    assert (told.change.type, told.change.by, told.change.note) == ("links_revoked", "bo", "a lost phone")


def test_links_can_be_withdrawn_again_and_after_the_end(ringing):
    ringing.take_command(command("revoke_links", 1), NOW)
    ringing.take_command(command("resolve"), NOW + 1)

    (told,) = ringing.take_command(command("revoke_links", 2), NOW + 2)

    assert (told.link_version, told.status) == (3, "resolved")


def test_an_answer_that_is_read_before_its_verdict_is_carried_out_when_the_verdict_comes():
    northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY)

    before = northside.take_command(command("acknowledge"), NOW)
    told = northside.take_verdict(verdict(), NOW + 1)

    assert before == []
    assert types(told) == ["opened", "notified", "acknowledged"]


def test_a_pager_out_of_reach_escalates_at_once(ringing):
    told = ringing.take_command(command("tick", step=0, by="", note="pager cannot be reached"), NOW + 20)

    assert (types(told), told[0].step, told[0].change.note) == (["notified"], 1, "pager cannot be reached")


@pytest.mark.parametrize("meanwhile", ["next step", "acknowledge", "silence", "resolve"])
def test_a_pager_out_of_reach_escalates_nothing_that_went_on_already_and_is_noted(ringing, meanwhile):
    if meanwhile == "next step":
        ringing.tick(NOW + 600)
    else:
        ringing.take_command(command(meanwhile), NOW + 600)

    told = ringing.take_command(command("tick", step=0, note="pager cannot be reached"), NOW + 601)

    assert (types(told), told[0].change.note) == (["note"], "pager cannot be reached")


def test_a_pager_out_of_reach_with_nobody_left_is_a_note(ringing):
    for minute in (10, 20, 30):
        ringing.tick(NOW + 60 * minute)

    told = ringing.take_command(command("tick", step=1, note="pager cannot be reached"), NOW + 1900)

    assert (types(told), told[0].change.note) == (["note"], "pager cannot be reached")


def test_the_same_command_twice_is_carried_out_once(ringing):
    ringing.take_command(command("silence"), NOW)

    assert ringing.take_command(command("silence"), NOW) == []
