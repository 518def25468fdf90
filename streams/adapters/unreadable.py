"""Batches that no client can read: of a codec that is not there, damaged, or decoded by a library with a bug."""

import asyncio

from aiokafka import TopicPartition
from aiokafka.errors import CorruptRecordException, UnsupportedCodecError

from streams.ingest.resume import read_metadata
from streams.kafka.access.session import Session
from streams.kafka.administration.partition_counts import PartitionCounts
from streams.kafka.reconnecting import FAILURES
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import MENTIONS

_LOOK_MS = 2_000
_ANSWER_S = 30.0


def is_unreadable(error: Exception) -> bool:
    """Whether ``getmany`` failed on what it had fetched, and not on the way to Kafka."""
    if isinstance(error, CorruptRecordException | UnsupportedCodecError):
        return True
    return not isinstance(error, FAILURES)


async def find_unreadable(kafka: KafkaSettings) -> list[str]:
    """Try the batch at which ingest stands in each partition of ``mentions``; describe those that cannot be read.

    Raises
    ------
    KafkaUnavailableError, aiokafka.errors.KafkaError, OSError, TimeoutError
        Where Kafka does not answer.
    """
    async with Session(kafka, "check") as clients:
        counts = await clients.own(PartitionCounts(kafka, "tocsin-check"))
        consumer = await clients.consumer()
        async with asyncio.timeout(_ANSWER_S):
            partitions = (await counts.ask((MENTIONS,)))[MENTIONS.name]
            sources = [TopicPartition(kafka.topic(MENTIONS), number) for number in range(partitions)]
            committed = await counts.admin.list_consumer_group_offsets(f"{kafka.group}-ingest", partitions=sources)
        found: list[str] = []
        for source in sources:
            point = committed.get(source)
            if point is None or point.offset < 0:
                continue
            resume = read_metadata(point.metadata)
            consumer.assign([source])
            consumer.seek(source, max(point.offset, resume.position if resume else 0))
            try:
                await consumer.getmany(source, timeout_ms=_LOOK_MS, max_records=1)
            except Exception as error:
                if not is_unreadable(error):
                    raise
                found.append(
                    f"{source.topic}, partition {source.partition}, offset {await consumer.position(source)}: "
                    f"a batch cannot be read ({error!r}); docs/operating.md, 'A batch that cannot be read'"
                )
        return found
