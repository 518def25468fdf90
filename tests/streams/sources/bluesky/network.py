"""A Jetstream with a listener, for tests that need both."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from alerts.simulation.services.jetstream import SimulatedJetstream
from tests.streams.sources.bluesky.listener import Listener
from tests.streams.sources.bluesky.posts import DID, key

WIRES = ["v1", "v2"]


def post_id(number: int, did: str = DID) -> str:
    return f"at://{did}/app.bsky.feed.post/{key(number)}"


@asynccontextmanager
async def jetstream(**settings: Any) -> AsyncIterator[SimulatedJetstream]:
    host = SimulatedJetstream(settings.pop("now", time.time), **settings)
    await host.start()
    try:
        yield host
    finally:
        await host.stop()


@asynccontextmanager
async def listening(*hosts: SimulatedJetstream, **settings: Any) -> AsyncIterator[Listener]:
    listener = Listener(*(host.url for host in hosts), now=settings.pop("now", time.time), **settings)
    try:
        yield listener
    finally:
        await listener.close()


async def posts(host: SimulatedJetstream, *numbers: int, did: str = DID, at_us: int | None = None) -> set[str]:
    for number in numbers:
        await host.post(did, key(number), {"text": f"post {number}"}, at_us=at_us)
    return {post_id(number, did) for number in numbers}


async def opened(listener: Listener) -> None:
    await listener.source.open(listener.position)
    listener.is_open = True
