"""A file that is the first thing a new installation hears does not overtake itself."""

import asyncio

from streams.admin import ensure_topics
from streams.connectors.heard import await_heard
from streams.connectors.sink import MentionSink
from streams.flush import decode_flush
from streams.ingest_service import IngestService
from streams.topics import FLUSHES
from tests.kafka.reading import read_topic, read_until
from tests.patience import PATIENCE_S
from tests.streams.story import NOON, WordScorer, matcher


def test_without_a_worker_nobody_is_waited_for(kafka):
    ensure_topics(kafka)

    assert await_heard(kafka, {0, 1}, timeout_s=PATIENCE_S)


async def test_a_worker_that_called_a_partition_empty_hears_of_it_before_the_first_mention(kafka):
    ensure_topics(kafka)
    service = IngestService(kafka, matcher(), WordScorer(), flush_s=0.1)
    await service.start()
    await asyncio.to_thread(
        read_until, kafka, FLUSHES, lambda found: {decode_flush(r.value).partition for r in found} == {0, 1}
    )

    with MentionSink(kafka, "test") as sink:
        await asyncio.to_thread(sink.send_heartbeats, NOON)
        told = [decode_flush(record.value) for record in read_topic(kafka, FLUSHES)]
    await service.stop()

    assert {flush.partition for flush in told if flush.empty} == {0, 1}
    assert {flush.partition for flush in told if flush.front is not None} == {0, 1}


async def test_a_worker_that_went_away_is_not_waited_for_for_ever(kafka):
    ensure_topics(kafka)
    service = IngestService(kafka, matcher(), WordScorer(), flush_s=0.1)
    await service.start()
    await asyncio.to_thread(read_until, kafka, FLUSHES, lambda found: any(decode_flush(r.value).empty for r in found))
    await service.stop()

    assert not await asyncio.to_thread(await_heard, kafka, {0, 1}, 0.5)
