"""What a user of a simulated Mastodon asks of it by a token: who it is, to post, to delete."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp import web

from alerts.simulation.services.mastodon_answers import failed, invalid
from alerts.simulation.services.mastodon_faults import RequestFault
from alerts.simulation.services.mastodon_posts import account_object

if TYPE_CHECKING:
    from alerts.simulation.services.mastodon import SimulatedMastodon, Token

HOST = "social.example"
MOST_CHARS = 500
_OUTSIDE = {"error": "This action is outside the authorized scopes"}


class Writing:
    """What users write by programs.

    Parameters
    ----------
    server
        Where.
    now
        Wall time, epoch seconds.
    """

    def __init__(self, server: "SimulatedMastodon", now: Callable[[], float]) -> None:
        self._server = server
        self._now = now
        self.posts: list[str] = []
        """Ids of what was posted so, in its order."""
        self.holds_back = False
        """Whether what is posted comes into no timeline before it is let through."""
        self.limited: set[str] = set()
        """Users whose posts the server shows to their followers alone."""
        self.indexable = True
        self.fault: RequestFault | None = None
        """What posting meets for as long as it is set."""
        self._by_key: dict[str, str] = {}

    def routes(self) -> list[web.RouteDef]:
        """Return what is asked for where."""
        return [
            web.get("/api/v1/accounts/verify_credentials", self._account),
            web.post("/api/v1/statuses", self._post),
            web.delete("/api/v1/statuses/{id}", self._delete),
        ]

    def _refusal(self, token: "Token | None", scopes: set[str]) -> web.Response | None:
        if token is None:
            return invalid()
        if not token.is_users:
            return web.json_response({"error": "This method requires an authenticated user"}, status=422)
        return None if scopes & set(token.scopes) else web.json_response(_OUTSIDE, status=403)

    async def _account(self, request: web.Request) -> web.StreamResponse:
        self._server.asked.append(request.path_qs)
        token = self._server.token(request)
        refusal = self._refusal(token, {"read", "read:accounts", "profile"})
        if refusal is not None or token is None:
            return refusal or invalid()
        return web.json_response(account_object(token.user, HOST, is_local=True, indexable=self.indexable))

    async def _post(self, request: web.Request) -> web.StreamResponse:
        self._server.asked.append(request.path_qs)
        if self.fault is not None:
            return await failed(request, self.fault, self._now())
        token = self._server.token(request)
        refusal = self._refusal(token, {"write", "write:statuses"})
        if refusal is not None or token is None:
            return refusal or invalid()
        stated = await request.json()
        text, visibility = stated.get("status", ""), stated.get("visibility", "public")
        if not text.strip():
            return web.json_response({"error": "Validation failed: Text can't be blank"}, status=422)
        if len(text) > MOST_CHARS:
            says = f"Validation failed: Text character limit of {MOST_CHARS} exceeded"
            return web.json_response({"error": says}, status=422)
        key = request.headers.get("Idempotency-Key", "")
        local_id = self._by_key.get(key, "")
        if not local_id:
            if token.user in self.limited and visibility == "public":
                visibility = "unlisted"
            tags = tuple(word[1:].lower() for word in text.split() if word.startswith("#"))
            account = account_object(token.user, HOST, is_local=True, indexable=self.indexable)
            local_id = await self._server.post(
                text, account=account, visibility=visibility, tags=tags, is_held=self.holds_back
            )
            self.posts.append(local_id)
        if key:
            self._by_key[key] = local_id
        return web.json_response(self._server.posts[int(local_id)].as_object())

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        self._server.asked.append(f"DELETE {request.path_qs}")
        token = self._server.token(request)
        refusal = self._refusal(token, {"write", "write:statuses"})
        if refusal is not None or token is None:
            return refusal or invalid()
        name = request.match_info["id"]
        post = self._server.posts.get(int(name)) if name.isdigit() else None
        if post is None or post.is_deleted or post.account["username"] != token.user:
            return web.json_response({"error": "Record not found"}, status=404)
        await self._server.delete(name)
        return web.json_response(post.as_object())
