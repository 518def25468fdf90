"""The service outside that misses the dead-man's ping, as healthchecks.io takes it."""

import uuid

from aiohttp import web

from alerts.simulation.services.faults import Faults, faulty
from alerts.simulation.services.store import Store


class SimulatedDeadMan:
    """One check, known by a UUID in its address.

    To an address that names no check it answers 200 all the same, as the real one does.

    Parameters
    ----------
    check
        The UUID.
    """

    def __init__(self, store: Store, *, check: str) -> None:
        self._store = store
        self._check = uuid.UUID(check)

    def routes(self, faults: Faults) -> list[web.RouteDef]:
        """Return the one route, for GET and HEAD, and for POST."""
        handler = faulty(faults, "dead_man", self._take)
        return [web.get("/ping/{check}", handler), web.post("/ping/{check}", handler)]

    async def _take(self, request: web.Request) -> web.Response:
        try:
            check = uuid.UUID(request.match_info["check"])
        except ValueError:
            return web.Response(status=400, text="invalid url format")
        if check != self._check:
            return web.Response(text="OK (not found)")
        await self._store.add("dead_man", request.method, {"user_agent": request.headers.get("User-Agent", "")})
        return web.Response(text="OK")
