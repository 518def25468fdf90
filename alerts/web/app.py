"""The web application: which route leads where."""

from aiohttp import web

from alerts.web.dependencies import DEPENDENCIES, Dependencies
from alerts.web.middleware import around, without_server
from alerts.web.routes.health import get_healthz, get_readyz
from alerts.web.routes.index import get_index
from alerts.web.routes.mentions import post_mentions
from alerts.web.routes.page import get_page
from alerts.web.routes.press import post_press
from alerts.web.routes.pushed import get_pushed, post_pushed
from alerts.web.routes.security_txt import get_security_txt
from alerts.web.routes.slack import post_interaction


def web_app(parts: Dependencies) -> web.Application:
    """Return the application. Serve it with ``alerts.web.server``, which keeps tokens out of aiohttp's own logs."""
    app = web.Application(middlewares=[around])
    app[DEPENDENCIES] = parts
    app.add_routes(
        [
            web.get("/", get_index),
            web.get("/i/{token}", get_page),
            web.post("/i/{token}", post_press),
            web.post("/mentions", post_mentions),
            web.post("/sources/{source}/{secret}", post_pushed),
            web.get("/sources/{source}/{secret}", get_pushed, allow_head=False),
            web.post("/slack/interactions", post_interaction),
            web.get("/.well-known/security.txt", get_security_txt),
            web.get("/healthz", get_healthz),
            web.get("/readyz", get_readyz),
        ]
    )
    app.on_response_prepare.append(without_server)
    app.on_shutdown.append(_note_that_it_stops)
    return app


async def _note_that_it_stops(app: web.Application) -> None:
    app[DEPENDENCIES].stopping = True
