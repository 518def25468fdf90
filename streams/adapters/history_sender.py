"""Puts a brand's history into the log of flushes, where the watch stage reads it."""

import asyncio

from aiokafka.errors import KafkaError

from streams.brand import watch_partition
from streams.errors import KafkaUnavailableError
from streams.kafka.access.clients import CONNECT_S
from streams.kafka.access.session import Session
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import FLUSHES
from streams.wire.flush import encode_flush, of_history
from streams.wire.history import History

_GIVE_UP_S = 30.0


def send_history(settings: KafkaSettings, history: History) -> None:
    """Send a history to the partition of its brand, and return when Kafka has it.

    Raises
    ------
    KafkaUnavailableError
        Where Kafka does not take it; sending it again does no harm.
    """
    try:
        asyncio.run(_sent(settings, history))
    except (KafkaError, OSError) as error:
        raise KafkaUnavailableError(
            f"Kafka at {', '.join(settings.brokers)} does not take the history of {history.brand} ({error!r}); "
            "try again"
        ) from error


async def _sent(settings: KafkaSettings, history: History) -> None:
    topic = settings.topic(FLUSHES)
    async with Session(settings, "learn", CONNECT_S) as clients:
        producer = await clients.producer(request_timeout_ms=int(_GIVE_UP_S * 1000) // 3)
        async with asyncio.timeout(_GIVE_UP_S):
            partition = watch_partition(history.brand, len(await producer.partitions_for(topic)))
            await producer.send_and_wait(topic, encode_flush(of_history(history)), partition=partition)
