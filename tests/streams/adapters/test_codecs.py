"""Every codec that Kafka knows is read and written by every client that we use, whoever compressed."""

import asyncio
from collections.abc import Iterable

import aiokafka.codec
import kafka as kafka_python
import pytest
from aiokafka import AIOKafkaProducer
from kafka.admin import ConfigResource

from streams import metrics
from streams.adapters.unreadable import find_unreadable
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import FLUSHES, MARKS, MENTIONS
from tests.kafka.counting import mentions_of
from tests.kafka.reading import read_topic
from tests.streams.adapters.serving import eventually, mentions_value, serving, until

CODECS = ("gzip", "snappy", "lz4", "zstd")
LONG = "northside " + "ä" * 20_000
"""So long that a batch holds more than a megabyte, and compresses well."""


@pytest.mark.kafka
@pytest.mark.parametrize("codec", CODECS)
async def test_what_aiokafka_compressed_is_counted(kafka, codec):
    ensure_topics(kafka)
    producer = AIOKafkaProducer(
        bootstrap_servers=list(kafka.brokers), compression_type=codec, linger_ms=200, max_batch_size=4_000_000,
        max_request_size=8_000_000,
    )  # fmt: skip
    await producer.start()
    sent = [
        await producer.send(kafka.topic(MENTIONS), long_mention(number, LONG), partition=0) for number in range(100)
    ]
    await asyncio.gather(*sent)
    await producer.stop()

    async with serving(kafka):
        await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 100)


@pytest.mark.kafka
@pytest.mark.parametrize("codec", CODECS)
async def test_what_kafka_python_compressed_is_counted(kafka, codec):
    ensure_topics(kafka)
    await asyncio.to_thread(send_compressed, kafka, codec)

    async with serving(kafka):
        await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 100)


@pytest.mark.kafka
@pytest.mark.parametrize("codec", CODECS)
async def test_what_the_broker_compressed_is_read_by_both_clients(kafka, codec):
    ensure_topics(kafka)
    await asyncio.to_thread(compress_at_the_broker, kafka, codec)
    await asyncio.to_thread(send_compressed, kafka, None)

    async with serving(kafka):
        await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 100)
    assert len(await asyncio.to_thread(read_topic, kafka, MENTIONS)) == 100


def long_mention(number: int, content: str) -> bytes:
    return mentions_value(number).replace(b'"northside"', f'"{content}"'.encode())


def send_compressed(kafka: KafkaSettings, codec: str | None) -> None:
    producer = kafka_python.KafkaProducer(
        bootstrap_servers=list(kafka.brokers), compression_type=codec, linger_ms=200, batch_size=4_000_000,
        max_request_size=8_000_000,
    )  # fmt: skip
    for number in range(100):
        producer.send(kafka.topic(MENTIONS), long_mention(number, LONG if codec else "northside"), partition=0)
    producer.flush()
    producer.close()


def compress_at_the_broker(kafka: KafkaSettings, codec: str) -> None:
    admin = kafka_python.KafkaAdminClient(bootstrap_servers=list(kafka.brokers))
    topics = [kafka.topic(topic) for topic in (MENTIONS, FLUSHES)]
    admin.alter_configs([ConfigResource("TOPIC", name, {"compression.type": codec}) for name in topics])
    admin.close()


async def put(kafka: KafkaSettings, numbers: Iterable[int], partition: int, codec: str | None = None) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=list(kafka.brokers), compression_type=codec, linger_ms=100)
    await producer.start()
    values = [mentions_value(number) for number in numbers]
    sent = [await producer.send(kafka.topic(MENTIONS), value, partition=partition) for value in values]
    await asyncio.gather(*sent)
    await producer.stop()


@pytest.mark.kafka
async def test_a_batch_that_cannot_be_read_holds_only_its_partition_up_and_is_named(kafka, monkeypatch):
    ensure_topics(kafka)
    await put(kafka, range(10), 0)
    await put(kafka, range(10, 20), 0, "zstd")
    await put(kafka, range(20, 30), 0)
    await put(kafka, range(30, 35), 1)
    monkeypatch.setattr("streams.adapters.ingest_service._LOOK_MS", 300)
    with monkeypatch.context() as without:
        without.setattr(aiokafka.codec, "has_zstd", lambda: False)
        async with serving(kafka) as service:
            await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 15)
            await put(kafka, range(35, 40), 1)
            flushes = await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") >= 20)
            assert {p: held.unreadable_since > 0 for p, held in service._held.items()} == {0: True, 1: False}
            assert metrics.UNREADABLE.labels("0")._value.get() == 10
        named = await find_unreadable(kafka)

    assert mentions_of(flushes, "northside") == 20
    assert [line.partition(": ")[0] for line in named] == [f"{kafka.topic(MENTIONS)}, partition 0, offset 10"]
    assert ("0",) not in metrics.UNREADABLE._metrics


@pytest.mark.kafka
async def test_a_batch_that_can_be_read_again_is_counted_while_ingest_runs(kafka, monkeypatch):
    ensure_topics(kafka)
    await put(kafka, range(10), 0)
    await put(kafka, range(10, 20), 0, "zstd")
    await put(kafka, range(20, 30), 0)
    monkeypatch.setattr("streams.adapters.ingest_service._TRY_UNREADABLE_S", 0.2)
    monkeypatch.setattr("streams.adapters.ingest_service._LOOK_MS", 300)
    async with serving(kafka):
        with monkeypatch.context() as without:
            without.setattr(aiokafka.codec, "has_zstd", lambda: False)
            await until(lambda: ("0",) in metrics.UNREADABLE._metrics)
        await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 30)
        await until(lambda: ("0",) not in metrics.UNREADABLE._metrics)


@pytest.mark.kafka
async def test_marks_that_cannot_be_read_stop_no_mention(kafka, monkeypatch):
    ensure_topics(kafka)
    producer = AIOKafkaProducer(bootstrap_servers=list(kafka.brokers), compression_type="zstd")
    await producer.start()
    await producer.send_and_wait(kafka.topic(MARKS), b"{}", key=b"northside/1")
    await producer.stop()
    await put(kafka, range(10), 0)
    monkeypatch.setattr(aiokafka.codec, "has_zstd", lambda: False)

    async with serving(kafka):
        await eventually(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 10)
