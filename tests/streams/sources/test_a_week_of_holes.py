"""A simulated week: holes of every kind are found, and none is told where there was none."""

import asyncio
from random import Random

from detectors.not_heard import NotHeard
from streams.queries.matching import Matcher
from streams.sources.runner import BOUNDS, SourceRunner
from streams.sources.selection import Selection
from streams.sources.source import Batch, Health, Hole, Position, Problem, SourceUnavailableError
from streams.watch.hearing import Hearing
from tests.streams.sources.memory_outlet import MemoryOutlet

BEGIN = 1_700_000_000
WEEK_S = 7 * 86_400
STEP_S = 15
KEEPS_S = 3600
"""What upstream still has: of a longer outage the beginning is lost."""
SLACK_S = 30


class Clock:
    def __init__(self) -> None:
        self.at = float(BEGIN)

    def __call__(self) -> float:
        return self.at


class Week:
    """An upstream that is away now and then, refuses now and then for a moment, and keeps an hour."""

    id, kind = "net", "scripted"

    def __init__(self, clock: Clock, outages: list[tuple[int, int]], stop: asyncio.Event) -> None:
        self._clock = clock
        self._outages = outages
        self._stop = stop
        self._read_until = float(BEGIN)
        self._is_late = False

    async def check(self) -> list[Problem]:
        return []

    async def open(self, position: Position | None) -> None:
        self._turn()
        if any(began <= self._clock.at < ended for began, ended in self._outages):
            raise SourceUnavailableError("away")

    async def read(self) -> Batch:
        await asyncio.sleep(0)
        self._turn()
        now = self._clock.at
        if any(began <= now < ended for began, ended in self._outages):
            raise SourceUnavailableError("away")
        behind_s = now - self._read_until
        holes: tuple[Hole, ...] = ()
        if behind_s > KEEPS_S:
            gone = Hole(began=self._read_until, ended=now - KEEPS_S, share=0.0, reason="look_back", detail="gone")
            holes = (gone,)
        self._is_late = behind_s > 4 * STEP_S and not self._is_late
        if not self._is_late:
            self._read_until = now
        return Batch(position={}, heard=1, is_backfill=self._is_late, holes=holes if not self._is_late else ())

    async def acknowledge(self, position: Position) -> None: ...

    async def close(self) -> None: ...

    def health(self) -> Health:
        return Health(state="live")

    def _turn(self) -> None:
        self._clock.at += STEP_S
        if self._clock.at >= BEGIN + WEEK_S:
            self._stop.set()


def outages(seed: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return outages of minutes to hours, twenty minutes apart, and moments in which it is away for seconds."""
    random, at = Random(seed), BEGIN + 3600
    long: list[tuple[int, int]] = []
    short: list[tuple[int, int]] = []
    while at < BEGIN + WEEK_S - 4 * 3600:
        at += random.randrange(1200, 9000)
        if random.random() < 0.3:
            short.append((at, at + STEP_S))
        else:
            lasts_s = random.choice((180, 600, 1800, 3 * 3600))
            long.append((at, at + lasts_s))
            at += lasts_s
    return long, short


async def told_in(long: list[tuple[int, int]], short: list[tuple[int, int]]) -> MemoryOutlet:
    clock, stop, outlet = Clock(), asyncio.Event(), MemoryOutlet()
    source = Week(clock, sorted([*long, *short]), stop)
    runner = SourceRunner(
        source, outlet, Selection(Matcher([])), bounds=BOUNDS, now=clock, clock=clock, draw=lambda: 0.0
    )  # fmt: skip
    await runner.run(stop)
    return outlet


async def test_the_holes_of_a_week_are_found_and_none_where_there_was_none():
    long, short = outages(1)
    outlet = await told_in(long, short)
    hearing = Hearing()
    for hole in outlet.not_heard:
        hearing.take([hole], ())

    found = [any(_is_of(hole, began, ended) for hole in outlet.not_heard) for began, ended in long]
    true = [any(hole.since < ended + SLACK_S and (hole.until or 0) > began - SLACK_S for began, ended in long)
            for hole in outlet.not_heard if hole.until is not None]  # fmt: skip
    assert len(long) > 50
    assert sum(found) / len(found) >= 0.99
    assert all(true)
    assert all(hole.until is not None for hole in hearing.between(BEGIN, BEGIN + WEEK_S))


async def test_a_week_in_which_it_is_away_for_seconds_alone_has_no_hole():
    _, short = outages(4)

    outlet = await told_in([], short)

    assert outlet.not_heard == []


def _is_of(hole: NotHeard, began: int, ended: int) -> bool:
    if hole.until is None:
        return False
    return abs(hole.since - began) <= SLACK_S and abs(hole.until - ended) <= 2 * SLACK_S
