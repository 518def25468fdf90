"""How far ingest has read is what it told the watch stage last."""

import asyncio

from streams.connectors import watermarks
from streams.connectors.watermarks import read_watermarks
from streams.kafka.access.session import Session
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import FLUSHES
from streams.wire.flush import Flush, encode_flush

NOW = 1_800_000_000


async def tell(kafka: KafkaSettings, *flushes: Flush) -> None:
    async with Session(kafka, "test") as clients:
        producer = await clients.producer()
        for flush in flushes:
            await producer.send(kafka.topic(FLUSHES), encode_flush(flush), partition=0)
        await producer.flush()


def flush(partition: int, watermark: int | None, read_at: float = NOW) -> Flush:
    return Flush(partition=partition, partitions=3, watermark=watermark, read_at=read_at)


def test_the_newest_watermark_of_each_partition_is_told_and_goes_on_where_a_worker_has_stopped(kafka, monkeypatch):
    monkeypatch.setattr(watermarks, "_LAST", 4)
    ensure_topics(kafka, [FLUSHES])
    assert read_watermarks(kafka, NOW) == {}

    passed = [flush(7, 10)] * 3
    last = [flush(0, 100), flush(0, 160), flush(1, 120, NOW - 60), flush(2, None)]
    asyncio.run(tell(kafka, *passed, *last))

    told = read_watermarks(kafka, NOW)
    told.pop(7, None)  # the embedded broker says where the last batch begins, and more of those before is read
    assert told == {0: 160, 1: 180}


def test_what_is_no_flush_leaves_all_out(kafka):
    ensure_topics(kafka, [FLUSHES])

    async def send() -> None:
        async with Session(kafka, "test") as clients:
            producer = await clients.producer()
            await producer.send_and_wait(kafka.topic(FLUSHES), b"no flush", partition=0)

    asyncio.run(tell(kafka, flush(0, 100)))
    asyncio.run(send())

    assert read_watermarks(kafka, NOW) == {}


def test_where_kafka_does_not_answer_all_are_left_out(monkeypatch):
    monkeypatch.setattr(watermarks, "CONNECT_S", 0.0)

    assert read_watermarks(KafkaSettings(brokers=("127.0.0.1:1",)), NOW) == {}
