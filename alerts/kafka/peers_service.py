"""Reads the closed bins of brands and their peers, and has incidents compared: the stage waits for none of it."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import structlog
from aiokafka import TopicPartition
from mode import Service

from alerts.health import metrics
from alerts.incidents.comparing import comparisons_due
from alerts.incidents.peer_levels import KEPT_S, PeerLevels
from alerts.kafka.incidents_agent import IncidentsAgent
from streams.kafka.outgoing import Outgoing
from streams.kafka.reading.log_reader import FOLLOW_WAIT_MS, LogReader, reading
from streams.kafka.reconnecting import reconnecting
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import COMMANDS, OBSERVATIONS
from streams.kafka.vital import never_ends
from streams.wire.closed_mark import ClosedMark, is_mark
from streams.wire.observation_row import SKEW_S, ObservationRow

_log = structlog.get_logger(__name__)
_EVERY_S = 2.0
_READ_S = KEPT_S + 3600 + SKEW_S
"""So far back is read at the start: incidents that opened while no worker ran are compared as well."""


class PeersService(Service):
    """Follows the topic ``observations`` where a brand names peers.

    Parameters
    ----------
    kafka
        Where Kafka is.
    agent
        The incident stage of this process, which knows its incidents, and which brands name peers.
    bin_s
        Length of a bin, seconds.
    now
        Wall clock, epoch seconds.
    """

    def __init__(
        self,
        kafka: KafkaSettings,
        agent: IncidentsAgent,
        bin_s: int,
        *,
        now: Callable[[], float] = time.time,
        **options: Any,
    ) -> None:
        self._kafka = kafka
        self._agent = agent
        self._bin_s = bin_s
        self._now = now
        super().__init__(**options)

    @Service.task
    async def _run(self) -> None:
        async with never_ends("the comparison with peers", lambda: self.should_stop):
            while not self.should_stop:
                if self._agent.peers:
                    await reconnecting(self._serve, self._failed, lambda: self.should_stop, sleep=self.sleep)
                else:
                    await self.sleep(_EVERY_S)

    async def _serve(self) -> None:
        """Compare until other peers are named: of those more must be read."""
        peers, levels = self._agent.peers, PeerLevels()
        wanted = frozenset(name.encode() for names in peers.values() for name in names)
        async with reading(self._kafka, "peers", fetch_wait_ms=FOLLOW_WAIT_MS) as reader:
            await self._begin(reader, levels)
            while not self.should_stop and self._agent.peers == peers:
                async for fetched in reader.to_the_ends():
                    for records in fetched.values():
                        for record in records:
                            if is_mark(record.key) or record.key in wanted:
                                self.take(levels, record.key, record.value)
                for partition, record in self.compared(levels):
                    await self._agent.publish(partition, [record])
                levels.forget()
                await self.sleep(_EVERY_S)

    async def _begin(self, reader: LogReader, levels: PeerLevels) -> None:
        since = int(self._now()) - _READ_S
        begin: dict[TopicPartition, int] = {}
        for partition in range(self._agent.partitions):
            source = TopicPartition(self._kafka.topic(OBSERVATIONS), partition)
            _, end = await reader.bounds(source)
            found = await reader.since(source, since * 1000)
            begin[source] = end if found is None else found
            if begin[source] > 0:
                levels.begin(partition, since + SKEW_S)
        reader.begin(begin)

    def compared(self, levels: PeerLevels) -> Iterator[tuple[int, Outgoing]]:
        """Yield partition and command of each comparison that can be made by now, of the incidents held here."""
        agent, topic = self._agent, self._kafka.topic(COMMANDS)
        for name, names in agent.peers.items():
            for command in comparisons_due(
                agent.incidents_of(name),
                names,
                levels,
                bin_s=self._bin_s,
                partition_of=lambda brand: agent.partition_of(brand.encode()),
                now=self._now(),
            ):
                key = name.encode()
                partition = agent.partition_of(key)
                yield partition, Outgoing(topic, msgspec.json.encode(command), key, partition)

    @staticmethod
    def take(levels: PeerLevels, key: bytes | None, value: bytes | None) -> None:
        """Take one record of ``observations``; one that cannot be read is counted, logged and skipped."""
        try:
            if is_mark(key):
                mark = msgspec.json.decode(value or b"", type=ClosedMark)
                levels.close(mark.partition, mark.until)
            else:
                levels.take(msgspec.json.decode(value or b"", type=ObservationRow))
        except msgspec.MsgspecError:
            metrics.ERRORS.labels("peers_decode").inc()
            _log.exception("cannot decode observation; skipped", brand=(key or b"").decode(errors="replace"))

    @staticmethod
    def _failed(error: BaseException) -> None:
        metrics.ERRORS.labels("peers").inc()
        _log.warning("cannot compare brands with their peers; trying again", error=repr(error))
