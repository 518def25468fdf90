"""A source at a simulated Brandwatch, whose clock only moves when it is told to."""

from contextlib import AsyncExitStack
from typing import Any, Self

from alerts.simulation.services.brandwatch import SimulatedBrandwatch
from streams.mention import Mention
from streams.sources.brandwatch.settings import BrandwatchSettings
from streams.sources.brandwatch.source import BrandwatchSource
from streams.sources.http import HttpClient
from streams.sources.source import Batch, Hole, Position, SourceUnavailableError

START = 1_795_946_400.0


class Listening:
    """One source; what it gives is acknowledged at once and kept."""

    def __init__(self, **fake: Any) -> None:
        self.now = START
        self.site = SimulatedBrandwatch(self._time, **fake)
        self.batches: list[Batch] = []
        self.position: Position | None = None
        self._stack = AsyncExitStack()
        self.client = HttpClient(now=self._time, clock=self._time, sleep=self._sleep)

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.site)
        self._stack.push_async_callback(self.client.close)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def source(self, **settings: Any) -> BrandwatchSource:
        stated = {
            "project": self.site.project, "queries": list(self.site.queries), "token": "token-1", "url": self.site.url,
        }  # fmt: skip
        return BrandwatchSource(
            "bw", BrandwatchSettings.model_validate(stated | settings), self.client, now=self._time, idle_s=0.0
        )

    async def opened(self, **settings: Any) -> BrandwatchSource:
        source = self.source(**settings)
        await source.open(self.position)
        return source

    async def hear(self, source: BrandwatchSource, seconds: float) -> None:
        """Read for so long; where that fails, open anew at the acknowledged place, as the runner does."""
        until = self.now + seconds
        while self.now < until:
            try:
                batch = await source.read()
            except SourceUnavailableError as error:
                self.now += max(1.0, error.retry_after_s)
                await source.close()
                await source.open(self.position)
                continue
            self.position = batch.position
            self.batches.append(batch)
            self.now += 1.0

    async def _sleep(self, seconds: float) -> None:
        self.now += seconds

    def _time(self) -> float:
        return self.now

    @property
    def mentions(self) -> list[Mention]:
        return [mention for batch in self.batches for mention in batch.mentions]

    @property
    def ids(self) -> list[str]:
        return [mention.id for mention in self.mentions]

    @property
    def holes(self) -> list[Hole]:
        return [hole for batch in self.batches for hole in batch.holes]
