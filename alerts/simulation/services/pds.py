"""A server of Bluesky accounts (PDS): sessions by app passwords, posts and deletions, which a Jetstream tells."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from msgspec import Struct

from alerts.simulation.services.jetstream import SimulatedJetstream
from alerts.simulation.services.jetstream_events import POST
from alerts.simulation.services.scripted_api import ScriptedApi
from streams.sources.bluesky.times import tid

MOST_CHARS = 300
SESSIONS_A_DAY = 300


class PdsAccount(Struct, frozen=True):
    """Who may post."""

    did: str
    app_password: str


class SimulatedPds(ScriptedApi):
    """One server.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    jetstream
        What tells of the posts; it is asked when each is made.
    """

    def __init__(self, now: Callable[[], float], jetstream: SimulatedJetstream) -> None:
        super().__init__(now)
        self._jetstream = jetstream
        self.accounts = {"northside.example": PdsAccount("did:plc:northside", "abcd-efgh-ijkl-mnop")}
        self.tells = True
        """Whether the network is told of what is posted; a relay does not follow an account that is limited."""
        self.held: list[tuple[str, str, dict[str, Any]]] = []
        """What it was not told."""
        self.posts: dict[str, dict[str, Any]] = {}
        """By their addresses; those that were deleted are not among them."""
        self.made = 0
        """Posts, those that were deleted among them."""
        self.sessions: dict[str, str] = {}
        """Ids of accounts by their tokens."""
        self._sessions_made = 0

    def routes(self) -> list[web.RouteDef]:
        """Return what is asked for where."""
        return [
            web.post("/xrpc/com.atproto.server.createSession", self._session),
            web.post("/xrpc/com.atproto.repo.createRecord", self._changing(self._create)),
            web.post("/xrpc/com.atproto.repo.deleteRecord", self._changing(self._delete)),
        ]

    def expire(self) -> None:
        """Let all sessions run out."""
        self.sessions = dict.fromkeys(self.sessions, "")

    async def through(self) -> None:
        """Tell the network now of what was held back."""
        held, self.held = self.held, []
        for did, rkey, record in held:
            await self._jetstream.post(did, rkey, record)

    async def _session(self, request: web.Request) -> web.Response:
        stated = await _stated(request)
        if not isinstance(stated.get("identifier"), str) or not isinstance(stated.get("password"), str):
            return _error(400, "InvalidRequest", 'Input must have the property "identifier"')
        account = self.accounts.get(stated["identifier"])
        if account is None or account.app_password != stated["password"]:
            return _error(401, "AuthenticationRequired", "Invalid identifier or password")
        self._sessions_made += 1
        if self._sessions_made > SESSIONS_A_DAY:
            return _error(429, "RateLimitExceeded", "Rate Limit Exceeded")
        token = f"jwt-{self._sessions_made}"
        self.sessions[token] = account.did
        session = {"did": account.did, "handle": stated["identifier"], "accessJwt": token, "refreshJwt": f"r-{token}"}
        return web.json_response({**session, "active": True})

    def _changing(
        self, change: Callable[[str, dict[str, Any]], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if not token:
                return _error(401, "AuthMissing", "Authentication Required")
            if token not in self.sessions:
                return _error(400, "InvalidToken", "Token could not be verified")
            if not self.sessions[token]:
                return _error(400, "ExpiredToken", "Token has expired")
            stated = await _stated(request)
            if stated.get("repo") != self.sessions[token]:
                return _error(401, "AuthenticationRequired", "Authentication Required")
            if stated.get("collection") != POST:
                return _error(400, "InvalidRequest", "collection must be a valid NSID")
            return await change(self.sessions[token], stated)

        return handle

    async def _create(self, did: str, stated: dict[str, Any]) -> web.Response:
        record = stated.get("record")
        if not isinstance(record, dict) or record.get("$type") != POST:
            return _error(400, "InvalidRequest", f"Invalid $type: expected {POST}")
        if not isinstance(record.get("text"), str) or not isinstance(record.get("createdAt"), str):
            return _error(400, "InvalidRequest", f'Invalid {POST} record: Record must have the property "text"')
        if len(record["text"]) > MOST_CHARS:
            return _error(400, "InvalidRequest", f"Invalid {POST} record: text must not be longer than 300 graphemes")
        self.made += 1
        rkey = tid(int(self._now() * 1e6) << 10 | self.made & 1023)
        uri = f"at://{did}/{POST}/{rkey}"
        self.posts[uri] = record
        if self.tells:
            await self._jetstream.post(did, rkey, record)
        else:
            self.held.append((did, rkey, record))
        return web.json_response({"uri": uri, "cid": "bafyrei", "validationStatus": "valid"})

    async def _delete(self, did: str, stated: dict[str, Any]) -> web.Response:
        rkey = stated.get("rkey")
        if not isinstance(rkey, str) or not rkey:
            return _error(400, "InvalidRequest", 'Input must have the property "rkey"')
        if self.posts.pop(f"at://{did}/{POST}/{rkey}", None) is not None:
            await self._jetstream.delete(did, rkey)
        return web.json_response({})


async def _stated(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        return {}
    try:
        stated = json.loads(await request.read())
    except ValueError:
        return {}
    return stated if isinstance(stated, dict) else {}


def _error(status: int, error: str, message: str) -> web.Response:
    return web.json_response({"error": error, "message": message}, status=status)
