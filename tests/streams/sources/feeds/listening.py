"""A source of feeds at simulated publishers, whose clock only moves when it is told to."""

from contextlib import AsyncExitStack
from typing import Any, Self

from alerts.simulation.services.feed_documents import Format, Naming, Publisher
from alerts.simulation.services.feeds import SimulatedFeed, SimulatedFeeds
from streams.sources.feeds.listing import FeedFormatError, Listing
from streams.sources.feeds.reader_process import Asked, ReaderProcess, answer
from streams.sources.feeds.settings import FeedsSettings
from streams.sources.feeds.source import FeedsSource
from streams.sources.http import HttpClient
from streams.sources.source import Batch, Position

START = 1_795_946_400.0  # 2026-11-29 10:00 UTC, a Sunday
EVERY_S = 600.0


class Time:
    """Wall time and a clock in one; who sleeps moves it."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


class ReaderInProcess(ReaderProcess):
    """Reads here: the process that it stands for has tests of its own."""

    async def read(self, document: bytes, *, url: str, content_type: str = "") -> Listing:
        answered = answer(Asked(url, content_type, document))
        if answered.listing is None:
            raise FeedFormatError(answered.refusal)
        return answered.listing


class Listening:
    """One source and its publishers.

    It keeps what the source gives: ``heard`` by id, ``ids`` in order, ``holes``. Each batch is acknowledged at once.
    """

    def __init__(self) -> None:
        self.time = Time()
        self.services = SimulatedFeeds(self.time)
        self.batches: list[Batch] = []
        self.position: Position | None = None
        self.positions: list[Position] = []
        self._stack = AsyncExitStack()
        self._paths: list[str] = []

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.services)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
        assert not self.services.complaints

    def feed(
        self, path: str = "/feed", *, form: Format = "rss", naming: Naming = "address", lists: int = 10,
        has_pages: bool = False,
    ) -> SimulatedFeed:  # fmt: skip
        publisher = Publisher(title=f"Paper {path}", home=f"https://paper{path.replace('/', '-')}.example",
                              format=form, naming=naming)  # fmt: skip
        self._paths.append(path)
        return self.services.add(path, publisher, lists=lists, has_pages=has_pages)

    def url(self, path: str) -> str:
        return f"{self.services.home}{path}"

    async def source(self, *urls: str, limit_s: float = 30.0, spread_s: float = 0.0, **stated: Any) -> FeedsSource:
        """Return a source of these addresses, or else of all feeds, opened where the last one stood."""
        client = HttpClient(contact="mail@tocsin.example", now=self.time, clock=self.time, sleep=self.time.sleep)
        self._stack.push_async_callback(client.close)
        settings = FeedsSettings.model_validate(
            {"urls": urls or [self.url(path) for path in self._paths], "every": "10m", **stated}
        )
        source = FeedsSource("news", settings, client, now=self.time, chance=lambda: 0.0, reader=ReaderInProcess(),
                             idle_s=0.02, limit_s=limit_s, spread_s=spread_s)  # fmt: skip
        self._stack.push_async_callback(source.close)
        await source.open(self.position)
        return source

    async def hear(self, source: FeedsSource) -> list[Batch]:
        """Read until nothing is due any more; returns what was given."""
        before = len(self.batches)
        while True:
            was_idle = self._is_idle(source)
            batch = await source.read()
            self.position = batch.position
            if not self.positions or self.positions[-1] != batch.position:
                self.positions.append(batch.position)
            await source.acknowledge(batch.position)
            if batch.mentions or batch.holes:
                self.batches.append(batch)
            elif was_idle and self._is_idle(source):
                return self.batches[before:]

    async def next_mentions(self, source: FeedsSource) -> list[str]:
        """Read until something comes, which is not acknowledged; returns the ids."""
        while not (batch := await source.read()).mentions:
            pass
        return [mention.id for mention in batch.mentions]

    def _is_idle(self, source: FeedsSource) -> bool:
        asked = [feed for feed in source._feeds if feed.is_asked]
        return not source._running and not source._done and all(feed.state.next_at > self.time.now for feed in asked)

    async def hear_later(self, source: FeedsSource, seconds: float = EVERY_S) -> list[Batch]:
        self.time.now += seconds
        return await self.hear(source)

    @property
    def ids(self) -> list[str]:
        return [mention.id for batch in self.batches for mention in batch.mentions]

    @property
    def holes(self) -> list[tuple[float, float]]:
        return [(hole.began, hole.ended) for batch in self.batches for hole in batch.holes]
