"""Asks Kafka each time how many partitions topics have: what a client remembers may be minutes old."""

import asyncio
from collections.abc import Sequence

from aiokafka.errors import KafkaError, for_code

from streams.kafka.access.clients import async_admin
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import Topic

_ANSWER_S = 10.0
_TRIES = 3
"""Each goes to a broker by chance: with one of several away, another answers."""


class PartitionCounts:
    """A connection to Kafka for this question alone.

    Parameters
    ----------
    kafka
        Where Kafka is. Only topics that exist may be asked for: asking creates others on some brokers.
    client_id
        Who asks, for the broker's log.
    """

    def __init__(self, kafka: KafkaSettings, client_id: str) -> None:
        self._kafka = kafka
        self.admin = async_admin(kafka, client_id=client_id, request_timeout_ms=int(_ANSWER_S * 1000))

    async def start(self) -> None:
        """Connect.

        Raises
        ------
        aiokafka.errors.KafkaError
            Where no broker answers.
        """
        await self.admin.start()

    async def stop(self) -> None:
        """Disconnect."""
        await self.admin.close()

    async def ask(self, topics: Sequence[Topic]) -> dict[str, int]:
        """Return the partitions of each topic, by ``Topic.name``, as a broker knows them after this was called.

        Raises
        ------
        aiokafka.errors.KafkaError, TimeoutError
            Where Kafka does not answer, or does not know one of them.
        """
        wanted = {self._kafka.topic(topic): topic.name for topic in topics}
        async with asyncio.timeout(_ANSWER_S):
            for left in reversed(range(_TRIES)):
                try:
                    described = await self.admin.describe_topics(list(wanted))
                    break
                except KafkaError:
                    if not left:
                        raise
        for topic in described:
            if topic["error_code"] and not topic["partitions"]:
                raise for_code(topic["error_code"])(f"topic {topic['topic']}")
        return {wanted[topic["topic"]]: len(topic["partitions"]) for topic in described}
