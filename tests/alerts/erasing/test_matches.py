"""Which records hold a post, or what an author wrote."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.erasing.matches import KEPT, STAGE, WATCH, Matches
from alerts.erasing.request import Request, requested
from alerts.errors import AlertsError
from alerts.incidents.command import Command
from alerts.incidents.incident import Incident, record_key
from alerts.incidents.incident_state import BrandState, IncidentState, encode_state
from detectors.post import Post
from detectors.verdict import Concentration, Evidence, Term
from streams.kafka.topics import COMMANDS, DEAD_LETTERS, FLUSHES, INCIDENTS, MENTIONS
from streams.wire.flush import Flush, Snapshot, encode_flush
from tests.alerts.receivers.outbreak import NOTIFIED
from tests.streams.story import NOON, record

POST = Post(id="p1", published=NOON, content="They cancelled all of it", author="ida", author_name="Ida M.", source="x")
SHOWN = msgspec.structs.replace(NOTIFIED, evidence=Evidence(posts=(POST,)))
IDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=80)


def matches(kind: Any = "post", name: str = "p1", source: str = "") -> Matches:
    return Matches(Request(kind=kind, id=name, source=source))


def mentioned(name: str, author: str = "ida", source: str = "x", **fields: Any) -> bytes:
    decoded = record(0, 0, "northside", id=name, source=source, author={"id": author, "name": "Ida M."}, **fields)
    return decoded.value or b""


def take_incident(found: Matches, incident: Incident) -> None:
    found.take(INCIDENTS.name, 0, record_key(incident), msgspec.json.encode(incident), 1.0)


@given(IDS, IDS)
def test_a_mention_holds_the_id_that_it_has_and_no_other(one, other):
    found = matches(name=one)

    found.take(MENTIONS.name, 0, None, mentioned(other), 5.0)

    assert found.is_found == (one == other)


def test_an_id_that_is_part_of_another_is_not_that_one():
    found = matches(name="p1")
    for value in (mentioned("p10"), b'{"id": "p10", broken', b'{"id": "ap1", broken'):
        found.take(DEAD_LETTERS.name, 0, b"p10", value, 1.0)
    found.take(
        FLUSHES.name, 0, b"0",
        encode_flush(Flush(partition=0, partitions=1, deleted=("p10",))), 1.0,
    )  # fmt: skip

    assert not found.is_found


@pytest.mark.parametrize("value", [b'{"id": "p1", broken', b'{"id":"https:\\/\\/x\\/1"', b'{"id":"\\"q\\""'])
def test_what_nobody_can_read_holds_it_where_its_bytes_do(value):
    names = ("p1", "https://x/1", '"q"')

    assert [n for n in names if _holds(matches(name=n), DEAD_LETTERS.name, value)] == [
        n for n in names if n.replace("/", "\\/") in value.decode() or n.replace('"', '\\"') in value.decode()
    ]


def _holds(found: Matches, topic: str, value: bytes) -> bool:
    found.take(topic, 0, b"key", value, 1.0)
    return found.hits[topic].found == 1


def test_of_an_author_every_post_is_found_wherever_it_stands():
    found = matches("author", "ida")
    flush = Flush(
        partition=0, partitions=1,
        snapshots=(Snapshot(brand="b", start=0, first_offset=0, last_offset=0, posts=(POST,)),),
    )  # fmt: skip
    found.take(MENTIONS.name, 0, None, mentioned("m1"), 1.0)
    found.take(MENTIONS.name, 0, None, mentioned("m2", author="Ida"), 1.0)
    found.take(FLUSHES.name, 0, b"0", encode_flush(flush), 1.0)
    take_incident(
        found, msgspec.structs.replace(SHOWN, evidence=Evidence(posts=(msgspec.structs.replace(POST, id="m3"),)))
    )

    assert set(found.posts) == {"m1", "p1", "m3"}
    assert found.shown == {"m3"}
    assert found.names() == {"ida", "Ida M."}
    assert list(found.near) == ["Ida"]


def test_the_same_id_in_two_sources_is_told_apart():
    both, one = matches("author", "ida"), matches("author", "ida", "x")
    for found in (both, one):
        for source in ("x", "y", "y"):
            found.take(MENTIONS.name, 0, None, mentioned(f"m-{source}", source=source), 1.0)

    assert both.sources == {"x": 1, "y": 1}
    assert one.sources == {"x": 1}


def test_near_misses_are_named_and_not_taken():
    found = matches(name="https://Social.example/p/1/")
    for near in ("https://social.example/p/1", "http://social.example/p/1/", "social.example/P/1", "https://other/1"):
        found.take(MENTIONS.name, 0, None, mentioned(near), 1.0)

    assert not found.is_found
    assert list(found.near) == ["https://social.example/p/1", "http://social.example/p/1/", "social.example/P/1"]


def test_of_a_compacted_topic_the_newest_record_of_a_key_counts():
    found = matches()
    take_incident(found, SHOWN)
    assert found.held[INCIDENTS.name] == 1

    take_incident(found, found.gone().without(SHOWN))

    assert found.held == dict.fromkeys(KEPT, 0)
    assert found.hits[INCIDENTS.name].found == 1


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence(authors=(Term(text="Ida M.", share=0.5),)),
        Evidence(amplifiers=(Term(text="ida", share=0.5),)),
        Evidence(concentration=Concentration(loudest_author="Ida M.")),
        Evidence(concentration=Concentration(repeated_text="they cancelled ALL of it")),
    ],
)
def test_an_incident_that_names_the_author_or_repeats_the_text_holds_it_without_the_post(evidence):
    found = matches("author", "ida")
    found.take(MENTIONS.name, 0, None, mentioned("p1"), 1.0)
    found.take(FLUSHES.name, 0, b"0", encode_flush(Flush(partition=0, partitions=1, snapshots=(
        Snapshot(brand="b", start=0, first_offset=0, last_offset=0, posts=(POST,)),))), 1.0)  # fmt: skip

    take_incident(found, msgspec.structs.replace(SHOWN, evidence=evidence))

    assert found.held[INCIDENTS.name] == 1


def test_the_state_of_a_brand_holds_it_where_one_of_its_incidents_does():
    found = matches()
    state = BrandState(
        tracked=[IncidentState(incident=NOTIFIED, fired_at=0), IncidentState(incident=SHOWN, fired_at=0)]
    )

    found.take(STAGE, 0, b"northside", encode_state(state), 1.0)
    found.take(STAGE, 0, b"@position/0", b"whatever", 1.0)
    found.take(WATCH, 0, b"@clock/0", b"whatever", 1.0)

    assert found.held[STAGE] == 1
    assert found.held[WATCH] == 0


def test_what_the_watch_stage_has_dropped_is_known_by_partition():
    found = matches()
    for partition, via in ((0, "watch"), (1, "cli")):
        command = Command(id="r", type="redact", brand="", at=1.0, via=via, post="p1", posts=("p2",))
        found.take(COMMANDS.name, partition, b"", msgspec.json.encode(command), 1.0)

    assert found.dropped_by == {0: {"p1", "p2"}}


def test_a_take_down_of_the_post_holds_its_id():
    found = matches()
    found.take(MENTIONS.name, 0, None, record(0, 0, "", id="p1", deleted=True).value, 1.0)

    assert found.is_found


@pytest.mark.parametrize(
    ("post", "author", "source"), [("", "", ""), ("p", "a", ""), ("p", "", "x"), ("\udcff", "", "")]
)
def test_what_is_not_exactly_one_thing_is_refused(post, author, source):
    with pytest.raises(AlertsError):
        requested(post, author, source)


def test_a_brands_last_day_is_looked_at_in_the_changelog_of_the_watch_stage():
    found = matches()
    stored = msgspec.msgpack.encode({"outbreak": None, "lately": {"posts": [msgspec.to_builtins(POST)]}})

    found.take(WATCH, 0, b"northside", stored, 1.0)

    assert found.hits[WATCH].holding == {(0, b"northside")}
    assert "Ida M." in found.names()
