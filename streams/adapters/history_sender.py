"""Puts a brand's history into the log of flushes, where the watch stage reads it."""

from kafka.errors import KafkaError

from streams.brand import watch_partition
from streams.errors import KafkaUnavailableError
from streams.flush import encode_flush, of_history
from streams.history import History
from streams.kafka.access.clients import blocking_producer
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import FLUSHES

_GIVE_UP_MS = 30_000


def send_history(settings: KafkaSettings, history: History) -> None:
    """Send a history to the partition of its brand, and return when Kafka has it.

    Raises
    ------
    KafkaUnavailableError
        Where Kafka does not take it; sending it again does no harm.
    """
    topic = settings.topic(FLUSHES)
    brokers = ", ".join(settings.brokers)
    try:
        producer = blocking_producer(
            settings,
            client_id="tocsin-learn",
            acks="all",
            max_block_ms=_GIVE_UP_MS,
            delivery_timeout_ms=_GIVE_UP_MS,
            request_timeout_ms=_GIVE_UP_MS // 3,
        )
        try:
            partition = watch_partition(history.brand, len(producer.partitions_for(topic)))
            value = encode_flush(of_history(history))
            producer.send(topic, value, partition=partition).get(timeout=_GIVE_UP_MS / 1000)
        finally:
            producer.close(timeout=1)
    except (KafkaError, OSError) as error:
        raise KafkaUnavailableError(
            f"Kafka at {brokers} does not take the history of {history.brand} ({error!r}); try again"
        ) from error
