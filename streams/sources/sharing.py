"""Shares sources out among the processes that listen: each is a member of a group, and has some of its partitions."""

from collections.abc import Awaitable, Callable, Iterable
from typing import cast

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

from streams import metrics
from streams.kafka.access.answers import cause
from streams.kafka.access.clients import async_consumer, knocked
from streams.kafka.once_a_minute import OnceAMinute
from streams.kafka.reconnecting import reconnecting
from streams.kafka.settings import KafkaSettings
from streams.kafka.stopping import stop_client
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
        self._consumer: AIOKafkaConsumer | None = None
        self._say_unreachable = OnceAMinute()
        self.has_joined = False

    async def run(self) -> None:
        """Be a member until asked to stop, and leave."""
        await reconnecting(self._serve, self._failed, self._is_to_stop, sleep=self._sleep)

    async def _serve(self) -> None:
        session_ms = int(self._kafka.session_timeout_s * 1000)
        await knocked(self._kafka)
        self._consumer = async_consumer(
            self._kafka,
            client_id="tocsin-listen",
            group_id=f"{self._kafka.group}-{self._group}",
            enable_auto_commit=False,
            auto_offset_reset="latest",
            session_timeout_ms=session_ms,
            heartbeat_interval_ms=max(session_ms // 6, 500),
        )
        try:
            await self._consumer.start()
            self._consumer.subscribe([self._kafka.topic(CHECKPOINTS)], listener=_Rebalance(self))
            while not self._is_to_stop():
                check_fetching(self._consumer)
                await self._consumer.getmany(timeout_ms=_POLL_MS)
        finally:
            self.has_joined = False
            await stop_client(self._consumer, "client closed without leaving its group", client="listen")

    def assigned(self, partitions: Iterable[TopicPartition]) -> None:
        """Take note of what the group has decided."""
        mine = list(partitions)
        if mine:
            # Nothing is read by this consumer: it is a member, no more.
            cast("AIOKafkaConsumer", self._consumer).pause(*mine)
        self.has_joined = True
        self._changed(frozenset(source.partition for source in mine))

    def _failed(self, error: BaseException) -> None:
        metrics.ERRORS.labels("listen_kafka").inc()
        if self._say_unreachable.is_due():
            _log.warning("cannot use Kafka; trying again", brokers=self._kafka.brokers, error=cause(error))


class _Rebalance(ConsumerRebalanceListener):
    def __init__(self, sharing: Sharing) -> None:
        self._sharing = sharing

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        del revoked  # all of them, always: most come back in a moment

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._sharing.assigned(assigned)
