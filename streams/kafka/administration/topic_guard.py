"""Sees to it, while a process runs, that topics keep the partitions that they must keep, and says how many all have."""

from collections.abc import Mapping
from typing import Any

import structlog
from mode import Service

from streams import metrics
from streams.kafka.access.answers import cause
from streams.kafka.access.session import Session
from streams.kafka.administration.partition_counts import PartitionCounts
from streams.kafka.once_a_minute import OnceAMinute
from streams.kafka.reconnecting import reconnecting
from streams.kafka.settings import KafkaSettings
from streams.kafka.topic_rules import PartitionsChangedError, refuse_changed
from streams.kafka.topics import TOPICS
from streams.kafka.vital import never_ends

_log = structlog.get_logger(__name__)
_LOOK_EVERY_S = 5.0


class TopicGuard(Service):
    """Asks Kafka every few seconds; ends with an error, and the process with it, where one was given partitions.

    Parameters
    ----------
    kafka
        Where Kafka is.
    counts
        Partitions by ``Topic.name`` with which the process began to work.
    """

    def __init__(self, kafka: KafkaSettings, counts: Mapping[str, int], **options: Any) -> None:
        self._kafka = kafka
        self._counts = dict(counts)
        self._log_unanswered = OnceAMinute()
        super().__init__(**options)

    @Service.task
    async def _run(self) -> None:
        async with never_ends("topics", lambda: self.should_stop):
            await self.watch()

    async def watch(self) -> None:
        """Look until stopped.

        Raises
        ------
        PartitionsChangedError
            Where a topic was given partitions that must keep what it had.
        """
        self._report(self._counts)
        await reconnecting(
            self._look, self._failed, lambda: self.should_stop, sleep=self.sleep, longest_s=_LOOK_EVERY_S
        )

    def _failed(self, error: BaseException) -> None:
        metrics.ERRORS.labels("topics").inc()
        if self._log_unanswered.is_due():
            _log.warning("cannot count partitions", error=cause(error))

    async def _look(self) -> None:
        watched = [topic for topic in TOPICS if topic.name in self._counts]
        async with Session(self._kafka, "topics") as clients:
            asking = await clients.own(PartitionCounts(self._kafka, "tocsin-topics"))
            while not self.should_stop:
                self._take(await asking.ask(watched))
                await self.sleep(_LOOK_EVERY_S)

    def _take(self, now: Mapping[str, int]) -> None:
        self._report(now)
        try:
            refuse_changed(self._counts, now)
        except PartitionsChangedError as error:
            _log.error("topic must not grow; this process ends", error=str(error))
            raise
        for name, count in now.items():
            if count != self._counts[name]:
                _log.info("topic has grown", topic=name, had=self._counts[name], partitions=count)
        self._counts = dict(now)

    @staticmethod
    def _report(counts: Mapping[str, int]) -> None:
        for name, count in counts.items():
            metrics.TOPIC_PARTITIONS.labels(name).set(count)
