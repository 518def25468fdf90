"""A Faust agent that loses nothing, whatever breaks in: what the watch and the incident stage have in common.

What Faust does not promise is seen to here. It commits an offset once the event is acknowledged, not once the
table's changelog has what the event changed; so records are sent and waited for first, and events are
acknowledged by hand. During a rebalance nothing is worked on, and afterwards all begins from the table.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

import faust
import structlog
from aiokafka.errors import KafkaError
from faust.exceptions import FaustError
from prometheus_client import Counter

from streams.kafka_settings import KafkaSettings
from streams.outgoing import Outgoing, send_and_wait
from streams.topics import Topic

_log = structlog.get_logger(__name__)

_FINISH_S = 5.0
_BACK_OFF_S = (0.2, 2.0)
"""Shorter than a batch may take to finish, so that one which Kafka kept waiting is told before a rebalance goes on."""
_SAY_EVERY_S = 60.0


class AtLeastOnceAgent(ABC):
    """Adds an agent and its table to an app; a child says what is done with a batch of events.

    Parameters
    ----------
    app
        From ``streams.app.build_app``.
    kafka
        Where Kafka is.
    name
        Of the stage, in logs and metrics.
    topics
        What it listens to; all have as many partitions, and those of one number go to the same worker.
    partitions
        Of the topics, the table and all topics keyed by brand.
    table
        Name of the table, of bytes by bytes.
    batch, within_s
        So many events, or those that come within so many seconds, are worked on and wait for Kafka together.
    errors
        Counts what is caught, by where.
    table_topic
        Settings of the table's changelog topic.
    """

    def __init__(
        self,
        app: faust.App,
        kafka: KafkaSettings,
        name: str,
        topics: Sequence[Topic],
        partitions: int,
        *,
        table: str,
        batch: int,
        within_s: float,
        errors: Counter,
        table_topic: Mapping[str, Any] | None = None,
    ) -> None:
        self.app = app
        self.kafka = kafka
        self.name = name
        self.partitions = partitions
        self.errors = errors
        self._first = kafka.topic(topics[0])
        self._batch = batch
        self._within_s = within_s
        self._may_work = asyncio.Event()
        self._is_at_rest = asyncio.Event()
        self._is_at_rest.set()
        self._is_left = False
        self._said_at = -_SAY_EVERY_S
        self.table = app.Table(
            table, partitions=partitions, key_type=bytes, value_type=bytes, extra_topic_configs=table_topic
        )
        self.changelog: str = self.table.changelog_topic.get_topic_name()
        app.on_partitions_revoked.connect(self._on_revoked)
        app.on_rebalance_complete.connect(self._on_settled)
        app.on_before_shutdown.connect(self._on_revoked)
        heard = app.topic(*map(kafka.topic, topics), key_type=bytes, value_type=bytes, value_serializer="raw")
        app.agent(heard, name=name)(self._listen)

    @abstractmethod
    async def work(self, events: Sequence[Any]) -> None:
        """Carry out a batch: send what it leads to, and then what it changed in the table, with ``send``.

        Events of a partition that is not ``held`` are somebody else's by now. When this returns, the events are
        acknowledged; where it is killed before, or a rebalance does not wait for it, they come again.
        """

    @abstractmethod
    def partition_of(self, key: bytes) -> int:
        """Return the partition that a row of the table belongs to."""

    @abstractmethod
    def begin(self) -> None:
        """Forget what was in memory and begin from the table: it holds the partitions of now, and all of them."""

    @property
    def may_work(self) -> bool:
        """Whether the partitions are settled, and the table is read."""
        return self._may_work.is_set()

    @property
    def is_left(self) -> bool:
        """Whether a rebalance went on without waiting for the batch at hand; it comes again, and may be dropped."""
        return self._is_left

    def held(self) -> set[int]:
        """Return the partitions that are this worker's now."""
        return {source.partition for source in self.app.consumer.assignment() if source.topic == self._first}

    async def send(self, records: Sequence[Outgoing]) -> None:
        """Send and wait; where Kafka does not take them, try again for as long as the worker lives."""
        delay_s = _BACK_OFF_S[0]
        while records:
            try:
                await send_and_wait(self._put, records)
            except (KafkaError, FaustError, OSError) as error:
                self.errors.labels(f"{self.name}_kafka").inc()
                now = asyncio.get_running_loop().time()
                if now - self._said_at >= _SAY_EVERY_S:
                    self._said_at = now
                    _log.warning("Kafka takes no records; trying again", stage=self.name, error=repr(error))
                await asyncio.sleep(delay_s)
                delay_s = min(2 * delay_s, _BACK_OFF_S[1])
            else:
                return

    async def _put(self, record: Outgoing) -> Awaitable[Any]:
        sent: Awaitable[Any] = await self.app.producer.send(
            record.topic, record.key, record.value, record.partition, timestamp=None, headers=record.headers
        )
        return sent

    async def _listen(self, stream: Any) -> None:
        async for events in stream.noack_take(self._batch, within=self._within_s):
            await self._may_work.wait()
            self._is_at_rest.clear()
            self._is_left = False
            try:
                await self.work(events)
                for event in () if self._is_left else events:
                    await stream.ack(event)
            finally:
                self._is_at_rest.set()

    async def _on_revoked(self, *_: object, **__: object) -> None:
        """Let the batch at hand finish, unless Kafka does not let it; then begin no other."""
        self._may_work.clear()
        try:
            await asyncio.wait_for(self._is_at_rest.wait(), _FINISH_S)
        except TimeoutError:
            self._is_left = True
            _log.warning("a batch is left half told; it is read again", stage=self.name)

    async def _on_settled(self, *_: object, **__: object) -> None:
        held = self.held()
        for key in [key for key in self.table.data if self.partition_of(key) not in held]:
            del self.table.data[key]
        self.begin()
        self._may_work.set()
