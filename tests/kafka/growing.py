"""Gives a topic of Apache Kafka more partitions while somebody writes to it."""

import asyncio

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions

from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import MENTIONS, Topic
from streams.mention import Mention, encode_mention


async def give_partitions(settings: KafkaSettings, topic: Topic, partitions: int) -> None:
    """Raise the number of a topic's partitions, and wait until the broker tells of them."""
    admin = AIOKafkaAdminClient(bootstrap_servers=list(settings.brokers))
    name = settings.topic(topic)
    await admin.start()
    try:
        await admin.create_partitions({name: NewPartitions(partitions)})
        while len((await admin.describe_topics([name]))[0]["partitions"]) < partitions:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    finally:
        await admin.close()


class Writer:
    """Writes mentions in turn to so many partitions as there are at the moment, from the first second on.

    Parameters
    ----------
    settings
        Where Kafka is.
    partitions
        At the beginning; ``partitions`` may be raised at any time.
    """

    def __init__(self, settings: KafkaSettings, partitions: int) -> None:
        self.partitions = partitions
        self.written = 0
        self._settings = settings
        self._producer = AIOKafkaProducer(bootstrap_servers=list(settings.brokers), metadata_max_age_ms=200)

    def has_written(self, number: int) -> bool:
        """Whether so many were written."""
        return self.written >= number

    async def write(self, mentions: list[Mention], every_s: float) -> None:
        """Write mentions one after the other, and wait for each."""
        await self._producer.start()
        try:
            for mention in mentions:
                partition = self.written % self.partitions
                self.written += 1
                await self._put(mention, partition)
                await asyncio.sleep(every_s)
        finally:
            await self._producer.stop()

    async def _put(self, mention: Mention, partition: int) -> None:
        topic = self._settings.topic(MENTIONS)
        while partition not in await self._producer.partitions_for(topic):  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.01)
        await self._producer.send_and_wait(topic, encode_mention(mention), mention.id.encode(), partition=partition)
