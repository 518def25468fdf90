"""Work outside of services that a process cannot do without, and consumers that have gone deaf.

What ``leaked_cancellation`` is for the tasks of a service, ``vital`` is for the others.
"""

import asyncio
from collections.abc import Awaitable, Callable

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from streams.kafka.leaked_cancellation import TaskEndedError


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
    TaskEndedError
        Where it returned, or was cancelled, and nobody had asked.
    """
    try:
        await work
    except asyncio.CancelledError as error:
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
