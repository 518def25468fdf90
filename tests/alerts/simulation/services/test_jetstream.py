"""The fake Jetstream refuses what the real one refuses, in its words, and tells what the real one tells."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import zstandard
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from alerts.simulation.services.jetstream import DICTIONARY_PATH, SimulatedJetstream
from tests.patience import PATIENCE_S
from tests.streams.sources.bluesky.dictionaries import dictionary

V1, V2 = "/subscribe", "/xrpc/network.bsky.jetstream.subscribeEvents"
DID = "did:plc:eygmaihciaxprqvxpfvl6flk"
V2_ID = 77


@pytest.fixture
async def jetstream() -> AsyncIterator[SimulatedJetstream]:
    host = SimulatedJetstream(time.time, dictionary=dictionary(), v2_dictionary=dictionary(V2_ID))
    await host.start()
    yield host
    await host.stop()


async def told(host: SimulatedJetstream, path: str, count: int, **options: Any) -> list[Any]:
    async with asyncio.timeout(PATIENCE_S), connect(host.url + path, compression=None, **options) as socket:
        return [json.loads(await socket.recv()) for _ in range(count)]


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ("/", 404, "404 page not found"),
        (f"{V1}?cursor=yesterday", 400, 'invalid cursor: "yesterday"'),
        (f"{V1}?cursor=-1", 400, "negative value -1"),
        (f"{V1}?wantedCollections=posts", 400, "invalid collection: posts"),
        (f"{V1}?wantedDids=ida", 400, "invalid DID: ida"),
        (f"{V1}?" + "&".join(f"wantedCollections=a.b.c{n}" for n in range(101)), 400, "too many collections"),
        (f"{V2}?wantedCollections=app.bsky.feed.post", 400, "use collections"),
        (f"{V2}?compress=true", 400, "use zstdDictionary"),
        (f"{V2}?requireHello=true", 400, "server-push only"),
        (f"{V2}?kinds=weather", 400, "unknown kind"),
        (f"{V2}?kinds=account&collections=app.bsky.feed.post", 400, "can never apply"),
        (f"{V2}?zstdDictionary=0", 400, "positive integer"),
        (f"{V2}?zstdDictionary=5", 400, f"current dictionary id is {V2_ID}"),
    ],
)
async def test_a_request_that_is_not_in_order_is_refused(jetstream, asked, status, says):
    with pytest.raises(InvalidStatus) as refused:
        await told(jetstream, asked, 1)

    assert refused.value.response.status_code == status
    assert says in (refused.value.response.body or b"").decode()


async def test_frames_are_compressed_once(jetstream):
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"{jetstream.url}{V1}?compress=true", compression="deflate"):
            pass

    assert refused.value.response.status_code == 400
    assert b"not both" in (refused.value.response.body or b"")


async def test_errors_of_v2_have_a_name(jetstream):
    with pytest.raises(InvalidStatus) as refused:
        await told(jetstream, f"{V2}?zstdDictionary=5", 1)

    assert json.loads(refused.value.response.body or b"")["error"] == "UnknownZstdDictionary"


async def test_a_host_that_is_not_ready_says_503(jetstream):
    jetstream.is_ready = False

    with pytest.raises(InvalidStatus) as refused:
        await told(jetstream, V1, 1)

    assert refused.value.response.status_code == 503


async def test_what_is_told_has_the_form_of_its_wire(jetstream):
    at_us = int(time.time() * 1e6) - 1_000_000
    await jetstream.post(DID, "3l3qo2vuowo2b", {"text": "a"}, at_us=at_us)
    await jetstream.delete(DID, "3l3qo2vuowo2b", at_us=at_us)
    await jetstream.emit("sync", DID, {"rev": "x"}, at_us=at_us)
    await jetstream.emit("account", DID, {"active": False, "status": "deleted"}, at_us=at_us)

    old = await told(jetstream, f"{V1}?cursor={at_us}", 3)
    new = await told(jetstream, f"{V2}?cursor=1", 4)

    assert [event["kind"] for event in old] == ["commit", "commit", "account"]
    assert old[0]["commit"].keys() == {"rev", "operation", "collection", "rkey", "record", "cid"}
    assert old[1]["commit"].keys() == {"rev", "operation", "collection", "rkey"}
    assert (old[0]["time_us"], old[0]["cursor"]) == (at_us, 1)
    assert [event["payload"]["$type"].partition("#")[2] for event in new] == ["commit", "commit", "sync", "account"]
    assert [event["payload"]["seq"] for event in new] == [1, 2, 3, 4]
    assert "cid" not in new[1]["payload"]


async def test_accounts_are_told_whatever_collections_are_wanted(jetstream):
    at_us = int(time.time() * 1e6) - 1_000_000
    await jetstream.emit("commit", DID, {"operation": "delete", "collection": "a.b.like", "rkey": "x"}, at_us=at_us)
    await jetstream.emit("identity", DID, {}, at_us=at_us)

    (first,) = await told(jetstream, f"{V1}?wantedCollections=app.bsky.feed.*&cursor={at_us}", 1)

    assert first["kind"] == "identity"


async def test_a_cursor_that_is_too_old_is_clamped_on_v1_and_refused_on_v2(jetstream):
    now_us = int(time.time() * 1e6)
    await jetstream.post(DID, "a", {"text": "forgotten"}, at_us=now_us - 40 * 3_600_000_000)
    await jetstream.post(DID, "b", {"text": "kept"}, at_us=now_us - 3_600_000_000)
    asked_us = now_us - 50 * 3_600_000_000

    (old,) = await told(jetstream, f"{V1}?cursor={asked_us}", 1)
    info, _ = await told(jetstream, f"{V2}?cursor={asked_us}", 2)
    with pytest.raises(InvalidStatus) as refused:
        await told(jetstream, f"{V2}?cursor=1", 1)

    assert old["commit"]["rkey"] == "b"
    assert info["payload"]["name"] == "OutdatedCursor"
    assert json.loads(refused.value.response.body or b"")["error"] == "CursorTooOld"


async def test_a_cursor_of_the_future_begins_at_the_present(jetstream):
    await jetstream.post(DID, "a", {"text": "before"})
    ahead = int((time.time() + 3_600) * 1e6)

    listening = [asyncio.create_task(told(jetstream, f"{path}?cursor={ahead}", 1)) for path in (V1, V2)]
    numbered = asyncio.create_task(told(jetstream, f"{V2}?cursor=900", 2))
    await jetstream.subscribed(3)
    await jetstream.post(DID, "b", {"text": "after"})

    (old,), (new,) = await asyncio.gather(*listening)
    assert (old["commit"]["rkey"], new["payload"]["rkey"]) == ("b", "b")
    assert [event["payload"].get("name", "event") for event in await numbered] == ["FutureCursor", "event"]


async def test_a_subscriber_of_v1_may_change_what_he_wants_and_one_of_v2_may_say_nothing(jetstream):
    wanted = {"type": "options_update", "payload": {"wantedCollections": ["app.bsky.feed.post"]}}
    async with asyncio.timeout(PATIENCE_S):
        async with connect(f"{jetstream.url}{V1}?requireHello=true", compression=None) as socket:
            await socket.send(json.dumps(wanted))
            await jetstream.subscribed(1)
            await jetstream.post(DID, "a", {"text": "a"})
            assert json.loads(await socket.recv())["commit"]["rkey"] == "a"
            await socket.send("no JSON")
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1007
        async with connect(f"{jetstream.url}{V2}", compression=None) as socket:
            await socket.send(json.dumps(wanted))
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1008


async def test_v2_hands_out_its_dictionary_and_compresses_by_it(jetstream):
    async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
        answer = await client.get(jetstream.url.replace("ws", "http", 1) + DICTIONARY_PATH)
    held = zstandard.ZstdCompressionDict(answer.content)
    await jetstream.post(DID, "a", {"text": "a"})

    async with asyncio.timeout(PATIENCE_S):
        async with connect(f"{jetstream.url}{V2}?cursor=1&zstdDictionary={held.dict_id()}", compression=None) as socket:
            frame = await socket.recv()

    assert isinstance(frame, bytes)
    plain = zstandard.ZstdDecompressor(dict_data=held).decompress(frame)
    assert json.loads(plain)["payload"]["rkey"] == "a"


async def test_a_message_longer_than_wanted_is_left_out(jetstream):
    at_us = int(time.time() * 1e6) - 1_000_000
    await jetstream.post(DID, "a", {"text": "x" * 2_000}, at_us=at_us)
    await jetstream.post(DID, "b", {"text": "x"}, at_us=at_us)

    (first,) = await told(jetstream, f"{V1}?maxMessageSizeBytes=1000&cursor={at_us}", 1)

    assert first["commit"]["rkey"] == "b"
