"""A source of lists on its way through the runner: lists that fail, take-downs, and what is spent."""

import asyncio
import datetime as dt
import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from streams.brand import Brand
from streams.connectors.connector import Refused
from streams.mention import Mention
from streams.queries.matching import Matcher
from streams.sources.polled.listing import Asked, Found, Pace, Page
from streams.sources.polled.meter import Meter
from streams.sources.polled.polled_source import PolledSource
from streams.sources.polled.watched import Watching
from streams.sources.runner import BOUNDS, SourceRunner
from streams.sources.selection import Selection
from streams.sources.source import SourceError, SourceUnavailableError
from tests.patience import PATIENCE_S
from tests.streams.sources.memory_outlet import MemoryOutlet

NOW = 1_795_946_400.0
MATCHER = Matcher([Brand(id="northside", name="Northside", query="northside")])


class Upstream:
    """Two lists, and what is known of single posts, in memory."""

    at_once = 10

    def __init__(self) -> None:
        self.posts: dict[str, list[Found]] = {"one": [], "two": []}
        self.fails: dict[str, Exception] = {}
        self.spend: Callable[[float], None] = lambda _: None
        self.asked = 0

    def write(self, where: str, number: int, at: float, text: str = "Northside") -> None:
        moment = dt.datetime.fromtimestamp(at, dt.UTC)
        self.posts[where].append(
            Found(key=f"{number}", at=at, post=Mention(id=f"p{number}", published=moment, content=text, source="forum"))
        )

    def id_of(self, key: str) -> str:
        return f"p{key}"

    async def look_up(self, keys: Sequence[str]) -> Mapping[str, Found]:
        there = {found.key: found for posts in self.posts.values() for found in posts}
        return {key: there[key] for key in keys if key in there}


class List:
    def __init__(self, upstream: Upstream, name: str) -> None:
        self.key = self.label = name
        self._upstream = upstream

    async def page(self, asked: Asked) -> Page:
        self._upstream.asked += 1
        self._upstream.spend(1.0)
        if error := self._upstream.fails.get(self.key):
            raise error
        return Page(found=tuple(sorted(self._upstream.posts[self.key], key=lambda found: -found.at)))


class Forum(PolledSource):
    kind = "forum"


def forum(upstream: Upstream, now: Callable[[], float], **options: Any) -> Forum:
    return Forum(
        "forum", [List(upstream, "one"), List(upstream, "two")], Pace(), now=now, idle_s=0.0, look_up=upstream,
        watching=Watching(every_s=3600.0, for_s=86_400.0), **options,
    )  # fmt: skip


def ticking(step_s: float = 1.0) -> Callable[[], float]:
    """Return a clock that goes on by being asked."""
    moments = itertools.count()
    return lambda: NOW + step_s * next(moments)


async def until(is_so: Callable[[], bool]) -> None:
    while not is_so():  # noqa: ASYNC110 - the outlet has no event of its own
        await asyncio.sleep(0.005)


async def read_until(source: Forum, is_so: Callable[[list[Any]], bool]) -> list[Any]:
    batches: list[Any] = []
    for _ in range(5000):
        batches.append(await source.read())
        if is_so(batches):
            return batches
    raise AssertionError("it never was")


async def test_what_goes_on_is_watched_and_its_take_down_goes_on_as_well():
    upstream, outlet = Upstream(), MemoryOutlet()
    upstream.write("one", 1, NOW - 60)
    upstream.write("two", 2, NOW - 50, "of the weather")
    source = forum(upstream, ticking(2.0))
    runner = SourceRunner(
        source, outlet, Selection(MATCHER), bounds=replace(BOUNDS, settle_s=0.0, tell_s=0.01), draw=lambda: 0.0
    )
    stop = asyncio.Event()
    task = asyncio.create_task(runner.run(stop))
    async with asyncio.timeout(PATIENCE_S):
        await until(lambda: bool(outlet.settled))
        assert outlet.ids == ["p1"]
        upstream.posts = {"one": [], "two": []}
        await until(lambda: len(outlet.settled) > 1)
    stop.set()
    await task

    gone = outlet.settled[1]
    assert (gone.id, gone.deleted, gone.content, gone.source) == ("p1", True, "", "forum")
    assert outlet.saved[-1].counts.deleted == 1
    assert "watched" not in (outlet.saved[-1].position or {})


async def test_a_list_that_fails_keeps_no_other_from_being_heard_and_all_of_them_stop_it():
    upstream = Upstream()
    upstream.write("two", 2, NOW - 50)
    upstream.fails["one"] = SourceError("one: there is no such list")
    source = forum(upstream, ticking())
    await source.open(None)
    await read_until(source, lambda batches: any(batch.mentions for batch in batches))
    assert source.health().says == "1 of 2 lists fail: one: there is no such list"

    upstream.fails["two"] = SourceUnavailableError("two: 503", retry_after_s=500.0)
    with pytest.raises(SourceUnavailableError, match="one: there is no such list; two: 503"):
        await read_until(source, lambda _: False)
    upstream.fails["two"] = SourceError("two: 410")
    source = forum(upstream, ticking())
    await source.open(None)
    with pytest.raises(SourceError, match="one: there is no such list; two: 410"):
        await read_until(source, lambda _: False)


async def test_what_is_refused_is_given_once_and_does_not_stop_the_list():
    upstream = Upstream()
    upstream.posts["one"].append(
        Found(key="7", at=NOW - 10, post=Refused(origin="forum", reason="schema", detail="no text", data=b"{}"))
    )
    source = forum(upstream, ticking())
    await source.open(None)
    batches = await read_until(source, lambda batches: len(batches) > 400)

    assert [refused.detail for batch in batches for refused in batch.refused] == ["no text"]
    (said,) = await source.check()
    assert (said.says, said.stops) == ("one: no text", True)


async def test_an_allowance_is_spread_and_kept_with_the_position():
    upstream, clock = Upstream(), ticking(5.0)
    source = forum(upstream, clock, meter=Meter(period="hour", cap=30.0), unit="calls")
    upstream.spend = source.spend
    await source.open(None)
    batches = await read_until(source, lambda _: clock() > NOW + 3500)
    assert 15 <= upstream.asked <= 30
    assert source.health().cost == f"{upstream.asked} of 30 calls"

    again = forum(upstream, lambda: NOW + 3500, meter=Meter(period="hour", cap=30.0), unit="calls")
    await again.open(batches[-1].position)
    assert again.health().cost == f"{upstream.asked} of 30 calls"
    again.exhaust()
    with pytest.raises(SourceUnavailableError, match=r"all 30 calls are used; nothing is asked until 2026-11-29 11:00"):
        await again.read()
