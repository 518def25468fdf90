"""Records on their way to Kafka, and the sending that waits until Kafka has them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

import structlog
from aiokafka import AIOKafkaProducer

from streams import metrics
from streams.flush import Flush, encode_flush
from streams.record import DeadLetter

_MAX_BYTES = 1_040_000
"""What Kafka takes by default, less the key, the headers and the frame of a batch."""
_log = structlog.get_logger(__name__)
_DEAD_LETTER_BYTES = 900_000
"""A dead letter is cut to this, so that it fits with its headers into what Kafka takes by default."""


class Outgoing(NamedTuple):
    """One record as it is to be sent; without ``partition`` its key decides."""

    topic: str
    value: bytes | None
    key: bytes | None = None
    partition: int | None = None
    headers: list[tuple[str, bytes]] | None = None


def flush_record(topic: str, partition: int, flush: Flush) -> Outgoing:
    """Return the record of one part of a flush for one watch partition."""
    return Outgoing(topic, encode_flush(flush), str(flush.partition).encode(), partition)


def dead_letter_record(topic: str, source: str, partition: int, letter: DeadLetter) -> Outgoing:
    """Return the record of a dead letter: the value as it came, and in the headers why and whence.

    Parameters
    ----------
    topic
        Where dead letters go.
    source, partition
        Topic and partition that it was read from.
    """
    headers = {
        "reason": letter.reason,
        "topic": source,
        "partition": str(partition),
        "offset": str(letter.offset),
        "detail": letter.detail,
    }
    encoded = [(name, text.encode(errors="replace")) for name, text in headers.items()]
    return Outgoing(topic, (letter.value or b"")[:_DEAD_LETTER_BYTES], letter.key, headers=encoded)


async def send_and_wait(put: Callable[[Outgoing], Awaitable[Awaitable[Any]]], records: Iterable[Outgoing]) -> list[Any]:
    """Send records, those of one partition in the given order, and wait until Kafka has all of them.

    One that is too large for Kafka is left out, logged and counted: no trying again would help.

    Parameters
    ----------
    put
        Gives a record to a producer; what it returns is done when Kafka has acknowledged it.

    Returns
    -------
    What Kafka said of each record that was sent: its partition and offset.

    Raises
    ------
    aiokafka.errors.KafkaError
        Where Kafka did not take one of them; others may have been taken.
    """
    sent: list[Awaitable[Any]] = []
    for record in records:
        if len(record.value or b"") > _MAX_BYTES:
            metrics.ERRORS.labels("record_size").inc()
            _log.error("a record is too large for Kafka", topic=record.topic, bytes=len(record.value or b""))
        else:
            sent.append(await put(record))
    return await asyncio.gather(*sent)


def by(producer: AIOKafkaProducer) -> Callable[[Outgoing], Awaitable[Awaitable[Any]]]:
    """Return ``put`` for a producer of aiokafka."""

    async def put(record: Outgoing) -> Awaitable[Any]:
        sent: Awaitable[Any] = await producer.send(
            record.topic, record.value, key=record.key, partition=record.partition, headers=record.headers
        )
        return sent

    return put
