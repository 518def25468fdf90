"""Failures on demand, so that tests can see what Tocsin makes of them."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Literal, get_args

from aiohttp import web

from alerts.errors import AlertsError

Fault = Literal[
    "server_error", "rate_limited", "cut_before", "cut_after", "hang_after",
    "web_page", "broken_json", "empty", "redirect", "noise", "cut_in_answer", "slow",
]  # fmt: skip
"""``server_error`` and ``rate_limited`` answer 500 and 429 and take nothing; ``cut_before`` and ``cut_after`` close the
connection without an answer, before or after the request was taken; ``hang_after`` takes it and never answers.

The others are garbage in the place of the receiver, which takes nothing: a status of success with a web page, with JSON
that breaks off or with nothing (to a webhook that is a receipt); a redirect to a log-in; bytes that are no protocol's;
an answer cut in its middle; one that comes a byte at a time and never ends."""
Endpoint = Literal["slack", "pagerduty", "webhook", "smtp", "dead_man"]
ENDPOINTS: tuple[Endpoint, ...] = get_args(Endpoint)
RETRY_AFTER_S = 1
ENDPOINT = web.AppKey("endpoint", str)


class Faults:
    """The failures still to come, for each endpoint in order."""

    def __init__(self) -> None:
        self._coming: dict[str, deque[Fault]] = defaultdict(deque)
        self._lasting: dict[str, Fault] = {}

    def fail_next(self, endpoint: Endpoint, fault: Fault, count: int = 1) -> None:
        """Let the next ``count`` requests to an endpoint fail.

        Raises
        ------
        AlertsError
            Where there is no such endpoint or fault.
        """
        _require_known(endpoint, fault)
        self._coming[endpoint].extend([fault] * count)

    def fail_until_mended(self, endpoint: Endpoint, fault: Fault) -> None:
        """Let every request to an endpoint fail until it is ``mended``.

        Raises
        ------
        AlertsError
            Where there is no such endpoint or fault.
        """
        _require_known(endpoint, fault)
        self._lasting[endpoint] = fault

    def mended(self, endpoint: Endpoint) -> None:
        """End all failures of an endpoint."""
        self._coming[endpoint].clear()
        self._lasting.pop(endpoint, None)

    def lasting(self, endpoint: Endpoint) -> Fault | None:
        """Return the failure that lasts until it is mended."""
        return self._lasting.get(endpoint)

    def next(self, endpoint: Endpoint) -> Fault | None:
        """Return the failure due now, and count it off."""
        return self._coming[endpoint].popleft() if self._coming[endpoint] else self._lasting.get(endpoint)


def _require_known(endpoint: str, fault: str) -> None:
    if endpoint not in ENDPOINTS or fault not in get_args(Fault):
        names = f"endpoints {', '.join(ENDPOINTS)}; faults {', '.join(get_args(Fault))}"
        raise AlertsError(f"inbox: no fault {fault} of {endpoint}; known: {names}")


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
        if fault in _GARBAGE:
            return await _GARBAGE[fault](request)
        response = await handler(request)
        if fault == "cut_after":
            return _cut(request)
        if fault == "hang_after":
            # Ends when the client goes away, which cancels the handler.
            await asyncio.get_running_loop().create_future()
        return response

    return handle


def _cut(request: web.Request, *, abort: bool = True) -> web.StreamResponse:
    """Close the connection; without ``abort`` what was written before is still sent."""
    if isinstance(request.transport, asyncio.Transport):
        if abort:
            request.transport.abort()
        else:
            request.transport.close()
    return web.Response(status=500)


WEB_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>"
BROKEN_JSON = b'{"ok": true, "status": "succ'
NOISE = b"\x16\x03\x01\x00\x02\x02(-: 220 ready?\r\n\r\n"


def _whole(status: int, body: bytes, content_type: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        # PagerDuty's own status of success, so that nothing but the body tells.
        taken = 202 if request.path.startswith("/v2/") and status == 200 else status
        headers = {"Location": "/sign-in"} if status == 302 else {}
        return web.Response(status=taken, body=body, content_type=content_type, headers=headers)

    return answer


async def _noise(request: web.Request) -> web.StreamResponse:
    if isinstance(request.transport, asyncio.Transport):
        request.transport.write(NOISE)
    return _cut(request, abort=False)


async def _cut_in_answer(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(status=200, headers={"Content-Length": "1000", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(BROKEN_JSON)
    return _cut(request, abort=False)


async def _slow(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(status=200, headers={"Content-Type": "application/json"})
    await response.prepare(request)
    while True:  # Ends when the client goes away, which cancels the handler.
        await response.write(b" ")
        await asyncio.sleep(0.02)


_GARBAGE: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
    "web_page": _whole(200, WEB_PAGE, "text/html"),
    "broken_json": _whole(200, BROKEN_JSON, "application/json"),
    "empty": _whole(200, b"", "application/octet-stream"),
    "redirect": _whole(302, b"", "text/html"),
    "noise": _noise,
    "cut_in_answer": _cut_in_answer,
    "slow": _slow,
}
