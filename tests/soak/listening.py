"""Hears what the topics tell while a run goes on, and wakes whoever waits for it."""

import asyncio
import contextlib
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from alerts.deliveries.heartbeat import is_heartbeat
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import Topic

_POLL_MS = 200


class Listener:
    """Reads topics from their beginning, without a group; only what a finished transaction left.

    Parameters
    ----------
    kafka
        Where they are; they must exist, and must not grow.
    topics
        Which ones.
    """

    def __init__(self, kafka: KafkaSettings, topics: Sequence[Topic]) -> None:
        self._kafka = kafka
        self._names = {kafka.topic(topic): topic.name for topic in topics}
        self._records: dict[str, list[Any]] = {topic.name: [] for topic in topics}
        self._news = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    def heard(self, topic: Topic) -> list[Any]:
        """Return the records of a topic so far, in the order of each partition, but for heartbeats."""
        return self._records[topic.name]

    async def until(self, enough: Callable[[], bool], progress: Callable[[], Hashable], patience_s: float) -> bool:
        """Wait until it is enough; false where ``progress`` has not changed for as long as the patience lasts."""
        loop = asyncio.get_running_loop()
        last, since = progress(), loop.time()
        async with self._news:
            while not enough():
                if (now_at := progress()) != last:
                    last, since = now_at, loop.time()
                left_s = since + patience_s - loop.time()
                if left_s <= 0:
                    return False
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), left_s)
        return True

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        async with _reading(self._kafka, list(self._names)) as consumer:
            while True:
                fetched = await consumer.getmany(timeout_ms=_POLL_MS)
                for source, records in fetched.items():
                    kept = [record for record in records if record.key is None or not is_heartbeat(record.key)]
                    self._records[self._names[source.topic]] += kept
                if fetched:
                    async with self._news:
                        self._news.notify_all()


async def read_whole(kafka: KafkaSettings, topic: Topic) -> list[Any]:
    """Return all that a topic holds now, in the order of each partition."""
    found: list[Any] = []
    async with _reading(kafka, [kafka.topic(topic)]) as consumer:
        ends = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(source) < end for source, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=_POLL_MS)).values():
                found += records
    return found


@contextlib.asynccontextmanager
async def _reading(kafka: KafkaSettings, names: Sequence[str]) -> Any:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=list(kafka.brokers),
        client_id="soak",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
    )
    await consumer.start()
    try:
        await consumer._client.force_metadata_update()
        sources = []
        for name in names:
            # What is not subscribed to is not in the client's metadata yet.
            await consumer._client.add_topic(name)
            sources += [TopicPartition(name, number) for number in consumer.partitions_for_topic(name) or ()]
        consumer.assign(sources)
        yield consumer
    finally:
        await consumer.stop()
