"""Sends records to Kafka, and waits until Kafka has them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiokafka import AIOKafkaProducer

from streams.kafka.outgoing import Outgoing, fitted


async def send_and_wait(put: Callable[[Outgoing], Awaitable[Awaitable[Any]]], records: Iterable[Outgoing]) -> list[Any]:
    """Send records, those of one partition in the given order, and wait until Kafka has all of them.

    One that is too large for Kafka is shortened (see ``streams.kafka.outgoing.fitted``); none is dropped.

    Parameters
    ----------
    put
        Gives a record to a producer; what it returns is done when Kafka has acknowledged it.

    Returns
    -------
    Kafka's answer for each record sent: its partition and offset.

    Raises
    ------
    aiokafka.errors.KafkaError
        Where Kafka did not take one of them; others may have been taken.
    RecordTooLargeError
        Where one is too large and has no smaller form; none was sent.
    """
    return await asyncio.gather(*[await put(record) for record in [fitted(record) for record in records]])


def by(producer: AIOKafkaProducer) -> Callable[[Outgoing], Awaitable[Awaitable[Any]]]:
    """Return ``put`` for a producer of aiokafka."""

    async def put(record: Outgoing) -> Awaitable[Any]:
        sent: Awaitable[Any] = await producer.send(
            record.topic, record.value, key=record.key, partition=record.partition, headers=record.headers
        )
        return sent

    return put
