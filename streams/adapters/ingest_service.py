"""Stage 1 on Kafka: whole fetches of `mentions` in, flushes and dead letters out, offsets committed behind them.

Whatever fails with Kafka ends in the same way: let go of everything, wait, and go on from what was committed.
The core rebuilds the same snapshots from there, so nothing is lost or counted twice.
"""

import asyncio
import time
from collections.abc import Collection, Coroutine, Iterable, Iterator
from typing import Any, cast

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, OffsetAndMetadata, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError
from mode import Service
from msgspec.structs import replace

from detectors.negativity.scorer import NegativityScorer
from streams import metrics
from streams.adapters.corrections_reader import CorrectionsReader
from streams.adapters.erased_reader import ErasedReader
from streams.adapters.held_partition import HeldPartition, Reread
from streams.adapters.remembered_ids_reader import read_remembered_ids
from streams.adapters.timed import TimedMatcher, TimedScorer
from streams.adapters.unreadable import is_unreadable
from streams.errors import ChangelogError
from streams.ingest.corrections import Corrections
from streams.ingest.erased import Erased, post_row, row_value
from streams.ingest.ingest import PartitionIngest
from streams.ingest.ingest_settings import IngestSettings
from streams.ingest.remembered_ids import RememberedIds, rows_of
from streams.ingest.resume import CommitPoint, Resume
from streams.kafka.access.answers import cause, quiet_since
from streams.kafka.access.session import Session
from streams.kafka.administration.partition_counts import PartitionCounts
from streams.kafka.once_a_minute import OnceAMinute
from streams.kafka.outgoing import Outgoing, dead_letter_record, flush_record
from streams.kafka.reading.log_reader import log_reader
from streams.kafka.reconnecting import reconnecting
from streams.kafka.sending import by, send_and_wait
from streams.kafka.settings import KafkaSettings
from streams.kafka.topic_rules import refuse_changed
from streams.kafka.topics import DEAD_LETTERS, ERASED, FLUSHES, IDS, MARKS, MENTIONS
from streams.kafka.vital import check_fetching, never_ends
from streams.queries.matching import Matcher
from streams.wire.record import Record

_log = structlog.get_logger(__name__)

_FETCH_RECORDS = 2000
"""Records taken at once: enough that the cost of a fetch does not count, and too few to run far ahead with."""
_GATHER_BYTES = 65_536
_GATHER_MS = 250
"""Kafka answers a fetch when it has so much, or after so long: a fetch of ten records costs nearly what one of a
hundred does, and a flush is sent once a second."""
_AHEAD_S = 900
"""Event time by which a partition may be ahead of one that has records waiting."""
_FLUSH_RECORDS = 50_000
"""A partition that catches up is flushed after so many records, lest a second of backlog fills the memory."""
_LOOK_FOR_PARTITIONS_MS = 3_000
"""The group finds added partitions within this time, and assigns them with its members' next heartbeats."""
_POLL_MS = 200
_LOOK_MS = 2_000
_TRY_UNREADABLE_S = 30.0
"""How often an unreadable batch is retried: a broker may have repaired it."""
_REQUEST_MS = 20_000
_ANSWER_S = 10.0
_STOP_S = 5.0


class IngestService(Service):
    """Reads `mentions` as a member of the group ``GROUP-ingest``, and feeds one core for each partition it holds.

    Parameters
    ----------
    kafka
        Where Kafka is. The topics must exist (``streams.kafka.administration.topics.ensure_topics``).
    matcher, scorer
        The brands' queries, and what scores negativity.
    settings
        Bins and bounds.
    flush_s
        How often snapshots go to the watch stage.
    """

    def __init__(
        self,
        kafka: KafkaSettings,
        matcher: Matcher,
        scorer: NegativityScorer,
        settings: IngestSettings | None = None,
        *,
        flush_s: float = 1.0,
        **options: Any,
    ) -> None:
        self.kafka = kafka
        self.settings = settings or IngestSettings()
        self.flush_s = flush_s
        self._matcher = TimedMatcher(matcher)
        self._scorer = TimedScorer(scorer)
        self._held: dict[int, HeldPartition] = {}
        self._lock = asyncio.Lock()
        self._finished = asyncio.Event()
        self._corrections = Corrections()
        self._corrections_reader: CorrectionsReader | None = None
        self._erased = Erased()
        self._erased_reader: ErasedReader | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._producer: AIOKafkaProducer | None = None
        self._counts: PartitionCounts | None = None
        self._watch_partitions = 0
        self._id_partitions = 0
        self._undelivered: list[Outgoing] = []
        self._log_unreachable = OnceAMinute()
        super().__init__(**options)

    @property
    def partitions(self) -> frozenset[int]:
        """Source partitions held at this moment."""
        return frozenset(self._held)

    def use_matcher(self, matcher: Matcher) -> None:
        """Match by other queries, from the next record on; the bins that are open keep what they hold."""
        self._matcher.matcher = matcher

    def missing(self) -> str:
        """Say what keeps ingest from working, or nothing; a member that stands by is all right."""
        consumer = self._consumer
        if consumer is None:
            return "ingest has not reached Kafka"
        assigned = [source for source in consumer.assignment() if source.topic == self.kafka.topic(MENTIONS)]
        if waiting := sorted({source.partition for source in assigned} - self._held.keys()):
            return f"ingest has not taken over partitions {waiting} yet"
        return quiet_since("ingest", consumer, assigned)

    async def on_stop(self) -> None:
        """Wait for the last flush and commit, within seconds."""
        try:
            await asyncio.wait_for(self._finished.wait(), _STOP_S)
        except TimeoutError:
            _log.warning("ingest stopped without a last flush")

    @Service.task
    async def _run(self) -> None:
        try:
            async with never_ends("ingest", lambda: self.should_stop):
                await reconnecting(self._serve, self._failed, lambda: self.should_stop, sleep=self.sleep)
        finally:
            self._finished.set()

    async def _serve(self) -> None:
        """Connect, and work until asked to stop or until Kafka fails."""
        async with Session(self.kafka, "ingest") as clients:
            try:
                self._erased = Erased()
                self._erased_reader = ErasedReader(await log_reader(clients, self.kafka.topic(ERASED)), self._erased)
                await self._with_erased(self._erased_reader.catch_up())
                if self.settings.learn_from_marks:
                    self._corrections = Corrections()
                    self._corrections_reader = CorrectionsReader(
                        await log_reader(clients, self.kafka.topic(MARKS)), self._corrections
                    )
                    await self._with_corrections(self._corrections_reader.catch_up())
                self._counts = await clients.own(PartitionCounts(self.kafka, "tocsin-ingest"))
                self._producer = await clients.producer(linger_ms=2, request_timeout_ms=_REQUEST_MS)
                self._consumer = await clients.member(
                    [self.kafka.topic(MENTIONS)],
                    revoked=self._revoked,
                    auto_offset_reset="earliest",
                    max_partition_fetch_bytes=4 * 1_048_576,
                    fetch_min_bytes=_GATHER_BYTES,
                    fetch_max_wait_ms=_GATHER_MS,
                    metadata_max_age_ms=_LOOK_FOR_PARTITIONS_MS,
                )
                while not self.should_stop:
                    await self._step()
                await self._let_go()
            finally:
                self._forget()

    async def _with_corrections(self, reading: Coroutine[Any, Any, None]) -> None:
        """Read marks; go on with those that were read where a batch of them cannot be: they are a help, no more."""
        try:
            await reading
        except Exception as error:
            if not is_unreadable(error) or self._corrections_reader is None:
                raise
            metrics.ERRORS.labels("marks_batch").inc()
            _log.error("cannot read corrections; using those before", error=repr(error))
            self._corrections_reader = None

    async def _with_erased(self, reading: Coroutine[Any, Any, None]) -> None:
        """Read what was erased; nothing is read without, lest it is shown again."""
        try:
            await reading
        except Exception as error:
            if not is_unreadable(error):
                raise
            raise ChangelogError(f"a batch of {self.kafka.topic(ERASED)} cannot be read: {error!r}") from error

    async def _step(self) -> None:
        consumer = cast("AIOKafkaConsumer", self._consumer)
        await self._adopt()
        await self._with_erased(cast("ErasedReader", self._erased_reader).poll())
        if self._corrections_reader is not None:
            await self._with_corrections(self._corrections_reader.poll())
        fetched = await self._fetch(consumer)
        # While it is held, no partition can be taken from us.
        async with self._lock:
            metrics.FETCH_RECORDS.observe(sum(len(records) for records in fetched.values()))
            for source, records in fetched.items():
                # What came for a partition that is not held is read again when it is adopted.
                if held := self._held.get(source.partition):
                    self._take(source, held, records)
            for partition, held in self._held.items():
                await self._look_at_the_end(TopicPartition(self.kafka.topic(MENTIONS), partition), held)
            self._keep_abreast()
            metrics.OPEN_BINS.set(sum(held.core.open_bins for held in self._held.values()))
            now = time.time()
            due = [h for h in self._held.values() if now - h.flushed_at >= self.flush_s or h.taken >= _FLUSH_RECORDS]
            if due:
                await self._flush(due)

    async def _fetch(self, consumer: AIOKafkaConsumer) -> dict[TopicPartition, list[Any]]:
        check_fetching(consumer)
        for source, held in self._held_sources(consumer):
            if held.unreadable_since and time.time() - held.unreadable_since >= _TRY_UNREADABLE_S:
                held.hold_up(None)
                consumer.seek(source, held.next_offset)
                consumer.resume(source)
        try:
            return cast(
                "dict[TopicPartition, list[Any]]",
                await consumer.getmany(timeout_ms=_POLL_MS, max_records=_FETCH_RECORDS),
            )
        except Exception as error:
            if not is_unreadable(error):
                raise
        return await self._fetch_one_by_one(consumer)

    async def _fetch_one_by_one(self, consumer: AIOKafkaConsumer) -> dict[TopicPartition, list[Any]]:
        """Find the batch that cannot be read, and hold its partition up.

        What aiokafka had decoded before it came upon that batch, of any partition, it has thrown away: all begin where
        they were, and record by record, so that what comes before the batch is read.
        """
        fetched: dict[TopicPartition, list[Any]] = {}
        for source, held in self._held_sources(consumer):
            consumer.seek(source, held.next_offset)
        for source, held in self._held_sources(consumer):
            if held.unreadable_since:
                continue
            records: list[Any] = []
            try:
                while len(records) < _FETCH_RECORDS and (
                    one := await consumer.getmany(source, timeout_ms=_LOOK_MS, max_records=1)
                ):
                    records += one[source]
            except Exception as error:
                if not is_unreadable(error):
                    raise
                offset = await asyncio.wait_for(consumer.position(source), _ANSWER_S)
                held.hold_up(offset, error)
                consumer.pause(source)
            if records:
                fetched[source] = records
        return fetched

    def _held_sources(self, consumer: AIOKafkaConsumer) -> list[tuple[TopicPartition, HeldPartition]]:
        """Return what is held and still assigned."""
        topic, assigned = self.kafka.topic(MENTIONS), consumer.assignment()
        sources = [(TopicPartition(topic, partition), held) for partition, held in sorted(self._held.items())]
        return [(source, held) for source, held in sources if source in assigned]

    def _take(self, source: TopicPartition, held: HeldPartition, records: Iterable[Any]) -> None:
        taken = [
            Record(r.offset, r.timestamp / 1000 if r.timestamp > 0 else 0.0, r.key, r.value)
            for r in records
        ]  # fmt: skip
        try:
            dead = held.take(taken)
            held.read_at = time.time()
        except Reread as reread:
            cast("AIOKafkaConsumer", self._consumer).seek(source, reread.offset)
            return
        finally:
            self._matcher.observe()
            self._scorer.observe()
        for letter in dead:
            metrics.DEAD_LETTERS.labels(letter.reason).inc()
            topic = self.kafka.topic(DEAD_LETTERS)
            self._undelivered.append(dead_letter_record(topic, source.topic, source.partition, letter))

    async def _look_at_the_end(self, source: TopicPartition, held: HeldPartition) -> None:
        consumer = cast("AIOKafkaConsumer", self._consumer)
        if source not in consumer.assignment():
            return
        end, answered_ms = _end(consumer, source), consumer.last_poll_timestamp(source)
        if end is None or answered_ms is None:
            return
        held.lag = max(0, end - await asyncio.wait_for(consumer.position(source), _ANSWER_S))
        if held.unreadable_since:
            held.core.age(time.time())
            return
        if held.lag == 0 and answered_ms > held.answered_ms:
            held.answered_ms = answered_ms
            held.read_at = answered_ms / 1000
            held.core.idle(answered_ms / 1000)

    def _keep_abreast(self) -> None:
        """Let no partition run far ahead, in event time, of one that has records waiting.

        A bin closes when every partition has passed it: while one is behind, the bins of the others stay open, and
        with a week of backlog they would fill the memory of both stages.
        """
        consumer = cast("AIOKafkaConsumer", self._consumer)
        waiting = [
            held.core.watermark
            for held in self._held.values()
            if held.lag and held.core.watermark is not None and not held.unreadable_since
        ]
        limit = min(waiting, default=None)
        for partition, held in self._held.items():
            source = TopicPartition(self.kafka.topic(MENTIONS), partition)
            if source not in consumer.assignment() or held.unreadable_since:
                continue
            if limit is not None and held.core.watermark is not None and held.core.watermark > limit + _AHEAD_S:
                consumer.pause(source)
                held.read_at = time.time()  # it waits for the others, and is none the less alive
            else:
                consumer.resume(source)

    # -- partitions come and go ------------------------------------------------------------------------------

    async def _adopt(self) -> None:
        consumer = cast("AIOKafkaConsumer", self._consumer)
        fresh = [source for source in consumer.assignment() if source.partition not in self._held]
        if not fresh:
            return
        admin = cast("PartitionCounts", self._counts).admin
        committed = await asyncio.wait_for(
            admin.list_consumer_group_offsets(f"{self.kafka.group}-ingest", partitions=fresh), _ANSWER_S
        )
        begins = await consumer.beginning_offsets(fresh)
        partitions = await self._count_partitions()
        remembered = await read_remembered_ids(
            self.kafka,
            [source.partition for source in fresh],
            of=self._id_partitions,
            most=self.settings.remembered_ids,
        )
        async with self._lock:
            for source in fresh:
                if source not in consumer.assignment():
                    continue  # taken away while we asked
                found = committed.get(source)
                point = CommitPoint(begins[source], "")
                if found is not None and found.offset >= 0:
                    point = CommitPoint(max(found.offset, begins[source]), found.metadata)
                self._held[source.partition] = self._hold(
                    source.partition, partitions, point, remembered[source.partition]
                )
                consumer.seek(source, point.offset)
            metrics.PARTITIONS_READ.labels(MENTIONS.name).set(len(self._held))
        _log.info("holds partitions", stage="ingest", partitions=sorted(self._held), of=partitions)

    def _hold(self, partition: int, partitions: int, point: CommitPoint, remembered: RememberedIds) -> HeldPartition:
        def make(resume: Resume | None) -> PartitionIngest:
            return PartitionIngest(
                partition,
                partitions,
                cast("Matcher", self._matcher),
                self._scorer,
                self.settings,
                resume,
                watch_partitions=self._watch_partitions,
                corrections=self._corrections,
                remembered=remembered,
                erased=self._erased,
            )

        return HeldPartition(partition, make, point, remembered)

    async def _revoked(self, _: Collection[TopicPartition]) -> None:
        # All of them, always: the group rebalances eagerly. What it assigns is adopted by the loop, which tries again.
        await self._let_go()

    async def _let_go(self) -> None:
        """Flush and commit what is held, then forget it."""
        async with self._lock:
            try:
                if self._held:
                    await self._flush(list(self._held.values()))
            finally:
                self._forget()

    def _forget(self) -> None:
        for held in self._held.values():
            held.let_go()
        self._held.clear()
        self._undelivered.clear()
        metrics.PARTITIONS_READ.labels(MENTIONS.name).set(0)

    async def _count_partitions(self) -> int:
        """Return how many source partitions there are now.

        Raises
        ------
        PartitionsChangedError
            Where the watch stage has not as many as it had: each brand's snapshots would go elsewhere.
        """
        counts = await cast("PartitionCounts", self._counts).ask((MENTIONS, FLUSHES, IDS))
        self._watch_partitions = self._watch_partitions or counts[FLUSHES.name]
        refuse_changed({FLUSHES.name: self._watch_partitions}, counts)
        self._id_partitions = counts[IDS.name]
        metrics.TOPIC_PARTITIONS.labels(MENTIONS.name).set(counts[MENTIONS.name])
        return counts[MENTIONS.name]

    # -- out -------------------------------------------------------------------------------------------------

    async def _flush(self, due: list[HeldPartition]) -> None:
        """Send what the partitions have to say, wait until Kafka has it, then commit."""
        topic = self.kafka.topic(FLUSHES)
        # After the reading and before the flush: whoever gets a watermark hears of every partition that was there.
        partitions = await self._count_partitions()
        await self._keep_caps(due)
        records, self._undelivered = self._undelivered, []
        for held in due:
            held.core.confirm(partitions)
            for partition, parts in enumerate(held.core.flush(time.time())):
                records += [flush_record(topic, partition, replace(part, read_at=held.read_at)) for part in parts]
            records += self._ids_to_keep(held)
            records += [
                Outgoing(self.kafka.topic(ERASED), row_value(time.time()), post_row(post_id))
                for post_id in held.core.redacted_posts()
            ]
        await send_and_wait(by(cast("AIOKafkaProducer", self._producer)), records)
        points: dict[TopicPartition, OffsetAndMetadata] = {}
        for held in due:
            held.flushed_at, held.taken = time.time(), 0
            held.report()
            metrics.FLUSHES.inc()
            if point := held.core.commit_point():
                held.committed = point
                points[TopicPartition(self.kafka.topic(MENTIONS), held.partition)] = OffsetAndMetadata(*point)
        if points:
            await self._commit(points)

    def _ids_to_keep(self, held: HeldPartition) -> Iterator[Outgoing]:
        topic, partition = self.kafka.topic(IDS), held.partition % self._id_partitions
        for start, ids in held.core.ids_to_keep():
            for key, value in rows_of(held.partition, start, ids):
                yield Outgoing(topic, value, key, partition)

    async def _keep_caps(self, due: list[HeldPartition]) -> None:
        """Commit at what time records were read that were ahead of it, before anybody hears of them."""
        points: dict[TopicPartition, OffsetAndMetadata] = {}
        for held in due:
            if point := held.core.caps_to_keep(held.committed):
                held.committed = point
                points[TopicPartition(self.kafka.topic(MENTIONS), held.partition)] = OffsetAndMetadata(*point)
        if points:
            await self._commit(points)

    async def _commit(self, points: dict[TopicPartition, OffsetAndMetadata]) -> None:
        try:
            await asyncio.wait_for(cast("AIOKafkaConsumer", self._consumer).commit(points), _ANSWER_S)
        except (CommitFailedError, IllegalStateError) as error:
            # The group has moved on without us: whoever has the partitions now reads from the earlier commit.
            metrics.ERRORS.labels("ingest_commit").inc()
            _log.warning("cannot commit offsets", stage="ingest", error=str(error))

    def _failed(self, error: BaseException) -> None:
        metrics.ERRORS.labels("ingest_kafka").inc()
        if self._log_unreachable.is_due():
            _log.warning(
                "cannot use Kafka; trying again", stage="ingest", brokers=self.kafka.brokers, error=cause(error)
            )


def _end(consumer: AIOKafkaConsumer, source: TopicPartition) -> int | None:
    """Return the offset up to which a partition can be read now, by the last answer; ``None`` before any.

    It is the last stable offset: behind it are transactions under way, which may stay so for minutes. A broker without
    transactions does not tell one.
    """
    stable = consumer.last_stable_offset(source)
    return consumer.highwater(source) if stable is None or stable < 0 else cast("int", stable)
