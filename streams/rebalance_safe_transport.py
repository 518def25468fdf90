"""Faust's transport for Kafka, with the fault mended that let records be lost in a rebalance.

Faust fetches with the set of partitions that are active, and pauses partitions by taking them out of it. In a
rebalance it pauses all of them, while a fetch may still be waiting; and aiokafka takes an empty choice of partitions
for all. So that fetch took records of whatever partition, which Faust then threw away as paused, and the position
was past them. Where they were the last of a table's changelog, the table's recovery waited for them for ever and its
stage was silent; where they were not, the table lacked rows.
"""

from collections.abc import Container
from typing import Any

import aiokafka
from faust.transport.drivers import aiokafka as driver


class _ActiveNow(Container[object]):
    """Membership in a set that changes; true even while the set is empty."""

    def __init__(self, partitions: Container[object]) -> None:
        self._partitions = partitions

    def __contains__(self, partition: object) -> bool:
        return partition in self._partitions


class _Thread(driver.AIOKafkaConsumerThread):
    async def _fetch_records(
        self,
        consumer: aiokafka.AIOKafkaConsumer,
        active_partitions: Any,
        timeout: float | None = None,  # noqa: ASYNC109 - Faust's signature
        max_records: int | None = None,
    ) -> Any:
        return await super()._fetch_records(consumer, _ActiveNow(active_partitions), timeout, max_records)


class _Consumer(driver.Consumer):
    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return _Thread(self, loop=self.loop, beacon=self.beacon)


# As Faust's own: `run_services` asks Faust's loggers for warnings alone.
_Thread.logger = _Consumer.logger = driver.logger


class RebalanceSafeTransport(driver.Transport):
    """Takes records from partitions that are active at that moment, and from no other."""

    Consumer = _Consumer
