"""The partitions of ``deliveries`` that this process has: adopted, read to their end, worked on, let go of.

A partition that is assigned is read from its beginning before anything of it is sent.
"""

import asyncio
from collections.abc import Callable, Container, Iterable

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import IllegalStateError
from aiokafka.structs import OffsetAndMetadata

from alerts.deliveries.outbox import Outbox
from alerts.kafka.outbox_writers import OutboxWriters
from alerts.kafka.unsaved_outcomes import UnsavedOutcomes
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import DELIVERIES
from streams.metrics import FENCED as FENCED_WRITES

_log = structlog.get_logger(__name__)

_FINISH_S = 10.0
_ANSWER_S = 10.0


class OutboxPartitions:
    """Which partitions are read, which are worked on, and what is written to them.

    Parameters
    ----------
    kafka
        Where Kafka is.
    outbox
        What is known of their deliveries.
    under_way
        The partitions of which something is being sent at this moment.
    moved
        Notified when one is worked on, and by a sender when an attempt is over.
    now
        Wall clock, epoch seconds.
    """

    def __init__(
        self,
        kafka: KafkaSettings,
        outbox: Outbox,
        *,
        under_way: Callable[[], Container[int]],
        moved: asyncio.Condition,
        now: Callable[[], float],
    ) -> None:
        self.reading: set[int] = set()
        self.working: set[int] = set()
        self.writers = OutboxWriters(kafka, self._confirm, self._shut_out)
        self.unsaved = UnsavedOutcomes()
        self._kafka = kafka
        self._outbox = outbox
        self._under_way = under_way
        self._moved = moved
        self._now = now
        self._consumer: AIOKafkaConsumer | None = None
        self._shut_out_until: dict[int, float] = {}
        self._ends: dict[int, int] = {}

    @property
    def held(self) -> frozenset[int]:
        """Those that are read or worked on."""
        return frozenset(self.reading | self.working)

    async def adopt(self, consumer: AIOKafkaConsumer) -> None:
        """Begin to read what the group has assigned, from its beginning, once nobody else can write to it.

        Raises
        ------
        aiokafka.errors.KafkaError, OSError, TimeoutError
            Where Kafka does not take it.
        """
        self._consumer, held, now = consumer, self.held, self._now()
        fresh = [
            source
            for source in consumer.assignment()
            if source.partition not in held and self._shut_out_until.get(source.partition, 0.0) <= now
        ]
        if not fresh:
            return

        async def rewind() -> None:
            # Nothing is ever committed: what is known of a delivery is in the topic, all of it.
            await consumer.seek_to_beginning(*fresh)

        try:
            ends = await self.writers.open([source.partition for source in fresh], rewind)
        except IllegalStateError:
            return  # they went to another process meanwhile
        self._ends |= ends
        self.reading |= ends.keys()

    async def start_what_is_read(self, consumer: AIOKafkaConsumer) -> None:
        """Work on the partitions of which all is read that was there when they were adopted."""
        for source in sorted(consumer.assignment()):
            partition = source.partition
            if partition not in self.reading or await consumer.position(source) < self._ends[partition]:
                continue
            if not await self.unsaved.save(partition, self._outbox, self.writers.write, self._now()):
                continue
            self.reading.discard(partition)
            self.working.add(partition)
            self._outbox.start(partition)
            async with self._moved:
                self._moved.notify_all()

    async def let_go(self, partitions: Iterable[int]) -> None:
        """Forget partitions; what is under way of them may finish, so that the next owner knows its outcome."""
        gone = frozenset(partitions)
        self.reading -= gone
        self.working -= gone
        for partition in gone:
            self._outbox.release(partition)
        try:
            async with asyncio.timeout(_FINISH_S), self._moved:
                await self._moved.wait_for(lambda: not any(each in self._under_way() for each in gone))
        except TimeoutError:
            _log.warning("deliveries left without an outcome; sent again as repeats")
        for partition in gone - self.held:
            self.writers.close(partition)

    def shared_out_anew(self) -> None:
        """Take a new assignment of the group."""
        self._shut_out_until.clear()

    def _shut_out(self, partition: int) -> None:
        """Stop working on a partition that another process has opened, until the group has said whose it is."""
        FENCED_WRITES.labels("outbox").inc()
        _log.warning("another worker has the partition", stage="outbox", partition=partition)
        self._shut_out_until[partition] = self._now() + self._kafka.session_timeout_s / 2
        self.reading.discard(partition)
        self.working.discard(partition)
        self._outbox.release(partition)
        self.writers.close(partition)

    async def _confirm(self, partition: int) -> None:
        # Kafka takes it of a member of today's generation alone. What is committed is looked at by nobody.
        source = TopicPartition(self._kafka.topic(DELIVERIES), partition)
        if self._consumer is None:
            raise IllegalStateError(f"partition {partition} was never adopted")
        await asyncio.wait_for(self._consumer.commit({source: OffsetAndMetadata(0, "")}), _ANSWER_S)
