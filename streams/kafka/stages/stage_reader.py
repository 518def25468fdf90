"""Reads for a stage's agent, as a member of its group, from the positions in its table and from nowhere else.

The rules (docs/adr/0011):

* A partition is *adopted* by opening its writer, which ends what an earlier owner had begun and shuts him out; then its
  table is read from the changelog to the end that Kafka names; then reading begins at the position that stands in it.
* What a batch leads to, the rows that it changed and the position after it are written together, or not at all. Only
  then does the table in memory change.
* Every failure and every doubt ends in the same way: the partition is released, and adopted again.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol, cast

import structlog
from aiokafka import AIOKafkaConsumer, OffsetAndMetadata, TopicPartition
from aiokafka.errors import (
    CommitFailedError,
    IllegalStateError,
    KafkaError,
    NoOffsetForPartitionError,
    OffsetOutOfRangeError,
)
from mode import Service
from msgspec import Struct
from prometheus_client import Counter

from streams import metrics
from streams.errors import RecordTooLargeError
from streams.kafka.access.answers import cause, quiet_since
from streams.kafka.access.session import Session
from streams.kafka.administration.cluster import Cluster, describe_cluster
from streams.kafka.once_a_minute import OnceAMinute
from streams.kafka.outgoing import Outgoing
from streams.kafka.reading.changelog import read_changelog
from streams.kafka.reconnecting import FAILURES, BackOff, reconnecting
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.changes import Changes, Heard
from streams.kafka.stages.partition_writer import FENCED, PartitionWriter, closed
from streams.kafka.stages.positions import Positions, begin_at, encode_positions
from streams.kafka.stages.stage_table import StageTable, position_key
from streams.kafka.topic_rules import refuse_unequal
from streams.kafka.vital import check_fetching, never_ends

_log = structlog.get_logger(__name__)

_POLL_MS = 500
_FETCH_WAIT_MS = 500
_EMBEDDED_WAIT_MS = 100
"""The embedded broker answers a fetch only when this is over."""
_IDLE_S = 0.05
_FINISH_S = 5.0
_CLOSE_S = 1.5
_ANSWER_S = 10.0
_COMMIT_EVERY_S = 2.0
_POSITION_EVERY_S = 5.0
"""A batch that changes nothing stores its position no more often: reading it again costs nothing but the reading."""
_TICK_S = 1.0


class Stage(Protocol):
    """What a reader reads for: ``streams.kafka.stages.exactly_once_agent`` says what each of these is to do."""

    name: str
    changelog: str
    assignor: Any
    errors: Counter

    async def ask(self, partition: int, records: Sequence[Heard]) -> Changes: ...  # noqa: D102
    def partition_of(self, key: bytes) -> int: ...  # noqa: D102
    def forget(self, partition: int) -> None: ...  # noqa: D102
    def adopted(self, partition: int) -> None: ...  # noqa: D102
    def written(self, partition: int, changes: Changes) -> None: ...  # noqa: D102
    async def tick(self) -> None: ...  # noqa: D102
    def position(self, partition: int, topic: str, next_offset: int) -> int: ...  # noqa: D102


class _Held(Struct, kw_only=True, eq=False):
    """A partition that was adopted.

    ``next`` is where the next fetch of each topic begins; ``stored`` what the table says of it.
    """

    partition: int
    writer: PartitionWriter
    next: dict[TopicPartition, int]
    stored: Positions
    stored_at: float


class StageReader(Service):
    """A member of the group ``GROUP-STAGE``, on aiokafka.

    Parameters
    ----------
    stage
        What the records are for.
    kafka
        Where Kafka is.
    topics
        Full names of what is read; all have as many partitions, and those of one number go to the same worker.
    partitions
        Of the topics and of the changelog.
    table
        The rows.
    batch
        So many records, at most, are worked on and written together.
    within_s
        How long a record may wait for others to be written together with it.
    """

    def __init__(
        self,
        stage: Stage,
        kafka: KafkaSettings,
        topics: Sequence[str],
        partitions: int,
        table: StageTable,
        *,
        batch: int,
        within_s: float,
        **options: Any,
    ) -> None:
        self._stage = stage
        self._kafka = kafka
        self._topics = tuple(topics)
        self._partitions = partitions
        self._table = table
        self._batch = batch
        self._within_s = within_s
        self._held: dict[int, _Held] = {}
        self._back_off: dict[int, BackOff] = {}
        """Of partitions whose adoption failed, or whose write."""
        self._cluster: Cluster | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._lock = asyncio.Lock()
        self._assignment = 0
        self._committed_at = 0.0
        self._committed: dict[TopicPartition, int] = {}
        self._may_log: defaultdict[str, OnceAMinute] = defaultdict(OnceAMinute)
        self._finished = asyncio.Event()
        self.is_left = False
        """Whether a rebalance went on without waiting for the batch at hand."""
        super().__init__(**options)

    @property
    def held(self) -> frozenset[int]:
        """Partitions that are worked on now."""
        return frozenset(self._held)

    def missing(self) -> str:
        """Say what keeps this stage from working, or nothing; a member that stands by is all right."""
        name, consumer = self._stage.name, self._consumer
        if consumer is None:
            return f"{name} has not reached Kafka"
        waiting = sorted(self._assigned(consumer) - self._held.keys())
        if waiting:
            return f"{name} has not taken over partitions {waiting} yet"
        return quiet_since(name, consumer, [source for held in self._held.values() for source in held.next])

    async def publish(self, partition: int, records: Sequence[Outgoing]) -> bool:
        """Write records in the name of a partition that is held; return whether Kafka took them."""
        held = self._held.get(partition)
        if held is None:
            return False
        try:
            await held.writer.write(records)
        except FAILURES as error:
            self._failed(held, error)
            return False
        return True

    # -- the session ------------------------------------------------------------------------------------------

    @Service.task
    async def _run(self) -> None:
        try:
            async with never_ends(self._stage.name, lambda: self.should_stop):
                await reconnecting(self._serve, self._cannot_serve, lambda: self.should_stop, sleep=self.sleep)
        finally:
            self._finished.set()

    @Service.task
    async def _tick(self) -> None:
        async with never_ends(f"the timer of {self._stage.name}", lambda: self.should_stop):
            await self._tick_on()

    async def _tick_on(self) -> None:
        while not self.should_stop:
            await self.sleep(_TICK_S)
            await self._stage.tick()

    async def on_stop(self) -> None:
        """Wait for the batch at hand, within seconds."""
        try:
            await asyncio.wait_for(self._finished.wait(), _FINISH_S)
        except TimeoutError:
            _log.warning("batch interrupted; it is read again", stage=self._stage.name)
        await closed(_CLOSE_S)

    def _cannot_serve(self, error: BaseException) -> None:
        self._count_error("session", "cannot use Kafka; trying again", error=cause(error))

    async def _serve(self) -> None:
        self._cluster = cluster = await asyncio.to_thread(
            describe_cluster, self._kafka, self._topics, self._stage.changelog, self._partitions
        )
        refuse_unequal({}, {**cluster.partitions, f"the stage {self._stage.name}": self._partitions})
        async with Session(self._kafka, self._stage.name) as clients:
            try:
                # The changelog is assigned with the rest, as Faust's assignor wants it, and never fetched.
                self._consumer = consumer = await clients.member(
                    [*self._topics, self._stage.changelog],
                    revoked=self._revoked,
                    assigned=self._pause_changelog,
                    # Faust's: it keeps topics together that are numbered alike, and the version before knows no other.
                    partition_assignment_strategy=[self._stage.assignor],
                    auto_offset_reset="none",
                    fetch_max_wait_ms=_EMBEDDED_WAIT_MS if cluster.is_embedded else _FETCH_WAIT_MS,
                )
                while not self.should_stop:
                    await self._step(consumer)
                async with self._lock:
                    await self._commit()
            finally:
                self._consumer = None
                self._let_go_of_all()

    async def _step(self, consumer: AIOKafkaConsumer) -> None:
        assignment = self._assignment
        async with self._lock:
            self.is_left = False
            await self._adopt(consumer)
        if not self._held:
            await asyncio.sleep(_IDLE_S)
            return
        try:
            fetched, ends = await self._fetch(consumer)
        except OffsetOutOfRangeError as error:
            # Where reading begins instead, and whether anything is lost, is decided where partitions are adopted.
            self._let_go_of_all()
            _log.warning("Kafka does not hold the position", stage=self._stage.name, error=str(error))
            return
        except NoOffsetForPartitionError:
            return  # said of a partition before it was adopted
        # While it is held, no partition can be taken from us unnoticed.
        async with self._lock:
            if assignment == self._assignment:
                await self._carry_out(fetched, ends)
            elif fetched:
                metrics.DISCARDED.labels(self._stage.name).inc(sum(map(len, fetched.values())))
            if time.monotonic() - self._committed_at >= _COMMIT_EVERY_S:
                await self._commit()

    async def _fetch(
        self, consumer: AIOKafkaConsumer
    ) -> tuple[dict[TopicPartition, list[Any]], dict[TopicPartition, int]]:
        """Return records, and for each partition where the next fetch must begin.

        A fetch begins where the last one ended. Behind the last record may be what Kafka keeps between records for
        itself; the client passes over it, so it is the client that says where the fetch ended.
        """
        sources = [source for held in self._held.values() for source in held.next]
        check_fetching(consumer)
        for source in sources:
            await self._see_to_position(consumer, source)
        fetched: dict[TopicPartition, list[Any]] = await consumer.getmany(
            *sources, timeout_ms=_POLL_MS, max_records=self._batch
        )
        missing = self._batch - sum(map(len, fetched.values()))
        if fetched and missing > 0 and self._within_s:
            await asyncio.sleep(self._within_s)
            for source, records in (await consumer.getmany(*sources, max_records=missing)).items():
                fetched.setdefault(source, []).extend(records)
        ends = {source: end for source in sources if (end := await self._position(consumer, source)) is not None}
        return fetched, ends

    async def _position(self, consumer: AIOKafkaConsumer, source: TopicPartition) -> int | None:
        if source.partition not in self._held or source not in consumer.assignment():
            return None
        return int(await asyncio.wait_for(consumer.position(source), _ANSWER_S))

    async def _see_to_position(self, consumer: AIOKafkaConsumer, source: TopicPartition) -> None:
        """Move the client back to where the last fetch ended, whatever moved it."""
        at, held = await self._position(consumer, source), self._held.get(source.partition)
        if at is not None and held is not None and at != held.next[source]:
            metrics.REWOUND.labels(self._stage.name).inc()
            where = {"topic": source.topic, "partition": source.partition}
            _log.warning("position moved back", was=at, to=held.next[source], **where)
            consumer.seek(source, held.next[source])

    # -- partitions come and go -------------------------------------------------------------------------------

    async def _adopt(self, consumer: AIOKafkaConsumer) -> None:
        mine = self._assigned(consumer)
        self._table.keep(mine, set(self._held))
        self._back_off = {p: back_off for p, back_off in self._back_off.items() if p in mine}
        now = time.monotonic()
        waiting = {partition for partition, back_off in self._back_off.items() if back_off.due_at > now}
        fresh = sorted(mine - self._held.keys() - waiting)
        if not fresh:
            return
        try:
            await self._adopt_all(consumer, fresh)
        except (*FAILURES, IllegalStateError) as error:
            self._wait_longer(fresh)
            self._count_error(
                "adopt", "cannot take over partitions; trying again", partitions=fresh, error=cause(error)
            )
            return
        metrics.HELD.labels(self._stage.name).set(len(self._held))
        _log.info("holds partitions", stage=self._stage.name, partitions=sorted(self._held))

    def _assigned(self, consumer: AIOKafkaConsumer) -> set[int]:
        sources = consumer.assignment()
        return {p for p in range(self._partitions) if all(TopicPartition(t, p) in sources for t in self._topics)}

    async def _adopt_all(self, consumer: AIOKafkaConsumer, fresh: Sequence[int]) -> None:
        assignment = self._assignment
        writers = await self._open(fresh)
        try:
            found = await read_changelog(
                self._kafka, self._stage.changelog, {partition: self._table.next(partition) for partition in fresh}
            )
            for partition, rows in found.items():
                self._table.take(partition, rows.changed, rows.next)
                metrics.RECOVERED.labels(self._stage.name).inc(rows.read)
            sources = [TopicPartition(topic, partition) for topic in self._topics for partition in fresh]
            firsts = await consumer.beginning_offsets(sources)
            # The embedded broker tells the first record of the last batch instead.
            ends = {} if cast("Cluster", self._cluster).is_embedded else await consumer.end_offsets(sources)
            begins = {s: await self._begin(consumer, s, firsts[s], ends.get(s)) for s in sources}
            if assignment != self._assignment:
                return
            for partition in fresh:
                starts = {source: begin for source, begin in begins.items() if source.partition == partition}
                for source, begin in starts.items():
                    consumer.seek(source, begin)
                self._held[partition] = _Held(
                    partition=partition,
                    writer=writers.pop(partition),
                    next=starts,
                    stored=self._table.positions(partition) or Positions(),
                    stored_at=time.monotonic(),
                )
                self._stage.adopted(partition)
        finally:
            for writer in writers.values():
                writer.close()

    async def _open(self, partitions: Sequence[int]) -> dict[int, PartitionWriter]:
        fenced = not cast("Cluster", self._cluster).is_embedded
        writers = {p: PartitionWriter(self._kafka, f"{self._stage.name}-{p}", is_fenced=fenced) for p in partitions}
        results = await asyncio.gather(*(writer.open() for writer in writers.values()), return_exceptions=True)
        if failed := [error for error in results if isinstance(error, BaseException)]:
            for writer in writers.values():
                writer.close()
            raise failed[0]
        return writers

    async def _begin(self, consumer: AIOKafkaConsumer, source: TopicPartition, first: int, end: int | None) -> int:
        begin = begin_at(
            source.topic,
            source.partition,
            self._table.positions(source.partition),
            await consumer.committed(source),
            first,
            end,
            cast("Cluster", self._cluster).topic_ids,
            accept_replaced=self._kafka.accept_replaced_topics,
        )
        where = {"topic": source.topic, "partition": source.partition, "offset": begin.offset}
        if begin.lost:
            metrics.LOST.labels(self._stage.name, source.topic).inc(begin.lost)
            _log.error("records lost: Kafka deleted them before they were read", records=begin.lost, **where)
        if begin.overtaken:
            _log.warning("an older version read past the stored position", records=begin.overtaken, **where)
        return begin.offset

    def _let_go_of_all(self) -> None:
        for held in list(self._held.values()):
            self._let_go(held)

    def _let_go(self, held: _Held) -> None:
        if self._held.get(held.partition) is not held:
            return
        del self._held[held.partition]
        held.writer.close()
        self._stage.forget(held.partition)
        metrics.HELD.labels(self._stage.name).set(len(self._held))

    def _failed(self, held: _Held, error: BaseException) -> None:
        """Release a partition with a doubtful last write; it is adopted again, and Kafka knows what was written."""
        if isinstance(error, FENCED):
            metrics.FENCED.labels(self._stage.name).inc()
            _log.warning(
                "another worker has the partition",
                stage=self._stage.name,
                partition=held.partition,
            )
        else:
            self._count_error(
                "write", "cannot write to Kafka; trying again", partition=held.partition, error=cause(error)
            )
            self._wait_longer([held.partition])
        self._let_go(held)

    def _wait_longer(self, partitions: Iterable[int]) -> None:
        for partition in partitions:
            self._back_off.setdefault(partition, BackOff()).failed(time.monotonic())

    async def _revoked(self, _: Collection[TopicPartition]) -> None:
        """Let the batch at hand finish, unless it takes too long; then let go of everything."""
        self._assignment += 1
        self._committed.clear()
        self._back_off.clear()
        try:
            async with asyncio.timeout(_FINISH_S), self._lock:
                await self._commit()
                self._let_go_of_all()
        except TimeoutError:
            self.is_left = True
            self._let_go_of_all()
            _log.warning("batch interrupted; it is read again", stage=self._stage.name)

    def _pause_changelog(self, consumer: AIOKafkaConsumer, assigned: Collection[TopicPartition]) -> None:
        consumer.pause(*(source for source in assigned if source.topic == self._stage.changelog))

    # -- work -------------------------------------------------------------------------------------------------

    async def _carry_out(self, fetched: Mapping[TopicPartition, list[Any]], ends: Mapping[TopicPartition, int]) -> None:
        batches: dict[int, list[Heard]] = {}
        for source, records in fetched.items():
            begin = self._held[source.partition].next[source] if source.partition in self._held else 0
            if records and records[0].offset < begin:
                metrics.REWOUND.labels(self._stage.name).inc()
                _log.warning("records read twice are dropped", topic=source.topic, partition=source.partition)
            # Those of one topic stay in their order, whatever time their producers say.
            at_ms = 0
            for r in records:
                at_ms = max(at_ms, r.timestamp)
                if r.offset >= begin and r.value is not None:
                    heard = Heard(source.topic, r.partition, r.offset, r.key, r.value, at_ms)
                    batches.setdefault(r.partition, []).append(heard)
        after: dict[int, dict[TopicPartition, int]] = {}
        for source, end in ends.items():
            if source.partition in self._held:
                begin = self._held[source.partition].next[source]
                after.setdefault(source.partition, {})[source] = max(begin, end)
        await asyncio.gather(
            *(
                self._work_through(self._held[p], sorted(batches.get(p, ()), key=_in_order), after[p])
                for p in after
                if p in self._held
            )
        )

    async def _work_through(self, held: _Held, records: Sequence[Heard], after: Mapping[TopicPartition, int]) -> None:
        try:
            changes = await self._stage.ask(held.partition, records) if records else Changes()
        except Exception as error:  # noqa: BLE001 - it is logged and counted, and the partition adopted anew
            self._count_error("work", "batch failed; it is read again", partition=held.partition, error=repr(error))
            self._wait_longer([held.partition])
            self._let_go(held)
            return
        if self.is_left or self._held.get(held.partition) is not held:
            self._stage.forget(held.partition)
            metrics.DISCARDED.labels(self._stage.name).inc(len(records))
            return
        held.next = {**held.next, **after}
        try:
            await self._store(held, changes)
        except (*FAILURES, RecordTooLargeError) as error:
            self._failed(held, error)
        else:
            if records and self._held.get(held.partition) is held:
                self._back_off.pop(held.partition, None)
                self._stage.written(held.partition, changes)

    async def _store(self, held: _Held, changes: Changes) -> None:
        """Write what a batch leads to, its rows and the position after it; then change the table."""
        topic_ids = cast("Cluster", self._cluster).topic_ids
        positions = Positions(
            positions={s.topic: self._stage.position(held.partition, s.topic, at) for s, at in held.next.items()},
            topic_ids={topic: topic_ids[topic] for topic in self._topics},
        )
        now = time.monotonic()
        is_due = positions != held.stored and now - held.stored_at >= _POSITION_EVERY_S
        if not changes.outgoing and not changes.rows and not is_due:
            return
        rows = {**changes.rows, position_key(held.partition): encode_positions(positions)}
        records = [Outgoing(self._stage.changelog, value, key, held.partition) for key, value in rows.items()]
        # Last, and where there are no transactions alone: whoever finds it finds all that it covers.
        after = await held.writer.write(changes.outgoing, records[:-1], records[-1:])
        if self._held.get(held.partition) is held:
            self._table.take(held.partition, rows, after)
        held.stored, held.stored_at = positions, now

    async def _commit(self) -> None:
        """Tell the group how far the partitions are: for the lag, and for workers of the version before."""
        self._committed_at = time.monotonic()
        consumer = self._consumer
        if consumer is None:
            return
        assigned = consumer.assignment()
        points = {
            source: held.stored.positions[source.topic]
            for held in self._held.values()
            for source in held.next
            if source in assigned and source.topic in held.stored.positions
        }
        points = {source: offset for source, offset in points.items() if self._committed.get(source) != offset}
        if not points:
            return
        try:
            offsets = {source: OffsetAndMetadata(offset, "") for source, offset in points.items()}
            await asyncio.wait_for(consumer.commit(offsets), _ANSWER_S)
        except (CommitFailedError, IllegalStateError, KafkaError, TimeoutError) as error:
            self._warn("commit", "cannot commit offsets", error=repr(error))
        else:
            self._committed |= points

    def _count_error(self, about: str, event: str, **details: object) -> None:
        self._stage.errors.labels(f"{self._stage.name}_{about}").inc()
        self._warn(about, event, **details)

    def _warn(self, about: str, event: str, **details: object) -> None:
        if self._may_log[about].is_due():
            _log.warning(event, stage=self._stage.name, **details)


def _in_order(record: Heard) -> tuple[int, str, int]:
    return record.at_ms, record.topic, record.offset
