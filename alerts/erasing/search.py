"""Reads all topics that may hold what is to be erased, from their beginnings, and goes on reading."""

import asyncio
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from aiokafka import TopicPartition

from alerts.erasing.matches import KEPT, PASSING, STAGE, WATCH, Matches
from streams.kafka.access.clients import async_consumer
from streams.kafka.administration.topic_retention import partition_counts
from streams.kafka.administration.topics import table_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import TOPICS
from streams.kafka.vital import check_fetching

_START_S = 30.0
_STALLED_S = 60.0
_CLOSE_S = 5.0
_POLL_MS = 200
_FETCH_WAIT_MS = 100


class Search:
    """Hands every record to the matches: first of the topics that say what there is to look for, then of the others.

    Parameters
    ----------
    kafka
        Where Kafka is. The topics must exist; of the changelogs those are read that do.
    matches
        What is told of each record.
    say
        Told how far it is: topics, records read, records in all.
    """

    def __init__(self, kafka: KafkaSettings, matches: Matches, say: Callable[[str, int, int], None]) -> None:
        self._kafka = kafka
        self._matches = matches
        self._say = say
        prefixed = {kafka.topic(topic): topic.name for topic in TOPICS if topic.name in {*PASSING, *KEPT}}
        watch, stage = table_topics(kafka)
        self._names = {**prefixed, watch: WATCH, stage: STAGE}
        self._consumer = async_consumer(
            kafka,
            client_id="tocsin-erase",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            # What was taken back is nowhere shown, and goes with the rest.
            isolation_level="read_committed",
            fetch_max_wait_ms=_FETCH_WAIT_MS,
            max_partition_fetch_bytes=4 * 1_048_576,
        )
        self._sources: dict[str, list[TopicPartition]] = {}
        self._read = 0

    async def __aenter__(self) -> Self:
        try:
            async with asyncio.timeout(_START_S):
                await self._consumer.start()
        except BaseException:
            await self._consumer.stop()
            raise
        for full, count in (await asyncio.to_thread(partition_counts, self._kafka, self._names)).items():
            self._sources[self._names[full]] = [TopicPartition(full, partition) for partition in range(count)]
        everything = [source for sources in self._sources.values() for source in sources]
        self._consumer.assign(everything)
        await self._consumer.seek_to_beginning(*everything)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await asyncio.wait_for(self._consumer.stop(), _CLOSE_S)

    @property
    def partitions(self) -> dict[str, int]:
        """How many partitions each topic has."""
        return {name: len(sources) for name, sources in self._sources.items()}

    async def run(self) -> None:
        """Read all that there is.

        Raises
        ------
        aiokafka.errors.KafkaError, OSError, TimeoutError
            Where Kafka does not answer, or gives nothing for a minute.
        """
        await self._to_the_end(PASSING)
        known = -1
        while known != len(self._matches.posts):
            # An incident may show posts that all else has forgotten: then those before it are looked at again.
            known = len(self._matches.posts)
            kept = self._of(KEPT)
            await self._consumer.seek_to_beginning(*kept)
            for name in KEPT:
                self._matches.hits[name].found = 0
            await self._to_the_end(KEPT)

    async def poll(self) -> None:
        """Read what has come since."""
        check_fetching(self._consumer)
        self._take(await self._consumer.getmany(timeout_ms=_POLL_MS))

    def _of(self, names: Sequence[str]) -> list[TopicPartition]:
        return [source for name in names for source in self._sources.get(name, ())]

    async def _to_the_end(self, names: Sequence[str]) -> None:
        sources = set(self._of(names))
        loop = asyncio.get_running_loop()
        ends: dict[TopicPartition, int] = {}
        at: dict[TopicPartition, int] = {}
        moved_at = loop.time()
        while sources:
            check_fetching(self._consumer)
            self._take(await self._consumer.getmany(*sources, timeout_ms=_POLL_MS))
            for source in list(sources):
                if source not in ends and (end := self._end(source)) is not None:
                    ends[source] = end
                position = await self._consumer.position(source)
                if position != at.get(source):
                    at[source], moved_at = position, loop.time()
                if source in ends and position >= ends[source]:
                    sources.discard(source)
            # Offsets are told here: what compaction has left out is passed over at once.
            self._say(", ".join(names), sum(at.values()), sum(max(ends.get(s, 0), at[s]) for s in at))
            if loop.time() - moved_at > _STALLED_S:
                waiting = ", ".join(f"{source.topic}/{source.partition}" for source in sorted(sources))
                raise TimeoutError(f"nothing comes of {waiting}")

    def _end(self, source: TopicPartition) -> int | None:
        """Return the offset up to which a partition can be read now, by the last answer; ``None`` before any."""
        stable: int | None = self._consumer.last_stable_offset(source)
        end: int | None = self._consumer.highwater(source) if stable is None or stable < 0 else stable
        return end

    def _take(self, fetched: dict[TopicPartition, list[object]]) -> None:
        for source, records in fetched.items():
            name = self._names[source.topic]
            for record in records:
                self._matches.take(name, source.partition, record.key, record.value, record.timestamp / 1000)  # type: ignore[attr-defined]
