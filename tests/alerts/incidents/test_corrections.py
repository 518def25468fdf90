"""Marks on posts: what the incident shows, what the brand keeps, and what ingest is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.incidents import corrections as marking
from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.command import Command, CommandType
from alerts.incidents.incident_state import BrandState, decode_state, encode_state
from detectors.negativity.marks import Mark, mark_of
from detectors.post import Post
from streams.ingest.post_key import post_key
from tests.alerts.verdicts import NOW, POLICY, verdict

POSTS = (
    Post(id="p1", published=0.0, content="They closed the ward AGAIN", negativity=0.8),
    Post(id="p2", published=0.0, content="The ward opens on Monday", negativity=0.3),
    Post(id="p3", published=0.0, content="Osasto suljettu", language="fi"),
)


@pytest.fixture
def ringing() -> BrandIncidents:
    return made()


def made() -> BrandIncidents:
    northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY)
    rung = verdict()
    northside.take_verdict(replace(rung, evidence=replace(rung.evidence, posts=POSTS)), NOW)
    return northside


def mark(brand: BrandIncidents, kind: CommandType, post: str, number: int = 0) -> list[str]:
    """Carry a command out; return what the trail says of it."""
    incident = brand.incidents[-1].id
    command = Command(
        id=f"{kind}-{post}-{number}", type=kind, brand="northside", at=NOW, incident=incident, by="ada", post=post
    )
    return [told.change.note for told in brand.take_command(command, NOW)]


def test_a_mark_stands_in_the_trail_on_the_incident_and_among_the_brands(ringing):
    assert mark(ringing, "mark_not_negative", "p2") == ["says that a post is not negative"]

    incident = ringing.incidents[-1]
    assert (incident.marked, incident.marks, incident.change.by) == ({"p2": False}, 1, "ada")
    assert ringing.state.marks == {post_key("p2"): False}


def test_what_ingest_is_told_has_the_words_the_score_and_no_text(ringing):
    mark(ringing, "mark_not_negative", "p1")

    assert list(marking.changed({}, ringing.state)) == [
        (post_key("p1"), mark_of("They closed the ward AGAIN", 0.8, negative=False))
    ]


def test_the_same_word_twice_teaches_once(ringing):
    mark(ringing, "mark_negative", "p1", 1)
    before = dict(ringing.state.marks)

    mark(ringing, "mark_negative", "p1", 2)

    assert list(marking.changed(before, ringing.state)) == []


def test_the_other_word_on_the_same_post_takes_its_place(ringing):
    mark(ringing, "mark_negative", "p1")
    before = dict(ringing.state.marks)

    mark(ringing, "mark_not_negative", "p1")

    ((key, taught),) = marking.changed(before, ringing.state)
    assert (key, taught and taught.negative, ringing.incidents[-1].marks) == (post_key("p1"), False, 1)


def test_a_mark_taken_back_is_forgotten_by_ingest_too(ringing):
    mark(ringing, "mark_negative", "p1")
    before = dict(ringing.state.marks)

    assert mark(ringing, "revoke_mark", "p1") == ["takes back a mark on a post"]

    assert list(marking.changed(before, ringing.state)) == [(post_key("p1"), None)]
    assert (ringing.incidents[-1].marked, ringing.incidents[-1].marks) == ({}, 0)


@pytest.mark.parametrize(
    ("kind", "post", "note"),
    [
        ("mark_negative", "p9", "marked a post that is no longer shown"),
        ("mark_negative", "p3", "marked a post that is not scored"),
        ("revoke_mark", "p1", "took back a mark that there was not"),
    ],
)
def test_what_cannot_be_marked_leaves_its_trace_and_teaches_nothing(ringing, kind, post, note):
    assert mark(ringing, kind, post) == [note]

    assert ringing.state.marks == {}


def test_a_post_that_was_taken_down_takes_its_mark_along(ringing):
    mark(ringing, "mark_negative", "p1")
    before = dict(ringing.state.marks)

    ringing.take_command(Command(id="r", type="redact", brand="", at=NOW, post="p1"), NOW)

    assert list(marking.changed(before, ringing.state)) == [(post_key("p1"), None)]
    assert ringing.incidents[-1].marked == {}


def test_the_oldest_marks_go_where_there_are_too_many(ringing, monkeypatch):
    monkeypatch.setattr(marking, "MARKS_KEPT", 1)
    mark(ringing, "mark_negative", "p1")
    before = dict(ringing.state.marks)

    mark(ringing, "mark_negative", "p2")

    assert dict(marking.changed(before, ringing.state)).keys() == {post_key("p1"), post_key("p2")}
    assert ringing.state.marks == {post_key("p2"): True}


def test_marks_neither_wake_nor_silence_anybody(ringing):
    before = ringing.incidents[-1]

    mark(ringing, "mark_not_negative", "p1")

    after = ringing.incidents[-1]
    assert (after.status, after.next_due_at, after.severity) == (before.status, before.next_due_at, before.severity)


@given(
    st.lists(
        st.tuples(st.sampled_from(["mark_negative", "mark_not_negative", "revoke_mark"]), st.sampled_from(["p1", "p2"]))
    )
)
def test_what_ingest_was_told_in_turn_is_what_the_brand_keeps(made_marks):
    brand = made()
    told: dict[str, Mark] = {}
    for number, (kind, post) in enumerate(made_marks):
        before = dict(brand.state.marks)
        mark(brand, kind, post, number)
        for key, taught in marking.changed(before, brand.state):
            if taught is None:
                del told[key]
            else:
                told[key] = taught

    assert {key: taught.negative for key, taught in told.items()} == brand.state.marks
    assert len(brand.state.marks) == brand.incidents[-1].marks == len(brand.incidents[-1].marked)


def test_the_marks_survive_a_restart(ringing):
    mark(ringing, "mark_negative", "p1")

    restored: BrandState = decode_state(encode_state(ringing.state))

    assert restored.marks == ringing.state.marks
    assert restored.tracked[-1].incident.marked == {"p1": True}
