"""A source of lists on its way through the runner: lists that fail, take-downs, and what is spent."""

import asyncio
import datetime as dt
import itertools
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from streams.brand import Brand
from streams.connectors.connector import Refused
from streams.errors import KafkaUnavailableError
from streams.ingest.erased import Erased, post_row
from streams.mention import Mention
from streams.queries.matching import Matcher
from streams.sources.polled.listing import Asked, Cadence, Found, Page
from streams.sources.polled.meter import Meter
from streams.sources.polled.polled_source import PolledSource
from streams.sources.polled.watched import Watching
from streams.sources.runner import BOUNDS, SourceRunner
from streams.sources.selection import Selection
from streams.sources.sent_ids import SentIds
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
        self.once: dict[str, Exception] = {}
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
        if error := self.fails.get("look_up"):
            raise error
        there = {found.key: found for posts in self.posts.values() for found in posts}
        return {key: there[key] for key in keys if key in there}


class List:
    def __init__(self, upstream: Upstream, name: str) -> None:
        self.key = self.label = name
        self._upstream = upstream

    async def page(self, asked: Asked) -> Page:
        self._upstream.asked += 1
        self._upstream.spend(1.0)
        if error := self._upstream.once.pop(self.key, None) or self._upstream.fails.get(self.key):
            raise error
        return Page(found=tuple(sorted(self._upstream.posts[self.key], key=lambda found: -found.at)))


class Forum(PolledSource):
    kind = "forum"


def forum(upstream: Upstream, now: Callable[[], float], **options: Any) -> Forum:
    return Forum(
        "forum", [List(upstream, "one"), List(upstream, "two")], Cadence(), now=now, look_up=upstream,
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
        source, outlet, Selection(MATCHER), bounds=replace(BOUNDS, settle_s=0.0, report_s=0.01), draw=lambda: 0.0
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


async def test_what_was_erased_is_asked_for_no_more_and_stands_in_no_position():
    upstream, outlet, erased = Upstream(), MemoryOutlet(), Erased()
    upstream.write("one", 1, NOW - 60)
    upstream.write("one", 2, NOW - 50)
    runner = SourceRunner(
        forum(upstream, ticking(2.0)), outlet, Selection(MATCHER), erased=erased,
        bounds=replace(BOUNDS, settle_s=0.0, report_s=0.01), draw=lambda: 0.0,
    )  # fmt: skip
    stop = asyncio.Event()
    task = asyncio.create_task(runner.run(stop))

    def watched() -> set[str]:
        return set((outlet.saved[-1].position or {}).get("watched", ())) if outlet.saved else set()

    async with asyncio.timeout(PATIENCE_S):
        await until(lambda: len(watched()) == 2)
        erased.take(post_row("p1"), b"1")
        await until(lambda: len(watched()) == 1)
    stop.set()
    await task

    assert not any(mention.deleted for mention in outlet.settled)


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


async def test_a_look_goes_on_after_a_failure_where_all_that_was_given_has_come_through_and_else_begins_anew():
    upstream = Upstream()
    upstream.write("one", 1, NOW - 60)
    source = forum(upstream, ticking())
    await source.open(None)
    first = (await read_until(source, lambda batches: bool(batches[-1].mentions)))[-1]

    await source.close()
    await source.open(first.position)
    again = await read_until(source, lambda batches: len(batches) > 200)
    assert [one.id for batch in again for one in batch.mentions] == []

    # Kafka has not taken it: where reading stood before it is given again.
    await source.close()
    await source.open(None)
    again = await read_until(source, lambda batches: bool(batches[-1].mentions))
    assert [one.id for one in again[-1].mentions] == ["p1"]


async def test_no_two_requests_are_made_within_the_gap():
    upstream, clock = Upstream(), ticking(0.5)
    times: list[float] = []
    upstream.spend = lambda _: times.append(clock())
    source = Forum("forum", [List(upstream, "one"), List(upstream, "two")], Cadence(every_s=1.0, gap_s=30.0), now=clock)
    await source.open(None)
    await read_until(source, lambda batches: len(batches) > 300)

    assert len(times) > 3
    assert all(later - before >= 29.0 for before, later in itertools.pairwise(times))


async def test_where_nobody_can_be_asked_for_what_is_gone_what_is_new_is_heard_all_the_same():
    upstream = Upstream()
    upstream.write("one", 1, NOW - 60)
    upstream.fails["look_up"] = SourceError("403")
    source = forum(upstream, ticking(10.0))
    await source.open(None)
    first = await read_until(source, lambda batches: bool(batches[-1].mentions))
    source.note_sent(first[-1].mentions)
    await read_until(source, lambda _: bool(source.health().says))
    assert source.health().says == "what was sent cannot be looked at again: 403"

    upstream.write("one", 2, NOW + 5000)
    await read_until(source, lambda batches: [one.id for one in batches[-1].mentions] == ["p2"])
    upstream.fails.clear()
    await read_until(source, lambda _: not source.health().says)


FAULTS = st.lists(
    st.tuples(st.sampled_from(["put", "settle", "save", "remember", "one", "two", "nothing"]), st.integers(1, 4)),
    max_size=8,
)


@settings(max_examples=25, deadline=None)
@given(FAULTS)
def test_whatever_kafka_and_upstream_fail_at_every_post_comes_through(faults):
    asyncio.run(check(faults))


async def check(faults: list[tuple[str, int]]) -> None:
    upstream, outlet, clock = Upstream(), MemoryOutlet(), ticking(3.0)
    source = forum(upstream, clock)
    written = 0
    for fault, count in [*faults, ("nothing", 1)]:
        for _ in range(count):
            written += 1
            upstream.write("one" if written % 2 else "two", written, clock())
        if fault in {"one", "two"}:
            upstream.once[fault] = SourceUnavailableError("503")
        elif fault != "nothing":
            outlet.fails_at.add(fault)
        await run_until(source, outlet, written)
    assert set(outlet.ids) == {f"p{number}" for number in range(1, written + 1)}


def _is_over(task: "asyncio.Task[None]", outlet: MemoryOutlet, written: int) -> bool:
    return task.done() or len(set(outlet.ids)) == written


async def run_until(source: Forum, outlet: MemoryOutlet, written: int) -> None:
    """Run, anew where Kafka fails, until all that was written is in it."""
    stop = asyncio.Event()
    for _ in range(10):
        runner = SourceRunner(
            source, outlet, Selection(MATCHER), checkpoint=outlet.saved[-1] if outlet.saved else None,
            sent=SentIds.read(source.id, outlet.rows), draw=lambda: 0.0,
            bounds=replace(BOUNDS, settle_s=0.0, report_s=0.01),
        )  # fmt: skip
        task = asyncio.create_task(runner.run(stop))
        async with asyncio.timeout(PATIENCE_S):
            await until(partial(_is_over, task, outlet, written))
        if not task.done():
            break
        assert isinstance(task.exception(), KafkaUnavailableError)
    stop.set()
    await asyncio.gather(task, return_exceptions=True)
