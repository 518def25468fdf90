"""Tells our own cancellation from one that aiokafka lets out, and lets no task of a service end in silence."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Protocol

import structlog
from aiokafka.errors import KafkaError
from mode.types import ServiceT

from streams.errors import StreamsError

_log = structlog.get_logger(__name__)

_CLOSE_S = 1.5


class Stoppable(Protocol):
    """A client of Kafka: a consumer, a producer, or a reader that has one."""

    async def stop(self) -> None:
        """Leave Kafka and disconnect."""


class TaskEndedError(StreamsError):
    """A task that must run as long as its process has ended; the process ends with it, and is started anew."""


class LeakedCancellationError(KafkaError):
    """aiokafka has let out the cancellation of a task of its own; nobody has cancelled ours."""


@contextmanager
def leaks_are_errors() -> Iterator[None]:
    """Raise our own cancellation as it is, and one that aiokafka lets out as an error that can be survived.

    Raises
    ------
    LeakedCancellationError
        Where what runs inside was cancelled, and our own task was not.
    """
    try:
        yield
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise LeakedCancellationError("aiokafka was cancelled within") from error


@asynccontextmanager
async def never_ends(service: ServiceT, name: str) -> AsyncIterator[None]:
    """Make the service fail where what runs inside ends before the service is asked to stop.

    A task that raises makes its service crash, and the process with it; one that returns, or is ended by somebody
    else's cancellation, would be missed by nobody.

    Parameters
    ----------
    service
        Whose task it is.
    name
        Of the task, for the message.

    Raises
    ------
    TaskEndedError
        Where it ended without having been asked to.
    """
    try:
        yield
    except asyncio.CancelledError as error:
        # Who stops a service says so before its tasks are cancelled: any other cancellation is somebody's mistake.
        if service.should_stop:
            raise
        raise TaskEndedError(f"the task {name} was cancelled, and nobody had asked for it to stop") from error
    if not service.should_stop:
        raise TaskEndedError(f"the task {name} has ended")


async def stop_client(client: Stoppable | None, event: str, /, **details: object) -> None:
    """Stop a Kafka client within seconds; where it does not leave in peace, log the event and go on.

    Parameters
    ----------
    client
        Nothing is done where there is none.
    event, details
        What is logged.
    """
    try:
        with leaks_are_errors():
            if client is not None:
                await asyncio.wait_for(client.stop(), _CLOSE_S)
    except (KafkaError, OSError, TimeoutError) as error:
        _log.warning(event, error=repr(error), **details)
