"""What a process cannot do without: tasks that must not end, and consumers that must not go deaf."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from streams.errors import StreamsError


class TaskEndedError(StreamsError):
    """A task that must run as long as its process has ended; the process ends with it, and is restarted."""


@asynccontextmanager
async def never_ends(name: str, is_to_stop: Callable[[], bool]) -> AsyncIterator[None]:
    """Fail if the task inside ends before it is asked to stop.

    A task that raises makes its service crash, and the process with it; one that returns, or is ended by somebody
    else's cancellation, would be missed by nobody.

    Parameters
    ----------
    name
        What ends, for the message.
    is_to_stop
        Whether it was asked to stop.

    Raises
    ------
    TaskEndedError
        Where it ended without having been asked to.
    """
    try:
        yield
    except asyncio.CancelledError as error:
        # Who stops a service says so before its tasks are cancelled: any other cancellation is somebody's mistake.
        if is_to_stop():
            raise
        raise TaskEndedError(f"{name} was cancelled although nobody asked it to stop; the process ends") from error
    if not is_to_stop():
        raise TaskEndedError(f"{name} ended although nobody asked it to stop; the process ends")


def check_fetching(consumer: AIOKafkaConsumer) -> None:
    """Raise where the task of aiokafka that fetches has ended: ``getmany`` would give nothing, for ever.

    Raises
    ------
    aiokafka.errors.KafkaError
        With the cause; a new consumer may do better.
    """
    fetching = consumer._fetcher.error_future  # noqa: SLF001 - aiokafka itself never looks at it
    if fetching.done():
        cause = None if fetching.cancelled() else fetching.exception()
        raise KafkaError(f"aiokafka has stopped fetching: {cause!r}") from cause
