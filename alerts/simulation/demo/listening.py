"""Hears on Kafka which bins the watch stage has closed."""

from collections.abc import Callable, Sequence

import msgspec
from aiokafka import TopicPartition

from streams.kafka.access.clients import async_consumer
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import OBSERVATIONS
from streams.observation_row import ObservationRow

_POLL_MS = 100


async def hear_observations(kafka: KafkaSettings, heard: Callable[[Sequence[ObservationRow]], None]) -> None:
    """Read the topic ``observations`` from its beginning until cancelled, as a member of no group.

    Parameters
    ----------
    kafka
        Where it is; the topic exists.
    heard
        Called with what came, in order within a brand.
    """
    topic = kafka.topic(OBSERVATIONS)
    decoder = msgspec.json.Decoder(ObservationRow)
    consumer = async_consumer(
        kafka,
        client_id="tocsin-demo",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
    )
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, partition) for partition in range(kafka.partitions)])
        while True:
            for records in (await consumer.getmany(timeout_ms=_POLL_MS)).values():
                heard([decoder.decode(record.value) for record in records])
    finally:
        await consumer.stop()
