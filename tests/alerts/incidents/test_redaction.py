"""What is gone of a post or an author goes from an incident's evidence, its sentence and its story."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.incidents.brand_incidents import BrandIncidents
from alerts.incidents.incident import Change
from alerts.incidents.incident_state import BrandState, decode_state
from alerts.incidents.redaction import REDACTED, Gone, links_of, text_mark, without_erased, without_strangers
from alerts.incidents.sentence import with_sentence
from detectors.post import Post
from detectors.verdict import Concentration, Evidence, Term
from streams.ingest.erased import Erased, author_row, post_row
from streams.ingest.post_key import post_key
from streams.kafka.retention import Retention
from tests.alerts.receivers.outbreak import NOTIFIED
from tests.alerts.verdicts import NOW, POLICY, command, verdict

TEXT = "“They  cancelled my father's operation, and nobody called"
POST = Post(
    id="https://social.example/p/1", published=1.0, content=TEXT, author="did:ida", author_name="Ida M.",
    url="https://social.example/p/1?utm=x", negativity=0.9,
)  # fmt: skip
OTHER = Post(id="p2", published=2.0, content="shame on them", author="bob", negativity=0.9)
EVIDENCE = Evidence(
    posts=(POST, OTHER),
    authors=(Term(text="Ida M.", share=0.4), Term(text="bob", share=0.2)),
    amplifiers=(Term(text="Ida M.", share=0.9),),
    links=(Term(text="social.example/p/1", share=0.3), Term(text="social.example", share=0.3)),
    phrases=(Term(text="shame", share=0.5),),
    concentration=Concentration(loudest_author="Ida M.", repeated_text=TEXT, loudest_author_share=0.4),
)
INCIDENT = replace(
    NOTIFIED,
    evidence=EVIDENCE,
    reason=f"40 mentions, by one author, Ida M.; 9 % repeat one text, “{TEXT}”",
    marked={POST.id: True, "p2": False},
    changes=(*NOTIFIED.changes, Change(type="redacted", at=1.0, cause=f"redact-{POST.id}", note=POST.id)),
)
GONE = Gone(
    redacted_posts={post_key(POST.id): text_mark(TEXT)}, names=frozenset({"Ida M.", "did:ida"}),
    addresses=frozenset(links_of(POST.url)),
)  # fmt: skip


def test_of_an_erased_post_nothing_is_left_and_all_else_stays():
    bare = GONE.without(INCIDENT)

    said = msgspec.json.encode(bare)
    assert not [trace for trace in (b"Ida M.", b"did:ida", b"cancelled", b"social.example/p/1") if trace in said]
    assert bare.evidence.posts == (OTHER,)
    assert bare.marked == {"p2": False}
    assert [term.text for term in (*bare.evidence.authors, *bare.evidence.links, *bare.evidence.phrases)] == [
        "bob", "social.example", "shame",
    ]  # fmt: skip
    assert bare.evidence.concentration.loudest_author_share == 0.4
    assert (bare.id, bare.version, len(bare.changes)) == (INCIDENT.id, INCIDENT.version, len(INCIDENT.changes))
    assert bare.changes[-1].note == post_key(POST.id)
    assert GONE.without(bare) is bare


def test_a_text_that_is_quoted_and_of_which_no_post_is_shown_goes_by_a_copy_of_it():
    quoted = replace(EVIDENCE, posts=(OTHER,))
    northside = BrandIncidents("northside", "Northside", POLICY)
    northside.take_verdict(verdict(evidence=quoted), NOW)

    (bare,) = northside.take_command(
        command(
            "redact", posts=("p9",), texts=(text_mark(f"RT @bob: {TEXT.upper()} https://x.example/1"),), incident=""
        ),
        NOW + 1,
    )

    assert b"cancelled" not in msgspec.json.encode(bare)
    assert bare.evidence.concentration.repeated_text == REDACTED


NOT_SHOWN = replace(
    EVIDENCE,
    posts=(OTHER,),
    authors=(Term(text="Ida M.", share=0.4, posts=("p7", "p8")),),
    amplifiers=(Term(text="Ida M.", share=0.9, posts=("p7", "p8")),),
    links=(),
    concentration=Concentration(
        loudest_author="Ida M.",
        loudest_author_posts=("p7", "p8"),
        loudest_author_share=0.6,
        rings_without_loudest_author=False,
        repeated_text=TEXT,
        repeated_text_posts=("p7", "p8"),
    ),
)
"""An author of whom no post is shown, and who is named for how much they wrote."""


def test_who_is_named_for_posts_that_are_not_shown_is_named_no_more_when_the_last_of_them_is_taken_down():
    northside = BrandIncidents("northside", "Northside", POLICY)
    northside.take_verdict(verdict(evidence=NOT_SHOWN), NOW)

    (one_left,) = northside.take_command(command("redact", id="r1", posts=("p7",), incident=""), NOW + 1)
    (bare,) = northside.take_command(command("redact", id="r2", posts=("p8",), incident=""), NOW + 2)

    assert "Ida M." in one_left.reason
    assert [trace for trace in (b"Ida M.", b"cancelled", b"p7", b"p8") if trace in msgspec.json.encode(bare)] == []
    assert bare.evidence.concentration.loudest_author_share == 0.6


def test_who_is_named_for_posts_that_are_not_shown_goes_from_kept_versions_as_well():
    incident = replace(NOTIFIED, evidence=NOT_SHOWN)
    rows = erased(post_row("p7"), post_row("p8"))

    assert b"Ida M." not in msgspec.json.encode(without_erased(with_sentence(incident), rows))
    assert b"p8" not in msgspec.json.encode(without_strangers(incident))


def erased(*rows: bytes) -> Erased:
    found = Erased()
    for row in rows:
        found.take(row, b"1")
    return found


def test_a_version_that_is_kept_loses_a_post_that_was_taken_down_and_is_then_left_as_it_is():
    bare = without_erased(INCIDENT, erased(post_row(POST.id), post_row("of another brand")))

    said = msgspec.json.encode(bare)
    assert not [trace for trace in (b"cancelled", POST.id.encode()) if trace in said]
    assert bare.evidence.posts == (OTHER,)
    assert without_erased(bare, erased(post_row(POST.id))) is bare


@pytest.mark.parametrize("source", ["", "unknown"])
def test_a_version_that_is_kept_loses_all_posts_of_an_author_that_was_erased_and_the_name(source):
    bare = without_erased(INCIDENT, erased(author_row("did:ida", source)))

    said = msgspec.json.encode(bare)
    assert not [trace for trace in (b"Ida M.", b"did:ida", b"cancelled", b"social.example/p/1") if trace in said]


def test_an_author_of_another_source_is_another_one():
    assert without_erased(INCIDENT, erased(author_row("did:ida", "mastodon"))) is INCIDENT


def test_an_incident_that_has_nothing_of_it_is_returned_itself():
    assert GONE.without(NOTIFIED) is NOTIFIED


@given(
    st.text("abz“”…'\u202e é", min_size=12, max_size=60).filter(str.strip),
    st.text("abz“”…'\u202e é", min_size=12, max_size=300).filter(text_mark),
    st.booleans(),
)
def test_whatever_a_name_and_a_text_are_the_sentence_that_named_them_does_so_no_more(name, text, by_one):
    behind = {"loudest_author": name, "loudest_author_share": 0.9} if by_one else {}
    evidence = Evidence(concentration=Concentration(repeated_text=text, repeated_text_share=0.8, **behind))
    northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY)
    northside.take_verdict(verdict(evidence=evidence, reason="whatever it said"), NOW)
    (incident,) = northside.incidents

    named = with_sentence(incident)
    bare = Gone(redacted_posts={post_key("p1"): text_mark(text)}, names=frozenset({name})).without(incident)

    assert ("by one author" if by_one else "repeat one text") in named.reason
    assert bare.reason.partition(";")[2] == named.reason.partition(";")[2].replace(
        reason_of(name) if by_one else reason_of(text), REDACTED
    )
    assert {
        bare.evidence.concentration.repeated_text,
        bare.cited.concentration.repeated_text if bare.cited else "",
    } == {REDACTED}


def reason_of(text: str) -> str:
    """Return a text as a sentence writes it."""
    said = with_sentence(
        replace(
            NOTIFIED,
            cited=Evidence(concentration=Concentration(loudest_author=text, loudest_author_share=0.9)),
        )
    ).reason
    return said.rpartition("by one author, ")[2].removesuffix(".")


def test_a_sentence_of_an_earlier_verdict_loses_what_it_cites_although_the_evidence_is_of_a_later_one():
    northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY)
    theirs = Concentration(loudest_author="Ida M.", loudest_author_share=0.9)
    northside.take_verdict(verdict(evidence=Evidence(posts=(POST,))), NOW)
    # As the versions before have kept it: the sentence of the loudest bin beside the evidence of a later one.
    (tracked,) = northside.state.tracked
    tracked.incident = replace(tracked.incident, reason="by Ida M.", cited=Evidence(concentration=theirs))

    (told,) = northside.take_command(
        command("redact", brand="", incident="", posts=(POST.id,), names=("Ida M.",)), NOW + 61
    )

    assert "Ida M." not in told.reason
    assert told.reason.endswith("by one author, [taken down].")


def test_a_phrase_that_only_posts_of_one_author_hold_goes_with_them_and_what_others_say_stays():
    theirs = Term(text="xyzzy ward", share=0.4, posts=(POST.id,))
    shared = Term(text="shame", share=0.5, posts=(POST.id, "p2"))
    evidence = Evidence(posts=(POST, OTHER), phrases=(theirs, shared), hashtags=(replace(theirs, text="#xyzzy"),))
    northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY)
    northside.take_verdict(verdict(evidence=evidence, reason="people say “xyzzy ward”, “shame”."), NOW)

    (told,) = northside.take_command(command("redact", brand="", incident="", post=POST.id), NOW + 1)

    assert told.evidence.phrases == (replace(shared, posts=("p2",)),)
    assert told.evidence.hashtags == ()
    assert told.reason.endswith("people say “shame”.")
    assert b"xyzzy" not in msgspec.json.encode(told)
    assert without_strangers(told).evidence.phrases == ()


def test_by_age_what_single_people_wrote_goes_and_what_many_said_stays():
    bare = without_strangers(INCIDENT)

    said = msgspec.json.encode(bare.evidence) + bare.reason.encode()
    assert not [trace for trace in (b"Ida", b"bob", b"cancelled", b"example/p/1") if trace in said]
    assert [term.text for term in (*bare.evidence.phrases, *bare.evidence.links)] == ["shame", "social.example"]
    assert (bare.seen, bare.version) == (INCIDENT.seen, INCIDENT.version)


def test_what_an_earlier_version_remembered_by_ids_is_read_as_hashes():
    stored = msgspec.msgpack.encode(
        BrandState(
            redacted_posts={"p1": "mark", post_key("p2"): ""}, commands=["redact-p1", "c-1", "redact-" + "0" * 16]
        )
    )

    state = decode_state(stored)

    assert state.redacted_posts == {post_key("p1"): "mark", post_key("p2"): ""}
    assert state.commands == [f"redact-{post_key('p1')}", "c-1", "redact-" + "0" * 16]


def test_a_command_that_names_authors_takes_them_out_and_leaves_no_id_in_what_is_kept():
    northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY)
    northside.take_verdict(verdict(evidence=EVIDENCE, reason=INCIDENT.reason), NOW)

    told = northside.take_command(
        command("redact", brand="", incident="", posts=(POST.id, "p9"), names=("Ida M.", "did:ida")), NOW + 1
    )

    assert [incident.change.type for incident in told] == ["redacted"]
    kept = msgspec.msgpack.encode(northside.state)
    traces = (b"Ida M.", b"did:ida", b"cancelled", b"social.example/p/1", b"p9")
    assert not [trace for trace in traces if trace in kept]


@pytest.mark.parametrize("age", [0.0, 99.0])
def test_the_timer_takes_evidence_out_when_its_time_is_over_and_once(age):
    northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY, keep_s=lambda _: 100.0)
    northside.take_verdict(verdict(evidence=EVIDENCE), NOW)
    northside.take_verdict(verdict(7200, phase="calm"), NOW + age)

    assert northside.due_at() == NOW + age + 100
    assert northside.tick(NOW + age + 99) == []
    (bare,) = northside.tick(NOW + age + 100)

    assert (bare.change.type, bare.change.via, bare.evidence.posts) == ("redacted", "timer", ())
    assert northside.due_at() is None
    assert northside.tick(NOW + age + 200) == []


@pytest.mark.parametrize(("heard_on", "kept_s"), [(("feeds", "tube"), 50.0), (("feeds",), 100.0)])
def test_evidence_of_a_source_with_a_time_of_its_own_goes_after_that_though_none_of_its_posts_is_shown(
    heard_on, kept_s
):
    retention = Retention(evidence=100.0, evidence_of=(("tube", 50.0),))
    northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY, keep_s=retention.evidence_s)
    northside.take_verdict(verdict(evidence=replace(EVIDENCE, all_sources=heard_on)), NOW)

    assert northside.tick(NOW + kept_s - 1) == []
    assert [told.change.type for told in northside.tick(NOW + kept_s)] == ["redacted"]


def test_evidence_stays_while_the_outbreak_is_spoken_of():
    northside = BrandIncidents("northside", "Northside Hospital Trust", POLICY, keep_s=lambda _: 100.0)
    northside.take_verdict(verdict(evidence=EVIDENCE), NOW)
    northside.take_command(command("acknowledge"), NOW + 1)
    northside.take_verdict(verdict(90, evidence=EVIDENCE), NOW + 90)

    assert [told.change.type for told in northside.tick(NOW + 150)] == []
    assert [told.change.type for told in northside.tick(NOW + 190)] == ["redacted"]
