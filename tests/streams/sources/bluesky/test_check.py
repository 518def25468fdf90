"""What ``tocsin check`` is told."""

import asyncio
import time

import pytest

from tests.streams.sources.bluesky.listener import Listener
from tests.streams.sources.bluesky.network import WIRES, jetstream, listening, posts


@pytest.mark.parametrize("wire", WIRES)
async def test_check_tells_how_much_each_host_says(wire):
    async with jetstream() as host, jetstream() as closed, listening(host, closed, wire=wire) as listener:
        closed.is_ready = False
        checking = asyncio.create_task(listener.source.check())
        await host.subscribed(1)
        await posts(host, 1, 2, 3)

        found = await checking

        assert host.url in found[0].says
        assert "a second" in found[0].says
        assert closed.url in found[1].says
        assert "503" in found[1].says
        assert not any(problem.stops for problem in found)


async def test_check_stops_where_no_host_answers():
    listener = Listener("ws://127.0.0.1:1", now=time.time)

    found = await listener.source.check()

    assert found[0].stops
    assert "cannot be reached" in found[0].says
    await listener.close()
