"""Incidents from verdicts and time."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.incident import Incident
from alerts.incidents.incident_state import INCIDENTS_KEPT, BrandState, decode_state, encode_state
from alerts.presentation import sentences, story
from detectors.post import Post
from detectors.verdict import Concentration, Counted, Evidence, Size, Term
from tests.alerts.verdicts import NOW, POLICY, RANG, command, verdict


@pytest.fixture
def northside() -> BrandIncidents:
    return BrandIncidents("northside", "Northside Hospital Trust", POLICY)


@pytest.fixture
def ringing(northside: BrandIncidents) -> BrandIncidents:
    northside.take_verdict(verdict(), NOW)
    return northside


def types(told: list[Incident]) -> list[str]:
    return [incident.change.type for incident in told]


def test_a_ringing_verdict_opens_an_incident_and_tells_the_first_step(northside):
    told = northside.take_verdict(verdict(), NOW)

    assert types(told) == ["opened", "notified"]
    assert told[-1].id == "northside-20110712T150400Z"
    assert (told[-1].opened_at, told[-1].paged, told[-1].step, told[-1].version) == (RANG, True, 0, 2)
    assert told[-1].next_due_at == NOW + 600


def test_a_repeat_of_a_verdict_changes_nothing(ringing):
    assert ringing.take_verdict(verdict(), NOW + 5) == []


def test_one_outbreak_is_one_incident(ringing):
    ringing.take_verdict(verdict(60, seen=90), NOW + 60)
    ringing.take_verdict(verdict(120, seen=70), NOW + 120)

    assert len(ringing.incidents) == 1


def test_a_louder_bin_is_told_as_growth_and_a_quieter_one_is_not(ringing):
    louder = ringing.take_verdict(verdict(60, seen=90, reason="90 mentions"), NOW + 60)
    quieter = ringing.take_verdict(verdict(120, seen=70), NOW + 120)

    assert types(louder) == ["grown"]
    assert (louder[0].seen, louder[0].peak_bin, louder[0].reason) == (90, RANG + 60, "90 mentions")
    assert quieter == []


def test_severity_only_rises(ringing):
    ringing.take_verdict(verdict(60, severity="critical", severity_reason="worst this year"), NOW + 60)
    ringing.take_verdict(verdict(120, severity="info", seen=500), NOW + 120)

    assert ringing.incidents[0].severity == "critical"
    assert ringing.incidents[0].severity_reason == "worst this year"


def test_risen_severity_takes_the_acknowledgement_back_and_starts_the_rounds_anew(ringing):
    ringing.take_command(command("acknowledge"), NOW + 10)

    told = ringing.take_verdict(verdict(60, severity="error", severity_reason="twice as many"), NOW + 60)

    assert types(told) == ["severity_raised"]
    assert told[0].change.note == "twice as many (ada had it)"
    assert (told[0].status, told[0].acknowledged_by, told[0].next_due_at) == ("open", "", NOW + 660)


def test_risen_severity_never_puts_off_the_next_step(ringing):
    told = ringing.take_verdict(verdict(300, severity="error"), NOW + 300)

    assert told[0].next_due_at == NOW + 600


def test_calm_resolves_at_event_time_and_says_what_ringing_was_worth(ringing):
    ringing.take_verdict(verdict(3600, seen=300, mentions_total=4000), NOW + 3600)

    told = ringing.take_verdict(verdict(7200, phase="calm", mentions_total=5000), NOW + 7200)

    assert types(told) == ["resolved"]
    assert (told[0].status, told[0].resolved_at, told[0].next_due_at) == ("resolved", RANG + 7200, None)
    assert told[0].lead_time_s == pytest.approx(1800, abs=60)
    assert (
        told[0].change.note
        == "it rang 30 minutes before the middle of its loudest hour, and before 98 % of its 5,000 mentions"
    )


def test_a_relapse_within_the_cool_down_opens_the_same_incident_again(ringing):
    ringing.take_verdict(verdict(600, phase="calm"), NOW + 600)

    told = ringing.take_verdict(verdict(fired_at=RANG + 5 * 3600), NOW + 5 * 3600)

    assert types(told) == ["reopened", "notified"]
    assert told[-1].id == "northside-20110712T150400Z"
    assert (told[-1].status, told[-1].resolved_at, told[-1].opened_at) == ("open", None, RANG)


def test_a_relapse_after_the_cool_down_is_another_incident(ringing):
    ringing.take_verdict(verdict(600, phase="calm"), NOW + 600)

    told = ringing.take_verdict(verdict(fired_at=RANG + 8 * 3600), NOW + 8 * 3600)

    assert told[0].id == "northside-20110712T230400Z"


def test_mentions_of_a_relapse_are_added_to_those_before(ringing):
    ringing.take_verdict(verdict(600, phase="calm", mentions_total=700), NOW + 600)
    ringing.take_verdict(verdict(fired_at=RANG + 3600, mentions_total=50), NOW + 3600)

    assert ringing.incidents[0].mentions_total == 750


def test_an_outbreak_that_a_person_closed_stays_closed(ringing):
    ringing.take_command(command("resolve"), NOW + 30)

    assert ringing.take_verdict(verdict(60, seen=400), NOW + 60) == []


def test_an_outbreak_that_a_person_closed_comes_back_when_it_gets_worse(ringing):
    ringing.take_command(command("resolve"), NOW + 30)

    told = ringing.take_verdict(verdict(60, severity="critical", severity_reason="tenfold"), NOW + 60)

    assert types(told) == ["reopened", "notified"]
    assert (told[0].severity, told[0].change.note) == ("critical", "tenfold")


@pytest.mark.parametrize("kind", ["opportunity", "source_silent"])
def test_what_is_no_crisis_wakes_nobody_and_never_escalates(northside, kind):
    told = northside.take_verdict(verdict(kind=kind, severity="info"), NOW)

    assert types(told) == ["opened", "notified"]
    assert not told[-1].paged
    assert northside.due_at() is None
    assert northside.tick(NOW + 1e6) == []


def test_good_news_that_turns_is_closed_and_the_crisis_is_an_incident_of_its_own(northside):
    northside.take_verdict(verdict(kind="opportunity"), NOW)

    told = northside.take_verdict(verdict(kind="crisis", fired_at=RANG + 600), NOW + 600)

    assert types(told) == ["resolved", "opened", "notified"]
    assert told[0].id == "northside-20110712T150400Z-opportunity"
    assert told[0].change.note == "it turned: northside-20110712T151400Z"
    assert told[-1].paged


def test_a_slow_burn_rises_to_a_crisis_and_stays_one(northside):
    northside.take_verdict(verdict(kind="slow_burn"), NOW)
    told = northside.take_verdict(verdict(60, kind="crisis"), NOW + 60)
    northside.take_verdict(verdict(120, kind="slow_burn", seen=80), NOW + 120)

    assert types(told) == ["grown"]
    assert northside.incidents[0].kind == "crisis"


def test_two_silent_sources_are_two_incidents_and_each_ends_by_itself(northside):
    northside.take_verdict(verdict(kind="source_silent"), NOW)
    northside.take_verdict(verdict(kind="source_silent", fired_at=RANG + 60), NOW + 60)
    northside.take_verdict(verdict(300, kind="source_silent", phase="calm"), NOW + 300)

    assert [incident.status for incident in northside.incidents] == ["resolved", "open"]


def test_a_verdict_on_mentions_that_waited_is_told_as_late(northside):
    told = northside.take_verdict(verdict(arrived_at=NOW - 7200), NOW)

    assert told[0].change.note == "reported late: the mentions had waited for 2 hours"


def test_without_an_answer_the_next_step_is_told_and_then_the_rounds_repeat(ringing):
    steps = []
    for minute in range(120):
        steps += [(minute, t.step, t.repeats) for t in ringing.tick(NOW + 60 * minute) if t.change.type == "notified"]

    assert steps == [(10, 1, 0), (20, 0, 1), (30, 1, 1)]
    assert ringing.due_at() is None


def test_a_post_that_was_taken_down_is_shown_no_more_and_does_not_come_back(northside):
    text = "They cancelled every operation today"
    evidence = Evidence(
        posts=(Post(id="p1", published=RANG, content=text), Post(id="p2", published=RANG, content="Shame")),
        concentration=Concentration(repeated_text=text.upper()),
    )
    northside.take_verdict(verdict(evidence=evidence, reason=f"Most repeat “{text[:20]}…”"), NOW)

    told = northside.take_command(command("redact", post="p1", incident=""), NOW + 9)
    grown = northside.take_verdict(verdict(60, seen=99, evidence=evidence, reason=f"Now “{text}”"), NOW + 60)

    for incident in (*told, *grown):
        assert [post.id for post in incident.evidence.posts] == ["p2"]
        assert text[:20].casefold() not in str(incident).casefold()
    assert types(told) == ["redacted"]


def test_state_is_bounded(northside):
    for number in range(40):
        fired_at = RANG + number * 10 * 3600
        northside.take_verdict(verdict(fired_at=fired_at), NOW + number)
        northside.take_verdict(verdict(60, fired_at=fired_at, phase="calm"), NOW + number)
        northside.take_command(command("redact", number, post=f"p{number}"), NOW)

    assert len(northside.incidents) == INCIDENTS_KEPT
    assert len(encode_state(northside.state)) < 40_000


def test_a_long_outbreak_keeps_its_record_short(ringing):
    for number in range(1, 400):
        ringing.take_verdict(verdict(60 * number, seen=40 + number), NOW + number)
        ringing.take_command(command("acknowledge", number, by=f"person {number}"), NOW + number)

    incident = ringing.incidents[0]
    assert len(incident.changes) == 100
    assert incident.changes[0].type == "opened"
    assert incident.version > 400


def test_the_state_survives_storing(ringing):
    restored = decode_state(encode_state(ringing.state))

    assert restored == ringing.state


REACHING = Evidence(
    posts=(Post(id="p1", published=1, content="Never again", author="ann", author_name="Nurse Ann", followers=60_000),),
    amplifiers=(
        Term(text="Nurse Ann", share=0.6, weight=60_000.0, posts=("p1",)),
        Term(text="Dan", share=0.3, weight=30_000.0, posts=("p2", "p3")),
        Term(text="The Courier", share=0.1, weight=9_000.0),
    ),
    links=(Term(text="blog.example/ann", share=0.3, posts=("p1", "p3")), Term(text="bbc.example/1", share=0.4)),
)


def test_who_carries_it_and_what_is_linked_to_go_with_the_last_post_that_they_hang_on(northside):
    northside.take_verdict(verdict(evidence=REACHING), NOW)

    (first,) = northside.take_command(command("redact", 1, post="p1", incident=""), NOW + 1)
    (last,) = northside.take_command(command("redact", 2, post="p3", incident=""), NOW + 2)
    later = northside.take_verdict(verdict(60, seen=90, evidence=REACHING), NOW + 60)

    def named(incident: Incident) -> list[str]:
        return [term.text for term in (*incident.evidence.amplifiers, *incident.evidence.links)]

    assert named(first) == ["Dan", "The Courier", "blog.example/ann", "bbc.example/1"]
    assert named(last) == ["Dan", "The Courier", "bbc.example/1"]
    assert named(later[-1]) == named(last)
    assert "Ann" not in str(sentences.spread(later[-1]))


def test_what_the_version_before_says_of_reach_goes_with_the_post_of_that_name(northside):
    old = replace(REACHING, amplifiers=tuple(replace(term, posts=()) for term in REACHING.amplifiers))
    northside.take_verdict(verdict(evidence=old), NOW)

    (told,) = northside.take_command(command("redact", post="p1", incident=""), NOW + 1)

    assert [term.text for term in told.evidence.amplifiers] == ["Dan", "The Courier"]


def _as_before(value: Any, *, of_change: bool = False) -> Any:
    """Return a stored state as the version before wrote it."""
    if isinstance(value, list):
        return [_as_before(each, of_change=of_change) for each in value]
    if not isinstance(value, dict):
        return value
    dropped = {"counted", *(("told", "severity", "asked") if of_change else ())}
    return {
        name: _as_before(each, of_change=name == "changes")
        if name not in {"authors", "amplifiers", "links"}
        else [{key: part for key, part in term.items() if key != "posts"} for term in each]
        for name, each in value.items()
        if name not in dropped
    }


def test_the_sentence_is_that_of_the_newest_verdict_as_the_evidence_is(northside):
    earlier = Counted(seen=40, span_s=600, expected=3.0, negative_share=0.9, expected_negative_share=0.2, at=RANG)
    later = replace(earlier, seen=90, span_s=1200, at=RANG + 600)
    northside.take_verdict(verdict(counted=earlier, reason="forty"), NOW)
    northside.take_verdict(verdict(600, seen=1, counted=later, reason="ninety", evidence=REACHING), NOW + 600)

    (incident,) = northside.incidents
    assert (incident.reason, incident.counted) == ("ninety", later)
    assert incident.evidence == REACHING
    assert incident.seen == verdict().seen, "those of the loudest bin stay"


def test_the_words_of_an_incident_are_made_of_the_figures_of_its_verdict(northside):
    counted = Counted(
        seen=41, span_s=240, expected=2.6, negative_share=0.95, expected_negative_share=0.2, at=RANG, negatives=39,
        expected_negatives=0.4,
    )  # fmt: skip
    worst = Size(negatives=39.0, expected_negatives=0.6)
    (incident, _) = northside.take_verdict(verdict(reason="", counted=counted, worst=worst, evidence=REACHING), NOW)

    assert incident.reason.startswith(
        "Northside Hospital Trust: 41 authors since 15:00 UTC where about 3 are ordinary, 39 of them negative"
    )
    assert incident.severity_reason == "39 negative authors where about 1 is ordinary, 65 times"


def test_a_source_that_fell_silent_is_named():
    tocsin = BrandIncidents("tocsin", "Tocsin", POLICY)
    silent = verdict(brand="tocsin", kind="source_silent", reason="", silent_sources=("rss",), counted=None)
    incident = tocsin.take_verdict(silent, NOW)[0]

    assert incident.reason == "Tocsin: nothing from rss since 15:00 UTC; what is said there goes unheard."
    assert incident.severity_reason == "while a source is silent, nobody sees what is said there"


def test_incidents_that_the_version_before_stored_are_read_and_go_on(northside):
    counted = Counted(seen=40, span_s=600, expected=3.0, negative_share=0.9, expected_negative_share=0.2, at=RANG)
    northside.take_verdict(verdict(evidence=REACHING, counted=counted), NOW)
    northside.take_command(command("acknowledge"), NOW + 60)
    before = _as_before(msgspec.json.decode(msgspec.json.encode(northside.state)))
    raw = msgspec.json.encode(before)
    assert b"counted" not in raw
    assert b'"told"' not in raw

    later = BrandIncidents("northside", "Northside Hospital Trust", POLICY, msgspec.json.decode(raw, type=BrandState))
    told = later.take_command(command("unacknowledge"), NOW + 90)

    assert types(told) == ["unacknowledged", "notified"]
    assert told[-1].change.receivers == ("slack", "pager")
    assert sentences.how_much(told[-1]) == "40 mentions at the peak where about 3 are ordinary"
    assert [story.described(change, told[-1]) for change in told[-1].changes][:2] == [
        "Opened.",
        "Notified step 1 of the policy comms.",
    ]
