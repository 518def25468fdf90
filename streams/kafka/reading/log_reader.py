"""Reads logs from their beginnings to what is their end now, and on: the one reader of topics that are kept."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from streams.errors import ChangelogError
from streams.kafka.access.session import Session
from streams.kafka.settings import KafkaSettings
from streams.kafka.vital import check_fetching

FOLLOW_WAIT_MS = 250
"""For readers that are idle most of the time: Kafka answers a fetch as soon as it has something, the embedded broker
only when this is over."""
_WAIT_MS = 100
"""For those who read to the end and are done."""
_POLL_MS = 200
_FETCH_BYTES = 4 * 1_048_576
_STALLED_S = 30.0
"""Beside the time for which a transaction that a killed worker left open holds back what is behind it."""

Fetched = dict[TopicPartition, list[ConsumerRecord]]


class LogReader:
    """Reads partitions without a group, and passes over what was taken back; ``log_reader`` and ``reading`` make one.

    Parameters
    ----------
    consumer
        It has begun at its topics' beginnings, or reads nothing before ``begin``.
    stalled_s
        How long Kafka may give nothing before the end.
    """

    def __init__(self, consumer: AIOKafkaConsumer, stalled_s: float) -> None:
        self._consumer = consumer
        self._stalled_s = stalled_s
        self.positions: dict[TopicPartition, int] = {}
        """How far each partition is read; behind the last record may be what Kafka keeps for itself."""
        self.ends: dict[TopicPartition, int] = {}
        """Where each one's end was when it was last asked for."""

    @property
    def sources(self) -> frozenset[TopicPartition]:
        """What is read."""
        return frozenset(self._consumer.assignment())

    async def bounds(self, source: TopicPartition) -> tuple[int, int]:
        """Return the first offset of a partition and its end; the embedded broker's end may be too early."""
        (first,) = (await self._consumer.beginning_offsets([source])).values()
        (end,) = (await self._consumer.end_offsets([source])).values()
        return first, end

    async def since(self, source: TopicPartition, at_ms: int) -> int | None:
        """Return the offset of the first record at a time or later; ``None`` where there is none."""
        found = (await self._consumer.offsets_for_times({source: at_ms}))[source]
        return None if found is None else int(found.offset)

    def begin(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Read these from now on, each from its offset, or from the first that there is behind it."""
        self._consumer.assign(list(offsets))
        self.rewind(offsets)

    def rewind(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Go on with these at their offsets."""
        for source, offset in offsets.items():
            self._consumer.seek(source, offset)
        self.positions.update(offsets)

    async def to_the_ends(self, sources: Iterable[TopicPartition] | None = None) -> AsyncIterator[Fetched]:
        """Yield what there is before the ends that Kafka names now, and maybe some more; of all, or of some.

        Raises
        ------
        ChangelogError
            Where Kafka gives nothing for too long.
        aiokafka.errors.KafkaError
            Where it cannot be read.
        """
        waiting = set(self.sources if sources is None else sources)
        for source in waiting:
            self.ends.pop(source, None)
        loop = asyncio.get_running_loop()
        quiet_s = 0.0
        while waiting:
            begun = loop.time()
            try:
                async with asyncio.timeout(self._stalled_s):
                    fetched = await self.poll(*waiting, timeout_ms=_POLL_MS)
                    has_moved = [await self._moved(source) for source in waiting]
            except TimeoutError as error:
                raise self._stalled(waiting) from error
            quiet_s = 0.0 if any(has_moved) else quiet_s + loop.time() - begun
            yield fetched
            waiting = {source for source in waiting if not self._is_read(source)}
            if waiting and quiet_s > self._stalled_s:
                raise self._stalled(waiting)

    async def poll(self, *sources: TopicPartition, timeout_ms: int = 0) -> Fetched:
        """Return what has come, of all or of some, waiting for it at most ``timeout_ms``.

        Raises
        ------
        aiokafka.errors.KafkaError
            Where nothing would come any more; make another reader.
        """
        check_fetching(self._consumer)
        fetched: Fetched = await self._consumer.getmany(*sources, timeout_ms=timeout_ms)
        return fetched

    async def _moved(self, source: TopicPartition) -> bool:
        # What a fetch says of the end is right on either broker, and what is written behind it is not waited for.
        if source not in self.ends and (end := self._consumer.highwater(source)) is not None:
            self.ends[source] = end
        before = self.positions.get(source)
        self.positions[source] = await self._consumer.position(source)
        return self.positions[source] != before

    def _is_read(self, source: TopicPartition) -> bool:
        return source in self.ends and self.positions[source] >= self.ends[source]

    def _stalled(self, sources: Iterable[TopicPartition]) -> ChangelogError:
        waiting = ", ".join(
            f"{s.topic}, partition {s.partition} (at {self.positions.get(s, '?')} of {self.ends.get(s, '?')})"
            for s in sorted(sources)
        )
        return ChangelogError(f"nothing comes of {waiting}")


async def log_reader(clients: Session, *topics: str, fetch_wait_ms: int = FOLLOW_WAIT_MS) -> LogReader:
    """Return a reader of whole topics, partitions that they are given later as well; of none, ``begin`` says which.

    Raises
    ------
    aiokafka.errors.KafkaError, OSError, TimeoutError
        Where Kafka does not answer.
    """
    consumer = await clients.consumer(*topics, fetch_max_wait_ms=fetch_wait_ms, max_partition_fetch_bytes=_FETCH_BYTES)
    return LogReader(consumer, _STALLED_S + clients.kafka.session_timeout_s)


@asynccontextmanager
async def reading(
    kafka: KafkaSettings, name: str, *topics: str, fetch_wait_ms: int = _WAIT_MS
) -> AsyncIterator[LogReader]:
    """Let topics be read in a session of their own, under a name; as ``log_reader``."""
    async with Session(kafka, name) as clients:
        yield await log_reader(clients, *topics, fetch_wait_ms=fetch_wait_ms)
