"""The asking of pushed sources for what is pushed to them, beside all that ``tocsin web`` does."""

import asyncio
import contextlib

import structlog

from alerts.cli.pushed_address import address_of
from streams import metrics
from streams.sources.http import HttpClient
from streams.sources.pushed import PushedSource
from streams.sources.pushed_sources import PushedSources

_log = structlog.get_logger(__name__)


class Subscribing:
    """A task for each source that asks.

    Parameters
    ----------
    http
        Asks over HTTP.
    public_url
        Where hubs reach us.
    """

    def __init__(self, http: HttpClient, public_url: str) -> None:
        self._http = http
        self._public_url = public_url
        self._tasks: dict[PushedSource, asyncio.Task[None]] = {}

    def keep(self, sources: PushedSources) -> None:
        """See that each source asks, and none that is not configured any more; begin again what has ended."""
        wanted = dict(sources.subscribing())
        for source in [source for source in self._tasks if source not in wanted]:
            self._tasks.pop(source).cancel()
        for source, asks in wanted.items():
            task = self._tasks.get(source)
            if task is not None and not task.done():
                continue
            if task is not None and not task.cancelled() and (error := task.exception()) is not None:
                metrics.ERRORS.labels("pushed_subscribing").inc()
                _log.error("subscribing broke; beginning again", source=source.id, error=repr(error))
            callback = address_of(source, self._public_url)
            self._tasks[source] = asyncio.create_task(
                asks.subscribe(self._http, callback), name=f"subscribe-{source.id}"
            )

    async def close(self) -> None:
        """Ask nothing more."""
        tasks, self._tasks = list(self._tasks.values()), {}
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._http.close()
