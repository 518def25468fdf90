"""Whoever serves from Kafka begins again after each failure: sooner or later, and never all at once."""

import asyncio
from collections.abc import Iterable

import pytest
from aiokafka.errors import KafkaError

from streams.errors import ChangelogError, KafkaUnavailableError
from streams.kafka.leaked_cancellation import LeakedCancellationError
from streams.kafka.reconnecting import FIRST_S, LONGEST_S, STEADY_S, BackOff, reconnecting
from tests.patience import PATIENCE_S


class Serving:
    """Serves for the seconds that the test says, fails each time, and is to stop when nothing is left to do."""

    def __init__(self, *lasts: float, error: BaseException | None = None) -> None:
        self._lasts = list(lasts)
        self._error = error or KafkaError("gone")
        self._now = 0.0
        self.waits: list[float] = []
        self.failures: list[BaseException] = []

    async def serve(self) -> None:
        self._now += self._lasts.pop(0)
        raise self._error

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self._now += seconds

    async def run(self, longest_s: float = LONGEST_S) -> None:
        await reconnecting(
            self.serve, self.failures.append, lambda: not self._lasts, sleep=self.sleep, longest_s=longest_s,
            now=lambda: self._now,
        )  # fmt: skip


def windows(failures: Iterable[int], longest_s: float = LONGEST_S) -> list[float]:
    """Return the longest waits after so many failures in a row."""
    return [min(longest_s, FIRST_S * 2 ** (failure - 1)) for failure in failures]


def are_within(waits: list[float], longest: list[float]) -> bool:
    return len(waits) == len(longest) and all(
        FIRST_S / 2 <= wait <= most for wait, most in zip(waits, longest, strict=True)
    )


@pytest.mark.parametrize("longest_s", [1.0, LONGEST_S])
async def test_it_waits_longer_after_each_failure_up_to_a_cap(longest_s):
    serving = Serving(*[0.0] * 9)

    await serving.run(longest_s)

    assert are_within(serving.waits, windows(range(1, 10), longest_s))
    assert len(serving.failures) == 9


def test_what_is_tried_again_beside_other_things_waits_as_long():
    back_off, waits = BackOff(), []
    for _ in range(9):
        back_off.failed(now=100.0)
        waits.append(back_off.due_at - 100.0)

    assert are_within(waits, windows(range(1, 10)))


async def test_no_two_wait_equally_long():
    waits = []
    for _ in range(20):
        serving = Serving(*[0.0] * 6)
        await serving.run()
        waits.append(serving.waits[-1])

    assert len(set(waits)) == 20
    assert max(waits) > FIRST_S * 4


async def test_after_a_steady_time_the_next_failure_is_the_first_again():
    serving = Serving(0.0, 0.0, 0.0, STEADY_S, STEADY_S + 1, 0.0, 0.0)

    await serving.run()

    assert are_within(serving.waits, windows([1, 2, 3, 4, 1, 2, 3]))


@pytest.mark.parametrize(
    "error",
    [KafkaError(), KafkaUnavailableError("no broker"), ChangelogError("nothing comes"), OSError(), TimeoutError()],
)
async def test_what_kafka_does_is_survived_and_told(error):
    serving = Serving(0.0, 0.0, error=error)

    await serving.run()

    assert serving.failures == [error, error]


async def test_a_cancellation_that_aiokafka_lets_out_is_survived_and_told():
    serving = Serving(0.0, error=asyncio.CancelledError())

    await serving.run()

    assert [type(error) for error in serving.failures] == [LeakedCancellationError]


async def test_a_bug_is_not_survived():
    serving = Serving(0.0, 0.0, error=ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        await serving.run()

    assert (serving.failures, serving.waits) == ([], [])


async def test_our_own_cancellation_ends_it_while_it_serves_and_while_it_waits():
    async def serve_on() -> None:
        serves.set()
        await asyncio.sleep(PATIENCE_S)

    async def fail() -> None:
        raise KafkaError

    async def wait_on(_: float) -> None:
        serves.set()
        await asyncio.sleep(PATIENCE_S)

    for work in (serve_on, fail):
        serves = asyncio.Event()
        task = asyncio.create_task(reconnecting(work, lambda _: None, lambda: False, sleep=wait_on))
        await serves.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize(("is_to_stop", "times"), [(False, 1), (True, 0)])
async def test_it_ends_with_what_it_serves_and_serves_nothing_once_it_is_to_stop(is_to_stop, times):
    served = []

    async def serve() -> None:
        served.append(1)

    await reconnecting(serve, lambda _: None, lambda: is_to_stop)

    assert len(served) == times
