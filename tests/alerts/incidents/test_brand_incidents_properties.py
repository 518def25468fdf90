"""Whatever is repeated, and wherever it crashes, the incidents are the same."""

from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.command import Command
from alerts.incidents.incident import Incident
from alerts.incidents.incident_state import decode_state, encode_state
from detectors.verdict import SEVERITIES, Verdict
from tests.alerts.verdicts import NOW, POLICY, RANG, command, verdict

Input = tuple[Verdict | Command, float]
KINDS = (
    "acknowledge", "unacknowledge", "resolve", "revoke_resolve", "silence", "unsilence", "false_alarm",
    "revoke_false_alarm", "missed", "revoke_missed", "redact", "revoke_links", "tick",
)  # fmt: skip


@st.composite
def stories(draw: Any) -> list[Input]:
    """Verdicts in event time, and commands of people between them."""
    inputs: list[Input] = []
    passed, ring_after = 0, 0
    kind = draw(st.sampled_from(["crisis", "slow_burn", "opportunity", "source_silent"]))
    for number in range(draw(st.integers(1, 25))):
        passed += draw(st.sampled_from([1, 60, 900, 5000, 40000]))
        if draw(st.booleans()):
            calm = draw(st.integers(0, 3)) == 0
            said = verdict(
                passed - ring_after,
                fired_at=RANG + ring_after,
                kind=kind,
                phase="calm" if calm else "ringing",
                severity=draw(st.sampled_from(SEVERITIES)),
                seen=draw(st.integers(0, 200)),
                mentions_total=passed,
            )
            if calm:
                ring_after = passed + 1
                kind = draw(st.sampled_from(["crisis", "slow_burn", "opportunity", "source_silent"]))
            inputs.append((said, NOW + passed))
        else:
            asked = command(
                draw(st.sampled_from(KINDS)),
                number,
                by=draw(st.sampled_from(["ada", "bo"])),
                incident=draw(st.sampled_from(["northside-20110712T150400Z", "", "elsewhere", "northside-0"])),
                until=draw(st.none() | st.floats(NOW - 100, NOW + 90000)),
                step=draw(st.none() | st.integers(-1, 3)),
                event_at=draw(st.none() | st.just(RANG)),
            )
            inputs.append((asked, NOW + passed))
    return inputs


def fed(brand: BrandIncidents, said: Verdict | Command, now: float) -> list[Incident]:
    return brand.take_verdict(said, now) if isinstance(said, Verdict) else brand.take_command(said, now)


def new_brand(state: bytes | None = None) -> BrandIncidents:
    stored = None if state is None else decode_state(state)
    return BrandIncidents("northside", "Northside Hospital Trust", POLICY, stored)


def told_by(inputs: list[Input]) -> list[Incident]:
    brand = new_brand()
    return [told for said, now in inputs for told in fed(brand, said, now)]


@given(stories())
def test_restored_between_any_two_inputs_it_tells_the_same(inputs):
    expected = told_by(inputs)

    told, state = [], encode_state(new_brand().state)
    for said, now in inputs:
        brand = new_brand(state)
        told += fed(brand, said, now)
        state = encode_state(brand.state)

    assert told == expected


@given(stories(), st.data())
def test_what_is_said_again_later_is_not_heard_again(inputs, data):
    brand = new_brand()
    said_so_far: list[Verdict | Command] = []
    told: list[Incident] = []

    for said, now in inputs:
        told += fed(brand, said, now)
        said_so_far.append(said)
        repeats = [s for s in said_so_far if isinstance(s, Verdict) or s.type != "tick"]
        for repeat in data.draw(st.lists(st.sampled_from(repeats), max_size=3)) if repeats else ():
            assert fed(brand, repeat, now) == []

    assert told == told_by(inputs)


@given(stories(), st.integers(0, 24))
def test_a_crash_after_telling_and_before_storing_tells_the_same_again(inputs, crash_at):
    brand, state = new_brand(), encode_state(new_brand().state)
    told: list[Incident] = []

    for number, (said, now) in enumerate(inputs):
        heard = fed(brand, said, now)
        if number == crash_at:
            brand = new_brand(state)
            assert fed(brand, said, now) == heard
        told += heard
        state = encode_state(brand.state)

    assert told == told_by(inputs)


@given(stories())
def test_every_record_follows_from_the_one_before(inputs):
    newest: dict[str, Incident] = {}

    for incident in told_by(inputs):
        before = newest.get(incident.id)
        assert incident.version == (1 if before is None else before.version + 1)
        if before is not None:
            assert SEVERITIES.index(incident.severity) >= SEVERITIES.index(before.severity)
            assert incident.paged >= before.paged
            assert incident.seen >= before.seen
        assert (incident.status == "resolved") == (incident.resolved_at is not None)
        assert (incident.status == "acknowledged") == (
            incident.acknowledged_at is not None
        ) or incident.status == "resolved"
        assert not (incident.paged and incident.kind in {"opportunity", "source_silent"})
        newest[incident.id] = incident


@given(stories())
def test_time_alone_ends_every_round(inputs):
    brand = new_brand()
    for said, now in inputs:
        fed(brand, said, now)

    now = inputs[-1][1]
    for _ in range(200):
        if (due := brand.due_at()) is None:
            break
        now = max(now, due)
        brand.tick(now)

    assert brand.due_at() is None
