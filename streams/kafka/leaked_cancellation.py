"""Tells our own cancellation from one that aiokafka lets out of its own tasks."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka.errors import KafkaError


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
