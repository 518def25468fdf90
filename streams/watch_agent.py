"""Stage 2 on Kafka: a Faust agent that hands flushes to the cores, and keeps their state in a table."""

import asyncio
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from typing import Any

import faust
import msgspec
import structlog

from streams import metrics
from streams.at_least_once_agent import AtLeastOnceAgent
from streams.brand import Brand, watch_partition
from streams.brand_watch import WatchSettings
from streams.flush import decode_flush
from streams.kafka_settings import KafkaSettings
from streams.observation_row import ObservationRow
from streams.outgoing import Outgoing
from streams.topics import FLUSHES, OBSERVATIONS, VERDICTS
from streams.watch import Outcome, WatchPartition

_log = structlog.get_logger(__name__)

_BATCH = 50
_WITHIN_S = 0.05
"""Flushes that come within this time are worked on together, and wait for Kafka together."""
_HOG_S = 0.02
"""After so long the work on a flush lets others have the event loop: heartbeats of ingest, the outbox, metrics."""
_CLOCK = b"@clock/"


class WatchAgent(AtLeastOnceAgent):
    """Adds stage 2 to an app.

    Parameters
    ----------
    app
        From ``streams.app.build_app``.
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
        app: faust.App,
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
            # A clock a second: without small segments the changelog is never compacted, and recovery is slow.
            table_topic={"segment.ms": "600000", "min.cleanable.dirty.ratio": "0.2"},
        )
        self.settings = settings or WatchSettings()
        self._also = also
        self._brands: dict[int, list[Brand]] = {}
        self._cores: dict[int, WatchPartition] = {}
        self._unsent: dict[bytes, bytes | None] = {}
        self.use_brands(brands)

    @property
    def cores(self) -> Mapping[int, WatchPartition]:
        """The cores at work, by partition."""
        return self._cores

    def use_brands(self, brands: Sequence[Brand]) -> None:
        """Watch other brands from the next flush on; what is known of those that stay is kept."""
        self._brands = {partition: [] for partition in range(self.partitions)}
        for brand in brands:
            self._brands[watch_partition(brand.id, self.partitions)].append(brand)
        # Between batches all that a core knows is in the table.
        self._cores.clear()

    def partition_of(self, key: bytes) -> int:
        """Return the partition that a state belongs to."""
        if key.startswith(b"@"):  # of the partition itself: its clock, its sources
            return int(key.rpartition(b"/")[2])
        return watch_partition(key.decode().partition("/")[0], self.partitions)

    def begin(self) -> None:
        """Make the cores anew from the table, each with its first flush."""
        self._cores.clear()
        self._unsent.clear()

    async def work(self, events: Sequence[Any]) -> None:
        """Hand flushes to the cores; send verdicts, then observations and states, then clocks."""
        told: list[Outgoing] = []
        observed: list[Outgoing] = []
        changed: dict[bytes, Outgoing] = {}
        clocks: dict[bytes, Outgoing] = {}
        held = self.held()
        for event in events:
            partition = event.message.partition
            # One that came before a rebalance took its partition away is somebody else's now.
            try:
                outcome = await self._take(partition, event.value) if partition in held else None
            except asyncio.CancelledError:
                self.begin()
                raise
            if self.is_left:
                # Whoever holds the partitions now begins from the table, which knows nothing of this batch yet.
                self.begin()
                return
            if outcome is None:
                continue
            for name, state in outcome.changed.items():
                key = name.encode()
                self._unsent[key] = state
                of_kind = clocks if key.startswith(_CLOCK) else changed
                of_kind[key] = Outgoing(self.changelog, state, key, partition)
            told += self._verdicts(partition, outcome)
            told += self._also(partition, outcome)
            observed += self._observations(partition, outcome.observations)
        for key, state in self._unsent.items():
            if state is None:
                self.table.data.pop(key, None)
            else:
                self.table.data[key] = state
        self._unsent.clear()
        await self.send([*told])
        await self.send([*observed, *changed.values()])
        # Alone and last: the embedded broker tells a topic's end by its last batch's first record, and whatever
        # recovers the table from it reads up to there.
        await self.send([*clocks.values()])

    async def _take(self, partition: int, value: bytes) -> Outcome | None:
        try:
            flush = decode_flush(value)
        except msgspec.MsgspecError:
            metrics.ERRORS.labels("watch_decode").inc()
            _log.exception("a record of flushes is none and is passed over", partition=partition)
            return None
        try:
            core = self._cores.get(partition)
            if core is None:
                core = self._cores[partition] = WatchPartition(
                    partition, self._brands[partition], self.settings, _States(self.table.data, self._unsent)
                )
            outcome = await self._unhurried(core.taking(flush))
        except Exception:  # noqa: BLE001 - a bug must not silence all brands; it is logged and counted
            metrics.ERRORS.labels("watch").inc()
            _log.exception("watch broke on a flush and passes it over", partition=partition, source=flush.partition)
            self._cores.pop(partition, None)
            return None
        if outcome is None:
            return None
        for brand in outcome.relearning:
            metrics.ERRORS.labels("watch_state").inc()
            _log.warning(
                "what another version learned of a brand cannot be read; it learns anew, as if new", brand=brand
            )
        metrics.LATE_SNAPSHOTS.inc(outcome.late_snapshots)
        return outcome

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
            yield Outgoing(self.kafka.topic(VERDICTS), msgspec.json.encode(verdict), verdict.brand.encode(), partition)

    def _observations(self, partition: int, rows: Iterable[ObservationRow]) -> Iterator[Outgoing]:
        for row in rows:
            metrics.OBSERVATIONS.labels(row.brand).inc()
            metrics.OBSERVED_MENTIONS.labels(row.brand).inc(row.mentions)
            metrics.LEVEL.labels(row.brand).set(row.voices)
            metrics.EXPECTED.labels(row.brand).set(row.expected)
            metrics.UPPER.labels(row.brand).set(row.upper)
            metrics.SCORE.labels(row.brand).set(row.score)
            metrics.THRESHOLD.labels(row.brand).set(row.threshold)
            metrics.BUDGET_FACTOR.labels(row.brand).set(row.moved.factor)
            metrics.NEGATIVE_SHARE.labels(row.brand).set(row.negative_voices / row.voices if row.voices else 0.0)
            yield Outgoing(self.kafka.topic(OBSERVATIONS), msgspec.json.encode(row), row.brand.encode(), partition)


class _States(Mapping[str, bytes]):
    """A table of bytes by the names that the cores know, as the batch at hand has changed it."""

    def __init__(self, data: Mapping[bytes, bytes], unsent: Mapping[bytes, bytes | None]) -> None:
        self._data = data
        self._unsent = unsent

    def __getitem__(self, name: str) -> bytes:
        key = name.encode()
        state = self._unsent[key] if key in self._unsent else self._data[key]
        if state is None:
            raise KeyError(name)
        return state

    def __iter__(self) -> Iterator[str]:
        yield from (key.decode() for key in self._data if key not in self._unsent)
        yield from (key.decode() for key, state in self._unsent.items() if state is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)
