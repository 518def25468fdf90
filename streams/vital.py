"""Tasks that a process cannot do without: none of them ends in silence.

aiokafka lets the cancellation of its own tasks out, and asyncio takes a cancelled task for one that is done. A
service whose task ended so would go on to look alive and do nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from streams.errors import StreamsError


class EndedError(StreamsError):
    """A task ended although nobody had asked it to."""


async def vital(name: str, work: Awaitable[None], is_to_stop: Callable[[], bool]) -> None:
    """Do work that must not end before it is asked to.

    Parameters
    ----------
    name
        What ends, for the message.
    work
        Raises what it cannot survive.
    is_to_stop
        Whether it was asked to end.

    Raises
    ------
    EndedError
        Where it returned, or was cancelled, and nobody had asked.
    """
    try:
        await work
    except asyncio.CancelledError as error:
        if is_to_stop():
            raise
        raise EndedError(f"{name} was cancelled although nobody asked it to stop; the process ends") from error
    if not is_to_stop():
        raise EndedError(f"{name} ended although nobody asked it to stop; the process ends")


def is_cancelled(error: BaseException) -> bool:
    """Tell whether the running task itself is cancelled; aiokafka lets the cancellation of its own tasks out too."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0


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
