"""``/healthz``: the process answers, and reads. ``/readyz``: it can be relied on, or what is missing."""

from aiohttp import web

from alerts.web.dependencies import DEPENDENCIES


async def get_healthz(request: web.Request) -> web.Response:
    """Say that the process lives: 200, or 503 where a restart alone helps."""
    if failed := request.app[DEPENDENCIES].store.failed():
        return web.json_response({"status": "failed", "missing": [failed]}, status=503)
    return web.json_response({"status": "ok"})


async def get_readyz(request: web.Request) -> web.Response:
    """Say whether it is ready: 200, or 503 and what is missing."""
    parts = request.app[DEPENDENCIES]
    missing = [*parts.store.missing(), *(["it is shutting down"] if parts.stopping else [])]
    if missing:
        return web.json_response({"status": "not ready", "missing": missing}, status=503)
    return web.json_response({"status": "ready", "missing": []})
