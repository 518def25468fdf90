"""Failures on demand, so that tests can see what Tocsin makes of them."""

from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Literal, get_args

from aiohttp import web

from alerts.errors import AlertsError

Fault = Literal["server_error", "rate_limited", "cut_before", "cut_after", "hang_after"]
"""``server_error`` and ``rate_limited`` answer 500 and 429 and take nothing; ``cut_before`` and ``cut_after`` close the
connection without an answer, before or after the request was taken; ``hang_after`` takes it and never answers."""
Endpoint = Literal["slack", "pagerduty", "webhook", "smtp", "dead_man"]
ENDPOINTS: tuple[Endpoint, ...] = get_args(Endpoint)
RETRY_AFTER_S = 1
ENDPOINT = web.AppKey("endpoint", str)


class Faults:
    """The failures still to come, for each endpoint in order."""

    def __init__(self) -> None:
        self._coming: dict[str, deque[Fault]] = defaultdict(deque)

    def fail_next(self, endpoint: Endpoint, fault: Fault, count: int = 1) -> None:
        """Let the next ``count`` requests to an endpoint fail.

        Raises
        ------
        AlertsError
            Where there is no such endpoint or fault.
        """
        if endpoint not in ENDPOINTS or fault not in get_args(Fault):
            told = f"endpoints {', '.join(ENDPOINTS)}; faults {', '.join(get_args(Fault))}"
            raise AlertsError(f"inbox: no fault {fault} of {endpoint}; known: {told}")
        self._coming[endpoint].extend([fault] * count)

    def next(self, endpoint: Endpoint) -> Fault | None:
        """Return the failure due now, and count it off."""
        return self._coming[endpoint].popleft() if self._coming[endpoint] else None


def faulty(
    faults: Faults, endpoint: Endpoint, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Put an endpoint's handler behind its faults."""

    async def handle(request: web.Request) -> web.StreamResponse:
        fault = faults.next(endpoint)
        if fault == "server_error":
            return web.json_response({"status": "error", "message": "simulated"}, status=500)
        if fault == "rate_limited":
            body = {"ok": False, "error": "ratelimited", "status": "throttle exceeded", "message": "simulated"}
            return web.json_response(body, status=429, headers={"Retry-After": str(RETRY_AFTER_S)})
        if fault == "cut_before":
            return _cut(request)
        response = await handler(request)
        if fault == "cut_after":
            return _cut(request)
        if fault == "hang_after":
            await request.loop.create_future()  # Ends when the client goes away, which cancels the handler.
        return response

    return handle


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
