"""Waits until partitions that the watch stage believes empty have been heard to hold something."""

import time
from collections.abc import Collection

import kafka
import structlog
from kafka.errors import KafkaError

from streams.flush import decode_flush
from streams.kafka_settings import KafkaSettings
from streams.topics import FLUSHES

_log = structlog.get_logger(__name__)


def await_heard(settings: KafkaSettings, partitions: Collection[int], timeout_s: float) -> bool:
    """Wait until ingest has told every watch partition of these source partitions; return whether it did.

    Nobody waits for a partition that holds nothing. So when a new installation is fed a file, the first
    partition to be read could close the bins of one that a worker has called empty and not looked at since.
    Where no worker has called any of them empty there is nothing to wait for.

    Parameters
    ----------
    settings
        Where Kafka is.
    partitions
        Of `mentions`, those that have just got their very first record.
    timeout_s
        A worker that called one empty may have been stopped; it is waited for so long.
    """
    consumer = kafka.KafkaConsumer(
        bootstrap_servers=list(settings.brokers),
        client_id="tocsin-heard",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    try:
        topic = settings.topic(FLUSHES)
        sources = [kafka.TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        consumer.assign(sources)
        unheard: set[tuple[int, int]] = set()
        deadline = time.monotonic() + timeout_s
        while True:
            for source, records in consumer.poll(timeout_ms=100).items():
                for record in records:
                    flush = decode_flush(record.value)
                    if flush.partition in partitions and flush.empty:
                        unheard.add((source.partition, flush.partition))
                    elif flush.front is not None:
                        unheard.discard((source.partition, flush.partition))
            ends = [(consumer.highwater(source), consumer.position(source)) for source in sources]
            if not unheard and all(end is not None and position >= end for end, position in ends):
                return True
            if time.monotonic() > deadline:
                _log.warning("no worker has read what was sent; mentions may come late in what it reads first")
                return False
    except KafkaError as error:
        _log.warning("could not see whether a worker listens", error=str(error))
        return False
    finally:
        consumer.close()
