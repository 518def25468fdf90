"""An ingest service on a Kafka for the length of a test, and waiting for what it does."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from streams.adapters.ingest_service import IngestService
from streams.ingest.ingest_settings import IngestSettings
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import Topic
from tests.kafka.reading import read_until
from tests.patience import PATIENCE_S
from tests.streams.story import WordScorer, matcher, record


async def eventually(settings: KafkaSettings, topic: Topic, enough: Callable[[list[Any]], bool]) -> list[Any]:
    return await asyncio.to_thread(read_until, settings, topic, enough)


@asynccontextmanager
async def serving(
    settings: KafkaSettings, scorer: Any = None, ingest: IngestSettings | None = None
) -> AsyncIterator[IngestService]:
    service = IngestService(settings, matcher(), scorer or WordScorer(), ingest, flush_s=0.1)
    await service.start()
    try:
        yield service
    finally:
        await service.stop()
    assert not service.crashed, service.crash_reason


def mentions_value(i: int) -> bytes:
    return record(i, i).value or b""


async def until(condition: Callable[[], bool], timeout_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
