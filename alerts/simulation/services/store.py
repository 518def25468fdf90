"""What the simulated inbox has received, in order."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Literal

from msgspec import Struct

Channel = Literal["slack", "pagerduty", "webhook", "email", "dead_man"]
KEPT = 2000
"""Items kept; a demo needs dozens, and memory is bounded everywhere."""


class Received(Struct, frozen=True, kw_only=True):
    """One thing that arrived and was accepted.

    Parameters
    ----------
    number
        1 for the first; never used twice.
    at
        Wall time, epoch seconds.
    channel
        Which fake took it.
    what
        The method, action, event type or subject.
    body
        What was sent.
    """

    number: int
    at: float
    channel: Channel
    what: str
    body: dict[str, Any]


class Store:
    """The newest items, for the page, for ``/api/received`` and for tests that wait for one.

    Parameters
    ----------
    now
        Wall clock, epoch seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._items: deque[Received] = deque(maxlen=KEPT)
        self._numbers = 0
        self._arrived = asyncio.Condition()

    async def add(self, channel: Channel, what: str, body: dict[str, Any]) -> Received:
        """Keep an item and wake those who wait for it."""
        self._numbers += 1
        item = Received(number=self._numbers, at=self._now(), channel=channel, what=what, body=body)
        self._items.append(item)
        async with self._arrived:
            self._arrived.notify_all()
        return item

    def received(self, channel: Channel | None = None, what: str | None = None) -> list[Received]:
        """Return the items, oldest first, of one channel or of all."""
        return [i for i in self._items if channel in {None, i.channel} and what in {None, i.what}]

    async def wait_for(self, count: int, channel: Channel | None = None, what: str | None = None) -> list[Received]:
        """Wait until that many items are here; bound it with ``asyncio.timeout``."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.received(channel, what)) >= count)
        return self.received(channel, what)
