"""Runs one source: opens it, reads, sends, acknowledges behind Kafka, waits and begins again where upstream fails."""

import asyncio
import math
import random
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import structlog
from msgspec import Struct
from msgspec.structs import replace

from streams.errors import RecordTooLargeError
from streams.ingest.erased import Erased
from streams.queries.matching import Matcher
from streams.sources.back_off import wait_s
from streams.sources.checkpoint import HOLES_KEPT, Checkpoint, Counts
from streams.sources.hearing import Hearing
from streams.sources.outlet import Outlet
from streams.sources.proving.poster import Provable
from streams.sources.proving.proof import Proven
from streams.sources.proving.prover import Prover
from streams.sources.read_counts import ReadCounts
from streams.sources.selection import Selection
from streams.sources.sent_ids import SentIds
from streams.sources.source import (
    Batch,
    Health,
    Hole,
    NamesPosts,
    NotesSent,
    Position,
    Source,
    SourceError,
    SourceUnavailableError,
)
from streams.sources.source_metrics import SourceMetrics
from streams.wire.source_read import SourceRead

_log = structlog.get_logger(__name__)
T = TypeVar("T")


class Bounds(Struct, frozen=True, kw_only=True):
    """How often, how long, how much.

    Parameters
    ----------
    settle_s, settle_events
        A checkpoint is written after so long, or so many events, whichever is first.
    report_s
        A checkpoint is written at least so often, so that it is seen that somebody listens.
    bytes_per_s
        A large checkpoint is written less often, so that this is not passed.
    silent_s
        A source that returns nothing for so long is cut off and opened anew.
    steady_s
        After so long without a failure the next one is the first again.
    close_s, stop_s
        What closing, and settling at a stop, may take.
    heartbeat_s, behind_s
        How often event time is moved on, and how far behind the clock: what is on its way comes in time.
    break_s
        A source that is not heard for longer was not heard in between, though all may be fetched afterwards.
    """

    settle_s: float = 5.0
    settle_events: int = 1000
    report_s: float = 15.0
    bytes_per_s: float = 2000.0
    silent_s: float = 120.0
    steady_s: float = 60.0
    close_s: float = 3.0
    stop_s: float = 5.0
    heartbeat_s: float = 15.0
    behind_s: float = 15.0
    break_s: float = 60.0


BOUNDS = Bounds()


class SourceRunner:
    """One source on its way to one outlet.

    What was put is settled, then the checkpoint saved, then the source acknowledges: a process that is killed anywhere
    goes on from the last checkpoint, and what it reads again has the same ids.

    Parameters
    ----------
    source, outlet, selection
        Where from, where to, and what of it.
    checkpoint
        The newest that was saved; ``None`` the first time.
    sent
        What was sent before.
    erased
        What was taken down or erased, by whomever; it may grow.
    bounds
        How often and how long.
    is_new_moment
        Whether no source of this process has moved event time on to a moment yet.
    now, clock, draw
        Wall time, a clock that only goes forward, and a random number from 0 to 1.
    """

    def __init__(
        self,
        source: Source,
        outlet: Outlet,
        selection: Selection,
        *,
        checkpoint: Checkpoint | None = None,
        sent: SentIds | None = None,
        erased: Erased | None = None,
        bounds: Bounds = BOUNDS,
        is_new_moment: Callable[[int], bool] = lambda _: True,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._source = source
        self._outlet = outlet
        self._selection = selection
        self._sent = SentIds(source.id) if sent is None else sent
        self._erased = Erased() if erased is None else erased
        self._forgotten = 0
        self._position: Position | None = None if checkpoint is None else checkpoint.position
        self._counts = Counts() if checkpoint is None else replace(checkpoint.counts)
        self._holes: tuple[Hole, ...] = () if checkpoint is None else checkpoint.holes
        known = None if checkpoint is None else checkpoint.hearing
        self._hearing = Hearing(source.id, source.kind, known, break_s=bounds.break_s)
        self._withheld, self._withheld_since = 0, now()
        self._read = ReadCounts(source.kind)
        self._read_published_at = clock() - bounds.heartbeat_s
        self._bounds = bounds
        self._is_new_moment = is_new_moment
        self._now = now
        self._clock = clock
        self._draw = draw
        self._unsettled: Position | None = None
        self._events = 0
        self._saved_at = clock() - bounds.report_s
        self._saved_bytes = 0
        self._saved_position = self._position
        self._heartbeat_at = clock() - bounds.heartbeat_s
        self._failures = 0
        self._trouble: Health | None = None
        self.metrics = SourceMetrics(source.id, source.kind)
        self._proven = None if checkpoint is None else checkpoint.proof
        self._prover: Prover | None = None
        self._log = _log.bind(source=source.id, kind=source.kind)

    def health(self) -> Health:
        """Tell how the source is, by itself and by what the runner knows of it."""
        own = self._source.health()
        if self._trouble is None:
            return own
        return replace(own, state=self._trouble.state, says=self._trouble.says)

    def use_matcher(self, matcher: Matcher) -> None:
        """Select by other queries from the next batch on."""
        self._selection.use_matcher(matcher)

    def throttled(self, seconds: float) -> None:
        """Take note that a request is to wait for its rate budget."""
        self._counts.throttled_s += seconds
        self.metrics.throttled(seconds)

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until asked to stop, then settle. A source that has failed for good is told of until then.

        Raises
        ------
        Exception
            What the outlet raises; open another one, and run again from the checkpoint that is there.
        """
        stopping = asyncio.create_task(stop.wait(), name=f"stop-{self._source.id}")
        self._prover = self._built_prover()
        try:
            while not stop.is_set():
                delay_s = await self._listen_once(stopping)
                if delay_s is None:
                    break
                await self._pause(delay_s, stopping)
            await self._settle_at_stop()
        finally:
            stopping.cancel()
            self.metrics.let_go()
            if self._prover is not None:
                await self._prover.close()

    async def _listen_once(self, stopping: "asyncio.Task[bool]") -> float | None:
        """Listen until something fails; return how long to wait, for ever perhaps, or ``None`` where it is to stop."""
        begun = self._clock()
        try:
            await self._listen(stopping)
        except SourceUnavailableError as error:
            if self._clock() - begun > self._bounds.steady_s:
                self._failures = 0
            return self._unavailable(error)
        except SourceError as error:
            self._failed(error)
            return math.inf
        finally:
            await self._close()
        return None

    async def _listen(self, stopping: "asyncio.Task[bool]") -> None:
        is_first = self._position is None
        self._unsettled, self._forgotten = None, 0
        await self._ask(self._source.open(self._position), stopping)
        while not stopping.done():
            self._forget()
            batch = await self._ask(self._source.read(), stopping)
            if batch is None:
                return
            self._trouble = None
            is_present = await self._take(batch)
            if batch.mentions or batch.heard:
                self._failures = 0
            if is_first or self._is_due():
                # From the first batch on it is known where to go on: what comes while nobody listens is fetched.
                await self._settle()
                is_first = False
            await self._heartbeat(batch, is_present=is_present)
            await self._prove()

    async def _ask(self, asked: Coroutine[Any, Any, T], stopping: "asyncio.Task[bool]") -> T | None:
        """Wait for a source; return ``None`` where it is to stop.

        Raises
        ------
        SourceUnavailableError
            Where it says nothing for long, or breaks.
        SourceError
            Where it says that it cannot go on.
        """
        task: asyncio.Task[T] = asyncio.create_task(asked, name=f"source-{self._source.id}")
        try:
            await asyncio.wait([task, stopping], timeout=self._bounds.silent_s, return_when=asyncio.FIRST_COMPLETED)
            if task.cancelled():
                raise SourceUnavailableError("its reading was cancelled, and not by us")  # noqa: TRY301 - as if it said so
            if task.done():
                return task.result()
        except (SourceError, SourceUnavailableError):
            raise
        except Exception as error:
            self.metrics.broke()
            self._log.exception("source broke; opening it anew")
            raise SourceUnavailableError(f"it broke: {error!r}; its log has where") from error
        finally:
            await self._cut(task)
        if stopping.done():
            return None
        raise SourceUnavailableError(f"it gave nothing for {self._bounds.silent_s:.0f} s and was cut off")

    async def _cut(self, task: "asyncio.Task[Any]") -> None:
        if task.done():
            return
        task.cancel()
        _, still = await asyncio.wait([task], timeout=self._bounds.close_s)
        if still:
            self._log.error("source does not let go", seconds=self._bounds.close_s)

    def _forget(self) -> None:
        """Let the source forget what was taken down or erased, since its position was read or since the last time."""
        if self._forgotten != self._erased.rows and isinstance(self._source, NamesPosts):
            self._source.forget(self._erased)
            self._forgotten = self._erased.rows

    # -- what a batch leads to -------------------------------------------------------------------------------

    async def _take(self, batch: Batch) -> bool:
        """Take a batch; return whether it tells of the present."""
        if self._prover is not None:
            batch = self._prover.take(batch)
        selected = self._selection.select(batch, self._sent, now=self._now())
        for hole in batch.holes:
            self._log_hole(hole)
        if selected.fresh:
            # Before they are sent: a take-down that comes after a crash finds them.
            await self._outlet.remember(self._sent.remember(selected.fresh))
        if selected.mentions or selected.refused:
            await self._outlet.put(selected.mentions, selected.refused)
        if isinstance(self._source, NotesSent):
            self._source.note_sent(selected.mentions)
        self._count(selected.counts)
        is_present = self._hearing.take(batch, self._source.health(), self._now())
        if is_present:
            self._read.take(batch, self._now())
        self._withheld += selected.counts.withheld + selected.counts.unplaced
        self.metrics.took(selected.counts, self._source.health(), self._now())
        self._unsettled = batch.position
        self._events += len(batch.mentions) + len(batch.refused)
        return is_present

    def _count(self, added: Counts) -> None:
        self._counts.add(added)

    def _log_hole(self, hole: Hole) -> None:
        self._counts.holes += 1
        self._holes = (*self._holes, hole)[-HOLES_KEPT:]
        self.metrics.hole(hole)
        self._log.warning(
            "source not heard", reason=hole.reason, began=hole.began, ended=hole.ended, share=hole.share,
            detail=hole.detail,
        )  # fmt: skip

    def _is_due(self) -> bool:
        since_s = self._clock() - self._saved_at
        settle_s = max(self._bounds.settle_s, self._saved_bytes / self._bounds.bytes_per_s)
        if self._events >= self._bounds.settle_events:
            return True
        return since_s >= (settle_s if self._unsettled != self._position else max(settle_s, self._bounds.report_s))

    async def _settle(self) -> None:
        """Wait until Kafka has all, save where to go on, and let the source acknowledge."""
        await self._settle_sent()
        if self._unsettled is not None:
            self._position = self._unsettled
        self._events = 0
        await self._save()
        if self._position is not None:
            await self._acknowledge(self._position)

    async def _settle_sent(self) -> None:
        """Wait until Kafka has all that was put, and what was not heard: before it is known that it was told."""
        self._hearing.withhold(self._withheld, self._withheld_since, self._now())
        self._withheld, self._withheld_since = 0, self._now()
        untold = self._hearing.untold
        await self._outlet.publish(untold)
        await self._outlet.settle()
        self._hearing.published(len(untold))

    async def _acknowledge(self, position: Position) -> None:
        try:
            async with asyncio.timeout(self._bounds.silent_s):
                await self._source.acknowledge(position)
        except (SourceError, SourceUnavailableError):
            raise
        except Exception as error:
            self.metrics.broke()
            self._log.exception("source broke on an acknowledgement; opening it anew")
            raise SourceUnavailableError(f"it broke on an acknowledgement: {error!r}") from error

    async def _save(self) -> None:
        health = self.health()
        self.metrics.show(health, self._now())
        checkpoint = Checkpoint(
            kind=self._source.kind,
            position=self._position,
            updated=self._now(),
            health=health,
            counts=replace(self._counts),
            holes=self._holes,
            hearing=replace(self._hearing.known),
            proof=None if self._prover is None else self._prover.known,
        )
        try:
            self._saved_bytes = await self._outlet.save(checkpoint)
        except RecordTooLargeError as error:
            self._position = self._saved_position
            raise SourceError(f"its position is more than Kafka takes ({error}); split it into several") from error
        self._saved_at, self._saved_position = self._clock(), self._position

    async def _heartbeat(self, batch: Batch, *, is_present: bool) -> None:
        """Say now and then that the source is heard and how much was read, and move event time on."""
        if is_present and self._clock() - self._read_published_at >= self._bounds.heartbeat_s:
            self._read_published_at = self._clock()
            counts = SourceRead(
                source=self._source.id, kind=self._source.kind, until=int(self._now()), read=self._read.drain()
            )
            await self._outlet.publish(read=(counts,))
        if batch.is_backfill or self._clock() - self._heartbeat_at < self._bounds.heartbeat_s:
            return
        self._heartbeat_at = self._clock()
        at = int(min(self._now() - self._bounds.behind_s, batch.heard_until or self._now()))
        # The same moments for all sources and processes: their heartbeats are the same by their ids.
        at -= at % max(1, int(self._bounds.heartbeat_s))
        if self._is_new_moment(at):
            await self._outlet.heartbeat(at)

    # -- whether it is heard ---------------------------------------------------------------------------------

    def _built_prover(self) -> Prover | None:
        plan = self._source.proof if isinstance(self._source, Provable) else None
        if plan is None:
            return None
        known = self._proven or Proven()
        return Prover(self._source.id, self._source.kind, plan, known, now=self._now, clock=self._clock)

    async def _prove(self) -> None:
        """Post a mark where one is due; what would be behind much else is not posted."""
        if self._prover is None:
            return
        self._prover.judge()
        if self._source.health().state == "live" and self._prover.begin():
            # A process that is killed from here on posts no other, and the next one knows this one's mark.
            await self._settle()
            self._prover.post()

    # -- what goes wrong -------------------------------------------------------------------------------------

    def _unavailable(self, error: SourceUnavailableError) -> float:
        self._failures += 1
        self._hearing.lose()
        self._counts.reconnects += 1
        self.metrics.reconnected()
        delay_s = wait_s(self._failures, self._draw(), retry_after_s=error.retry_after_s)
        if error.retry_after_s:
            self.throttled(delay_s)
        self._trouble = Health(state="waiting", says=str(error))
        self._log.warning(
            "source not available; trying again", error=str(error), failures=self._failures, wait_s=round(delay_s, 1)
        )
        return delay_s

    def _failed(self, error: SourceError) -> None:
        self._hearing.lose()
        self._trouble = Health(state="failed", says=str(error))
        self._log.error("source failed; not tried again", error=str(error))

    async def _pause(self, delay_s: float, stopping: "asyncio.Task[bool]") -> None:
        """Wait, and tell meanwhile how the source is. What was sent before is settled first."""
        until = self._clock() + delay_s
        await self._settle_quietly()
        while (left_s := until - self._clock()) > 0 and not stopping.done():
            await asyncio.wait([stopping], timeout=min(left_s, self._bounds.report_s))
            if not stopping.done() and self._clock() - self._saved_at >= self._bounds.report_s:
                self._hearing.wait(self._now())
                if self._prover is not None:
                    self._prover.judge()
                await self._settle_sent()
                await self._save()

    async def _settle_quietly(self) -> None:
        """Settle without asking the source, which is closed."""
        await self._settle_sent()
        if self._unsettled is not None:
            self._position, self._unsettled = self._unsettled, None
        self._events = 0
        try:
            await self._save()
        except SourceError as error:
            self._failed(error)
            await self._save()

    async def _settle_at_stop(self) -> None:
        try:
            async with asyncio.timeout(self._bounds.stop_s):
                await self._settle_quietly()
        except TimeoutError:
            self._log.warning("source stopped without a last checkpoint")

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(self._bounds.close_s):
                await self._source.close()
        except Exception:  # noqa: BLE001 - whatever it is, it is logged, and nothing more is asked of it
            self.metrics.broke()
            self._log.exception("source broke while it was closed")
