"""Hears on Kafka which bins the watch stage has closed."""

from collections.abc import Callable, Sequence

import msgspec

from streams.kafka.reading.log_reader import FOLLOW_WAIT_MS, reading
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import OBSERVATIONS
from streams.observation_row import ObservationRow

_POLL_MS = 100


async def read_observations(kafka: KafkaSettings, heard: Callable[[Sequence[ObservationRow]], None]) -> None:
    """Read the topic ``observations`` from its beginning until cancelled, as a member of no group.

    Parameters
    ----------
    kafka
        Where it is; the topic exists.
    heard
        Called with what came, in order within a brand.
    """
    decoder = msgspec.json.Decoder(ObservationRow)
    async with reading(kafka, "demo", kafka.topic(OBSERVATIONS), fetch_wait_ms=FOLLOW_WAIT_MS) as reader:
        while True:
            for records in (await reader.poll(timeout_ms=_POLL_MS)).values():
                heard([decoder.decode(record.value) for record in records])
