"""The other side of a webhook: verifies the signature after Standard Webhooks, and drops repeats by their id."""

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

from alerts.simulation.services.faults import Faults, faulty
from alerts.simulation.services.store import Store


class SimulatedWebhook:
    """One endpoint.

    Parameters
    ----------
    secret
        The signing secret that it shares with Tocsin.
    """

    def __init__(self, store: Store, *, secret: str) -> None:
        self._store = store
        self._verifier = Webhook(secret)
        self._known: set[str] = set()
        self.repeats = 0

    def routes(self, faults: Faults) -> list[web.RouteDef]:
        """Return the one route."""
        return [web.post("/webhook", faulty(faults, "webhook", self._take))]

    async def _take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        try:
            body = self._verifier.verify(raw, dict(request.headers))
        except (WebhookVerificationError, ValueError) as error:
            return web.json_response({"error": f"{error}"}, status=401)
        if not isinstance(body, dict) or not {"type", "timestamp", "data"} <= body.keys():
            return web.json_response({"error": "type, timestamp and data are required"}, status=400)
        name = request.headers["webhook-id"]
        if name in self._known:
            self.repeats += 1
            return web.Response(status=204)
        self._known.add(name)
        await self._store.add("webhook", body["type"], {"webhook_id": name, **body})
        return web.Response(status=204)
