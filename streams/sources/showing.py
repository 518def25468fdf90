"""Shows what a source would send, live: no Kafka, no checkpoint, nothing kept."""

import asyncio
import random
import time
from collections.abc import Callable, Collection
from contextlib import suppress

from msgspec import Struct

from streams.mention import Mention
from streams.queries.matching import Matcher
from streams.sources.back_off import wait_s
from streams.sources.selection import matching_brands
from streams.sources.source import Batch, Hole, Position, Source, SourceUnavailableError

REPORT_S = 10.0
"""So often it is said how much was heard while nothing is shown."""


class Heard(Struct):
    """What was heard and shown so far."""

    posts: int = 0
    matched: int = 0
    deleted: int = 0
    refused: int = 0
    shown: int = 0


class Showing:
    """Reads one source and shows what it would send.

    Parameters
    ----------
    source
        Opened as if for the first time.
    matcher
        The brands' queries; one without brands shows everything, for there is nothing to choose by.
    brands
        Ids of the brands whose mentions are shown; empty for those of all.
    show, report
        Given each mention, and each sentence for the person who watches.
    keep_all
        Whether what matches nothing is shown as well.
    clock, draw
        A clock that only goes forward, and a random number from 0 to 1.
    """

    def __init__(
        self,
        source: Source,
        matcher: Matcher,
        *,
        brands: Collection[str] = (),
        show: Callable[[Mention], None],
        report: Callable[[str], None],
        keep_all: bool = False,
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._source = source
        self._matcher = matcher
        self._brands = frozenset(brands)
        self._show = show
        self._report = report
        self._keep_all = keep_all or not matcher.brands
        self._clock = clock
        self._draw = draw
        self._reported_at = clock()
        self._position: Position | None = None
        self._failures = 0
        self.heard = Heard()

    async def run(self, stop: asyncio.Event) -> None:
        """Show until asked to stop.

        Raises
        ------
        SourceError
            Where the source cannot go on.
        """
        self._report_begin()
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                try:
                    await self._listen(stopping)
                except SourceUnavailableError as error:
                    self._failures += 1
                    delay_s = wait_s(self._failures, self._draw(), retry_after_s=error.retry_after_s)
                    self._report(f"{self._source.id}: {error}; trying again in {delay_s:.0f} s")
                    await asyncio.wait([stopping], timeout=delay_s)
        finally:
            stopping.cancel()

    async def _listen(self, stopping: "asyncio.Task[bool]") -> None:
        try:
            await self._source.open(self._position)
            while not stopping.done():
                reading = asyncio.create_task(self._source.read())
                await self._wait(reading, stopping)
                if not reading.done():
                    reading.cancel()
                    with suppress(asyncio.CancelledError):
                        await reading
                    return
                self._take(reading.result())
                self._failures = 0
        finally:
            await self._source.close()

    async def _wait(self, reading: "asyncio.Task[Batch]", stopping: "asyncio.Task[bool]") -> None:
        while not (reading.done() or stopping.done()):
            left_s = max(0.1, self._reported_at + REPORT_S - self._clock())
            await asyncio.wait([reading, stopping], timeout=left_s, return_when=asyncio.FIRST_COMPLETED)
            self._report_counts()

    def _take(self, batch: Batch) -> None:
        self._position = batch.position
        self.heard.posts += len(batch.mentions) if batch.heard is None else batch.heard
        self.heard.refused += len(batch.refused)
        for hole in batch.holes:
            self._report(f"{self._source.id}: {hole_said(hole)}")
        for mention, brands in zip(batch.mentions, matching_brands(self._matcher, batch.mentions), strict=True):
            if mention.deleted:
                self.heard.deleted += 1
                continue
            self.heard.matched += bool(brands)
            if self._keep_all or (set(brands) & self._brands if self._brands else brands):
                self.heard.shown += 1
                self._reported_at = self._clock()
                self._show(mention)
        self._report_counts()

    def _report_begin(self) -> None:
        self._reported_at = self._clock()
        if not self._matcher.brands:
            self._report(f"listening to {self._source.id}; no brand is configured, so all that is heard is shown")
        else:
            self._report(f"listening to {self._source.id} for {self._named()}; Ctrl-C ends it, nothing is kept")

    def _report_counts(self) -> None:
        if self._clock() - self._reported_at < REPORT_S:
            return
        self._reported_at = self._clock()
        health = self._source.health()
        what = f"{self.heard.posts:,} posts received, {self.heard.shown:,} of them speak of {self._named()}"
        if not self.heard.posts:
            what = "nothing heard yet"
        elif not self.heard.shown:
            what = f"{self.heard.posts:,} posts received, none speaks of {self._named()} yet"
        self._report(f"{self._source.id} is {health.state}: {what}" + (f"; {health.says}" if health.says else ""))

    def _named(self) -> str:
        names = sorted(self._brands) or [brand.id for brand in self._matcher.brands]
        return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def hole_said(hole: Hole) -> str:
    """Return a sentence on what was not heard.

    Examples
    --------
    >>> hole_said(Hole(began=0.0, ended=90.0, share=0.0, reason="look_back", detail="it was forgotten"))
    'not heard from 1970-01-01T00:00:00Z to 1970-01-01T00:01:30Z: it was forgotten (look_back)'
    """
    began, ended = (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)) for at in (hole.began, hole.ended))
    how = "not heard" if hole.share <= 0 else f"heard in part ({hole.share:.0%})"
    return f"{how} from {began} to {ended}: {hole.detail} ({hole.reason})"
