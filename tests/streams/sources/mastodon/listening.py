"""Runs a source at a simulated Mastodon as the runner does, under clocks that go fast."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from typing import Any, Self

from msgspec.structs import replace

from alerts.simulation.services.mastodon import SimulatedMastodon
from streams.connectors.connector import Refused
from streams.mention import Mention
from streams.sources.http import HttpClient
from streams.sources.mastodon.settings import MastodonSettings
from streams.sources.mastodon.source import MastodonSource
from streams.sources.mastodon.times import Times
from streams.sources.source import Batch, Hole, Position, SourceUnavailableError
from tests.patience import PATIENCE_S

FAST = 100.0
"""A fast clock goes so many seconds in one."""
QUICK = Times(linger_s=0.001, idle_s=0.02, silence_s=PATIENCE_S)
"""What is waited for in the world's time is short, but for silence; all else goes by the fast clock."""
HASTY = replace(QUICK, silence_s=1.0)
"""For streams that fall silent: on a busy machine others seem to, and are opened anew as well."""


class FastClock:
    """Wall time that goes faster than the world's, and jumps when told to."""

    def __init__(self, fast: float = FAST) -> None:
        self._begin_s = time.time()
        self._began = time.monotonic()
        self._fast = fast

    def __call__(self) -> float:
        return self._begin_s + (time.monotonic() - self._began) * self._fast

    def jump(self, seconds: float) -> None:
        self._begin_s += seconds


class Listening:
    """A source, and what came of it.

    ``keeps`` tells for each batch whether Kafka took it; one that it did not take is lost with the process.
    """

    def __init__(
        self,
        *,
        keeps: Callable[[], bool] = lambda: True,
        goes_on: Callable[[Mention], bool] = lambda _: True,
        times: Times = QUICK,
        fast: float = FAST,
        keeps_s: float | None = None,
        **settings: Any,
    ) -> None:
        self.now = FastClock(fast)
        self.server = SimulatedMastodon(self.now, heartbeat_s=0.05, keeps_s=keeps_s)
        self.position: Position | None = None
        self.batches: list[Batch] = []
        self.failures: list[SourceUnavailableError] = []
        self.is_open = False
        self.heard_at = 0.0
        """By the fast clock: at this moment or soon after it the last batch that was kept was read."""
        self._keeps = keeps
        self._goes_on = goes_on
        self._times = times
        self._settings = settings
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.server)
        self.client = HttpClient(now=self.now, clock=self.now, sleep=self._sleep)
        self._stack.push_async_callback(self.client.close)
        self.source = self.new()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.source.close()
        await self._stack.aclose()

    async def _sleep(self, seconds: float) -> None:
        self.now.jump(seconds)

    def new(self, **settings: Any) -> MastodonSource:
        stated = {"server": self.server.url, "token": "token", "respect_indexable": True} | self._settings | settings
        return MastodonSource(
            "masto", MastodonSettings(**stated), self.client, times=self._times, now=self.now, clock=self.now
        )

    async def step(self) -> Batch | None:
        """Open it where that is needed, and read once."""
        began = self.now()
        try:
            if not self.is_open:
                await self.source.open(self.position)
                self.is_open = True
            batch = await self.source.read()
        except SourceUnavailableError as error:
            self.failures.append(error)
            self.is_open = False
            self.now.jump(error.retry_after_s)
            await self.source.close()
            return None
        if not self._keeps():
            await self.crash()
            return None
        if batch.mentions:
            self.source.note_sent([mention for mention in batch.mentions if self._goes_on(mention)])
        self.batches.append(batch)
        self.position = batch.position
        await self.source.acknowledge(batch.position)
        self.heard_at = began
        return batch

    async def until(self, is_done: Callable[[], bool]) -> None:
        """Listen until something is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not is_done():
                await self.step()

    async def hears(self) -> None:
        """Listen until all that is there has been fetched and the streams are open."""
        await self.until(lambda: self.is_open and self.source.health().state == "live" and bool(self.batches))

    async def until_heard(self, *local_ids: str) -> None:
        """Listen until these posts were given."""
        await self.until(lambda: {self.server.uri(one) for one in local_ids} <= set(self.ids))

    async def crash(self) -> None:
        """Lose the process: another begins at what was kept."""
        await self.source.close()
        self.source, self.is_open = self.new(), False

    async def leave(self) -> None:
        """Stop listening, as at the runner's stop."""
        await self.source.close()
        self.is_open = False

    async def lets(self, seconds: float) -> None:
        """Listen for so long by the fast clock."""
        until = self.now() + seconds
        with suppress(TimeoutError):
            await self.until(lambda: self.now() >= until)

    @property
    def mentions(self) -> list[Mention]:
        return [mention for batch in self.batches for mention in batch.mentions]

    @property
    def ids(self) -> list[str]:
        return [mention.id for mention in self.mentions if not mention.deleted]

    @property
    def gone(self) -> list[str]:
        return [mention.id for mention in self.mentions if mention.deleted]

    @property
    def refused(self) -> list[Refused]:
        return [refused for batch in self.batches for refused in batch.refused]

    @property
    def holes(self) -> list[Hole]:
        return [hole for batch in self.batches for hole in batch.holes]
