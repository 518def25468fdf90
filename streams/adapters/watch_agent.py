"""Stage 2 on Kafka: a Faust agent that hands flushes to the cores, and keeps their state in a table."""

import asyncio
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence

import msgspec
import structlog

from detectors.verdict import smaller_verdicts
from streams import metrics
from streams.adapters.silence_metrics import SilenceMetrics
from streams.brand import Brand, watch_partition
from streams.kafka.outgoing import Outgoing, json_record
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.app import StageApp
from streams.kafka.stages.changes import Changes, Heard
from streams.kafka.stages.exactly_once_agent import ExactlyOnceAgent
from streams.kafka.topics import FLUSHES, OBSERVATIONS, VERDICTS
from streams.watch.brand_watch import WatchSettings
from streams.watch.read_by import Rescored
from streams.watch.source_watch import SELF_BRAND
from streams.watch.watch import Outcome, WatchPartition
from streams.wire.closed_mark import ClosedMark, closed_until, mark_record
from streams.wire.flush import decode_flush
from streams.wire.observation_row import ObservationRow

_log = structlog.get_logger(__name__)

_BATCH = 50
_WITHIN_S = 0.05
"""Flushes that come within this time are worked on together, and wait for Kafka together."""
_HOG_S = 0.02
"""After so long the work on a flush lets others have the event loop: heartbeats of ingest, the outbox, metrics."""


class WatchAgent(ExactlyOnceAgent):
    """Adds stage 2 to an app.

    Parameters
    ----------
    app
        From ``streams.kafka.stages.app.build_app``.
    kafka
        Where Kafka is.
    brands
        All that are watched, whatever their partition.
    partitions
        Of the topic ``flushes``; its table and all topics keyed by brand have as many.
    settings
        Bins, as in ingest.
    also
        Further records that an outcome leads to, sent with its verdicts. Called with the partition.
    """

    def __init__(
        self,
        app: StageApp,
        kafka: KafkaSettings,
        brands: Sequence[Brand],
        partitions: int,
        *,
        settings: WatchSettings | None = None,
        also: Callable[[int, Outcome], Iterable[Outgoing]] = lambda _partition, _outcome: (),
    ) -> None:
        super().__init__(
            app,
            kafka,
            "watch",
            (FLUSHES,),
            partitions,
            table="states",
            batch=_BATCH,
            within_s=_WITHIN_S,
            errors=metrics.ERRORS,
        )
        self.settings = settings or WatchSettings()
        self._also = also
        self._brands: dict[int, list[Brand]] = {}
        self._cores: dict[int, WatchPartition] = {}
        self._outdated: set[int] = set()
        """Partitions whose cores have not taken up the newest brands yet."""
        self._unwritten: dict[int, dict[bytes, bytes | None]] = {}
        self._marked: dict[int, int] = {}
        """Up to when the bins of each partition are closed, as it was last written among the observations."""
        self._self_partition = watch_partition(SELF_BRAND.id, partitions)
        self._silences = SilenceMetrics()
        self._broken: set[tuple[int, int]] = set()
        """Partition and offset of flushes on which the core broke."""
        self._rescored: set[tuple[str, str]] = set()
        """Scorers that took another's place, as far as that is logged."""
        self.use_brands(brands)

    @property
    def cores(self) -> Mapping[int, WatchPartition]:
        """The cores at work, by partition."""
        return self._cores

    def use_brands(self, brands: Sequence[Brand]) -> None:
        """Watch these brands: each partition takes them up with its next flush."""
        shared_out: dict[int, list[Brand]] = {partition: [] for partition in range(self.partitions)}
        for brand in brands:
            shared_out[watch_partition(brand.id, self.partitions)].append(brand)
        self._brands = shared_out
        self._is_marking = any(brand.peers for brand in brands)
        self._outdated = set(self._cores)

    def partition_of(self, key: bytes) -> int:
        """Return the partition that a state belongs to."""
        if key.startswith(b"@"):  # of the partition itself: its clock, its sources
            return int(key.rpartition(b"/")[2])
        return watch_partition(key.decode().partition("/")[0], self.partitions)

    def position(self, partition: int, topic: str, next_offset: int) -> int:
        """Return from where flushes must be read again to rebuild the open bins: the table does not hold them."""
        del topic
        core = self._cores.get(partition)
        return next_offset if core is None or core.reread_from is None else core.reread_from

    def forget(self, partition: int) -> None:
        """Rebuild the core of a partition from the table, with its next flush."""
        self._cores.pop(partition, None)
        self._unwritten.pop(partition, None)
        self._marked.pop(partition, None)
        if partition == self._self_partition:
            self._silences.show({})

    def written(self, partition: int, changes: Changes) -> None:
        """Let the core read from the table what it now holds."""
        del changes
        self._unwritten[partition].clear()

    async def work(self, partition: int, records: Sequence[Heard]) -> Changes:
        """Hand flushes to the core; return what they lead to, and the states that changed."""
        outgoing: list[Outgoing] = []
        observed: list[Outgoing] = []
        rows = self._unwritten.setdefault(partition, {})
        for record in records:
            outcome = await self._take(record, rows)
            if self.is_left:
                return Changes()
            if outcome is None:
                continue
            rows.update((name.encode(), state) for name, state in outcome.changed.items())
            outgoing += self._verdicts(partition, outcome)
            outgoing += self._also(partition, outcome)
            observed += self._observations(partition, outcome.observations)
            observed += self._mark(partition)
        return Changes(outgoing=(*outgoing, *observed), rows=dict(rows))

    async def _take(self, record: Heard, rows: Mapping[bytes, bytes | None]) -> Outcome | None:
        partition, offset = record.partition, record.offset
        if (partition, offset) in self._broken:
            return None
        try:
            flush = decode_flush(record.value)
        except msgspec.MsgspecError:
            metrics.ERRORS.labels("watch_decode").inc()
            _log.exception("cannot decode flush; skipped", partition=partition)
            return None
        core = self._cores.get(partition)
        if core is None:
            core = self._cores[partition] = self._begin(partition, offset, rows)
        elif partition in self._outdated:
            # Here, and not at once: a core that is in the middle of a flush must end it by one set of brands.
            core.use_brands(self._brands[partition])
        self._outdated.discard(partition)
        try:
            outcome = await self._unhurried(core.taking(flush, offset))
        except Exception:
            # A bug must not silence all brands. The core may have done half of it, so all that the table does not
            # hold is read again, without this flush.
            self._broken.add((partition, offset))
            metrics.ERRORS.labels("watch").inc()
            _log.exception("watch failed on a flush; skipped", partition=partition, source=flush.partition)
            raise
        if outcome is None:
            return None
        for brand in outcome.relearning:
            metrics.ERRORS.labels("watch_state").inc()
            _log.warning("cannot read the brand's state; it learns anew", brand=brand)
        self._log_rescored(outcome.rescored)
        metrics.LATE_SNAPSHOTS.inc(outcome.late_snapshots)
        if partition == self._self_partition:
            self._silences.show(core.silences)
        return outcome

    def _log_rescored(self, rescored: Iterable[Rescored]) -> None:
        """Log once, and not for each brand, that another scorer reads."""
        for one in rescored:
            pair = one.before, one.after
            if pair in self._rescored:
                continue
            self._rescored.add(pair)
            if one.known:
                _log.info("another scorer reads; ordinary shares are moved", before=one.before, scorer=one.after)
            else:
                _log.warning(
                    "an unknown scorer reads; ordinary shares are learned anew",
                    before=one.before, scorer=one.after, brand=one.brand,
                )  # fmt: skip

    def _begin(self, partition: int, offset: int, rows: Mapping[bytes, bytes | None]) -> WatchPartition:
        core = WatchPartition(partition, self._brands[partition], self.settings, _States(self.table.data, rows))
        stored = self.rows.positions(partition)
        if stored is not None and offset < stored.positions.get(self.kafka.topic(FLUSHES), 0):
            # The topic was replaced, and whoever runs the worker has accepted that.
            core.begin_anew()
        return core

    async def _unhurried(self, taking: Generator[None, None, Outcome]) -> Outcome | None:
        """Finish a flush, and let others work in between; ``None`` where a rebalance did not wait for it."""
        since = time.monotonic()
        while not self.is_left:
            try:
                next(taking)
            except StopIteration as done:
                outcome: Outcome = done.value
                return outcome
            if time.monotonic() - since > _HOG_S:
                await asyncio.sleep(0)
                since = time.monotonic()
        return None

    def _verdicts(self, partition: int, outcome: Outcome) -> Iterator[Outgoing]:
        for verdict in outcome.verdicts:
            metrics.VERDICTS.labels(verdict.kind, verdict.phase).inc()
            topic, key = self.kafka.topic(VERDICTS), verdict.brand.encode()
            yield json_record(topic, verdict, key, partition, smaller_verdicts)

    def _mark(self, partition: int) -> Iterator[Outgoing]:
        """Say behind the bins up to when there are no more, where brands are compared with each other."""
        watermark = self._cores[partition].clock.watermark
        if not self._is_marking or watermark is None:
            return
        until = closed_until(watermark, self.settings.bin_s, self.settings.lateness_s)
        if until > self._marked.get(partition, 0):
            self._marked[partition] = until
            key, value = mark_record(ClosedMark(partition=partition, until=until))
            yield Outgoing(self.kafka.topic(OBSERVATIONS), value, key, partition)

    def _observations(self, partition: int, rows: Iterable[ObservationRow]) -> Iterator[Outgoing]:
        for row in rows:
            metrics.OBSERVATIONS.labels(row.brand).inc()
            metrics.OBSERVED_MENTIONS.labels(row.brand).inc(row.mentions)
            metrics.LEVEL.labels(row.brand).set(row.authors)
            metrics.EXPECTED.labels(row.brand).set(row.expected)
            metrics.UPPER.labels(row.brand).set(row.upper)
            metrics.SCORE.labels(row.brand).set(row.score)
            metrics.THRESHOLD.labels(row.brand).set(row.threshold)
            metrics.BUDGET_FACTOR.labels(row.brand).set(row.moved.factor)
            metrics.NEGATIVE_SHARE.labels(row.brand).set(row.negative_authors / row.authors if row.authors else 0.0)
            yield Outgoing(self.kafka.topic(OBSERVATIONS), msgspec.json.encode(row), row.brand.encode(), partition)


class _States(Mapping[str, bytes]):
    """A table of bytes by the names that the cores know, as the batch at hand has changed it."""

    def __init__(self, data: Mapping[bytes, bytes], unwritten: Mapping[bytes, bytes | None]) -> None:
        self._data = data
        self._unwritten = unwritten

    def __getitem__(self, name: str) -> bytes:
        key = name.encode()
        state = self._unwritten[key] if key in self._unwritten else self._data[key]
        if state is None:
            raise KeyError(name)
        return state

    def __iter__(self) -> Iterator[str]:
        yield from (key.decode() for key in self._data if key not in self._unwritten)
        yield from (key.decode() for key, state in self._unwritten.items() if state is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)
