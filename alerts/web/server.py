"""Serves the application, and keeps links' tokens out of whatever aiohttp itself would log."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web, web_response

from alerts.errors import AlertsError

SHUTDOWN_S = 10.0
"""Longer than a form waits for its change, so that its sender gets an answer."""
HEADERS_S = 20.0
"""A line over which no whole request comes within this time is closed, however busily it drips."""
LINGERING_S = 5.0
"""How long the rest of a refused body is read and thrown away, so that its sender gets the answer."""

# What aiohttp itself answers, to what is no HTTP, goes through no middleware.
web_response.SERVER_SOFTWARE = ""  # type: ignore[attr-defined]


class _WithoutRequests(logging.Filter):
    """Cuts a record to its message's fixed part: arguments and traces may quote a request's first line."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        record.msg = f"{str(record.msg).partition('%')[0].strip()} {kind}".strip()
        record.args = None
        record.exc_info = None
        record.exc_text = None
        return True


def quiet_logger() -> logging.Logger:
    """Return the logger for aiohttp's server."""
    logger = logging.getLogger("tocsin.web.http")
    if not any(isinstance(kept, _WithoutRequests) for kept in logger.filters):
        logger.addFilter(_WithoutRequests())
    return logger


@asynccontextmanager
async def serving(app: web.Application, host: str, port: int, *, headers_s: float = HEADERS_S) -> AsyncIterator[int]:
    """Serve until the block is left, then let the requests under way end.

    Parameters
    ----------
    port
        0 takes a free one.
    headers_s
        How long a request's headers may take, from the connection or from the answer before.

    Yields
    ------
    The port.

    Raises
    ------
    AlertsError
        Where the address cannot be had.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        logger=quiet_logger(),
        shutdown_timeout=SHUTDOWN_S,
        keepalive_timeout=headers_s,
        lingering_time=LINGERING_S,
    )
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise AlertsError(f"cannot listen on {host}:{port}: {error.strerror}; set web.host and web.port") from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()
