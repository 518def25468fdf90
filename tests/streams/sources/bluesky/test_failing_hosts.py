"""Hosts that are closed, stale, moved or something else: which is asked next, and what is said of it."""

import asyncio
import time

import pytest

from alerts.simulation.services.jetstream import SimulatedJetstream
from alerts.simulation.services.jetstream_faults import Garbage, Refuse
from streams.sources.bluesky.source import REFUSED_IN_A_ROW
from streams.sources.source import SourceError
from tests.streams.sources.bluesky.listener import FastClock, Listener
from tests.streams.sources.bluesky.network import jetstream, listening, opened, posts
from tests.streams.sources.bluesky.posts import DID


async def test_a_host_that_stays_closed_is_left_for_the_next():
    async with jetstream() as closed, jetstream() as host, listening(closed, host) as listener:
        closed.is_ready = False
        await listener.until(lambda: listener.is_open)
        written = await posts(host, 1, 2)

        await listener.until(lambda: listener.ids == written)

        assert [str(error) for error in listener.failures] == [
            f"{closed.url} answered 503 Service Unavailable (service not ready)"
        ] * 3


async def test_a_host_that_asks_for_patience_is_heard():
    async with jetstream() as host, listening(host) as listener:
        host.fail_next(Refuse(429, "slow down", (("Retry-After", "17"),)))

        await listener.step()

        assert [error.retry_after_s for error in listener.failures] == [17.0]


async def test_a_web_page_in_the_place_of_a_host_is_called_one():
    async with jetstream() as host, listening(host) as listener:
        host.fail_next(Refuse(200, "<!DOCTYPE html><title>Sign in</title>"))
        await listener.until(lambda: listener.is_open)
        written = await posts(host, 1)

        await listener.until(lambda: listener.ids == written)

        assert [str(error) for error in listener.failures] == [f"{host.url} answered 200 OK (a web page)"]


async def test_a_host_that_is_no_jetstream_is_left_at_once():
    async with jetstream() as moved, jetstream() as host, listening(moved, host) as listener:
        moved.fail_next(Refuse(404, "404 page not found"))
        await listener.until(lambda: listener.is_open)

        assert len(listener.failures) == 1
        assert "404 Not Found (404 page not found)" in str(listener.failures[0])
        assert listener.source.health().state == "live"


async def test_only_when_every_host_refuses_the_request_the_source_gives_up():
    async with jetstream() as one, jetstream() as other, listening(one, other) as listener:
        for host in (one, other):
            host.fail_next(Refuse(400, "invalid subscribe options"))

        await listener.step()
        with pytest.raises(SourceError, match="mend `hosts` or `wire`"):
            await listener.step()

        assert "400 Bad Request (invalid subscribe options)" in str(listener.failures[0])
        assert listener.source.health().state == "failed"


async def test_a_host_that_nobody_serves_is_named():
    listener = Listener("ws://127.0.0.1:1", now=time.time)

    await listener.step()

    assert "ws://127.0.0.1:1 cannot be reached" in str(listener.failures[0])
    assert listener.source.health().state == "waiting"
    assert "cannot be reached" in listener.source.health().says
    await listener.close()


async def test_a_host_of_the_other_wire_is_not_listened_to_for_long():
    async with jetstream() as host, listening(host) as listener:
        host.fail_next(*(Garbage(at, '{"$type": "message", "payload": {}}') for at in range(REFUSED_IN_A_ROW)))
        await opened(listener)
        host_frames = asyncio.create_task(_identities(host, REFUSED_IN_A_ROW))

        await listener.until(lambda: len(listener.refused) >= REFUSED_IN_A_ROW)

        await host_frames
        assert not listener.mentions


async def _identities(host: SimulatedJetstream, number: int) -> None:
    for _ in range(number):
        await host.emit("identity", DID, {"handle": "ida.example"})


async def test_a_stale_host_is_left_for_the_next():
    clock = FastClock(time.time())
    async with (
        jetstream(now=clock) as stale,
        jetstream(now=clock) as host,
        listening(stale, host, now=clock, silence_s=60) as listener,
    ):
        await opened(listener)
        telling = asyncio.create_task(_tell_late(stale, clock, behind_s=900))

        await listener.until(lambda: bool(listener.failures))
        telling.cancel()
        await listener.until(lambda: listener.is_open)

        assert "comes no nearer" in str(listener.failures[0])
        assert host.url in str(listener.failures[0])
        assert host.queries
        assert not listener.holes


async def _tell_late(host: SimulatedJetstream, clock: FastClock, *, behind_s: float) -> None:
    for number in range(100_000):
        await posts(host, number, at_us=int((clock() - behind_s) * 1e6))
        await asyncio.sleep(0.001)
