"""A source at a simulated Hacker News, whose clock only moves when it is told to."""

from contextlib import AsyncExitStack
from typing import Self

from alerts.simulation.services.hacker_news import SimulatedHackerNews
from streams.mention import Mention
from streams.sources.hacker_news.settings import HackerNewsSettings
from streams.sources.hacker_news.source import HackerNewsSource
from streams.sources.http import HttpClient
from streams.sources.source import Batch, Position, SourceUnavailableError

START = 1_795_946_400.0


class Listening:
    """One source; what it gives is acknowledged at once and kept."""

    def __init__(self) -> None:
        self.now = START
        self.site = SimulatedHackerNews(self._time)
        self.batches: list[Batch] = []
        self.position: Position | None = None
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.site)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def _sleep(self, seconds: float) -> None:
        self.now += seconds

    def source(self) -> HackerNewsSource:
        client = HttpClient(contact="mail@tocsin.example", now=self._time, clock=self._time, sleep=self._sleep)
        self._stack.push_async_callback(client.close)
        settings = HackerNewsSettings(url=self.site.url)
        source = HackerNewsSource("hn", settings, client, now=self._time)
        source.idle_s = 0.02
        return source

    async def opened(self) -> HackerNewsSource:
        source = self.source()
        self._stack.push_async_callback(source.close)
        await source.open(self.position)
        return source

    async def read(self, source: HackerNewsSource) -> Batch:
        batch = await source.read()
        self.position = batch.position
        await source.acknowledge(batch.position)
        self.batches.append(batch)
        return batch

    async def hear(self, source: HackerNewsSource) -> None:
        """Read until nothing is asked any more."""
        while True:
            asked = len(self.site.asked)
            await self.read(source)
            if len(self.site.asked) == asked:
                return

    async def hear_later(self, source: HackerNewsSource, seconds: float = 30.0) -> None:
        self.now += seconds
        await self.hear(source)

    async def hear_in_spite(self, source: HackerNewsSource, seconds: float = 30.0) -> None:
        """Let time go on and read; where that fails, open anew at the acknowledged place, as the runner does."""
        try:
            await self.hear_later(source, seconds)
        except SourceUnavailableError as error:
            self.now += error.retry_after_s
            await source.close()
            await source.open(self.position)

    def _time(self) -> float:
        return self.now

    @property
    def posts(self) -> list[int]:
        return [number(mention.id) for mention in self._mentions() if not mention.deleted]

    @property
    def taken_down(self) -> list[int]:
        return [number(mention.id) for mention in self._mentions() if mention.deleted]

    def _mentions(self) -> list[Mention]:
        return [mention for batch in self.batches for mention in batch.mentions]


def number(name: str) -> int:
    return int(name.rpartition("=")[2])
