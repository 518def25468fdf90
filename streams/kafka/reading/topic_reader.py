"""Reads a small topic from its beginning, without a group, and goes on reading."""

import asyncio

from streams.kafka.access.clients import FETCH_WAIT_MS, async_consumer
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import Topic
from streams.kafka.vital import check_fetching

_START_S = 30.0
_POLL_MS = 100


class TopicReader:
    """Hands each record of a topic to ``take``, those that were there before first.

    Parameters
    ----------
    kafka
        Where Kafka is. The topic must exist.
    topic
        Which one.
    """

    def __init__(self, kafka: KafkaSettings, topic: Topic) -> None:
        self._consumer = async_consumer(
            kafka,
            kafka.topic(topic),
            client_id=f"tocsin-{topic.name}",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            isolation_level="read_committed",
            fetch_max_wait_ms=FETCH_WAIT_MS,
        )

    def take(self, key: bytes | None, value: bytes | None, partition: int, offset: int) -> None:
        """Take one record. What is none is counted, logged and passed over."""
        raise NotImplementedError

    async def start(self) -> None:
        """Connect, and read what there is: whoever asks afterwards knows all that was said before.

        Raises
        ------
        aiokafka.errors.KafkaError, TimeoutError
            Where Kafka does not answer.
        """
        await self._consumer.start()
        async with asyncio.timeout(_START_S):
            while not await self._is_read():
                await self.poll(_POLL_MS)

    async def poll(self, timeout_ms: int = 0) -> None:
        """Take what has come, waiting for it at most ``timeout_ms``.

        Raises
        ------
        aiokafka.errors.KafkaError
            Where nothing would come any more; make another reader.
        """
        check_fetching(self._consumer)
        fetched = await self._consumer.getmany(timeout_ms=timeout_ms)
        for records in fetched.values():
            for record in records:
                self.take(record.key, record.value, record.partition, record.offset)

    async def stop(self) -> None:
        """Disconnect."""
        await self._consumer.stop()

    async def _is_read(self) -> bool:
        for partition in self._consumer.assignment():
            # What a fetch says of the end is right on either broker.
            end = self._consumer.highwater(partition)
            if end is None or await self._consumer.position(partition) < end:
                return False
        return bool(self._consumer.assignment())
