"""What is read from Kafka in a loop is gone through by code that knows none."""

import asyncio
from collections.abc import AsyncGenerator

from streams.kafka.reading.in_steps import in_steps


def test_code_that_does_not_wait_lets_go_of_what_it_does_not_read():
    steps: list[str] = []

    async def batches() -> AsyncGenerator[list[int], None]:
        try:
            yield [1, 2]
            yield [3]
        finally:
            await asyncio.sleep(0)
            steps.append("let go")

    going = in_steps(batches())
    assert next(going) == 1
    going.close()

    assert steps == ["let go"]
