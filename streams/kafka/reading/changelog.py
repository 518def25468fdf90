"""Reads the rows of a table from its changelog: as a reader of its own, to the end that Kafka names."""

from collections.abc import Mapping

from aiokafka import TopicPartition
from msgspec import Struct

from streams.kafka.reading.log_reader import reading
from streams.kafka.settings import KafkaSettings


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
        Where Kafka gives nothing for too long.
    KafkaUnavailableError, aiokafka.errors.KafkaError, OSError, TimeoutError
        Where it cannot be read.
    """
    found = {partition: Rows() for partition in since}
    async with reading(kafka, "changelog") as reader:
        reader.begin({TopicPartition(topic, partition): offset for partition, offset in since.items()})
        async for fetched in reader.to_the_ends():
            for source, records in fetched.items():
                rows = found[source.partition]
                rows.changed.update((record.key, record.value) for record in records if record.key is not None)
                rows.read += len(records)
        for source, position in reader.positions.items():
            found[source.partition].next = position
    return found
