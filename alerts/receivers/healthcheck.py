"""The dead-man's ping: while the whole chain moves, a service outside is pinged; if the pings stop, it raises an alarm.

Any service that takes an HTTP GET will do: healthchecks.io, Jira Service Management's and Better Stack's heartbeats,
Dead Man's Snitch, Uptime Kuma's push. The address is a secret: who has it can keep the service quiet, and no log
shows it.
"""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import structlog
from mode import Service
from msgspec import Struct

from alerts.deliveries.heartbeat import Heartbeats
from alerts.errors import DeliveryError
from alerts.health import metrics
from alerts.receivers.loopback import is_loopback
from alerts.receivers.transport import lost
from streams.kafka.vital import never_ends
from streams.sources.trust import trusted

_log = structlog.get_logger(__name__)

_LOOK_EVERY_S = 1.0
_TRY_AGAIN_S = 10.0
_TIMEOUT_S = 10.0
_NOT_TAKEN = ("(not found)", "(rate limited)")
"""healthchecks.io answers 200 to an address that names no check of its."""


class HealthcheckSettings(Struct, frozen=True, kw_only=True):
    """Where the ping goes, how often in seconds, and the value of the header ``Authorization``, if one is needed."""

    url: str
    every_s: float = 60.0
    authorization: str = ""

    @property
    def host(self) -> str:
        """What may be shown of the address."""
        return urlsplit(self.url).hostname or "?"


async def ping(settings: HealthcheckSettings, *, timeout_s: float = _TIMEOUT_S) -> None:
    """Tell the service outside that all is well.

    Raises
    ------
    DeliveryError
        Where it did not take it. The message names the host alone.
    """
    headers = {"user-agent": "Tocsin"}
    if settings.authorization:
        headers["authorization"] = settings.authorization
    async with httpx.AsyncClient(
        timeout=timeout_s, trust_env=not is_loopback(settings.url), verify=trusted()
    ) as client:
        try:
            response = await client.get(settings.url, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise lost(error, settings.host) from error
    if not response.is_success:
        detail = f"{settings.host}: HTTP {response.status_code} {response.reason_phrase}".rstrip()
        raise DeliveryError(f"{detail}; check dead_man.url and dead_man.authorization", outcome="refused")
    if any(words in response.text[:200] for words in _NOT_TAKEN):
        raise DeliveryError(f"{settings.host}: {response.text[:200].strip()}; check dead_man.url", outcome="refused")


class Healthcheck(Service):
    """Pings every so often, and only while a beat of every partition has come the whole way within that time.

    Parameters
    ----------
    heartbeats
        What the outbox of this process gathers; nothing where another process does.
    now
        Wall clock, epoch seconds.
    """

    def __init__(
        self,
        settings: HealthcheckSettings,
        heartbeats: Heartbeats,
        *,
        now: Callable[[], float] = time.time,
        **options: Any,
    ) -> None:
        self._settings = settings
        self._heartbeats = heartbeats
        self._now = now
        self._due = 0.0
        self._late: tuple[int, ...] = ()
        super().__init__(**options)

    @Service.task
    async def _run(self) -> None:
        async with never_ends("the dead-man's ping", lambda: self.should_stop):
            await self._look_on()

    async def _look_on(self) -> None:
        while not self.should_stop:
            await self.look()
            await self.sleep(_LOOK_EVERY_S)

    async def look(self) -> None:
        """Ping where it is due and the chain moves; say once where it is due and does not."""
        now, every_s = self._now(), self._settings.every_s
        if now < self._due:
            return
        late = self._heartbeats.late(now, every_s)
        if late != self._late:
            self._late = late
            if late:
                _log.error("the chain has stopped; ping withheld", partitions=list(late))
        if late:
            metrics.DEAD_MAN_PINGS.labels("withheld").inc()
            self._due = now + _TRY_AGAIN_S
        elif self._heartbeats.is_whole(now, every_s):
            self._due = now + (every_s if await self._ping() else _TRY_AGAIN_S)

    async def _ping(self) -> bool:
        try:
            await ping(self._settings)
        except DeliveryError as error:
            metrics.DEAD_MAN_PINGS.labels("failed").inc()
            _log.warning("ping failed; trying again", error=str(error))
            return False
        metrics.DEAD_MAN_PINGS.labels("sent").inc()
        return True
