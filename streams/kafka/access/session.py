"""A stretch of work with Kafka: it makes all clients that the work needs, and closes all of them at its end."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from streams.kafka.access.clients import async_consumer, async_producer
from streams.kafka.access.probe import reach
from streams.kafka.leaked_cancellation import leaks_are_errors
from streams.kafka.settings import KafkaSettings

_log = structlog.get_logger(__name__)

_START_S = 30.0
_CLOSE_S = 1.5

Revoked = Callable[[Collection[TopicPartition]], Awaitable[None]]
Assigned = Callable[[AIOKafkaConsumer, Collection[TopicPartition]], None]


class Client(Protocol):
    """What a session starts and stops: a consumer, a producer, or what has one."""

    async def start(self) -> None:
        """Connect."""

    async def stop(self) -> None:
        """Leave Kafka and disconnect."""


T = TypeVar("T", bound=Client)


class Session:
    """The clients of one stretch of work. As a context it tries the door first (docs/adr/0025).

    Inside of it a cancellation that aiokafka lets out is an error like any other of Kafka.

    Parameters
    ----------
    kafka
        Where Kafka is.
    name
        Who works: for the clients' ids, the group and the log.
    connect_s
        How long to wait for a broker that does not answer.
    """

    def __init__(self, kafka: KafkaSettings, name: str, connect_s: float = 0.0) -> None:
        self.kafka = kafka
        self.name = name
        self._connect_s = connect_s
        self._clients: list[Client] = []

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()
        if isinstance(error, asyncio.CancelledError):
            with leaks_are_errors():
                raise error

    async def open(self) -> None:
        """Return where Kafka lets us in: asynchronous clients do not say why it fails.

        Raises
        ------
        KafkaRefusedError
            If Kafka refuses us.
        KafkaUnavailableError
            Where no broker answers in time.
        """
        await asyncio.to_thread(reach, self.kafka, self._connect_s)

    async def consumer(self, *topics: str, **options: Any) -> AIOKafkaConsumer:
        """Return a consumer of no group, of what is committed: all of the topics, or what it will be assigned.

        Parameters
        ----------
        options
            Those of aiokafka.

        Raises
        ------
        aiokafka.errors.KafkaError, OSError, TimeoutError
            Where Kafka does not answer; of a session's other clients likewise.
        """
        return await self.own(self._consumer(*topics, auto_offset_reset="earliest", **options))

    async def member(
        self,
        topics: Sequence[str],
        *,
        revoked: Revoked | None = None,
        assigned: Assigned | None = None,
        **options: Any,
    ) -> AIOKafkaConsumer:
        """Return a consumer of what is committed that is a member of the group ``GROUP-NAME``, which shares topics out.

        Parameters
        ----------
        revoked
            Awaited before the group rebalances; always gets all partitions held so far.
        assigned
            Told what the group has decided.
        """
        session_ms = int(self.kafka.session_timeout_s * 1000)
        consumer = await self.own(
            self._consumer(
                group_id=f"{self.kafka.group}-{self.name}",
                session_timeout_ms=session_ms,
                heartbeat_interval_ms=max(session_ms // 6, 500),
                **options,
            )
        )
        consumer.subscribe(list(topics), listener=_Listener(consumer, revoked, assigned))
        return consumer

    async def producer(self, **options: Any) -> AIOKafkaProducer:
        """Return a producer whose records count when all replicas have them."""
        return await self.own(async_producer(self.kafka, client_id=f"tocsin-{self.name}", acks="all", **options))

    async def own(self, client: T) -> T:
        """Start a client, and stop it with the session."""
        self._clients.append(client)
        async with asyncio.timeout(_START_S):
            with leaks_are_errors():
                await client.start()
        return client

    async def close(self) -> None:
        """Stop the clients, the last first, each within seconds; where one does not leave in peace, go on."""
        while self._clients:
            client = self._clients.pop()
            try:
                with leaks_are_errors():
                    await asyncio.wait_for(client.stop(), _CLOSE_S)
            except (KafkaError, OSError, TimeoutError) as error:
                what = type(client).__name__
                _log.warning("client closed without leaving its group", stage=self.name, client=what, error=repr(error))

    def _consumer(self, *topics: str, **options: Any) -> AIOKafkaConsumer:
        return async_consumer(
            self.kafka,
            *topics,
            client_id=f"tocsin-{self.name}",
            enable_auto_commit=False,
            isolation_level="read_committed",
            **options,
        )


class _Listener(ConsumerRebalanceListener):
    def __init__(self, consumer: AIOKafkaConsumer, revoked: Revoked | None, assigned: Assigned | None) -> None:
        self._consumer = consumer
        self._revoked = revoked
        self._assigned = assigned

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        if self._revoked is not None:
            await self._revoked(revoked)

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        if self._assigned is not None:
            self._assigned(self._consumer, assigned)
