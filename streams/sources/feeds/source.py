"""All feeds of one source: each is asked when it is due, a few at a time, and none keeps the others waiting."""

import asyncio
import contextlib
import math
import random
import time
from collections import deque
from collections.abc import Callable

import msgspec

from streams.metrics import FEED_POLLS, FEEDS_FAILING
from streams.sources.feeds.address import FeedAddress
from streams.sources.feeds.feed import Feed, Heard
from streams.sources.feeds.mapping import KIND
from streams.sources.feeds.memory import Memory
from streams.sources.feeds.own_entries import FeedsPoster
from streams.sources.feeds.poll import Ended, Failed, Listed, Outcome, Poller
from streams.sources.feeds.reader_process import ReaderProcess
from streams.sources.feeds.settings import FeedsSettings
from streams.sources.feeds.state import FeedState, fair_bytes, read_states
from streams.sources.http import LIMIT_S, HttpClient
from streams.sources.proving.poster import ProofPlan, plan_of
from streams.sources.source import Batch, Health, Position, Problem, SourceError, SourceUnavailableError, State

AT_ONCE = 8
SPREAD_S = 0.25
IDLE_S = 3.0
STALE_S = 90 * 86_400.0
_SHOWN = 5
_LEAST_WAIT_S = 0.01
_OFTEN = 1.5


class FeedsSource:
    """Many feeds.

    Parameters
    ----------
    source_id
        In ``tocsin.yml``.
    settings
        As there.
    client
        Asks over HTTP.
    now
        Wall time, epoch seconds.
    chance
        Returns a number from 0 to 1.
    reader
        Reads documents; by default in a process of its own.
    idle_s
        A reading waits at most so long for a feed to be due.
    limit_s
        For one answer, seconds.
    spread_s
        Between the first polls of two feeds.
    """

    kind = KIND

    def __init__(
        self,
        source_id: str,
        settings: FeedsSettings,
        client: HttpClient,
        *,
        now: Callable[[], float] = time.time,
        chance: Callable[[], float] = random.random,
        reader: ReaderProcess | None = None,
        idle_s: float = IDLE_S,
        limit_s: float = LIMIT_S,
        spread_s: float = SPREAD_S,
    ) -> None:
        self.id = source_id
        self._addresses = [FeedAddress(url=url, place=place) for place, url in enumerate(settings.addresses(), 1)]
        self._every_s = settings.every
        self.proof: ProofPlan | None = None
        if (proof := settings.proof) is not None:
            self.proof = plan_of(proof, FeedsPoster(client, proof, feeds_every_s=settings.every))
        self._now = now
        self._chance = chance
        self._idle_s = idle_s
        self._spread_s = spread_s
        self._reader = reader or ReaderProcess()
        self._poller = Poller(client, self._reader, now, limit_s=limit_s)
        self._feeds: list[Feed] = []
        self._position: Position = {}
        self._running: dict[asyncio.Task[None], Feed] = {}
        self._done: deque[tuple[Feed, Outcome]] = deque()
        self._something_done = asyncio.Event()
        self._broke: BaseException | None = None
        self._is_open = False

    async def check(self) -> list[Problem]:
        """Ask each feed once."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def poll(address: FeedAddress) -> tuple[FeedAddress, Outcome]:
            async with gate:
                return address, await self._poller.poll(address, address.url, FeedState(), Memory(), 1_000)

        polled = await asyncio.gather(*(poll(address) for address in self._addresses))
        await self._reader.close()
        found = [(address, outcome) for address, outcome in polled if isinstance(outcome, Failed | Ended)]
        nothing = len(found) == len(polled)
        problems = [
            Problem(says=outcome.says, stops=nothing) for _, outcome in found if isinstance(outcome, Failed | Ended)
        ]
        doubts = (_doubt(address, outcome, self._now()) for address, outcome in polled if isinstance(outcome, Listed))
        return problems + [Problem(says=says, stops=False) for says in doubts if says]

    async def open(self, position: Position | None) -> None:
        """Begin where each feed stood; those that are new, or were due meanwhile, come one after the other."""
        await self.close()
        states = read_states(position)
        before = {feed.address.key: feed for feed in self._feeds}
        self._feeds = [
            self._feed(address, states.get(address.key), before.get(address.key)) for address in self._addresses
        ]
        self._position = {"v": 1, "feeds": {feed.address.key: _written(feed) for feed in self._feeds}}
        self._is_open = True

    def _feed(self, address: FeedAddress, kept: FeedState | None, before: Feed | None) -> Feed:
        """Return a feed at its acknowledged place; its failures are known better by this process than by that."""
        state = kept or FeedState(next_at=round(self._now() + (address.place - 1) * self._spread_s, 1))
        feed = Feed(address, state, every_s=self._every_s, chance=self._chance)
        if before is not None and before.is_failing:
            feed.go_on_failing(before)
        return feed

    async def read(self) -> Batch:
        """Return what one feed gave that was due, or nothing where none gives anything for a while."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._idle_s
        while not self._done and loop.time() < until:
            self._raise_what_broke()
            self._start_due()
            self._raise_if_nobody_speaks()
            self._something_done.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(min(until, loop.time() + self._until_due_s())):
                    await self._something_done.wait()
        return self._next_batch()

    async def acknowledge(self, position: Position) -> None:
        """Nothing upstream needs to know."""

    async def close(self) -> None:
        """Ask nothing more."""
        self._is_open = False
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._running.clear()
        self._done.clear()
        await self._reader.close()

    def health(self) -> Health:
        """Tell how the feeds are, the failing ones by their place and host."""
        failing = [feed for feed in self._feeds if feed.is_failing]
        ended = [feed for feed in self._feeds if not feed.is_asked]
        heard = [feed.state.polled_at for feed in self._feeds if feed.state.polled_at]
        newest = max((feed.state.newest for feed in self._feeds), default=0.0)
        return Health(
            state=self._state(len(failing), len(ended), is_heard=bool(heard)),
            last_event=newest or None,
            last_ok=max(heard, default=None),
            behind_s=self._behind_s(),
            says=_said(failing, ended, len(self._feeds)),
        )

    def _state(self, failing: int, ended: int, *, is_heard: bool) -> State:
        if self._feeds and ended == len(self._feeds):
            return "ended"
        if self._feeds and failing + ended == len(self._feeds):
            return "waiting"
        return "live" if is_heard else "starting"

    def _start_due(self) -> None:
        if not self._is_open:
            return
        now = self._now()
        busy = {*self._running.values(), *(feed for feed, _ in self._done)}
        due = [feed for feed in self._feeds if feed.is_asked and feed.state.next_at <= now and feed not in busy]
        due.sort(key=lambda feed: feed.state.next_at)
        for feed in due[: max(0, AT_ONCE - len(busy))]:
            task = asyncio.create_task(self._poll(feed), name=f"{self.id}: {feed.address.label}")
            self._running[task] = feed
            task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._broke = error
            self._something_done.set()

    def _raise_what_broke(self) -> None:
        if self._broke is not None:
            error, self._broke = self._broke, None
            raise error

    async def _poll(self, feed: Feed) -> None:
        most = feed.entries_within(self._fair_bytes())
        outcome = await self._poller.poll(feed.address, feed.url, feed.state, feed.memory, most)
        self._done.append((feed, outcome))
        self._something_done.set()

    def _next_batch(self) -> Batch:
        """Take the next outcomes until one gives something to pass on; no other task runs meanwhile."""
        while self._done:
            feed, outcome = self._done.popleft()
            heard = feed.take(outcome, self._now(), self._fair_bytes())
            FEED_POLLS.labels(self.id, type(outcome).__name__.lower()).inc()
            FEEDS_FAILING.labels(self.id).set(sum(feed.is_failing for feed in self._feeds))
            feeds = {**self._position["feeds"], feed.address.key: _written(feed)}
            self._position = {"v": 1, "feeds": feeds}
            if not isinstance(outcome, Failed) or heard.mentions:
                return self._batch(heard)
        return self._batch(Heard())

    def _batch(self, heard: Heard) -> Batch:
        return Batch(
            position=self._position,
            mentions=heard.mentions,
            is_backfill=heard.is_backfill,
            delay_s=heard.delay_s,
            holes=heard.holes,
        )

    def _behind_s(self) -> float | None:
        """Return how long ago the first feed was asked, of those that are asked as often as configured."""
        now = self._now()
        since = now - _OFTEN * self._every_s
        asked = [feed.state.polled_at for feed in self._feeds if feed.is_asked and feed.state.polled_at >= since]
        return max(0.0, now - min(asked)) if asked else None

    def _fair_bytes(self) -> int:
        return fair_bytes([feed.memory.wanted_bytes() for feed in self._feeds], len(self._feeds))

    def _until_due_s(self) -> float:
        busy = set(self._running.values())
        waiting = [feed.state.next_at for feed in self._feeds if feed.is_asked and feed not in busy]
        return max(_LEAST_WAIT_S, min(waiting, default=math.inf) - self._now())

    def _raise_if_nobody_speaks(self) -> None:
        """Tell the runner where there is nothing to be heard: all feeds have ended, or failed and are waited for."""
        if not self._is_open:
            return
        living = [feed for feed in self._feeds if feed.is_asked]
        if not living:
            raise SourceError(f"all of {len(self._feeds)} feeds have ended; put others into urls. {self.health().says}")
        next_at = min(feed.state.next_at for feed in living)
        if all(feed.is_failing for feed in living) and not self._running and next_at > self._now():
            raise SourceUnavailableError(self.health().says, retry_after_s=next_at - self._now())


def _written(feed: Feed) -> Position:
    written: Position = msgspec.to_builtins(feed.state)
    return written


def _doubt(address: FeedAddress, listed: Listed, now: float) -> str:
    """Return what the owner of the configuration should know of a feed that answers; empty where nothing."""
    if listed.moved_to:
        return f"{address.label} has moved for good; put its new address into the list, for the old may end"
    if listed.listing.has_expired:
        return f"{address.label} says itself that it has ended; take it out of the list"
    dates = [found.entry.published.at for found in listed.entries if found.entry.published]
    if not listed.entries:
        return f"{address.label} lists nothing now"
    if dates and now - max(dates) > STALE_S:
        return f"{address.label} has had nothing new for {(now - max(dates)) / 86_400:.0f} days"
    return ""


def _said(failing: list[Feed], ended: list[Feed], all_of_them: int) -> str:
    parts = []
    if failing:
        failures = "; ".join(feed.says for feed in failing[:_SHOWN])
        more = f"; and {len(failing) - _SHOWN} more" if len(failing) > _SHOWN else ""
        parts.append(f"{len(failing)} of {all_of_them} feeds fail: {failures}{more}")
    if ended:
        failures = "; ".join(feed.state.ended for feed in ended[:_SHOWN])
        parts.append(f"{len(ended)} of {all_of_them} feeds have ended: {failures}")
    return ". ".join(parts)
