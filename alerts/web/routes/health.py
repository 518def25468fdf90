"""``/healthz``: the process answers. ``/readyz``: it can be relied on, or what is missing."""

from aiohttp import web

from alerts.web.parts import PARTS


async def get_healthz(_request: web.Request) -> web.Response:
    """Say that the process lives."""
    return web.json_response({"status": "ok"})


async def get_readyz(request: web.Request) -> web.Response:
    """Say whether it is ready: 200, or 503 and what is missing."""
    parts = request.app[PARTS]
    missing = [*parts.store.missing(), *(["it is shutting down"] if parts.stopping else [])]
    if missing:
        return web.json_response({"status": "not ready", "missing": missing}, status=503)
    return web.json_response({"status": "ready", "missing": []})
