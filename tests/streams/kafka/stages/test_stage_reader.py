"""A stage reads each record once, whatever moves its place and whoever else believes to be the owner."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import kafka as kafka_python
import msgspec
import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from prometheus_client import REGISTRY

from streams import metrics
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.outgoing import Outgoing
from streams.kafka.reading.changelog import read_changelog
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages import stage_reader
from streams.kafka.stages.app import build_app
from streams.kafka.stages.changes import Changes, Heard
from streams.kafka.stages.exactly_once_agent import ExactlyOnceAgent
from streams.kafka.stages.partition_writer import FENCED, PartitionWriter
from streams.kafka.stages.positions import TopicReplacedError
from streams.kafka.topics import COMMANDS, FLUSHES, VERDICTS
from tests.kafka.reading import read_topic
from tests.patience import PATIENCE_S

SUM = b"sum"


class Adding(ExactlyOnceAgent):
    """Tells of each record, and keeps how many there were."""

    def __init__(self, settings: KafkaSettings) -> None:
        app = build_app(settings, "adding")
        super().__init__(
            app, settings, "adding", (FLUSHES, COMMANDS), 1,
            table="sums", batch=3, within_s=0.0, errors=metrics.ERRORS,
        )  # fmt: skip
        self.worked: list[bytes] = []
        self.broken_on: bytes | None = None

    async def work(self, partition: int, records: Sequence[Heard]) -> Changes:
        if any(record.value == self.broken_on for record in records):
            self.broken_on = None
            raise ZeroDivisionError("a bug of ours")
        self.worked += [record.value for record in records]
        before = int(self.table.data.get(SUM, b"0"))
        told = tuple(Outgoing(self.kafka.topic(VERDICTS), record.value, None, partition) for record in records)
        return Changes(outgoing=told, rows={SUM: str(before + len(records)).encode()})

    def partition_of(self, key: bytes) -> int:
        return 0

    def forget(self, partition: int) -> None:
        del partition


@pytest.fixture
async def settings(kafka: KafkaSettings) -> KafkaSettings:
    alone = msgspec.structs.replace(kafka, partitions=1)
    await asyncio.to_thread(ensure_topics, alone)
    return alone


@asynccontextmanager
async def adding(settings: KafkaSettings) -> AsyncIterator[Adding]:
    agent = Adding(settings)
    await agent.app.start()
    try:
        yield agent
    finally:
        await agent.app.stop()


async def send(settings: KafkaSettings, values: Iterable[bytes], topic: Any = FLUSHES) -> None:
    def put() -> None:
        producer = kafka_python.KafkaProducer(bootstrap_servers=list(settings.brokers))
        for value in values:
            producer.send(settings.topic(topic), value, b"k", partition=0)
        producer.flush()
        producer.close()

    await asyncio.to_thread(put)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not true():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)


async def told(settings: KafkaSettings) -> list[bytes]:
    return [record.value for record in await asyncio.to_thread(read_topic, settings, VERDICTS, committed=True)]


def numbers(first: int, after: int) -> list[bytes]:
    return [str(number).encode() for number in range(first, after)]


def counted(metric: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(metric, {"stage": "adding", **labels}) or 0.0


async def test_after_a_restart_it_goes_on_from_the_position_in_its_table(settings):
    await send(settings, numbers(0, 7))
    async with adding(settings) as agent:
        await until(lambda: agent.table.data.get(SUM) == b"7")
    await send(settings, numbers(7, 10))

    async with adding(settings) as agent:
        await until(lambda: agent.table.data.get(SUM) == b"10")
        worked = agent.worked

    assert worked == numbers(7, 10)
    assert sorted(await told(settings)) == numbers(0, 10)


async def test_whatever_moves_the_place_of_reading_it_is_moved_back(settings):
    before = counted("tocsin_stage_rewound_total")
    async with adding(settings) as agent:
        await send(settings, numbers(0, 5))
        await until(lambda: agent.table.data.get(SUM) == b"5")
        consumer, source = agent.reader._consumer, TopicPartition(settings.topic(FLUSHES), 0)
        assert consumer is not None
        consumer.seek(source, 2)
        await send(settings, numbers(5, 9))
        await until(lambda: len(agent.worked) >= 9)
        consumer.seek(source, 0)
        await send(settings, [b"9"])
        await until(lambda: agent.table.data.get(SUM) == b"10")

    assert await told(settings) == numbers(0, 10)
    assert counted("tocsin_stage_rewound_total") > before


async def test_a_batch_that_breaks_comes_again(settings):
    async with adding(settings) as agent:
        agent.broken_on = b"4"
        await send(settings, numbers(0, 8))
        await until(lambda: agent.table.data.get(SUM) == b"8")

    assert await told(settings) == numbers(0, 8)


async def test_records_of_each_topic_stay_in_their_order(settings):
    await send(settings, numbers(0, 6))
    await send(settings, [b"a", b"b", b"c"], COMMANDS)

    async with adding(settings) as agent:
        await until(lambda: len(agent.worked) == 9)
        worked = agent.worked

    assert [value for value in worked if value.isdigit()] == numbers(0, 6)
    assert [value for value in worked if not value.isdigit()] == [b"a", b"b", b"c"]


@pytest.mark.kafka
async def test_what_an_earlier_owner_still_writes_is_refused(settings):
    topic = settings.topic(VERDICTS)
    old, new = (PartitionWriter(settings, "adding-0", is_fenced=True) for _ in range(2))
    await old.open()
    await old.write([Outgoing(topic, b"in time", None, 0)])

    await new.open()

    with pytest.raises(FENCED):
        await old.write([Outgoing(topic, b"late", None, 0)] * 2000)
    with pytest.raises(KafkaError):
        await old.write([Outgoing(topic, b"later", None, 0)])
    await new.write([Outgoing(topic, b"new", None, 0)])
    assert await told(settings) == [b"in time", b"new"]
    for writer in (old, new):
        writer.close()


@pytest.mark.kafka
async def test_what_an_earlier_owner_had_begun_is_never_seen(settings):
    topic = settings.topic(VERDICTS)
    old, new = (PartitionWriter(settings, "adding-0", is_fenced=True) for _ in range(2))
    await old.open()
    await old.write([Outgoing(topic, b"in time", None, 0)])
    await old._producer.begin_transaction()
    await (await old._producer.send(topic, b"begun", partition=0))

    await new.open()
    await new.write([Outgoing(topic, b"new", None, 0)])

    with pytest.raises(FENCED):
        await old._producer.commit_transaction()
    assert await told(settings) == [b"in time", b"new"]
    for writer in (old, new):
        writer.close()


@pytest.mark.kafka
async def test_of_two_that_believe_to_be_the_owner_one_writes_and_each_record_counts_once(settings):
    before = counted("tocsin_stage_fenced_total")
    async with adding(settings) as agent:
        await send(settings, numbers(0, 4))
        await until(lambda: agent.table.data.get(SUM) == b"4")
        # As another worker does that the group has given the partition meanwhile.
        other = PartitionWriter(settings, "adding-0", is_fenced=True)
        await other.open()
        rows = await read_changelog(settings, agent.changelog, {0: 0})
        await send(settings, numbers(4, 8))
        await until(lambda: counted("tocsin_stage_fenced_total") > before)
        await until(lambda: agent.table.data.get(SUM) == b"8")
        other.close()

    assert rows[0].changed[SUM] == b"4"
    assert await told(settings) == numbers(0, 8)


@pytest.mark.kafka
async def test_a_changelog_is_read_to_its_end_where_that_is_an_aborted_transaction(settings):
    topic = settings.topic(VERDICTS)
    first, second = (PartitionWriter(settings, "adding-0", is_fenced=True) for _ in range(2))
    await first.open()
    await first.write([Outgoing(topic, b"1", b"k", 0)])
    await first._producer.begin_transaction()
    await (await first._producer.send(topic, b"2", key=b"k", partition=0))
    await second.open()

    rows = await read_changelog(settings, topic, {0: 0})

    assert rows[0].changed == {b"k": b"1"}
    again = await read_changelog(settings, topic, {0: rows[0].next})
    assert (again[0].read, again[0].next) == (0, rows[0].next)
    for writer in (first, second):
        writer.close()


@pytest.mark.kafka
@pytest.mark.parametrize("accepted", [False, True])
async def test_a_topic_that_was_made_anew_ends_the_process_unless_that_is_meant(settings, accepted):
    await send(settings, numbers(0, 7))
    async with adding(settings) as agent:
        await until(lambda: agent.table.data.get(SUM) == b"7")
    await asyncio.to_thread(_make_anew, settings)
    await send(settings, [b"n", b"m"])

    agent = Adding(msgspec.structs.replace(settings, accept_replaced_topics=accepted))
    await agent.app.start()
    if accepted:
        await until(lambda: agent.table.data.get(SUM) == b"9")
    else:
        await until(lambda: agent.reader.crashed)
        assert isinstance(agent.reader.crash_reason, TopicReplacedError)
        assert agent.app.crashed
    await agent.app.stop()


@pytest.mark.kafka
async def test_records_that_kafka_deleted_before_they_were_read_are_counted(settings):
    topic = settings.topic(FLUSHES)
    before = counted("tocsin_stage_lost_records_total", topic=topic)
    await send(settings, numbers(0, 4))
    async with adding(settings) as agent:
        await until(lambda: agent.table.data.get(SUM) == b"4")
    await send(settings, numbers(4, 10))
    await asyncio.to_thread(_delete, settings, 8)

    async with adding(settings) as agent:
        await until(lambda: agent.table.data.get(SUM) == b"6")
        worked = agent.worked

    assert worked == numbers(8, 10)
    assert counted("tocsin_stage_lost_records_total", topic=topic) - before == 4


def _make_anew(settings: KafkaSettings) -> None:
    admin = kafka_python.KafkaAdminClient(bootstrap_servers=list(settings.brokers))
    admin.delete_topics([settings.topic(FLUSHES)])
    while settings.topic(FLUSHES) in admin.list_topics():
        pass
    admin.close()
    ensure_topics(settings)


def _delete(settings: KafkaSettings, before: int) -> None:
    admin = kafka_python.KafkaAdminClient(bootstrap_servers=list(settings.brokers))
    admin.delete_records({kafka_python.TopicPartition(settings.topic(FLUSHES), 0): before})
    admin.close()


async def test_a_rebalance_that_does_not_wait_for_an_adoption_leaves_nothing_behind(settings, monkeypatch):
    slow, entered = asyncio.Event(), asyncio.Event()

    async def slowly(*arguments: Any) -> Any:
        entered.set()
        await slow.wait()
        return await read_changelog(*arguments)

    monkeypatch.setattr(stage_reader, "_FINISH_S", 0.1)
    monkeypatch.setattr(stage_reader, "read_changelog", slowly)
    async with adding(settings) as agent:
        await asyncio.wait_for(entered.wait(), PATIENCE_S)
        await agent.reader._revoked([])
        slow.set()
        await send(settings, numbers(0, 5))
        await until(lambda: agent.table.data.get(SUM) == b"5")
