"""Serves for as long as a process runs, and begins again whenever Kafka fails: the one loop of all who do."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from aiokafka.errors import KafkaError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_random_exponential

from streams.errors import ChangelogError, KafkaUnavailableError
from streams.kafka.leaked_cancellation import leaks_are_errors

FAILURES = (KafkaError, KafkaUnavailableError, ChangelogError, OSError, TimeoutError)
"""What Kafka, or the way to it, may do to anybody at any time."""
FIRST_S = 0.5
LONGEST_S = 15.0
STEADY_S = 60.0
"""After so long without a failure the next one is the first again."""


def back_off(longest_s: float = LONGEST_S) -> wait_random_exponential:
    """Return how long to wait: up to twice as long after each failure, at random, so that not all come back at once."""
    return wait_random_exponential(multiplier=FIRST_S, min=FIRST_S / 2, max=longest_s)


class BackOff:
    """When something is tried again by a loop that goes by other things meanwhile; it waits as everybody does."""

    def __init__(self) -> None:
        self.due_at = 0.0
        """By the clock of the failures' reporter."""
        self._state = RetryCallState(AsyncRetrying(), None, (), {})

    def failed(self, now: float) -> None:
        """Take a failure, one more since this was made."""
        self.due_at = now + back_off()(self._state)
        self._state.attempt_number += 1


async def reconnecting(
    serve: Callable[[], Awaitable[None]],
    failed: Callable[[BaseException], None],
    is_to_stop: Callable[[], bool],
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    longest_s: float = LONGEST_S,
    now: Callable[[], float] = time.monotonic,
) -> None:
    """Serve until it returns or is to stop; wait, and serve again, where it raises one of ``FAILURES``.

    A cancellation that aiokafka lets out is such a failure; our own is not.

    Parameters
    ----------
    serve
        Connects, works, and lets go of everything, also where it fails.
    failed
        Called with each failure, for the log and the metrics.
    sleep
        Waits so many seconds, or until it is to stop.
    longest_s
        Between two tries, seconds.
    now
        A clock that only goes forward, seconds.

    Raises
    ------
    Exception
        Whatever else ``serve`` raises.
    """

    def log_attempt(state: RetryCallState) -> None:
        if state.outcome is not None and (error := state.outcome.exception()) is not None:
            failed(error)

    retrying = AsyncRetrying(
        sleep=sleep, wait=back_off(longest_s), retry=retry_if_exception_type(FAILURES), before_sleep=log_attempt
    )
    async for attempt in retrying:
        with attempt:
            begun = now()
            try:
                if not is_to_stop():
                    with leaks_are_errors():
                        await serve()
            finally:
                if now() - begun > STEADY_S:
                    attempt.retry_state.attempt_number = 1
