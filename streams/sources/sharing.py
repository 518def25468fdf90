"""Shares sources out among the processes that listen: each is a member of a group, and has some of its partitions."""

from collections.abc import Awaitable, Callable, Collection

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams import metrics
from streams.kafka.access.answers import cause
from streams.kafka.access.session import Session
from streams.kafka.once_a_minute import OnceAMinute
from streams.kafka.reconnecting import reconnecting
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import CHECKPOINTS
from streams.kafka.vital import check_fetching

_log = structlog.get_logger(__name__)
_POLL_MS = 200


class Sharing:
    """Says which partitions are this process's now.

    While the members share out anew, nobody is told to stop: what has gone to another is told when all is decided, and
    until then Kafka refuses the checkpoints of whoever lost a source without knowing.

    Parameters
    ----------
    kafka
        Where Kafka is. The topic ``sources.checkpoints`` must exist.
    group
        Behind ``kafka.group``.
    changed
        Told the partitions, whenever they are decided.
    is_to_stop, sleep
        As in ``streams.kafka.reconnecting``.
    """

    def __init__(
        self,
        kafka: KafkaSettings,
        group: str,
        changed: Callable[[frozenset[int]], None],
        *,
        is_to_stop: Callable[[], bool],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._kafka = kafka
        self._group = group
        self._changed = changed
        self._is_to_stop = is_to_stop
        self._sleep = sleep
        self._log_unreachable = OnceAMinute()
        self.has_joined = False

    async def run(self) -> None:
        """Be a member until asked to stop, and leave."""
        await reconnecting(self._serve, self._failed, self._is_to_stop, sleep=self._sleep)

    async def _serve(self) -> None:
        async with Session(self._kafka, self._group) as clients:
            try:
                member = await clients.member(
                    [self._kafka.topic(CHECKPOINTS)], assigned=self._assigned, auto_offset_reset="latest"
                )
                while not self._is_to_stop():
                    check_fetching(member)
                    await member.getmany(timeout_ms=_POLL_MS)
            finally:
                self.has_joined = False

    def _assigned(self, member: AIOKafkaConsumer, partitions: Collection[TopicPartition]) -> None:
        # Nothing is read by this consumer: it is a member, no more.
        member.pause(*partitions)
        # While the members share out anew, most comes back in a moment: only what they decided is told.
        self.has_joined = True
        self._changed(frozenset(source.partition for source in partitions))

    def _failed(self, error: BaseException) -> None:
        metrics.ERRORS.labels("listen_kafka").inc()
        if self._log_unreachable.is_due():
            _log.warning("cannot use Kafka; trying again", brokers=self._kafka.brokers, error=cause(error))
