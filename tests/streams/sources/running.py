"""Runs a source as ``tocsin listen`` does, with an outlet in memory."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from msgspec.structs import replace

from streams.brand import Brand
from streams.errors import KafkaUnavailableError
from streams.queries.matching import Matcher
from streams.sources.checkpoint import Checkpoint
from streams.sources.runner import BOUNDS, Bounds, SourceRunner
from streams.sources.selection import Selection
from streams.sources.sent_ids import SentIds
from streams.sources.source import Source
from tests.patience import PATIENCE_S
from tests.streams.sources.memory_outlet import MemoryOutlet

MATCHER = Matcher([Brand(id="northside", name="Northside", query="northside")])
QUICK = replace(BOUNDS, settle_s=0.0, report_s=0.02)


class Run:
    """A runner that runs in the background until the block ends, or what is waited for is so."""

    def __init__(
        self,
        source: Source,
        outlet: MemoryOutlet,
        *,
        checkpoint: Checkpoint | None = None,
        keep_all: bool = False,
        bounds: Bounds = QUICK,
        **options: Any,
    ) -> None:
        self.stop = asyncio.Event()
        self.runner = SourceRunner(
            source, outlet, Selection(MATCHER, keep_all=keep_all), checkpoint=checkpoint,
            sent=SentIds.read(source.id, outlet.rows), bounds=bounds, draw=lambda: 0.0, **options,
        )  # fmt: skip

    async def __aenter__(self) -> Self:
        self.task = asyncio.create_task(self.runner.run(self.stop))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stop.set()
        await asyncio.wait_for(self.task, PATIENCE_S)

    async def ended(self, is_so: Callable[[], bool]) -> BaseException | None:
        """Run until something is so, or until it fails; return with what."""
        self.task = asyncio.create_task(self.runner.run(self.stop))
        with suppress(KafkaUnavailableError):
            await self.until(lambda: self.task.done() or is_so())
        self.stop.set()
        return (await asyncio.gather(self.task, return_exceptions=True))[0]

    async def until(self, is_so: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not is_so():
                if self.task.done():
                    self.task.result()
                    raise AssertionError("it ended by itself")
                await asyncio.sleep(0.005)
