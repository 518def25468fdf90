"""Lets the incident of a page that cannot be delivered go on to its next step, by a command."""

from collections import deque
from collections.abc import Awaitable, Callable, Iterable

import structlog

from alerts.deliveries.escalating import Unreachable
from alerts.errors import AlertsError
from alerts.health import metrics
from alerts.health.delivery_metrics import count_unreachable
from alerts.incidents.command import Command

_log = structlog.get_logger(__name__)


class Escalations:
    """Keeps what Kafka does not take now, in order: the same command twice does no harm, and none may be lost.

    Parameters
    ----------
    send
        Puts a command on its topic, or raises ``AlertsError``.
    """

    def __init__(self, send: Callable[[Command], Awaitable[None]]) -> None:
        self._send = send
        self._waiting: deque[Command] = deque()

    def take(self, unreachable: Iterable[Unreachable], now: float) -> None:
        """Count and log pages that cannot be delivered; ``now`` is wall time, epoch seconds."""
        for report in unreachable:
            count_unreachable(report.delivery, report.detail, report.waits_for)
            self._waiting.append(_command(report, now))

    async def send(self) -> None:
        """Send what waits, up to the first that Kafka does not take."""
        while self._waiting:
            try:
                await self._send(self._waiting[0])
            except AlertsError as error:
                metrics.ERRORS.labels("outbox_escalation").inc()
                _log.warning("cannot send escalation; trying again", error=str(error))
                return
            self._waiting.popleft()


def _command(report: Unreachable, now: float) -> Command:
    incident = report.delivery.incident
    return Command(
        id=f"unreachable-{report.delivery.id}",
        type="tick",
        brand=incident.brand,
        at=now,
        incident=incident.id,
        by="tocsin",
        via="timer",
        note=f"{report.delivery.receiver} cannot be reached",
        step=incident.step,
    )
