"""The watch stage on a real broker: what breaks one flush costs no other."""

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import kafka as kafka_python
import msgspec
from prometheus_client import REGISTRY

from streams.adapters import watch_agent
from streams.adapters.watch_agent import WatchAgent
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.outgoing import Outgoing
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.app import build_app
from streams.kafka.stages.changes import Heard
from streams.kafka.topics import COMMANDS, FLUSHES, OBSERVATIONS
from streams.watch.source_watch import DAY_S, SELF_BRAND
from streams.watch.watch import Outcome, WatchPartition
from streams.wire.closed_mark import is_mark
from streams.wire.flush import Flush, Snapshot, encode_flush
from tests.kafka.reading import read_topic, read_until
from tests.patience import PATIENCE_S
from tests.streams.story import BRANDS, NOON


def flush(at: int, *mentions: int, deleted: tuple[str, ...] = ()) -> bytes:
    """Encode a flush of the only source partition: its watermark, and northside's mentions of each minute so far."""
    snapshots = tuple(
        Snapshot(brand="northside", start=NOON + 60 * minute, first_offset=0, last_offset=count, mentions=(count,))
        for minute, count in enumerate(mentions)
    )
    return encode_flush(
        Flush(partition=0, partitions=1, watermark=NOON + at, began=NOON, snapshots=snapshots, deleted=deleted)
    )


def send(settings: KafkaSettings, values: Iterable[bytes]) -> None:
    producer = kafka_python.KafkaProducer(bootstrap_servers=list(settings.brokers))
    for value in values:
        producer.send(settings.topic(FLUSHES), value, b"0", partition=0)
    producer.flush()
    producer.close()


@asynccontextmanager
async def watching(settings: KafkaSettings, **options: Any) -> AsyncIterator[WatchAgent]:
    ensure_topics(settings)
    app = build_app(settings, "watch")
    agent = WatchAgent(app, settings, BRANDS, 1, **options)
    await app.start()
    try:
        yield agent
    finally:
        await app.stop()


async def observed(settings: KafkaSettings, enough: Callable[[dict[int, int]], bool]) -> dict[int, int]:
    def minutes(records: Iterable[Any]) -> dict[int, int]:
        rows = [msgspec.json.decode(record.value) for record in records]
        return {(row["start"] - NOON) // 60: row["mentions"] for row in rows}

    return minutes(await asyncio.to_thread(read_until, settings, OBSERVATIONS, lambda found: enough(minutes(found))))


async def test_a_record_that_is_no_flush_is_passed_over(kafka):
    settings = msgspec.structs.replace(kafka, partitions=1)

    async with watching(settings):
        send(settings, [flush(30, 7), b"\xc1 no flush", flush(240, 7, 9)])
        told = await observed(settings, lambda minutes: len(minutes) == 2)

    assert told == {0: 7, 1: 9}


async def test_a_bug_that_one_flush_sets_off_costs_no_other(kafka, monkeypatch):
    class Breaking(WatchPartition):
        def taking(self, flush: Flush, offset: int | None = None) -> Generator[None, None, Outcome]:
            if "bug" in flush.deleted:
                raise ZeroDivisionError("a bug of ours")
            return super().taking(flush, offset)

    monkeypatch.setattr(watch_agent, "WatchPartition", Breaking)
    settings = msgspec.structs.replace(kafka, partitions=1)

    async with watching(settings):
        send(settings, [flush(30, 7), flush(40, 8, deleted=("bug",)), flush(240, 7, 9)])
        told = await observed(settings, lambda minutes: len(minutes) == 2)

    assert told == {0: 7, 1: 9}


async def test_what_else_an_outcome_leads_to_is_sent(kafka):
    settings = msgspec.structs.replace(kafka, partitions=1)

    def redactions(partition: int, outcome: Outcome) -> Iterable[Outgoing]:
        return [Outgoing(settings.topic(COMMANDS), post.encode(), None, partition) for post in outcome.deleted]

    async with watching(settings, also=redactions):
        send(settings, [flush(30, 7, deleted=("p1",))])
        (command,) = await asyncio.to_thread(read_until, settings, COMMANDS, lambda found: len(found) == 1)

    assert command.value == b"p1"


async def test_a_worker_that_starts_again_goes_on_from_its_table(kafka):
    settings = msgspec.structs.replace(kafka, partitions=1)
    async with watching(settings) as agent:
        send(settings, [flush(30, 7), flush(100, 7, 3)])
        await _reached(agent, NOON + 100)

    async with watching(settings) as agent:
        send(settings, [flush(240)])
        told = await observed(settings, lambda minutes: len(minutes) == 2)
        watermark = agent.cores[0].clock.watermark

    assert told == {0: 7, 1: 3}
    assert watermark == NOON + 240


async def _reached(agent: WatchAgent, watermark: int) -> None:
    """Wait until the core has worked on flushes up to a watermark."""
    async with asyncio.timeout(PATIENCE_S):
        while 0 not in agent.cores or agent.cores[0].clock.watermark != watermark:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)


class Idle(WatchAgent):
    """An agent whose app was never started: what it would write is written at once, or not at all."""

    def __init__(self, **options: Any) -> None:
        settings = KafkaSettings(partitions=1)
        super().__init__(build_app(settings, "watch"), settings, BRANDS, 1, **options)
        self.sent: list[Outgoing] = []
        self._log: list[bytes] = []
        self._next = self._stored = 0

    async def hear(self, *values: bytes, written: bool = True) -> None:
        log = [*self._log, *values]
        heard = [Heard("flushes", 0, offset, b"0", log[offset], 0) for offset in range(self._next, len(log))]
        changes = await self.work(0, heard)
        if not written:
            self.forget(0)
            self._next = self._stored
            return
        self._log, self._next = log, len(log)
        self._stored = self.position(0, "flushes", self._next)
        self.sent += changes.outgoing
        self.rows.take(0, changes.rows, 0)
        self.written(0, changes)


async def test_a_batch_that_was_not_written_leaves_nothing_behind_and_comes_again():
    undisturbed, left = Idle(), Idle()
    first, second = [flush(30, 7)], [flush(100, 7, 3), flush(240, 7, 3, 9)]
    for agent in (undisturbed, left):
        await agent.hear(*first)
    table, told = dict(left.table.data), list(left.sent)

    await left.hear(*second, written=False)

    assert dict(left.table.data) == table
    assert left.sent == told
    await left.hear(*second)
    await undisturbed.hear(*second)
    assert dict(left.table.data) == dict(undisturbed.table.data)
    assert left.sent == undisturbed.sent


async def test_who_has_fallen_silent_is_shown_by_whoever_watches_that_and_by_nobody_else():
    agent = Idle()
    days = tuple(range(NOON, NOON + 4 * DAY_S, 600))

    def flush_of(watermark: int, *starts: int) -> bytes:
        heard = {"bluesky": starts}
        return encode_flush(Flush(partition=0, partitions=1, watermark=watermark, began=NOON, heard=heard))

    def shown() -> float | None:
        return REGISTRY.get_sample_value("tocsin_silence_began_timestamp_seconds", {"source": "bluesky"})

    await agent.hear(flush_of(NOON + 5 * DAY_S, *days))
    assert shown() is None

    agent.use_brands([*BRANDS, SELF_BRAND])
    await agent.hear(flush_of(NOON + 5 * DAY_S + 60))
    assert shown() == days[-1] + 60
    assert REGISTRY.get_sample_value("tocsin_silent_sources") == 1

    agent.forget(0)
    assert shown() is None
    assert REGISTRY.get_sample_value("tocsin_silent_sources") == 0


async def test_while_a_long_flush_is_worked_on_the_others_go_on(monkeypatch):
    monkeypatch.setattr(watch_agent, "_HOG_S", 0.0)
    agent = Idle()
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    going_on = asyncio.create_task(other())
    await agent.hear(flush(3600, *[5] * 58))
    going_on.cancel()

    assert turns > 50
    assert len([record for record in agent.sent if record.topic.endswith(OBSERVATIONS.name)]) == 58


async def test_behind_the_bins_stands_up_to_when_they_are_closed_where_a_brand_names_peers(kafka):
    settings = msgspec.structs.replace(kafka, partitions=1)

    async with watching(settings) as agent:
        agent.use_brands([msgspec.structs.replace(BRANDS[0], peers=(BRANDS[1].id,)), *BRANDS[1:]])
        send(settings, [flush(30, 7), flush(240, 7, 9), flush(241, 7, 9)])
        records = await asyncio.to_thread(
            read_until, settings, OBSERVATIONS, lambda found: is_mark(found[-1].key) if found else False
        )

    *bins, mark = [msgspec.json.decode(record.value) for record in records]
    assert [row["start"] for row in bins if "start" in row] == [NOON, NOON + 60]
    assert mark == {"partition": 0, "until": NOON + 180}


async def test_where_no_brand_names_peers_there_are_bins_alone(kafka):
    settings = msgspec.structs.replace(kafka, partitions=1)

    async with watching(settings):
        send(settings, [flush(30, 7), flush(240, 7, 9)])
        await observed(settings, lambda minutes: len(minutes) == 2)

    records = await asyncio.to_thread(read_topic, settings, OBSERVATIONS)
    assert [is_mark(record.key) for record in records] == [False, False]
