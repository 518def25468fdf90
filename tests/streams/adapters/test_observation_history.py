"""A brand's bins are read back from Kafka, from the beginning or from a moment on."""

import asyncio
import time

import msgspec
import pytest

from streams.adapters.observation_history import ObservationHistory
from streams.brand import watch_partition
from streams.errors import KafkaUnavailableError, StreamsError
from streams.kafka.access.session import Session
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import FLUSHES, OBSERVATIONS
from streams.wire.observation_row import ObservationRow

BRAND, START = "northside", int(time.time()) // 60 * 60 - 3 * 3600
"""Kafka takes no record that is said to be of next year, and would soon delete one of the year before."""


def row(minute: int, brand: str = BRAND) -> ObservationRow:
    return ObservationRow(
        brand=brand, start=START + 60 * minute, span_s=60, mentions=minute, negatives=0, unscored=0, authors=minute,
        negative_authors=0, expected=1.0, upper=2.0, expected_share=0.1, score=0.0, threshold=9.0,
    )  # fmt: skip


async def tell(kafka: KafkaSettings, *rows: ObservationRow) -> None:
    async with Session(kafka, "test") as clients:
        producer = await clients.producer()
        for each in rows:
            await producer.send_and_wait(
                kafka.topic(OBSERVATIONS),
                msgspec.json.encode(each),
                key=each.brand.encode(),
                partition=watch_partition(BRAND, kafka.partitions),
                timestamp_ms=(each.start + each.span_s) * 1000,
            )


def test_a_brands_bins_come_in_order_and_those_of_others_do_not(kafka):
    ensure_topics(kafka, [FLUSHES, OBSERVATIONS])
    history = ObservationHistory(kafka, BRAND)
    assert list(history.read()) == []

    rows = [row(minute, brand) for minute in range(3) for brand in (BRAND, "southside")]
    asyncio.run(tell(kafka, *rows))

    assert list(history.read()) == [row(0), row(1), row(2)]
    assert not history.is_cut


@pytest.mark.kafka
def test_what_began_long_before_a_moment_is_left_out(kafka):
    ensure_topics(kafka, [FLUSHES, OBSERVATIONS])
    asyncio.run(tell(kafka, *(row(minute) for minute in range(0, 120, 10))))

    read = [each.start for each in ObservationHistory(kafka, BRAND).read(START + 100 * 60)]

    assert read == [START + 60 * minute for minute in (90, 100, 110)]
    assert len(list(ObservationHistory(kafka, BRAND).read(START + 10_000 * 60))) == 12


def test_reading_may_stop_before_the_end(kafka):
    ensure_topics(kafka, [FLUSHES, OBSERVATIONS])
    asyncio.run(tell(kafka, *(row(minute) for minute in range(5))))

    reading = ObservationHistory(kafka, BRAND).read()
    assert next(reading) == row(0)
    reading.close()

    assert list(reading) == []


def test_a_kafka_without_the_topic_is_told_from_one_that_does_not_answer(kafka):
    with pytest.raises(StreamsError, match="there is no topic"):
        list(ObservationHistory(kafka, BRAND).read())
    with pytest.raises(KafkaUnavailableError):
        list(ObservationHistory(KafkaSettings(brokers=("127.0.0.1:1",)), BRAND, timeout_s=0.0).read())
