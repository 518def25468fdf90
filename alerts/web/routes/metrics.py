"""``/metrics``, as Prometheus reads it."""

from aiohttp import hdrs, web
from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder


async def get_metrics(request: web.Request) -> web.Response:
    """Return the metrics of this process in the format that is asked for."""
    encode, content_type = choose_encoder(request.headers.get(hdrs.ACCEPT, ""))
    return web.Response(body=encode(REGISTRY), headers={hdrs.CONTENT_TYPE: content_type})
