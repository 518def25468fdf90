"""The source against a strict Jetstream: what is written comes, whatever the connection does."""

import asyncio
import base64
import os
import time

import pytest

from alerts.simulation.services.jetstream import SimulatedJetstream
from alerts.simulation.services.jetstream_faults import Close, Drop, Garbage, Late, Silence, Twice
from streams.mention import Mention
from streams.sources.source import SourceUnavailableError
from tests.patience import PATIENCE_S
from tests.streams.sources.bluesky.listener import FastClock
from tests.streams.sources.bluesky.network import WIRES, jetstream, listening, opened, posts
from tests.streams.sources.bluesky.posts import DID, SEEN_US, key


@pytest.mark.parametrize("wire", WIRES)
async def test_posts_come_as_they_are_written(wire):
    async with jetstream() as host, listening(host, wire=wire) as listener:
        await opened(listener)
        written = await posts(host, 1, 2, 3)

        await listener.until(lambda: listener.ids == written)

        assert not listener.holes
        assert not listener.refused
        health = listener.source.health()
        assert health.state == "live"
        assert health.last_event is not None
        assert health.behind_s is not None


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    "fault", [Drop(2), Close(3, 1001, "going away"), Close(2, 1011, "slow", "ConsumerTooSlow"), Silence(2)], ids=str
)
async def test_a_connection_that_ends_costs_no_post(wire, fault):
    async with jetstream() as host, listening(host, wire=wire, silence_s=0.2) as listener:
        await opened(listener)
        written = await posts(host, 1)
        await listener.until(lambda: listener.ids == written)
        host.fail_next(fault)
        await listener.crash()

        written |= await posts(host, 2, 3, 4, 5)
        await listener.until(lambda: listener.ids == written)

        assert listener.failures
        assert not listener.holes


@pytest.mark.parametrize("wire", WIRES)
async def test_a_stream_that_breaks_before_anything_was_acknowledged_goes_on_where_it_began(wire):
    async with jetstream() as host, listening(host, wire=wire) as listener:
        host.fail_next(Drop(0))
        await opened(listener)
        await listener.until(lambda: bool(listener.failures))

        written = await posts(host, 1, 2)
        await listener.until(lambda: listener.ids == written)


@pytest.mark.parametrize("wire", WIRES)
async def test_what_is_written_while_nobody_has_heard_anything_yet_is_fetched_later(wire):
    async with jetstream() as host, listening(host, wire=wire, silence_s=0.3) as listener:
        await listener.until(lambda: listener.position is not None)
        assert not listener.mentions
        await listener.crash()
        written = await posts(host, 1, 2)

        await listener.until(lambda: listener.ids == written)


@pytest.mark.parametrize("wire", WIRES)
async def test_what_comes_twice_late_or_broken_is_given_and_refused(wire):
    async with jetstream() as host, listening(host, wire=wire) as listener:
        host.fail_next(Twice(1), Late(2, by=2), Garbage(3), Garbage(4, b"\x28\xb5\x2f\xfd"))
        await opened(listener)
        written = await posts(host, *range(8))

        await listener.until(lambda: listener.ids == written)

        assert [(one.origin, one.reason) for one in listener.refused] == [(host.url, "schema"), (host.url, "zstd")]


@pytest.mark.parametrize("wire", WIRES)
async def test_what_was_written_meanwhile_is_read_as_backfill_with_its_own_time(wire):
    clock = FastClock(time.time(), fast=1.0)
    async with jetstream(now=clock) as host, listening(host, wire=wire, now=clock) as listener:
        ago_us = int((clock() - 7_200) * 1e6)
        first = await posts(host, 1, at_us=ago_us)
        listener.position = {"wire": wire, "host": host.url, "time_us": ago_us, "seq": 1}
        written = first | await posts(host, 2, at_us=ago_us + 60_000_000)

        await opened(listener)
        read: list[Mention] = []
        while {mention.id for mention in read} != written:
            batch = await listener.source.read()
            assert batch.is_backfill
            read += batch.mentions

        assert read[-1].published.timestamp() == pytest.approx(ago_us / 1e6 + 60)
        assert listener.source.health().state == "catching_up"


async def test_a_host_that_keeps_too_little_leaves_a_hole_on_v1():
    now_s = time.time()
    clock = FastClock(now_s)
    async with jetstream(now=clock, look_back_s=100_000) as host, listening(host, now=clock) as listener:
        left_us = int((now_s - 900_000) * 1e6)
        listener.position = {"wire": "v1", "host": host.url, "time_us": left_us}
        await posts(host, 1, at_us=left_us + 1)
        found_us = int((now_s - 600) * 1e6)
        written = await posts(host, 2, at_us=found_us)

        await listener.until(lambda: bool(listener.holes))

        assert listener.ids == written
        (hole,) = listener.holes
        assert (hole.began, hole.ended, hole.reason) == (left_us / 1e6, found_us / 1e6, "look_back")


async def test_a_number_that_the_host_no_longer_has_leaves_a_hole_on_v2():
    now_s = time.time()
    clock = FastClock(now_s)
    async with jetstream(now=clock, look_back_s=100_000) as host, listening(host, wire="v2", now=clock) as listener:
        left_us = int((now_s - 900_000) * 1e6)
        await posts(host, 1, at_us=left_us)
        listener.position = {"wire": "v2", "host": host.url, "time_us": left_us, "seq": 1}
        found_us = int((now_s - 600) * 1e6)
        written = await posts(host, 2, at_us=found_us)

        await listener.until(lambda: bool(listener.holes))

        assert listener.ids == written
        (hole,) = listener.holes
        assert (hole.began, hole.ended) == (left_us / 1e6, found_us / 1e6)
        assert "no longer has" in hole.detail or "CursorTooOld" in hole.detail


async def test_numbers_that_begin_anew_are_left_for_the_moment_on_v2():
    async with jetstream() as host, listening(host, wire="v2") as listener:
        await opened(listener)
        written = await posts(host, *range(300))
        await listener.until(lambda: listener.ids == written)
        assert listener.position is not None
        await listener.crash()
        host.renumber()
        written |= await posts(host, 400, 401)

        await listener.until(lambda: listener.ids == written)

        assert any("FutureCursor" in str(error) or "began at the present" in str(error) for error in listener.failures)


@pytest.mark.parametrize("wire", WIRES)
async def test_a_quiet_network_gives_batches_without_mentions(wire):
    async with jetstream() as host, listening(host, wire=wire) as listener:
        await opened(listener)
        await host.emit("identity", DID, {"handle": "ida.example"})
        await host.emit("account", DID, {"active": True})

        batch = await listener.source.read()

        assert not batch.mentions
        assert batch.position["host"] == host.url


async def test_other_events_under_the_same_numbers_are_left_for_the_moment_on_v2():
    now_s = time.time()
    clock = FastClock(now_s)
    async with jetstream(now=clock) as host, listening(host, wire="v2", now=clock) as listener:
        left_us = int((now_s - 7_200) * 1e6)
        written = await posts(host, *range(5), at_us=left_us)
        written |= await posts(host, *range(5, 150), at_us=left_us + 3_600_000_000)
        listener.position = {"wire": "v2", "host": host.url, "time_us": left_us, "seq": 20}

        await listener.until(lambda: listener.ids == written)

        assert "other events under the numbers" in str(listener.failures[0])
        assert [hole.reason for hole in listener.holes] == []


async def test_a_reader_that_stands_still_stops_the_host_and_loses_nothing():
    async with jetstream() as host, listening(host) as listener:
        await opened(listener)
        for number in range(2_000):  # 32 MB that cannot be packed: more than sockets hold
            noise = base64.b85encode(os.urandom(12_800)).decode()
            await host.post(DID, key(number % 1024, SEEN_US + number // 1024), {"text": "", "noise": noise})

        await asyncio.wait_for(_stands_still(host), PATIENCE_S)
        sent = host.sent
        await listener.until(lambda: len(listener.ids) == 2_000)

        assert sent < 2_000


async def _stands_still(host: SimulatedJetstream) -> None:
    before = -1
    while host.sent != before:
        before = host.sent
        await asyncio.sleep(0.3)


@pytest.mark.parametrize("wire", WIRES)
async def test_a_reading_that_is_cancelled_loses_nothing(wire):
    async with jetstream() as host, listening(host, wire=wire) as listener:
        await opened(listener)
        written = set()
        for number in range(30):
            reading = asyncio.create_task(listener.step())
            written |= await posts(host, number)
            if number % 2:
                await asyncio.sleep(0)
                reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

        await listener.until(lambda: listener.ids == written)


async def test_closing_while_it_reads_ends_the_reading_and_may_come_twice():
    async with jetstream() as host, listening(host) as listener:
        await opened(listener)
        reading = asyncio.create_task(listener.source.read())
        await asyncio.sleep(0)

        await listener.source.close()
        await listener.source.close()

        with pytest.raises(SourceUnavailableError):
            await reading
        with pytest.raises(SourceUnavailableError, match="not connected"):
            await listener.source.read()
