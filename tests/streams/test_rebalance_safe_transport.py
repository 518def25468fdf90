"""Faust's transport for Kafka as both stages use it: what is fetched while partitions are paused is not thrown away."""

import asyncio
from collections.abc import Callable
from typing import Any

import kafka as kafka_python
import msgspec
from faust.types import TP

from streams.admin import ensure_topics
from streams.app import build_app
from streams.topics import FLUSHES
from tests.patience import PATIENCE_S


async def test_records_that_come_while_their_partition_is_paused_are_given_out_afterwards(kafka):
    settings = msgspec.structs.replace(kafka, partitions=1)
    flushes = settings.topic(FLUSHES)
    partition = TP(flushes, 0)
    await asyncio.to_thread(ensure_topics, settings)
    producer = kafka_python.KafkaProducer(bootstrap_servers=list(settings.brokers))
    app = build_app(settings, "watch")
    taken: asyncio.Queue[bytes] = asyncio.Queue()

    @app.agent(app.topic(flushes, value_type=bytes, value_serializer="raw"))
    async def take(stream):
        async for value in stream:
            taken.put_nowait(value)

    def send(value: bytes) -> None:
        producer.send(flushes, value, partition=0).get(10)

    async def given_out() -> bytes:
        async with asyncio.timeout(PATIENCE_S):
            return await taken.get()

    async def until(reached: Callable[[], Any]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not reached():  # noqa: ASYNC110 - neither library tells when
                await asyncio.sleep(0.01)

    await app.start()
    try:
        await asyncio.to_thread(send, b"first")
        assert await given_out() == b"first"
        await until(lambda: app.consumer._thread._consumer._fetcher._fetch_waiters)
        app.consumer.pause_partitions({partition})
        await asyncio.to_thread(send, b"second")
        await until(lambda: app.consumer.highwater(partition) == 2)
        assert await app.consumer.position(partition) == 1
        app.consumer.resume_partitions({partition})

        assert await given_out() == b"second"
    finally:
        await app.stop()
        producer.close()
