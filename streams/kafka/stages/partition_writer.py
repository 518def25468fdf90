"""Writes what one owner of a partition leads to: all of it or nothing, and nothing once there is another owner.

Kafka's transactions do both: a transaction is seen whole or not at all by whoever reads what is committed, and of a
transactional id Kafka knows one producer, the newest. Opening a writer ends what an earlier owner of the partition had
begun, and refuses whatever he sends afterwards, be he paused, cut off or half dead.

The embedded broker has no transactions. There records go out in the order given, each phase waited for, and two owners
at once are not kept apart: it is for one worker.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import IllegalOperation, InvalidProducerEpoch, KafkaError, ProducerFenced

from streams.kafka.access.clients import async_producer
from streams.kafka.leaked_cancellation import leaks_are_errors
from streams.kafka.outgoing import Outgoing
from streams.kafka.sending import by, send_and_wait
from streams.kafka.settings import KafkaSettings

_log = structlog.get_logger(__name__)

_OPEN_S = 30.0
_WRITE_S = 20.0
"""A write that takes longer is given up; when the partition is adopted again, Kafka says whether it happened."""
_REQUEST_MS = 15_000
_LINGER_MS = 2
_CLOSE_S = 60.0

FENCED = (ProducerFenced, InvalidProducerEpoch)
"""What Kafka answers to a writer whose partition another one has opened."""

_OF_A_FAILED_PRODUCER = (IllegalOperation, AssertionError)
"""What aiokafka says of each call once a producer has failed for good."""

_closing: set[asyncio.Task[None]] = set()


class PartitionWriter:
    """One producer for one partition of one stage.

    Any failure leaves it unusable: close it, and open another one.

    Parameters
    ----------
    kafka
        Where Kafka is.
    owner
        What is owned, for example ``watch-3``: with the group it makes the transactional id.
    is_fenced
        Whether the broker has transactions.
    """

    def __init__(self, kafka: KafkaSettings, owner: str, *, is_fenced: bool) -> None:
        self.owner = owner
        self._is_fenced = is_fenced
        self._lock = asyncio.Lock()
        self._is_broken = False
        options: dict[str, Any] = {}
        if is_fenced:
            options["transactional_id"] = f"{kafka.group}-{owner}"
            options["transaction_timeout_ms"] = int(max(kafka.session_timeout_s, _WRITE_S) * 1000)
        self._producer = async_producer(
            kafka,
            client_id=f"tocsin-{owner}",
            acks="all",
            linger_ms=_LINGER_MS,
            request_timeout_ms=_REQUEST_MS,
            **options,
        )

    async def open(self) -> None:
        """Connect, and end what an earlier owner had begun: from now on Kafka takes nothing of him.

        Raises
        ------
        aiokafka.errors.KafkaError, OSError, TimeoutError
            Where Kafka does not answer, or refuses.
        """
        async with asyncio.timeout(_OPEN_S):
            with leaks_are_errors():
                await self._producer.start()

    async def write(self, *phases: Sequence[Outgoing]) -> int:
        """Write all records, in their order, and return when Kafka has them for good.

        Parameters
        ----------
        phases
            Where the broker has no transactions, a phase is begun when Kafka has the one before.

        Returns
        -------
        The offset after the last record, in that record's partition.

        Raises
        ------
        aiokafka.errors.KafkaError, OSError, TimeoutError
            Where it is not known to have happened; ``FENCED`` where the partition has another owner.
        """
        async with self._lock:
            if self._is_broken:
                raise KafkaError(f"the writer of {self.owner} has failed before")
            try:
                async with asyncio.timeout(_WRITE_S):
                    with leaks_are_errors():
                        return await self._write(phases)
            except BaseException as error:
                self._is_broken = True
                if isinstance(error, _OF_A_FAILED_PRODUCER):
                    raise KafkaError(f"the producer of {self.owner} has failed: {error}") from error
                raise

    async def _write(self, phases: Sequence[Sequence[Outgoing]]) -> int:
        if not self._is_fenced:
            after = -1
            for phase in phases:
                after = await self._send(phase) if phase else after
            return after
        await self._producer.begin_transaction()
        after = await self._send([record for phase in phases for record in phase])
        await self._producer.commit_transaction()
        return after

    async def _send(self, records: Sequence[Outgoing]) -> int:
        sent: list[Awaitable[Any]] = []

        async def put(record: Outgoing) -> Awaitable[Any]:
            sent.append(await send(record))
            return sent[-1]

        send = by(self._producer)
        try:
            acknowledged = await send_and_wait(put, records)
        except _OF_A_FAILED_PRODUCER:
            # Why it failed is said of what was given to it before.
            results = await asyncio.gather(*sent, return_exceptions=True)
            causes = [cause for cause in results if isinstance(cause, KafkaError)]
            for cause in sorted(causes, key=lambda cause: not isinstance(cause, FENCED)):
                raise cause from None
            raise
        return int(acknowledged[-1].offset) + 1 if acknowledged else -1

    def close(self) -> None:
        """Disconnect, in the background: a producer whose Kafka is away takes its time."""
        task = asyncio.create_task(_close(self._producer, self.owner), name=f"close-{self.owner}")
        _closing.add(task)
        task.add_done_callback(_closing.discard)


async def closed(timeout_s: float) -> None:
    """Wait until the writers that were closed are gone, for so long at most."""
    if _closing:
        await asyncio.wait(set(_closing), timeout=timeout_s)


async def _close(producer: AIOKafkaProducer, owner: str) -> None:
    try:
        await asyncio.wait_for(producer.stop(), _CLOSE_S)
    except (KafkaError, OSError, TimeoutError, AssertionError) as error:
        _log.debug("producer closed with an error", owner=owner, error=repr(error))
