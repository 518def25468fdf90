"""Runs a source as the runner does: what is acknowledged is kept, and after a failure it is opened there again."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from streams.connectors.connector import Refused
from streams.mention import Mention
from streams.sources.bluesky.settings import BlueskySettings
from streams.sources.bluesky.source import BlueskySource
from streams.sources.http import HttpClient
from streams.sources.source import Hole, Position, SourceUnavailableError
from tests.patience import PATIENCE_S

FAST = 200.0
"""A fast clock goes so many seconds in one, so that what takes a minute takes a third of a second."""


class FastClock:
    """Wall time that begins at a moment and goes faster than the world's."""

    def __init__(self, begin_s: float, fast: float = FAST) -> None:
        self._begin_s = begin_s
        self._began = time.monotonic()
        self._fast = fast

    def __call__(self) -> float:
        return self._begin_s + (time.monotonic() - self._began) * self._fast


class Listener:
    """A source, and what came of it.

    ``acknowledges`` tells for each batch whether Kafka took it; one that it did not take is lost with the process.
    """

    def __init__(
        self, *hosts: str, now: Callable[[], float], acknowledges: Callable[[], bool] = lambda: True, **settings: Any
    ) -> None:
        self._client = HttpClient()
        self._settings = BlueskySettings(hosts=hosts, remembered_posts=10_000, **settings)
        self._now = now
        self._acknowledges = acknowledges
        self.source = self._new()
        self.position: Position | None = None
        self.mentions: list[Mention] = []
        self.refused: list[Refused] = []
        self.holes: list[Hole] = []
        self.failures: list[SourceUnavailableError] = []
        self.is_open = False

    def _new(self) -> BlueskySource:
        return BlueskySource("bluesky", self._settings, self._client, linger_s=0.01, now=self._now)

    @property
    def ids(self) -> set[str]:
        return {mention.id for mention in self.mentions if not mention.deleted}

    @property
    def gone(self) -> set[str]:
        return {mention.id for mention in self.mentions if mention.deleted}

    async def until(self, is_done: Callable[[], bool]) -> None:
        """Listen until something is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not is_done():
                await self.step()

    async def step(self) -> None:
        """Open it where that is needed, and read once."""
        try:
            if not self.is_open:
                await self.source.open(self.position)
                self.is_open = True
            batch = await self.source.read()
        except SourceUnavailableError as error:
            self.failures.append(error)
            self.is_open = False
            await self.source.close()
            return
        if not self._acknowledges():
            await self.crash()
            return
        self.mentions += batch.mentions
        self.refused += batch.refused
        self.holes += batch.holes
        self.position = batch.position
        await self.source.acknowledge(batch.position)

    async def crash(self) -> None:
        """Lose the process: another begins at what was kept."""
        await self.source.close()
        self.source, self.is_open = self._new(), False

    async def close(self) -> None:
        await self.source.close()
        await self._client.close()
