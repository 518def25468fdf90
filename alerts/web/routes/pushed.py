"""``/sources/ID/SECRET``: what suites and hubs push. The address is the only credential, and is shown nowhere."""

import structlog
from aiohttp import web

from alerts.health import metrics
from alerts.web.bodies import BodyRefusedError
from alerts.web.dependencies import DEPENDENCIES
from detectors.errors import TocsinError
from streams.sources.pushed import Push, PushedSource, PushRefusedError, Subscribes
from streams.sources.pushed_sources import PushedSources

MOST_BYTES = 8 * 1024 * 1024
"""Of one push: a batch of some thousand documents."""

_log = structlog.get_logger("tocsin.web")


async def post_pushed(request: web.Request) -> web.Response:
    """Take a push: 200 with what became of it, when Kafka has what goes on."""
    parts = request.app[DEPENDENCIES]
    source = parts.pushed and parts.pushed.find(request.match_info["source"], request.match_info["secret"])
    if not parts.pushed or not source:
        # As any address that leads nowhere: whether there is such a source is nobody's business.
        raise web.HTTPNotFound
    try:
        async with parts.bodies.read(request, MOST_BYTES) as body:
            headers = {name.lower(): value for name, value in request.headers.items()}
            return await _taken(parts.pushed, source, Push(body=body, headers=headers, query=request.query))
    except BodyRefusedError as error:
        return web.json_response({"error": str(error)}, status=error.status, headers=error.headers)


async def get_pushed(request: web.Request) -> web.Response:
    """Tell a hub that we have asked it to push, where we have."""
    parts = request.app[DEPENDENCIES]
    source = parts.pushed and parts.pushed.find(request.match_info["source"], request.match_info["secret"])
    answer = source.verify(request.query) if isinstance(source, Subscribes) else None
    if answer is None:
        raise web.HTTPNotFound
    return web.Response(text=answer, content_type="text/plain", headers={"X-Content-Type-Options": "nosniff"})


async def _taken(pushed: PushedSources, source: PushedSource, push: Push) -> web.Response:
    try:
        counts = await pushed.take(source, push)
    except PushRefusedError as error:
        return web.json_response({"error": str(error)}, status=error.status)
    except TocsinError as error:
        metrics.ERRORS.labels("web_pushed").inc()
        _log.warning("cannot send push", source=source.id, kind=source.kind, error=str(error))
        answer = {"error": "Kafka did not take it; send the same request again"}
        return web.json_response(answer, status=503, headers={"Retry-After": "30"})
    counted = {"received": counts.received, "taken": counts.emitted, "refused": counts.refused}
    return web.json_response(counted)
