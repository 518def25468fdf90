"""The writers of the outbox's partitions: Kafka accepts records of a delivery from no other process.

Of two processes that both believe a partition to be theirs, Kafka takes claims and outcomes of the one that opened its
writer last.
"""

import asyncio
import operator
from collections.abc import Awaitable, Callable, Iterable

import structlog
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from tenacity import AsyncRetrying, retry_if_result

from alerts.deliveries.delivery import smaller_deliveries
from alerts.deliveries.outbox import Record
from alerts.health import metrics
from streams.kafka.access.answers import cause
from streams.kafka.outgoing import Outgoing, json_record
from streams.kafka.reconnecting import back_off
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.partition_writer import FENCED, PartitionWriter
from streams.kafka.topics import DELIVERIES

_log = structlog.get_logger(__name__)


class OutboxWriters:
    """One writer for each partition that this process has.

    Parameters
    ----------
    kafka
        Where Kafka is.
    confirm
        Returns where the group says that a partition is still this process's. It raises ``CommitFailedError`` or
        ``IllegalStateError`` where it is not, another ``KafkaError``, ``OSError`` or ``TimeoutError`` where Kafka does
        not say.
    lost
        Called with a partition that another process has.
    """

    def __init__(
        self, kafka: KafkaSettings, confirm: Callable[[int], Awaitable[None]], lost: Callable[[int], None]
    ) -> None:
        self.is_fenced = True
        """Whether the broker has transactions."""
        self._kafka = kafka
        self._confirm = confirm
        self._lost = lost
        self._writers: dict[int, PartitionWriter] = {}

    async def open(self, partitions: Iterable[int], then: Callable[[], Awaitable[None]]) -> dict[int, int]:
        """Fence the earlier owners of partitions, and write a mark after their last record.

        Parameters
        ----------
        then
            What else must succeed before the partitions are this process's.

        Returns
        -------
        The offset after the mark, by partition.

        Raises
        ------
        aiokafka.errors.KafkaError, OSError, TimeoutError
            Where Kafka does not take it, or whatever ``then`` raises; no writer is left open.
        """
        fresh = {partition: self._writer(partition) for partition in partitions}
        try:
            ends = await asyncio.gather(*(self._mark(partition, writer) for partition, writer in fresh.items()))
            await then()
        except BaseException:
            for writer in fresh.values():
                writer.close()
            raise
        self._writers |= fresh
        return dict(ends)

    def close(self, partition: int) -> None:
        """Write to a partition no more."""
        if (writer := self._writers.pop(partition, None)) is not None:
            writer.close()

    async def write(self, records: Iterable[Record]) -> bool:
        """Write records in order, each when Kafka has the one before; where it does not take them, try again.

        Returns
        -------
        Whether all are written. Not so where the partition has gone to another process meanwhile.
        """
        for record in records:
            if not await self._patient(record.partition)(self._put, record.partition, self._outgoing(record)):
                return False
        return True

    def _patient(self, partition: int) -> AsyncRetrying:
        """Return what tries again until something is written, or the partition has gone."""
        return AsyncRetrying(
            wait=back_off(),
            retry=retry_if_result(operator.not_),
            stop=lambda _: partition not in self._writers,
            retry_error_callback=lambda _: False,
        )

    async def _put(self, partition: int, outgoing: Outgoing) -> bool:
        writer = self._writers.get(partition)
        if writer is None:
            return False
        try:
            await writer.write([outgoing])
        except FENCED:
            if self._writers.get(partition) is writer:
                self._lost(partition)
            return False
        except (KafkaError, OSError, TimeoutError, IllegalStateError) as error:
            metrics.ERRORS.labels("outbox_kafka").inc()
            _log.warning("cannot write to Kafka; trying again", stage="outbox", error=cause(error))
            await self._open_anew(partition, writer)
            return False
        return True

    async def _open_anew(self, partition: int, broken: PartitionWriter) -> None:
        """Replace a writer that failed, where the group says that the partition is still this process's."""
        if self._writers.get(partition) is not broken:
            return
        fresh = self._writer(partition)
        try:
            await self._confirm(partition)
            await fresh.open()
        except (CommitFailedError, IllegalStateError):
            fresh.close()
            self._lost(partition)
        except (KafkaError, OSError, TimeoutError) as error:
            fresh.close()
            _log.warning("cannot write to Kafka; trying again", stage="outbox", error=cause(error))
        else:
            if self._writers.get(partition) is broken:
                self._writers[partition] = fresh
                broken.close()
            else:
                fresh.close()

    async def _mark(self, partition: int, writer: PartitionWriter) -> tuple[int, int]:
        await writer.open()
        mark = Outgoing(self._kafka.topic(DELIVERIES), None, f"@adopted/{partition}".encode(), partition)
        return partition, await writer.write([mark])

    def _writer(self, partition: int) -> PartitionWriter:
        return PartitionWriter(self._kafka, f"outbox-{partition}", is_fenced=self.is_fenced)

    def _outgoing(self, record: Record) -> Outgoing:
        topic, key = self._kafka.topic(DELIVERIES), record.key.encode()
        if record.delivery is None:
            return Outgoing(topic, None, key, record.partition)
        return json_record(topic, record.delivery, key, record.partition, smaller_deliveries)
