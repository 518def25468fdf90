"""Both wires are read to one kind of events, and what breaks the schema costs no more than itself."""

import json

import pytest

from streams.errors import BadMentionError
from streams.sources.bluesky.events import AccountChange, Aside, Notice, PostChange
from streams.sources.bluesky.frames import DECODERS, decode_v1, decode_v2
from tests.streams.sources.bluesky.posts import CID, DID, POST, RKEY, SEEN_US, record, v1, v2


def test_both_wires_tell_the_same_of_a_post():
    old = decode_v1(v1({"record": record(), "cid": CID}, cursor=12345))
    new = decode_v2(v2(record=record(), cid=CID))

    assert old == new
    assert isinstance(old, PostChange)
    assert (old.did, old.rkey, old.time_us, old.seq, old.operation) == (DID, RKEY, SEEN_US, 12345, "create")
    assert old.record is not None
    assert old.record.text == "Northside let us wait again"


def test_a_server_of_before_numbers_no_events():
    told = decode_v1(v1({"record": record(), "cid": CID}))

    assert isinstance(told, PostChange)
    assert told.seq == 0


@pytest.mark.parametrize("wire", ["v1", "v2"])
def test_a_deletion_has_no_record(wire):
    frame = v1({"operation": "delete"}) if wire == "v1" else v2(operation="delete")

    told = DECODERS[wire](frame)

    assert isinstance(told, PostChange)
    assert (told.operation, told.record) == ("delete", None)


@pytest.mark.parametrize(
    ("account", "active", "status"),
    [
        ({"active": True, "did": DID, "seq": 1, "time": "2024-09-05T06:11:04.870Z"}, True, ""),
        ({"active": False, "status": "takendown"}, False, "takendown"),
        ({"active": False, "status": None}, False, ""),
    ],
)
def test_both_wires_tell_the_same_of_an_account(account, active, status):
    old = decode_v1(v1(kind="account", account=account))
    new = decode_v2(v2("account", account=account, seq=0))

    assert old == new == AccountChange(did=DID, time_us=SEEN_US, active=active, status=status)


@pytest.mark.parametrize(
    ("wire", "frame"),
    [
        ("v1", v1(kind="identity", identity={"did": DID, "handle": "ida.example", "seq": 1, "time": "2024-09-05"})),
        ("v1", v1({"collection": "app.bsky.feed.like", "record": {"subject": {"uri": "at://x", "cid": "y"}}})),
        ("v1", v1({"collection": "app.bsky.graph.list", "record": {"text": 3, "tags": "none", "embed": [1]}})),
        ("v1", v1(kind="weather", weather={"rain": True})),
        ("v2", v2("identity", identity={"did": DID})),
        ("v2", v2("sync", sync={"did": DID, "blocks": {"$bytes": "AAAA"}, "rev": "3l3qo2vutsw2b"})),
        ("v2", v2("weather", rain=True)),
        ("v2", v2(collection="app.bsky.feed.like", record={"subject": {"uri": "at://x", "cid": "y"}})),
    ],
)
def test_what_is_no_post_moves_time_alone(wire, frame):
    told = DECODERS[wire](frame)

    assert isinstance(told, Aside)
    assert (told.did, told.time_us) == (DID, SEEN_US)


def test_a_notice_has_no_time():
    info = {"$type": "message", "payload": {"$type": "x#info", "name": "OutdatedCursor", "message": "from seq 7"}}
    error = {"$type": "error", "error": "ConsumerTooSlow", "message": "reconnect"}

    assert decode_v2(json.dumps(info).encode()) == Notice(name="OutdatedCursor", message="from seq 7")
    assert decode_v2(json.dumps(error).encode()) == Notice(name="ConsumerTooSlow", message="reconnect", is_last=True)


def test_a_server_without_the_witnessed_time_tells_its_time():
    frame = json.loads(v2(record=record()))
    del frame["payload"]["witnessedAt"]

    assert decode_v2(json.dumps(frame).encode()).time_us == SEEN_US  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        ({"createdAt": "2024-02-30T00:00:00Z"}, "text"),
        ({"createdAt": 1725911162}, "text"),
        ({"createdAt": None, "langs": None, "tags": None, "facets": None, "embed": None, "reply": None}, "text"),
        ({"langs": "en"}, "text"),
        ({"langs": ["en", 7]}, "langs"),
        ({"tags": {"a": 1}}, "text"),
        ({"facets": [{"index": {"byteStart": "0"}, "features": [{"tag": "NHS"}]}]}, "facets"),
        ({"facets": ["none", 7, None, {"features": [None, {"tag": "NHS"}]}]}, "facets"),
        ({"embed": "a picture"}, "text"),
        ({"embed": {"images": [{"alt": 7}, {"alt": "a queue"}], "external": "x"}}, "embed"),
        ({"reply": {"parent": "at://x"}}, "text"),
        ({"text": 7}, "created_at"),
    ],
)
def test_a_broken_part_of_a_post_is_left_out_and_the_rest_is_kept(broken, kept):
    told = decode_v1(v1({"record": record() | broken, "cid": CID}))

    assert isinstance(told, PostChange)
    assert told.record is not None
    assert getattr(told.record, kept)


def test_of_a_broken_facet_the_whole_features_are_kept():
    facets = [{"features": [None, {"tag": 7, "uri": "https://a.example"}, {"tag": "NHS"}]}]

    told = decode_v1(v1({"record": record(facets=facets)}))

    assert isinstance(told, PostChange)
    assert told.record is not None
    assert [(one.uri, one.tag) for one in told.record.facets[0].features] == [  # type: ignore[index, union-attr]
        ("https://a.example", None), (None, "NHS"),
    ]  # fmt: skip


def test_half_a_character_and_bytes_that_are_no_text_become_a_sign():
    escaped = v1({"record": record()}).replace(b"let us", rb"let \ud83d us")
    raw = v1({"record": record()}).replace(b"let us", b"let \xff us")

    for frame in (escaped, raw):
        told = decode_v1(frame)
        assert isinstance(told, PostChange)
        assert told.record is not None
        assert told.record.text == "Northside let \ufffd us wait again"


@pytest.mark.parametrize(
    ("wire", "frame", "reason"),
    [
        ("v1", b"", "json"),
        ("v1", b"<!DOCTYPE html>", "json"),
        ("v1", b"[]", "schema"),
        ("v1", b"null", "schema"),
        ("v1", b'{"did": 7, "time_us": "soon"}', "schema"),
        ("v1", b'{"did": "did:plc:a"}', "schema"),
        ("v1", b'{"did": "did:plc:a", "time_us": 1.5, "kind": "identity"}', "schema"),
        ("v1", v1({"record": record()})[:-40], "json"),
        ("v1", v1({"operation": "create"}), "schema"),
        ("v1", v1({"operation": "moved", "record": record()}), "schema"),
        ("v1", v1({"rkey": "", "record": record()}), "schema"),
        ("v1", v1(kind="account", account={"status": "deleted"}), "schema"),
        ("v1", v1({"record": {"evil": 1}}).replace(b"1}", b"[" * 20_000 + b"]" * 20_000 + b"}"), "json"),
        ("v1", v2(record=record()), "schema"),
        ("v2", v1({"record": record()}), "schema"),
        ("v2", b'{"$type": "message", "payload": {"$type": "x#commit", "did": "did:plc:a", "seq": 1}}', "schema"),
    ],
)
def test_what_is_no_event_is_refused_with_its_reason(wire, frame, reason):
    with pytest.raises(BadMentionError) as refused:
        DECODERS[wire](frame)

    assert refused.value.reason == reason


def test_a_collection_that_only_begins_like_a_post_is_none():
    assert isinstance(decode_v1(v1({"collection": f"{POST}gate", "record": {}})), Aside)
