"""What incidents, deliveries, verdicts and states leave out where Kafka does not take them whole: posts first."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.deliveries.delivery import smaller_deliveries
from alerts.incidents.audit_trail import CHANGES_KEPT
from alerts.incidents.command import Command
from alerts.incidents.incident import Change, Incident, smaller_incidents
from alerts.incidents.incident_state import BrandState, IncidentState, Missed, smaller_states
from alerts.incidents.silence import Silence
from detectors.post import Post
from detectors.verdict import Evidence, Term, smaller_verdicts
from streams.kafka.outgoing import MAX_BYTES, fitted, json_record
from tests.alerts.receivers.outbreak import EVIDENCE, NOTIFIED, told
from tests.alerts.verdicts import verdict

KINDS: dict[str, tuple[Any, Any]] = {
    "verdict": (lambda evidence: verdict(evidence=evidence), smaller_verdicts),
    "incident": (lambda evidence: replace(NOTIFIED, evidence=evidence), smaller_incidents),
    "delivery": (lambda evidence: told(replace(NOTIFIED, evidence=evidence)), smaller_deliveries),
    "state": (
        lambda evidence: BrandState(tracked=[IncidentState(incident=replace(NOTIFIED, evidence=evidence), fired_at=0)]),
        smaller_states,
    ),
}


def sent(said: Any, smaller: Any) -> Any:
    record = fitted(json_record("t", said, b"k", 0, smaller))
    assert len(record.value or b"") <= MAX_BYTES
    return msgspec.json.decode(record.value or b"", type=type(said))


def evidence_of(said: Any) -> Evidence:
    if isinstance(said, BrandState):
        return said.tracked[0].incident.evidence
    found: Evidence = said.incident.evidence if hasattr(said, "incident") else said.evidence
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_of_what_is_too_large_posts_go_first_and_the_rest_stays(kind: str):
    make, smaller = KINDS[kind]
    posts = tuple(Post(id=f"p{n}", published=0.0, content="ก" * 200_000) for n in range(3))

    shown = evidence_of(sent(make(replace(EVIDENCE, posts=posts)), smaller))

    assert shown.posts == ()
    assert (shown.phrases, shown.chart) == (EVIDENCE.phrases, EVIDENCE.chart)


@pytest.mark.parametrize("kind", KINDS)
def test_then_the_other_evidence_goes_and_the_chart_stays(kind: str):
    make, smaller = KINDS[kind]
    phrases = (Term(text="ก" * 400_000, share=1.0),)

    shown = evidence_of(sent(make(replace(EVIDENCE, phrases=phrases)), smaller))

    assert (shown.phrases, shown.chart) == ((), EVIDENCE.chart)


@pytest.mark.parametrize("kind", KINDS)
def test_each_form_is_no_larger_than_the_one_before(kind: str):
    make, smaller = KINDS[kind]

    sizes = [len(msgspec.json.encode(form)) for form in smaller(make(EVIDENCE))]

    assert sizes == sorted(sizes, reverse=True)


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1_000_000), st.sampled_from('x😡\n"'))
def test_an_incident_with_notes_of_any_length_fits(length: int, character: str):
    change = Change(type="note", at=0.0, by=character * length, note=character * length)
    incident = replace(
        NOTIFIED,
        reason=character * length,
        changes=(*NOTIFIED.changes, *[change] * 3),
        marked={character * length: True},
    )

    last: Incident = sent(incident, smaller_incidents)

    assert [each.type for each in last.changes] == [each.type for each in incident.changes]


def test_a_state_of_many_long_incidents_fits_and_the_newest_keeps_the_most():
    change = Change(type="note", at=0.0, note="n" * 300, by="b" * 60)
    long = replace(NOTIFIED, changes=(*NOTIFIED.changes, *[change] * (CHANGES_KEPT - 2)), status="resolved")
    posts = tuple(Post(id=f"p{n}", published=0.0, content="x" * 50_000) for n in range(3))
    of_one = IncidentState(incident=replace(long, evidence=replace(EVIDENCE, posts=posts)), fired_at=0)

    kept: BrandState = sent(BrandState(tracked=[of_one] * 16, verdicts=["v"]), smaller_states)

    assert (len(kept.tracked), kept.verdicts) == (16, ["v"])
    assert kept.tracked[0].incident.evidence.posts == ()
    assert kept.tracked[-1].incident.evidence.posts == posts


def test_a_state_with_a_long_word_of_anybody_fits():
    said = "ก" * 400_000
    early = [Command(id="c", type="silence", brand="northside", at=0.0, by=said, note=said)]
    silence = Silence(until=9e9, by=said, reason=said)
    missed = [Missed(event_at=0, by=said, note=said)]

    kept: BrandState = sent(BrandState(early=early, silence=silence, missed=missed, verdicts=["v"]), smaller_states)

    assert (len(kept.early), len(kept.missed), kept.verdicts) == (1, 1, ["v"])
    assert kept.silence is not None
    assert kept.silence.until == silence.until
