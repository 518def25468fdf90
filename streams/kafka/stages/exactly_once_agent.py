"""A Faust agent whose every input counts once, whatever is killed and wherever partitions move.

What the watch and the incident stage have in common. Faust runs the agent, holds its table and assigns its
partitions; ``StageReader`` reads for it, recovers the table and keeps the positions, since Faust loses its place when
partitions move (docs/adr/0011).
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from prometheus_client import Counter

from streams.errors import StreamsError
from streams.kafka.outgoing import Outgoing
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.app import StageApp
from streams.kafka.stages.changes import Changes, Heard
from streams.kafka.stages.stage_reader import StageReader
from streams.kafka.stages.stage_table import StageTable
from streams.kafka.topics import Topic

_ANSWER_S = 300.0
"""Kafka gives the partitions of a member that does not ask for records for so long to another one."""


class _AgentStoppedError(StreamsError):
    """The agent ended in the middle of a batch; the partition is adopted again."""


class _Batch(Struct, frozen=True):
    """What the agent is given, and where it answers."""

    partition: int
    records: Sequence[Heard]
    done: "asyncio.Future[Changes]"


class ExactlyOnceAgent(ABC):
    """Adds an agent and its table to an app; a child says what a batch of records leads to.

    Parameters
    ----------
    app
        From ``streams.kafka.stages.app.build_app``.
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
    batch
        So many records, at most, are worked on and written together.
    within_s
        How long a record may wait for others to be written together with it.
    errors
        Counts what is caught, by where.
    """

    def __init__(
        self,
        app: StageApp,
        kafka: KafkaSettings,
        name: str,
        topics: Sequence[Topic],
        partitions: int,
        *,
        table: str,
        batch: int,
        within_s: float,
        errors: Counter,
    ) -> None:
        self.app = app
        self.kafka = kafka
        self.name = name
        self.partitions = partitions
        self.errors = errors
        self.assignor = app.assignor
        self.table = app.Table(table, partitions=partitions, key_type=bytes, value_type=bytes)
        self.changelog: str = self.table.changelog_topic.get_topic_name()
        # Faust's types know channels of Kafka's events alone; out of one in memory comes what was put into it.
        self._channel: Any = app.channel(maxsize=partitions)
        app.agent(self._channel, name=name)(self._answer)
        self.rows = StageTable(self.table.data, self.partition_of)
        self.reader = StageReader(
            self,
            kafka,
            [kafka.topic(topic) for topic in topics],
            partitions,
            self.rows,
            batch=batch,
            within_s=within_s,
            beacon=app.beacon,
        )
        app.readers.append(self.reader)

    # -- what a child says ------------------------------------------------------------------------------------

    @abstractmethod
    async def work(self, partition: int, records: Sequence[Heard]) -> Changes:
        """Return what records of one partition lead to, in the order in which they are to be written.

        The table must not be touched: it changes when all has been written. Where that fails, or another worker has
        the partition by now, ``forget`` is called, and the records come again, to this worker or to that one.
        """

    @abstractmethod
    def partition_of(self, key: bytes) -> int:
        """Return the partition that a row of the table belongs to."""

    @abstractmethod
    def forget(self, partition: int) -> None:
        """Forget what was in memory of a partition, and begin from the table when it is next worked on."""

    def adopted(self, partition: int) -> None:
        """Take note that a partition is this worker's now, and that its rows are in the table."""
        del partition

    def written(self, partition: int, changes: Changes) -> None:
        """Take note that what a batch led to has been written, and is in the table."""
        del partition, changes

    async def tick(self) -> None:
        """Do what is due; called once a second."""
        await asyncio.sleep(0)

    def position(self, partition: int, topic: str, next_offset: int) -> int:
        """Return the offset from which a process that starts with the present rows must read."""
        del partition, topic
        return next_offset

    # -- what a child asks ------------------------------------------------------------------------------------

    @property
    def is_left(self) -> bool:
        """Whether a rebalance went on without waiting for the batch at hand: it comes again, and may be dropped."""
        return self.reader.is_left

    async def publish(self, partition: int, records: Sequence[Outgoing]) -> bool:
        """Write records in the name of a partition that is held; return whether Kafka took them."""
        return await self.reader.publish(partition, records)

    # -- the agent --------------------------------------------------------------------------------------------

    async def ask(self, partition: int, records: Sequence[Heard]) -> Changes:
        """Have the agent work on a batch, and return what it leads to; raises what ``work`` raises."""
        done: asyncio.Future[Changes] = asyncio.get_running_loop().create_future()
        if not self.app.flow_control.is_active():
            # Faust's own consumer would do it. Once: it empties the queues.
            self.app.flow_control.resume()
        await self._channel.put(_Batch(partition, records, done))
        try:
            return await asyncio.wait_for(done, _ANSWER_S)
        except TimeoutError:
            raise _AgentStoppedError(f"the agent {self.name} has not answered for {_ANSWER_S:.0f} s") from None

    async def _answer(self, stream: Any) -> None:
        async for batch in stream:
            try:
                changes = await self.work(batch.partition, batch.records)
            except asyncio.CancelledError:
                if not batch.done.done():
                    batch.done.set_exception(_AgentStoppedError(f"the agent {self.name} was stopped"))
                raise
            except Exception as error:  # noqa: BLE001 - logged and counted where the batch came from
                if not batch.done.done():
                    batch.done.set_exception(error)
            else:
                if not batch.done.done():
                    batch.done.set_result(changes)
