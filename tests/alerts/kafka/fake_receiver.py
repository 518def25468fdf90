"""A receiver for tests of the outbox."""

import asyncio
from collections.abc import Callable, Mapping

from alerts.deliveries.delivery import Delivery
from alerts.errors import DeliveryError
from tests.patience import PATIENCE_S


class Fake:
    """A receiver that remembers what came, and does what the test says."""

    min_interval_s = 0.0

    def __init__(self, name: str, *, wakes: bool = True) -> None:
        self.id, self.wakes = name, wakes
        self.came: list[tuple[str, int, bool]] = []
        self.news = asyncio.Condition()  # may be shared by two
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.is_closed = False
        self.fails: DeliveryError | Exception | None = None

    async def send(self, delivery: Delivery, *, earlier: Mapping[str, str], repeat: bool) -> dict[str, str]:
        self.came.append((delivery.purpose, delivery.incident.version, repeat))
        async with self.news:
            self.news.notify_all()
        await self.may_answer.wait()
        if self.fails is not None:
            raise self.fails
        return {"ts": str(delivery.incident.version)}

    async def close(self) -> None:
        """Note that it was closed."""
        self.is_closed = True

    async def until(self, enough: Callable[[list[tuple[str, int, bool]]], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S), self.news:
            await self.news.wait_for(lambda: enough(self.came))
