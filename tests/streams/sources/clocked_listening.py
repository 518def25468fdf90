"""Reads a source of a fake by a clock of its own, as the runner does, and keeps what it gives."""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from typing import Any, Protocol, Self

from streams.mention import Mention
from streams.sources.http import HttpClient
from streams.sources.source import Batch, Hole, Position, SourceUnavailableError

START = 1_795_946_400.0


class Read(Protocol):
    """What is asked of a source here."""

    async def open(self, position: Position | None) -> None: ...

    async def read(self) -> Batch: ...

    async def close(self) -> None: ...


class ClockedListening:
    """One source; what it gives is acknowledged at once and kept. Its clock only moves when it is told to."""

    def __init__(self) -> None:
        self.now = START
        self.position: Position | None = None
        self.batches: list[Batch] = []
        self.errors: list[str] = []
        self._stack = AsyncExitStack()
        self.client = HttpClient(now=self._time, clock=self._time, sleep=self._sleep)

    async def __aenter__(self) -> Self:
        self._stack.push_async_callback(self.client.close)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def hear(self, source: Read, seconds: float, *, pause_s: float = 1.0) -> None:
        """Read for so long; where that fails, open anew at the acknowledged place, as the runner does.

        After a batch without anything the clock goes on by ``pause_s``, else by a second.
        """
        until = self.now + seconds
        while self.now < until:
            try:
                batch = await source.read()
            except SourceUnavailableError as error:
                self.errors.append(str(error))
                self.now += max(1.0, error.retry_after_s)
                await source.close()
                await source.open(self.position)
                continue
            self.position = batch.position
            self.batches.append(batch)
            self.now += 1.0 if batch.mentions or batch.holes else pause_s

    async def live(
        self,
        source: Read,
        steps: Iterable[tuple[str, Any]],
        happen: Callable[[str, Any], None],
        reopened: Callable[[], Awaitable[Read]],
        *,
        pause_s: float,
    ) -> Read:
        """Live through steps, and return the source that reads at their end.

        It ``hear``s for so many seconds, is ``away`` for so many, or is opened anew after a ``crash``, where it stood
        so many hearings ago: what came since is read again, and must have the same ids. All else happens upstream.
        """
        positions = [self.position]
        for what, how in steps:
            if what == "hear":
                await self.hear(source, how, pause_s=pause_s)
                positions.append(self.position)
            elif what == "away":
                self.now += how
            elif what == "crash":
                self.position = positions[-1 - how % len(positions)]
                source = await reopened()
            else:
                happen(what, how)
        return source

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
