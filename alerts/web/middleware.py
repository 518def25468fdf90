"""What surrounds every request: the headers, the access log and the metric, and an end for whatever goes wrong.

A link's token is a secret, and stands in the path: so no path is ever logged, only the route's pattern.
"""

import time
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from alerts.health import metrics
from alerts.web.dependencies import DEPENDENCIES
from alerts.web.pages import CONTENT_SECURITY_POLICY, plain_page

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
_A_YEAR_S = 365 * 86400

_log = structlog.get_logger("tocsin.web")


@web.middleware
async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer whatever happens, with the headers; log and count it by the route's pattern."""
    started = time.perf_counter()
    try:
        response = await handler(request)
    except web.HTTPException as error:
        response = _http_page(error)
    except Exception as error:  # noqa: BLE001 – the last resort: counted, logged, and answered
        metrics.ERRORS.labels("web").inc()
        # The type and the place alone: a message or a local variable might hold a token.
        _log.error("request failed", route=route_of(request), error=type(error).__name__, at=_place(error))
        response = plain_page(
            "Something went wrong here",
            "Nothing may have been changed. Go back and try once more.",
            "If it is urgent, call the person on duty.",
            status=500,
        )
    response.headers.update(HEADERS)
    if request.app[DEPENDENCIES].signer.public_url.startswith("https://"):
        # For this host alone: what else its domain serves is not ours to decide.
        response.headers["Strict-Transport-Security"] = f"max-age={_A_YEAR_S}"
    route = route_of(request)
    metrics.REQUESTS.labels(route, str(response.status)).inc()
    _log.info(
        "request",
        route=route,
        method=request.method if request.method.isalpha() else "?",
        status=response.status,
        seconds=round(time.perf_counter() - started, 4),
    )
    return response


async def without_server(_request: web.Request, response: web.StreamResponse) -> None:
    """Say nothing of what serves: it helps nobody but who looks for a weakness of it."""
    response.headers.popall("Server", None)


def route_of(request: web.Request) -> str:
    """Return the pattern of a request's route, e.g. ``/i/{token}``; never its path."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"


def _http_page(error: web.HTTPException) -> web.StreamResponse:
    response = plain_page(
        "There is nothing here" if error.status == 404 else error.reason,
        "Open the link from the message that Tocsin sent you.",
        status=error.status,
    )
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
