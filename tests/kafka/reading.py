"""Reads what a topic holds, and waits until it holds what a test expects."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import kafka as kafka_python

from streams.kafka.access.probe import blocking_security
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import Topic
from tests.patience import PATIENCE_S


def read_topic(settings: KafkaSettings, topic: Topic, *, committed: bool = False) -> list[Any]:
    """Return all that a topic holds now, in the order of each partition; only what is ``committed``, or everything."""
    with _consumer(settings, topic, committed=committed) as (consumer, partitions):
        found: list[Any] = []
        # What a fetch tells of the end is right on either broker; the embedded one's `end_offsets` is not.
        while any((end := consumer.highwater(p)) is None or consumer.position(p) < end for p in partitions):
            found += _poll(consumer)
        return found


def read_until(
    settings: KafkaSettings, topic: Topic, enough: Callable[[list[Any]], bool], timeout_s: float = PATIENCE_S
) -> list[Any]:
    """Read a topic from its beginning until what was read is enough; fail where that does not come."""
    deadline = time.monotonic() + timeout_s
    found: list[Any] = []
    with _consumer(settings, topic, committed=True) as (consumer, _):
        while not enough(found):
            if time.monotonic() > deadline:
                raise AssertionError(f"{topic.name} does not hold what was expected; last: {found[-3:]}")
            found += _poll(consumer)
    return found


@contextmanager
def _consumer(settings: KafkaSettings, topic: Topic, *, committed: bool) -> Iterator[tuple[Any, list[Any]]]:
    consumer = kafka_python.KafkaConsumer(
        bootstrap_servers=list(settings.brokers),
        **blocking_security(settings.security),
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed" if committed else "read_uncommitted",
    )
    try:
        name = settings.topic(topic)
        partitions = [kafka_python.TopicPartition(name, p) for p in consumer.partitions_for_topic(name)]
        consumer.assign(partitions)
        consumer.seek_to_beginning()
        yield consumer, partitions
    finally:
        consumer.close()


def _poll(consumer: Any) -> list[Any]:
    return [record for batch in consumer.poll(timeout_ms=100).values() for record in batch]
