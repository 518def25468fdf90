"""Reads the rows of a table from its changelog: as a reader of its own, to the end that Kafka names."""

import asyncio
from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition
from msgspec import Struct

from streams.errors import ChangelogError
from streams.kafka.access.clients import async_consumer
from streams.kafka.settings import KafkaSettings

_POLL_MS = 200
_FETCH_WAIT_MS = 100
_STALLED_S = 30.0
_CLOSE_S = 5.0


class Rows(Struct, kw_only=True):
    """What a partition of a changelog says.

    Parameters
    ----------
    changed
        The newest value by key, ``None`` where the row was deleted.
    read
        Records read.
    next
        The offset after the last one.
    """

    changed: dict[bytes, bytes | None] = {}
    read: int = 0
    next: int = 0


async def read_changelog(kafka: KafkaSettings, topic: str, since: Mapping[int, int]) -> dict[int, Rows]:
    """Read partitions of a changelog from the offsets given to the end that Kafka names.

    Call it once nobody else can write to them any more (see ``PartitionWriter.open``). Records of transactions that
    were not committed are passed over.

    Parameters
    ----------
    kafka
        Where Kafka is.
    topic
        The changelog's full name.
    since
        The offset to begin at, by partition.

    Raises
    ------
    ChangelogError
        Where Kafka gives nothing for half a minute.
    aiokafka.errors.KafkaError, OSError
        Where it cannot be read.
    """
    found = {partition: Rows(next=offset) for partition, offset in since.items()}
    consumer = async_consumer(
        kafka,
        client_id="tocsin-changelog",
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_wait_ms=_FETCH_WAIT_MS,
        max_partition_fetch_bytes=4 * 1_048_576,
    )
    try:
        async with asyncio.timeout(_STALLED_S):
            await consumer.start()
        sources = {TopicPartition(topic, partition) for partition in since}
        consumer.assign(list(sources))
        for source in sources:
            consumer.seek(source, since[source.partition])
        await _read_to_the_ends(consumer, sources, found)
    finally:
        await asyncio.wait_for(consumer.stop(), _CLOSE_S)
    return found


async def _read_to_the_ends(consumer: AIOKafkaConsumer, sources: set[TopicPartition], found: dict[int, Rows]) -> None:
    loop = asyncio.get_running_loop()
    moved_at = loop.time()
    ends: dict[TopicPartition, int] = {}
    while sources:
        fetched = await consumer.getmany(*sources, timeout_ms=_POLL_MS)
        for source, records in fetched.items():
            rows = found[source.partition]
            rows.changed.update((record.key, record.value) for record in records if record.key is not None)
            rows.read += len(records)
        for source in list(sources):
            # What a fetch says of the end is right on either broker, and nobody moves the end of these.
            if source not in ends and (end := consumer.highwater(source)) is not None:
                ends[source] = end
            position = await consumer.position(source)
            if position > found[source.partition].next:
                moved_at = loop.time()
                found[source.partition].next = position
            if source in ends and position >= ends[source]:
                sources.discard(source)
        if loop.time() - moved_at > _STALLED_S:
            waiting = ", ".join(f"{s.partition} (at {found[s.partition].next} of {ends.get(s, '?')})" for s in sources)
            raise ChangelogError(f"nothing comes of partition {waiting} of the changelog")
