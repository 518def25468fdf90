"""Reads all topics that may hold what is to be erased, from their beginnings, and goes on reading."""

import asyncio
from collections.abc import Callable, Sequence

from aiokafka import TopicPartition

from alerts.erasing.matches import KEPT, PASSING, STAGE, WATCH, Matches
from streams.kafka.administration.topic_retention import partition_counts
from streams.kafka.administration.topics import table_topics
from streams.kafka.reading.log_reader import Fetched, LogReader
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import TOPICS

_POLL_MS = 200


class Search:
    """Hands every record to the matches: first of the topics that say what there is to look for, then of the others.

    Parameters
    ----------
    kafka
        Where Kafka is. The topics must exist; of the changelogs those are read that do.
    reader
        Of what is committed: what was taken back is nowhere shown, and goes with the rest.
    matches
        What is told of each record.
    report
        Told how far it is: topics, records read, records in all.
    """

    def __init__(
        self, kafka: KafkaSettings, reader: LogReader, matches: Matches, report: Callable[[str, int, int], None]
    ) -> None:
        self._kafka = kafka
        self._reader = reader
        self._matches = matches
        self._report = report
        prefixed = {kafka.topic(topic): topic.name for topic in TOPICS if topic.name in {*PASSING, *KEPT}}
        watch, stage = table_topics(kafka)
        self._names = {**prefixed, watch: WATCH, stage: STAGE}
        self._sources: dict[str, list[TopicPartition]] = {}

    @property
    def partitions(self) -> dict[str, int]:
        """How many partitions each topic has."""
        return {name: len(sources) for name, sources in self._sources.items()}

    async def run(self) -> None:
        """Read all that there is.

        Raises
        ------
        ChangelogError, aiokafka.errors.KafkaError, OSError, TimeoutError
            Where Kafka does not answer, or gives nothing for too long.
        """
        for full, count in (await asyncio.to_thread(partition_counts, self._kafka, self._names)).items():
            self._sources[self._names[full]] = [TopicPartition(full, partition) for partition in range(count)]
        self._reader.begin({source: 0 for sources in self._sources.values() for source in sources})
        await self._to_the_end(PASSING)
        known = -1
        while known != len(self._matches.posts):
            # An incident may show posts that all else has forgotten: then those before it are looked at again.
            known = len(self._matches.posts)
            self._reader.rewind(dict.fromkeys(self._of(KEPT), 0))
            for name in KEPT:
                self._matches.hits[name].found = 0
            await self._to_the_end(KEPT)

    async def poll(self) -> None:
        """Read what has come since."""
        self._take(await self._reader.poll(timeout_ms=_POLL_MS))

    def _of(self, names: Sequence[str]) -> list[TopicPartition]:
        return [source for name in names for source in self._sources.get(name, ())]

    async def _to_the_end(self, names: Sequence[str]) -> None:
        sources, ends, at = self._of(names), self._reader.ends, self._reader.positions
        async for fetched in self._reader.to_the_ends(sources):
            self._take(fetched)
            # Offsets are told here: what compaction has left out is passed over at once.
            self._report(
                ", ".join(names), sum(at[s] for s in sources), sum(max(ends.get(s, 0), at[s]) for s in sources)
            )

    def _take(self, fetched: Fetched) -> None:
        for source, records in fetched.items():
            name = self._names[source.topic]
            for record in records:
                self._matches.take(name, source.partition, record.key, record.value, record.timestamp / 1000)
