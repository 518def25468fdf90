"""A topic that is kept is read to the end that it has when it is asked, and on."""

import asyncio
from typing import Any

import msgspec
import pytest
from aiokafka import TopicPartition
from aiokafka.structs import ConsumerRecord
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import ChangelogError
from streams.kafka.access.session import Session
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.outgoing import Outgoing
from streams.kafka.reading.log_reader import LogReader, log_reader, reading
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.partition_writer import PartitionWriter
from streams.kafka.topics import VERDICTS
from tests.patience import PATIENCE_S

ZERO, ONE = (TopicPartition("log", partition) for partition in range(2))


class FakeConsumer:
    """Partitions as Kafka keeps them: some offsets have no record, and others write while one reads.

    Parameters
    ----------
    logs
        Offsets of records, and the end.
    at_once
        Records that a fetch gives.
    grows
        Records that each fetch finds behind what was the end.
    """

    def __init__(self, logs: dict[TopicPartition, tuple[list[int], int]], at_once: int = 1, grows: int = 0) -> None:
        self._fetcher = self
        self.error_future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._offsets = {source: sorted(offsets) for source, (offsets, _) in logs.items()}
        self._ends = {source: end for source, (_, end) in logs.items()}
        self._told: dict[TopicPartition, int] = {}
        self._at = dict.fromkeys(logs, 0)
        self._at_once = at_once
        self._grows = grows

    def assignment(self) -> set[TopicPartition]:
        return set(self._at)

    def assign(self, sources: list[TopicPartition]) -> None:
        self._at = dict.fromkeys(sources, 0)

    def seek(self, source: TopicPartition, offset: int) -> None:
        self._at[source] = offset

    def highwater(self, source: TopicPartition) -> int | None:
        return self._told.get(source)

    async def position(self, source: TopicPartition) -> int:
        return self._at[source]

    async def getmany(self, *sources: TopicPartition, timeout_ms: int) -> dict[TopicPartition, list[Any]]:
        await asyncio.sleep(0)
        fetched = {}
        for source in sources or self._at:
            self._told[source] = self._ends[source]
            ahead = [offset for offset in self._offsets[source] if offset >= self._at[source]]
            fetched[source] = [record(source, offset) for offset in ahead[: self._at_once]]
            rest = ahead[self._at_once :]
            self._at[source] = rest[0] if rest else self._ends[source]
            self._offsets[source] += range(self._ends[source], self._ends[source] + self._grows)
            self._ends[source] += self._grows
        return fetched


def record(source: TopicPartition, offset: int) -> Any:
    return ConsumerRecord(source.topic, source.partition, offset, 0, 0, b"k", b"%d" % offset, None, 0, 0, ())


@st.composite
def logs(draw: st.DrawFn) -> tuple[list[int], int]:
    """Give a log after compaction: offsets are missing anywhere, its last ones among them."""
    offsets = draw(st.lists(st.integers(0, 30), unique=True))
    return offsets, max(offsets, default=-1) + 1 + draw(st.integers(0, 3))


@given(logs(), logs(), st.integers(1, 4), st.integers(0, 2))
def test_all_that_was_there_is_read_once_and_in_order_however_much_is_written_meanwhile(first, second, at_once, grows):
    async def read() -> dict[TopicPartition, list[int]]:
        kept = {ZERO: first, ONE: second}
        consumer: Any = FakeConsumer(kept, at_once, grows)
        found: dict[TopicPartition, list[int]] = {ZERO: [], ONE: []}
        reader = LogReader(consumer, 1.0)
        reader.begin(dict.fromkeys(kept, 0))
        async for fetched in reader.to_the_ends():
            for source, records in fetched.items():
                found[source] += [each.offset for each in records]
        assert all(reader.positions[source] >= end == reader.ends[source] for source, (_, end) in kept.items())
        return found

    found = asyncio.run(asyncio.wait_for(read(), PATIENCE_S))

    for source, (offsets, end) in ((ZERO, first), (ONE, second)):
        assert [offset for offset in found[source] if offset < end] == sorted(offsets)
        assert found[source] == sorted(set(found[source]))


async def test_a_kafka_that_gives_nothing_is_not_waited_for_for_ever():
    consumer: Any = FakeConsumer({ZERO: ([], 0)})
    consumer.highwater = lambda _: None
    reader = LogReader(consumer, 0.01)
    reader.begin({ZERO: 0})

    with pytest.raises(ChangelogError, match=r"nothing comes of log, partition 0 \(at 0 of \?\)"):
        async for _ in reader.to_the_ends():
            pass


async def told(reader: LogReader) -> list[bytes | None]:
    return [one.value async for fetched in reader.to_the_ends() for batch in fetched.values() for one in batch]


async def write(kafka: KafkaSettings, *values: bytes) -> None:
    async with Session(kafka, "test") as clients:
        producer = await clients.producer()
        for value in values:
            await producer.send_and_wait(kafka.topic(VERDICTS), value, key=b"k", partition=0)


async def test_a_topic_is_read_to_its_end_and_followed_and_read_again(kafka):
    ensure_topics(kafka, [VERDICTS])
    async with reading(kafka, "test", kafka.topic(VERDICTS)) as reader, asyncio.timeout(PATIENCE_S):
        assert await told(reader) == []
        await write(kafka, b"one", b"two")
        followed: list[bytes | None] = []
        while len(followed) < 2:
            batches = await reader.poll(timeout_ms=100)
            followed += [one.value for batch in batches.values() for one in batch]
        assert followed == [b"one", b"two"]
        reader.rewind(dict.fromkeys(reader.sources, 0))
        assert await told(reader) == [b"one", b"two"]


@pytest.mark.kafka
async def test_what_a_transaction_holds_back_at_the_end_is_waited_for(kafka):
    ensure_topics(kafka, [VERDICTS])
    topic = kafka.topic(VERDICTS)
    # Kafka takes back what is under way for longer than a session.
    writer = PartitionWriter(msgspec.structs.replace(kafka, session_timeout_s=PATIENCE_S), "test-0", is_fenced=True)
    await writer.open()
    await writer.write([Outgoing(topic, b"before", b"k", 0)])
    await writer._producer.begin_transaction()
    await (await writer._producer.send(topic, b"begun", key=b"k", partition=0))
    async with Session(kafka, "test") as clients, asyncio.timeout(PATIENCE_S):
        reader = await log_reader(clients, topic)
        read = asyncio.create_task(told(reader))
        while not reader.ends:  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.02)
        await writer._producer.commit_transaction()
        assert await read == [b"before", b"begun"]
    writer.close()
