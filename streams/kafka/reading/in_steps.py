"""Lets code that does not wait go through what is read from Kafka, step by step."""

import asyncio
from collections.abc import AsyncGenerator, Generator, Sequence
from typing import TypeVar

T = TypeVar("T")


def in_steps(batches: AsyncGenerator[Sequence[T], None]) -> Generator[T, None, None]:
    """Yield the batches' items one by one, and read the next batch on demand; close it to release it.

    Examples
    --------
    >>> async def read():
    ...     yield [1, 2]
    ...     yield [3]
    >>> list(in_steps(read()))
    [1, 2, 3]
    """

    async def step() -> Sequence[T] | None:
        return await anext(batches, None)

    with asyncio.Runner() as runner:
        try:
            while (batch := runner.run(step())) is not None:
                yield from batch
        finally:
            runner.run(batches.aclose())
