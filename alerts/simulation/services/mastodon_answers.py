"""What a simulated Mastodon answers: pages, refusals, and what comes in the place of an answer."""

import asyncio

from aiohttp import web

from alerts.errors import AlertsError
from alerts.simulation.services.mastodon_faults import RESET_AFTER_S, RequestFault
from alerts.simulation.services.mastodon_posts import SimulatedPost, stamp

MOST = 40


async def failed(request: web.Request, fault: RequestFault, now_s: float) -> web.StreamResponse:
    """Answer as a fault has it."""
    reset = {
        "X-RateLimit-Limit": "300",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": stamp(now_s + RESET_AFTER_S),
    }
    page = "text/html"
    answers = {
        "server_error": web.json_response({"error": "Something went wrong"}, status=500),
        "unavailable": web.Response(status=503, text="<html>Down for maintenance</html>"),
        "rate_limited": web.json_response({"error": "Too many requests"}, status=429, headers=reset),
        "web_page": web.Response(text="<html>Log in</html>", content_type=page),
        "guard": web.Response(status=403, text="<html>Are you human?</html>", content_type=page),
        "no_list": web.json_response({"ok": True}),
        "empty": web.json_response([]),
    }
    return answers[fault] if fault in answers else await _broken_off(request)


async def _broken_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(b'[{"id": ')
    if isinstance(request.transport, asyncio.Transport):
        request.transport.close()
    return response


def feed_of(request: web.Request) -> str | None:
    """Return which timeline is asked for; ``None`` for none."""
    if request.path == "/api/v1/timelines/public":
        chosen = [part for part in ("local", "remote") if request.query.get(part) == "true"]
        return chosen[0] if chosen else "public"
    head, _, tag = request.path.rpartition("/")
    return f"#{tag.lower()}" if head == "/api/v1/timelines/tag" else None


def paged(posts: list[SimulatedPost], request: web.Request) -> list[SimulatedPost]:
    """Return a page, newest first: ``min_id`` pages forward; ``since_id`` gives the newest, and skips the middle."""
    query = request.query
    limit = min(MOST, int(query.get("limit", "20")))
    if limit < 1:
        raise AlertsError("Mastodon: a page without posts")
    if "max_id" in query:
        posts = [post for post in posts if post.local_id < int(query["max_id"])]
    if "min_id" in query:
        posts = [post for post in posts if post.local_id > int(query["min_id"])]
        return posts[:limit][::-1]
    if "since_id" in query:
        posts = [post for post in posts if post.local_id > int(query["since_id"])]
    return posts[-limit:][::-1]


def invalid() -> web.Response:
    """Refuse a token."""
    return web.json_response({"error": "The access token is invalid"}, status=401)
