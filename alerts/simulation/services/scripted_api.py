"""An API on one host whose next answers can be spoilt: what the fakes of polled sources have in common."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal, Self, get_args

from aiohttp import web

from alerts.errors import AlertsError

ApiFault = Literal[
    "server_error", "unavailable", "rate_plain", "rate_seconds", "rate_date", "rate_reset_left", "rate_reset_moment",
    "web_page", "empty", "broken", "cut", "moved", "moved_for_now", "not_modified",
]  # fmt: skip
"""What the next request meets, whatever it asks for: 500; 503 with ``Retry-After``; 429 alone, with ``Retry-After`` in
seconds or as a date, and with nothing left of an allowance whose end is told in seconds or as a moment; a web page, and
nothing, with 200; JSON that breaks off; a body that does; 301 and 302, to where the right answer is; 304, though nobody
has asked for what is new alone."""
API_FAULTS: tuple[ApiFault, ...] = get_args(ApiFault)
RETRY_AFTER_S = 60
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ScriptedApi:
    """One host.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.url = ""
        self.asked: list[str] = []
        self._faults: deque[ApiFault] = deque()
        self._runner: web.AppRunner | None = None

    def routes(self) -> list[web.RouteDef]:
        """Return what is asked for where."""
        raise NotImplementedError

    def fail_next(self, fault: ApiFault, count: int = 1) -> None:
        """Let the next requests meet a fault.

        Raises
        ------
        AlertsError
            Where there is no such fault.
        """
        if fault not in API_FAULTS:
            raise AlertsError(f"no fault {fault}; known: {', '.join(API_FAULTS)}")
        self._faults.extend([fault] * count)

    @property
    def is_well(self) -> bool:
        """Whether all faults are over."""
        return not self._faults

    async def __aenter__(self) -> Self:
        @web.middleware
        async def spoilt(request: web.Request, handler: Handler) -> web.StreamResponse:
            self.asked.append(request.path_qs)
            if self._faults:
                return await self._failed(request, self._faults.popleft())
            return await handler(request)

        application = web.Application(middlewares=[spoilt])
        application.add_routes(self.routes())
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _failed(self, request: web.Request, fault: ApiFault) -> web.StreamResponse:
        at = self._now() + RETRY_AFTER_S
        date = format_datetime(datetime.fromtimestamp(at, UTC), usegmt=True)
        here = format_datetime(datetime.fromtimestamp(self._now(), UTC), usegmt=True)
        none_left = {"X-RateLimit-Remaining": "0", "Date": here}
        headers = {
            "unavailable": {"Retry-After": str(RETRY_AFTER_S)},
            "rate_seconds": {"Retry-After": str(RETRY_AFTER_S)},
            "rate_date": {"Retry-After": date, "Date": here},
            "rate_reset_left": {**none_left, "X-RateLimit-Reset": str(RETRY_AFTER_S)},
            "rate_reset_moment": {**none_left, "X-RateLimit-Reset": str(int(at))},
        }.get(fault, {})
        if fault.startswith("rate"):
            return web.Response(status=429, headers=headers, text="Too many requests")
        if fault == "cut":
            return await _cut(request)
        return {
            "server_error": lambda: web.Response(status=500, text="Internal error"),
            "unavailable": lambda: web.Response(status=503, headers=headers),
            "web_page": lambda: web.Response(text="<html>Back soon</html>", content_type="text/html"),
            "empty": lambda: web.Response(body=b"", content_type="application/json"),
            "broken": lambda: web.Response(body=b'{"items": [{"id', content_type="application/json"),
            "moved": lambda: web.Response(status=301, headers={"Location": request.path_qs}),
            "not_modified": lambda: web.Response(status=304),
            "moved_for_now": lambda: web.Response(status=302, headers={"Location": request.path_qs}),
        }[fault]()


async def _cut(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'{"items": ')
    if isinstance(request.transport, asyncio.Transport):
        request.transport.close()
    return response
