"""Puts what people ask for on the topic ``commands``."""

from collections.abc import Callable

import msgspec
import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from alerts.errors import AlertsError
from alerts.incidents.command import Command
from streams.brand import watch_partition
from streams.errors import KafkaUnavailableError
from streams.kafka.access.clients import CONNECT_S
from streams.kafka.access.session import Session
from streams.kafka.leaked_cancellation import leaks_are_errors
from streams.kafka.once_a_minute import OnceAMinute
from streams.kafka.reconnecting import reconnecting
from streams.kafka.settings import KafkaSettings
from streams.kafka.topic_rules import PartitionsChangedError, refuse_changed, refuse_unequal
from streams.kafka.topics import COMMANDS, VERDICTS

_METADATA_MS = 10_000
"""Partitions that were added are noticed so soon."""
_TRY_AGAIN_S = 2.0
"""The longest wait; people are waiting for the answer."""

_log = structlog.get_logger(__name__)


class CommandsProducer:
    """Sends commands, each to the partition of its brand, by the number of partitions that there were at the start.

    The incident stage relies on this number too, and ends if it is no longer true; so does this.

    Parameters
    ----------
    kafka
        Where Kafka is. The topic must exist.
    """

    def __init__(self, kafka: KafkaSettings) -> None:
        self._kafka = kafka
        self._clients = Session(kafka, "commands")
        self._producer: AIOKafkaProducer | None = None
        self._partitions = 0

    async def start(self, connect_s: float = CONNECT_S) -> None:
        """Connect, waiting for a broker for ``connect_s``.

        Raises
        ------
        KafkaUnavailableError
            Where no broker answers to the end, or none lets us in.
        PartitionsChangedError
            Where ``commands`` has not as many partitions as the verdicts that they answer.
        """
        self._clients = Session(self._kafka, "commands", connect_s)
        await self._clients.open()
        try:
            producer = await self._clients.producer(request_timeout_ms=10_000, metadata_max_age_ms=_METADATA_MS)
            counts = {
                topic.name: len(await producer.partitions_for(self._kafka.topic(topic)))
                for topic in (COMMANDS, VERDICTS)
            }
            refuse_unequal(counts)
        except (PartitionsChangedError, KafkaError, OSError) as error:
            await self._clients.close()
            if isinstance(error, PartitionsChangedError):
                raise
            raise KafkaUnavailableError(
                f"no Kafka broker answers at {', '.join(self._kafka.brokers)} ({error}); correct kafka.brokers"
            ) from error
        self._producer = producer
        self._partitions = counts[COMMANDS.name]

    async def start_when_possible(self, is_to_stop: Callable[[], bool] = lambda: False) -> None:
        """Connect as soon as a broker answers: Kafka may go in the very second in which a process starts."""
        warning = OnceAMinute()

        def failed(error: BaseException) -> None:
            if warning.is_due():
                _log.warning("waiting for Kafka", error=str(error))

        await reconnecting(lambda: self.start(connect_s=0.0), failed, is_to_stop, longest_s=_TRY_AGAIN_S)

    async def stop(self) -> None:
        """Disconnect."""
        self._producer = None
        await self._clients.close()

    async def send(self, command: Command) -> None:
        """Send, and return when Kafka has it.

        Raises
        ------
        AlertsError
            Where Kafka does not take it; sending the same command again does no harm.
        PartitionsChangedError
            Where the topic was given partitions since the start: nobody may know where the command is to be found.
        """
        topic = self._kafka.topic(COMMANDS)
        if self._producer is None:
            raise AlertsError("a command cannot be sent before the connection to Kafka is made")
        try:
            live = len(await self._producer.partitions_for(topic))
            refuse_changed({COMMANDS.name: self._partitions}, {COMMANDS.name: live})
            partition = watch_partition(command.brand, self._partitions)
            value = msgspec.json.encode(command)
            with leaks_are_errors():
                await self._producer.send_and_wait(topic, value, key=command.brand.encode(), partition=partition)
        except (KafkaError, OSError) as error:
            raise AlertsError(f"Kafka does not take the command {command.type} now ({error!r}); try again") from error
