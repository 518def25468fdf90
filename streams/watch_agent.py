"""Stage 2 on Kafka: a Faust agent that hands flushes to the cores, and keeps their state in a table.

What Faust does not promise is seen to here. It commits an offset once the event is acknowledged, not once the
table's changelog has what the event changed; so records are sent and waited for first, and events are
acknowledged by hand. During a rebalance nothing is worked on, and afterwards all cores begin from the table.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import faust
import msgspec
import structlog
from aiokafka.errors import KafkaError
from faust.exceptions import FaustError

from streams import metrics
from streams.brand import Brand, watch_partition
from streams.brand_watch import WatchSettings
from streams.flush import decode_flush
from streams.kafka_settings import KafkaSettings
from streams.observation_row import ObservationRow
from streams.outgoing import Outgoing, send_and_wait
from streams.topics import FLUSHES, OBSERVATIONS, VERDICTS
from streams.watch import Outcome, WatchPartition

_log = structlog.get_logger(__name__)

_BATCH = 50
_WITHIN_S = 0.05
"""Flushes that come within this time are worked on together, and wait for Kafka together."""
_BACK_OFF_S = (0.2, 10.0)
_SAY_EVERY_S = 60.0
_FINISH_S = 5.0
_CLOCK = b"@clock/"


class WatchAgent:
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
        self.app = app
        self.kafka = kafka
        self.partitions = partitions
        self.settings = settings or WatchSettings()
        self._also = also
        self._brands: dict[int, list[Brand]] = {}
        self._cores: dict[int, WatchPartition] = {}
        self._may_work = asyncio.Event()
        self._is_at_rest = asyncio.Event()
        self._is_at_rest.set()
        self._said_at = -_SAY_EVERY_S
        self.use_brands(brands)
        self.table = app.Table(
            "states",
            partitions=partitions,
            key_type=bytes,
            value_type=bytes,
            # A clock a second: without small segments the changelog is never compacted, and recovery is slow.
            extra_topic_configs={"segment.ms": "600000", "min.cleanable.dirty.ratio": "0.2"},
        )
        self._changelog = self.table.changelog_topic.get_topic_name()
        app.on_partitions_revoked.connect(self._on_revoked)
        app.on_rebalance_complete.connect(self._on_settled)
        app.on_before_shutdown.connect(self._on_shutdown)
        flushes = app.topic(kafka.topic(FLUSHES), key_type=bytes, value_type=bytes, value_serializer="raw")
        app.agent(flushes, name="watch")(self._watch)

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

    # -- rebalances ------------------------------------------------------------------------------------------

    async def _on_revoked(self, *_: object, **__: object) -> None:
        self._may_work.clear()
        await self._rest()
        self._cores.clear()

    async def _on_settled(self, *_: object, **__: object) -> None:
        held = self._held()
        for key in [key for key in self.table.data if self._partition_of(key) not in held]:
            del self.table.data[key]
        self._cores.clear()
        self._may_work.set()

    async def _on_shutdown(self, *_: object, **__: object) -> None:
        self._may_work.clear()
        await self._rest()

    async def _rest(self) -> None:
        """Let the batch at hand finish, unless Kafka does not let it."""
        try:
            await asyncio.wait_for(self._is_at_rest.wait(), _FINISH_S)
        except TimeoutError:
            _log.warning("a batch of flushes is left half told; it is read again")

    def _held(self) -> set[int]:
        topic = self.kafka.topic(FLUSHES)
        return {source.partition for source in self.app.consumer.assignment() if source.topic == topic}

    def _partition_of(self, key: bytes) -> int:
        if key.startswith(b"@"):  # of the partition itself: its clock, its sources
            return int(key.rpartition(b"/")[2])
        return watch_partition(key.decode().partition("/")[0], self.partitions)

    # -- work ------------------------------------------------------------------------------------------------

    async def _watch(self, stream: Any) -> None:
        async for events in stream.noack_take(_BATCH, within=_WITHIN_S):
            await self._may_work.wait()
            self._is_at_rest.clear()
            try:
                await self._work(events)
                for event in events:
                    await stream.ack(event)
            finally:
                self._is_at_rest.set()

    async def _work(self, events: Sequence[Any]) -> None:
        told: list[Outgoing] = []
        observed: list[Outgoing] = []
        changed: dict[bytes, Outgoing] = {}
        clocks: dict[bytes, Outgoing] = {}
        held = self._held()
        for event in events:
            partition = event.message.partition
            # One that came before a rebalance took its partition away is somebody else's now.
            outcome = self._take(partition, event.value) if partition in held else None
            if outcome is None:
                continue
            for name, state in outcome.changed.items():
                key = name.encode()
                if state is None:
                    self.table.data.pop(key, None)
                else:
                    self.table.data[key] = state
                of_kind = clocks if key.startswith(_CLOCK) else changed
                of_kind[key] = Outgoing(self._changelog, state, key, partition)
            told += self._verdicts(partition, outcome)
            told += self._also(partition, outcome)
            observed += self._observations(partition, outcome.observations)
        await self._send([*told])
        await self._send([*observed, *changed.values()])
        # Alone and last: the embedded broker tells a topic's end by its last batch's first record, and whatever
        # recovers the table from it reads up to there.
        await self._send([*clocks.values()])

    def _take(self, partition: int, value: bytes) -> Outcome | None:
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
                    partition, self._brands[partition], self.settings, _States(self.table.data)
                )
            outcome = core.take(flush)
        except Exception:  # noqa: BLE001 - a bug must not silence all brands; it is logged and counted
            metrics.ERRORS.labels("watch").inc()
            _log.exception("watch broke on a flush and passes it over", partition=partition, source=flush.partition)
            self._cores.pop(partition, None)
            return None
        metrics.LATE_SNAPSHOTS.inc(outcome.late_snapshots)
        return outcome

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
            metrics.NEGATIVE_SHARE.labels(row.brand).set(row.negative_voices / row.voices if row.voices else 0.0)
            yield Outgoing(self.kafka.topic(OBSERVATIONS), msgspec.json.encode(row), row.brand.encode(), partition)

    async def _send(self, records: Sequence[Outgoing]) -> None:
        """Send and wait; where Kafka does not take them, try again for as long as the worker lives."""
        delay_s = _BACK_OFF_S[0]
        while records:
            try:
                await send_and_wait(self._put, records)
            except (KafkaError, FaustError, OSError) as error:
                metrics.ERRORS.labels("watch_kafka").inc()
                now = asyncio.get_running_loop().time()
                if now - self._said_at >= _SAY_EVERY_S:
                    self._said_at = now
                    _log.warning("watch cannot write to Kafka; trying again", error=repr(error))
                await asyncio.sleep(delay_s)
                delay_s = min(2 * delay_s, _BACK_OFF_S[1])
            else:
                return

    async def _put(self, record: Outgoing) -> Awaitable[Any]:
        sent: Awaitable[Any] = await self.app.producer.send(
            record.topic, record.key, record.value, record.partition, timestamp=None, headers=record.headers
        )
        return sent


class _States(Mapping[str, bytes]):
    """A table of bytes by the names that the cores know."""

    def __init__(self, data: Mapping[bytes, bytes]) -> None:
        self._data = data

    def __getitem__(self, name: str) -> bytes:
        return self._data[name.encode()]

    def __iter__(self) -> Iterator[str]:
        return (key.decode() for key in self._data)

    def __len__(self) -> int:
        return len(self._data)
