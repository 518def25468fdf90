"""The end of a process, or of a client of Kafka, that was asked to stop, however long those take that it waits for."""

import asyncio
import os
import threading
from typing import Protocol

import structlog
from aiokafka.errors import KafkaError

from streams.kafka.leaked_cancellation import leaks_are_errors

STOP_S = 13.0
"""From the signal to the end at the latest, with some room below 15 s for a busy machine."""

_CLIENT_S = 1.5

_log = structlog.get_logger(__name__)


class Stoppable(Protocol):
    """A client of Kafka: a consumer, a producer, or a reader that has one."""

    async def stop(self) -> None:
        """Leave Kafka and disconnect."""


def end_within(limit_s: float = STOP_S) -> threading.Timer:
    """End the process after a time, should it not have ended by itself; return what can be cancelled.

    Each service lets go of Kafka within seconds, one after the other, and together that may be too long where Kafka
    takes connections and answers nothing. What is cut off is what a killed process leaves behind: it is done again.
    """

    def end() -> None:
        _log.warning("stop took too long; exiting", seconds=limit_s)
        os._exit(0)

    timer = threading.Timer(limit_s, end)
    timer.daemon = True
    timer.start()
    return timer


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
                await asyncio.wait_for(client.stop(), _CLIENT_S)
    except (KafkaError, OSError, TimeoutError) as error:
        _log.warning(event, error=repr(error), **details)
