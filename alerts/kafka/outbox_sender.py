"""Sends what is for one receiver, one delivery after the other: one that is slow keeps nobody waiting but itself.

``sending`` is in Kafka before a request leaves, the outcome after.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog

from alerts.deliveries.outbox import Attempt, Outbox, Record, outcome_key
from alerts.deliveries.receiver import Receiver
from alerts.errors import DeliveryError
from alerts.health import metrics
from alerts.health.delivery_metrics import count_failed, count_sent
from alerts.kafka.unsaved_outcomes import UnsavedOutcomes

_log = structlog.get_logger(__name__)

_SEND_S = 60.0
"""A receiver's own time-out is shorter; this one is for a receiver with a bug."""
_CLAIM_S = 5.0
"""A claim that is older when the request could leave is made again: this process may have been stopped meanwhile."""
_LOOK_S = (0.005, 1.0)


class OutboxSender:
    """The sender of one receiver.

    Parameters
    ----------
    receiver
        To whom it sends.
    outbox
        Says what, and when.
    write
        Writes records; returns ``False`` where their partition has gone to another process.
    unsaved
        Where an outcome is kept that could not be written.
    moved
        Notified when an attempt is over.
    now
        Wall clock, epoch seconds.
    """

    def __init__(
        self,
        receiver: Receiver,
        outbox: Outbox,
        write: Callable[[Sequence[Record]], Awaitable[bool]],
        *,
        unsaved: UnsavedOutcomes,
        moved: asyncio.Condition,
        now: Callable[[], float],
    ) -> None:
        self.receiver = receiver
        self.partition: int | None = None
        """The partition of the delivery that is under way."""
        self._outbox = outbox
        self._write = write
        self._unsaved = unsaved
        self._moved = moved
        self._now = now
        self._news = asyncio.Event()

    async def use(self, receiver: Receiver) -> None:
        """Send through another receiver of the same id from the next delivery on, and close the one before."""
        before, self.receiver = self.receiver, receiver
        if before is not receiver:
            await self.close(before)

    async def close(self, receiver: Receiver) -> None:
        """Release a receiver's connections when the delivery that is under way is over."""
        async with self._moved:
            await self._moved.wait_for(lambda: self.partition is None)
        await receiver.close()

    def wake(self) -> None:
        """Say that there may be something to send."""
        self._news.set()

    async def send_next(self, *, may_send: bool) -> None:
        """Send what is due, or wait until something may be: for a second at most, or until it is woken."""
        self._news.clear()
        now = self._now()
        attempt = self._outbox.claim(self.receiver.id, now) if may_send else None
        if attempt is not None:
            await self._attempt(attempt)
            return
        least_s, most_s = _LOOK_S
        upcoming = self._outbox.next_at(self.receiver.id)
        wait_s = most_s if upcoming is None else min(most_s, max(least_s, upcoming - now))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), wait_s)

    async def _attempt(self, attempt: Attempt) -> None:
        self.partition = attempt.partition
        try:
            if await self._claim(attempt):
                records = await self._outcome(attempt)
                if not await self._write(records):
                    self._unsaved.keep(attempt, records)
        finally:
            self.partition = None
            async with self._moved:
                self._moved.notify_all()

    async def _claim(self, attempt: Attempt) -> bool:
        """Write that it is being sent; return whether it may be: otherwise another process sends it."""
        claim = Record(partition=attempt.partition, key=outcome_key(attempt.delivery.id), delivery=attempt.delivery)
        while True:
            claimed_at = time.monotonic()
            if not await self._write([claim]):
                return False
            if time.monotonic() - claimed_at < _CLAIM_S:
                return True

    async def _outcome(self, attempt: Attempt) -> list[Record]:
        delivery = attempt.delivery
        started = time.perf_counter()
        try:
            async with asyncio.timeout(_SEND_S):
                receipt = await self.receiver.send(delivery, earlier=attempt.earlier, repeat=attempt.repeat)
        except DeliveryError as error:
            return self._failed(attempt, error)
        except TimeoutError:
            return self._failed(attempt, DeliveryError(f"no answer within {_SEND_S:.0f} s", outcome="unknown"))
        except Exception as error:  # noqa: BLE001 - a bug in one receiver must not stop the others
            metrics.ERRORS.labels("receiver").inc()
            _log.exception("receiver failed on a delivery", receiver=delivery.receiver, delivery=delivery.id)
            return self._failed(attempt, DeliveryError(f"our own code broke: {error!r}", outcome="unknown"))
        count_sent(delivery, time.perf_counter() - started, self._now(), repeat=attempt.repeat)
        return self._outbox.sent(attempt, receipt, self._now())

    def _failed(self, attempt: Attempt, error: DeliveryError) -> list[Record]:
        count_failed(attempt.delivery, error)
        return self._outbox.failed(attempt, error, self._now())
