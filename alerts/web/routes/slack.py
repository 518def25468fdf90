"""``POST /slack/interactions``: Slack's buttons. ``receivers.slack.buttons`` reads who pressed, and what that asks."""

from aiohttp import web

from alerts.web.bodies import BodyRefusedError
from alerts.web.dependencies import DEPENDENCIES

MOST_BYTES = 256 * 1024
"""Slack sends the whole message back: 50 blocks of 3,000 characters at most."""


async def post_interaction(request: web.Request) -> web.Response:
    """Hand the raw body on, for its signature is over exactly that."""
    parts = request.app[DEPENDENCIES]
    if parts.slack is None:
        return web.json_response({"error": "Slack is not set up here; set slack.signing_secret"}, status=404)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        async with parts.bodies.read(request, MOST_BYTES) as body:
            answer = await parts.slack(headers, body)
    except BodyRefusedError as error:
        return web.json_response({"error": str(error)}, status=error.status, headers=error.headers)
    return web.Response(body=answer.body, status=answer.status, content_type=answer.content_type)
