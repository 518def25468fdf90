"""Whether a worker lives, and whether it can be relied on: asked from a thread, while its event loop works or hangs."""

import time
from collections.abc import Callable
from typing import Any

from mode import Service

from streams.kafka.vital import never_ends

_TURN_S = 1.0
_STANDS_S = 60.0
"""An event loop that has not turned for so long hangs; heavy work lets it turn many times a second."""
_STARTING = "the worker is starting"


class WorkerHealth(Service):
    """Notes that the event loop turns, and asks the services what keeps them from working.

    Parameters
    ----------
    now
        A clock that only goes forward, seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic, **options: Any) -> None:
        self._now = now
        self._turned_at: float | None = None
        self._asked: list[Callable[[], str]] = []
        self._missing: list[str] = [_STARTING]
        super().__init__(**options)

    def ask(self, missing: Callable[[], str]) -> None:
        """Ask a service, from now on, what keeps it from working; it answers with nothing where all is well."""
        self._asked.append(missing)

    def dead(self) -> list[str]:
        """Return why the process should be restarted; nothing if it should not."""
        if self._turned_at is None or self._now() - self._turned_at <= _STANDS_S:
            return []
        return [f"the event loop has not turned for {self._now() - self._turned_at:.0f} s"]

    def missing(self) -> list[str]:
        """Say what is missing before the worker can be relied on; nothing where it can."""
        return [*self.dead(), *self._missing]

    @Service.task
    async def _turn(self) -> None:
        async with never_ends("the look at the worker's health", lambda: self.should_stop):
            await self._look_on()

    async def _look_on(self) -> None:
        while not self.should_stop:
            self._turned_at = self._now()
            self._missing = [what for missing in self._asked if (what := missing())]
            await self.sleep(_TURN_S)
