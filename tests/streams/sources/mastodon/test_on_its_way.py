"""Mastodon on its way to Kafka: what matches goes on, and its deletion too, whoever listens then."""

import asyncio
from collections.abc import Callable

from streams.brand import Brand
from streams.queries.matching import Matcher
from streams.sources.checkpoint import Checkpoint
from streams.sources.runner import BOUNDS, SourceRunner
from streams.sources.selection import Selection
from streams.sources.sent_ids import SentIds
from tests.patience import PATIENCE_S
from tests.streams.sources.mastodon.listening import Listening
from tests.streams.sources.memory_outlet import MemoryOutlet

MATCHER = Matcher([Brand(id="northside", name="Northside", query="northside")])


async def run_until(listening: Listening, outlet: MemoryOutlet, is_so: Callable[[], bool]) -> None:
    """Run a process of its own from the newest checkpoint until something is so, and stop it as SIGTERM does."""
    stop, source = asyncio.Event(), listening.new()
    checkpoint: Checkpoint | None = outlet.saved[-1] if outlet.saved else None
    runner = SourceRunner(
        source, outlet, Selection(MATCHER), checkpoint=checkpoint, sent=SentIds.read(source.id, outlet.rows),
        bounds=BOUNDS, now=listening.now, clock=listening.now, draw=lambda: 0.0,
    )  # fmt: skip
    running = asyncio.create_task(runner.run(stop))
    async with asyncio.timeout(PATIENCE_S):
        while not is_so():
            if running.done():
                running.result()
                raise AssertionError("it ended by itself")
            await asyncio.sleep(0.01)
    stop.set()
    await running


async def test_a_deletion_goes_on_where_the_post_did_and_nowhere_else_whoever_listens():
    async with Listening() as listening:
        server, outlet = listening.server, MemoryOutlet()
        await run_until(listening, outlet, lambda: bool(outlet.saved) and server.open_streams == 1)
        first, other = await server.post("northside closes a ward"), await server.post("the weather")
        second = await server.post("northside again")
        await run_until(listening, outlet, lambda: len(outlet.put_so_far) + len(outlet.settled) >= 2)
        for one in (first, other):
            await server.delete(one)
        third = await server.post("northside once more")
        await run_until(
            listening, outlet, lambda: {server.uri(first), server.uri(third)} <= {m.id for m in outlet.settled[2:]}
        )

        told = [(mention.id, mention.deleted) for mention in outlet.settled]
        assert set(told) == {
            (server.uri(first), False), (server.uri(second), False), (server.uri(first), True),
            (server.uri(third), False),
        }  # fmt: skip
        assert outlet.saved[-1].counts.holes == 0


async def test_no_text_and_no_token_stands_in_a_checkpoint():
    async with Listening() as listening:
        server, outlet = listening.server, MemoryOutlet()
        await run_until(listening, outlet, lambda: bool(outlet.saved) and server.open_streams == 1)
        await server.post("northside closes a ward")
        await run_until(listening, outlet, lambda: bool(outlet.put_so_far) or bool(outlet.settled))

        kept = repr(outlet.saved[-1])
        assert server.url in kept
        assert "closes a ward" not in kept
        assert "Bearer" not in kept
        assert "'token'" not in kept
