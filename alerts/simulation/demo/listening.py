"""Follows what the chain writes on Kafka."""

from collections.abc import Callable, Sequence

import msgspec

from streams.kafka.reading.log_reader import FOLLOW_WAIT_MS, reading
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import OBSERVATIONS, Topic
from streams.wire.observation_row import ObservationRow

_POLL_MS = 100


async def read_topic(kafka: KafkaSettings, topic: Topic, heard: Callable[[Sequence[bytes]], None]) -> None:
    """Read a topic from its beginning until cancelled, as a member of no group.

    Parameters
    ----------
    kafka
        Where it is; the topic exists.
    heard
        Called with the values that came, in order within a key.
    """
    async with reading(kafka, "demo", kafka.topic(topic), fetch_wait_ms=FOLLOW_WAIT_MS) as reader:
        while True:
            for records in (await reader.poll(timeout_ms=_POLL_MS)).values():
                heard([record.value for record in records if record.value is not None])


async def read_observations(kafka: KafkaSettings, heard: Callable[[Sequence[ObservationRow]], None]) -> None:
    """Read which bins the watch stage has closed, as ``read_topic``; in order within a brand."""
    decoder = msgspec.json.Decoder(ObservationRow)
    await read_topic(kafka, OBSERVATIONS, lambda values: heard([decoder.decode(value) for value in values]))
