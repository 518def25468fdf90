"""A Mastodon server: timelines in pages and as streams, as strict as the real one, with faults by script."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from aiohttp import web
from msgspec import Struct

from alerts.simulation.services.mastodon_answers import failed, feed_of, invalid, paged
from alerts.simulation.services.mastodon_faults import (
    CUT,
    SILENCE,
    RequestFault,
    Sent,
    StreamFault,
    StreamFaults,
    known,
)
from alerts.simulation.services.mastodon_posts import SEQUENCE_BITS, SimulatedPost, account_object, status_object
from alerts.simulation.services.mastodon_writing import Writing

MOST_BY_ID = 20
HEARTBEAT_S = 15.0
_STREAMS = {
    "/api/v1/streaming/public": "public",
    "/api/v1/streaming/public/local": "local",
    "/api/v1/streaming/public/remote": "remote",
}


class Token(Struct, frozen=True):
    """What a token allows; one of an application has no user."""

    scopes: tuple[str, ...] = ("read:statuses",)
    is_users: bool = True
    languages: tuple[str, ...] = ()
    user: str = "ann"


class _Event(Struct, frozen=True):
    """What happened, and in which timelines; in all of them where none is named."""

    name: str
    payload: bytes
    timelines: tuple[str, ...]
    language: str | None = None


class SimulatedMastodon:
    """One server.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    keeps_s
        It forgets posts that are older; ``None`` forgets none.
    heartbeat_s
        How often a stream says that it lives.
    """

    def __init__(
        self, now: Callable[[], float], *, keeps_s: float | None = None, heartbeat_s: float = HEARTBEAT_S
    ) -> None:
        self._now = now
        self.keeps_s = keeps_s
        self.heartbeat_s = heartbeat_s
        self.tokens = {"token": Token()}
        self.access: dict[str, dict[str, str]] | None = {
            "live_feeds": {"local": "public", "remote": "public"},
            "hashtag_feeds": {"local": "public", "remote": "public"},
        }
        self.has_streams = True
        self.has_statuses_by_id = True
        self.shows_anybody = True
        self.posts: dict[int, SimulatedPost] = {}
        self.asked: list[str] = []
        """Path and query of every request, streams among them."""
        self.writing = Writing(self, now)
        self.open_streams = 0
        self.url = ""
        self._number = 0
        self._events: list[_Event] = []
        self._more = asyncio.Condition()
        self._faults: deque[RequestFault | None] = deque()
        self._stream_faults: deque[tuple[StreamFault, ...]] = deque()
        self._runner: web.AppRunner | None = None

    # -- what people do --------------------------------------------------------------------------------------

    async def post(
        self,
        text: str = "Hello",
        *,
        is_local: bool = True,
        tags: tuple[str, ...] = (),
        late_s: float = 0.0,
        reply_to: str = "",
        account: dict[str, Any] | None = None,
        is_held: bool = False,
        **more: Any,
    ) -> str:
        """Let somebody write; return the server's id of it. One of another server that arrives late has an early id.

        One that is held comes into no timeline before it is let ``through``.
        """
        created_s = self._now() - (0.0 if is_local else late_s)
        self._number += 1
        local_id = (int(created_s * 1000) << SEQUENCE_BITS) + self._number % (1 << SEQUENCE_BITS)
        host = "social.example" if is_local else "other.example"
        author = account_object("ann", host, is_local=is_local, **(account or {}))
        number = local_id if is_local else self._number
        status = status_object(local_id, author, text, number, tags=[{"name": tag} for tag in tags], **more)
        if reply_to:
            status |= {"in_reply_to_id": reply_to, "in_reply_to_account_id": "2"}
        post = SimulatedPost(
            local_id=local_id, is_local=is_local, created_s=created_s, arrived_s=self._now(), account=author,
            status=status, tags=tags, is_reply_to_other=bool(reply_to), is_held=is_held,
        )  # fmt: skip
        self.posts[local_id] = post
        await self._publish_post(post)
        return str(local_id)

    async def through(self, local_id: str) -> None:
        """Let a post that is held come into the timelines."""
        post = self.posts[int(local_id)]
        post.is_held = False
        await self._publish_post(post)

    async def _publish_post(self, post: SimulatedPost) -> None:
        status = post.status
        if post.timelines and status["reblog"] is None:
            await self._publish(_Event("update", post.payload(), post.timelines, status["language"]))

    async def edit(self, local_id: str, text: str, *, account: dict[str, Any] | None = None) -> None:
        """Let somebody change a post."""
        post = self.posts[int(local_id)]
        post.status["content"] = f"<p>{text}</p>"
        post.account |= account or {}
        post.edited_s = self._now()
        await self._publish(_Event("status.update", post.payload(), post.timelines, post.status["language"]))

    async def delete(self, local_id: str, *, is_pushed: bool = True) -> None:
        """Let somebody delete a post; a suspension tells nothing."""
        self.posts[int(local_id)].is_deleted = True
        if is_pushed:
            await self._publish(_Event("delete", local_id.encode(), ()))

    def uri(self, local_id: str) -> str:
        """Return the address by which all servers know a post."""
        return str(self.posts[int(local_id)].status["uri"])

    async def kill_streams(self) -> None:
        """End all streams, as at a restart."""
        await self._publish(_Event("kill", b"", ()))

    # -- what goes wrong -------------------------------------------------------------------------------------

    def fail_next(self, *faults: RequestFault | None) -> None:
        """Let the next requests, streams not among them, meet these; ``None`` is none.

        Raises
        ------
        AlertsError
            Where there is no such fault.
        """
        for fault in faults:
            if fault is not None:
                known(fault)
        self._faults.extend(faults)

    def fail_stream(self, *faults: StreamFault) -> None:
        """Let these happen on the next stream for which nothing is planned."""
        self._stream_faults.append(faults)

    # -- the server ------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.add_routes([*self.writing.routes(), web.get("/{path:.*}", self._answer)])
        self._runner = web.AppRunner(application, handler_cancellation=True, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill_streams()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        if request.path.startswith("/api/v1/streaming/"):
            return await self._stream(request)
        fault = self._faults.popleft() if self._faults else None
        if fault is not None and fault != "stale":
            return await failed(request, fault, self._now())
        return self._answer_of_itself(request, is_stale=fault == "stale")

    def _answer_of_itself(self, request: web.Request, *, is_stale: bool) -> web.Response:
        if request.path == "/api/v2/instance":
            return web.json_response(self._instance())
        if request.path == "/api/v1/apps/verify_credentials":
            token = self.token(request)
            return web.json_response({"name": "Tocsin", "scopes": list(token.scopes)}) if token else invalid()
        if request.path == "/api/v1/statuses" and self.has_statuses_by_id:
            return self._by_id(request)
        feed = feed_of(request)
        if feed is None:
            return web.json_response({"error": "Record not found"}, status=404)
        return self._page(request, feed, is_stale=is_stale)

    def token(self, request: web.Request) -> Token | None:
        """Return what a request's token allows."""
        return self.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))

    def _instance(self) -> dict[str, Any]:
        configuration: dict[str, Any] = {"urls": {"streaming": self.url.replace("http", "ws")}}
        if self.access is not None:
            configuration["timelines_access"] = self.access
        return {"domain": "social.example", "version": "4.5.2", "configuration": configuration}

    def _shown(self, feed: str, post: SimulatedPost) -> bool:
        if feed not in post.timelines:
            return False
        access = (self.access or {}).get("hashtag_feeds" if feed.startswith("#") else "live_feeds", {})
        return access.get("local" if post.is_local else "remote") != "disabled"

    def _page(self, request: web.Request, feed: str, *, is_stale: bool) -> web.Response:
        token = self.token(request)
        if "Authorization" in request.headers:
            if token is None:
                return invalid()
            if not {"read", "read:statuses"} & set(token.scopes):
                return web.json_response({"error": "This action is outside the authorized scopes"}, status=403)
        if not self.shows_anybody and not (token and token.is_users):
            return web.json_response({"error": "This method requires an authenticated user"}, status=422)
        now = self._now()
        posts = [
            post
            for post in sorted(self.posts.values(), key=lambda post: post.local_id)
            if self._shown(feed, post)
            and not post.is_deleted
            and post.status["reblog"] is None
            and (self.keeps_s is None or post.arrived_s >= now - self.keeps_s)
            and (not is_stale or post.arrived_s < now - 1)
            and (token is None or not token.languages or post.status["language"] in token.languages)
        ]
        return web.json_response([post.as_object() for post in paged(posts, request)])

    def _by_id(self, request: web.Request) -> web.Response:
        if self.token(request) is None:
            return invalid()
        ids = request.query.getall("id[]", [])
        if len(ids) > MOST_BY_ID:
            return web.json_response({"error": "Validation failed: too many ids"}, status=422)
        found = [self.posts[int(one)] for one in ids if int(one) in self.posts]
        return web.json_response([post.as_object() for post in found if not post.is_deleted])

    async def _publish(self, event: _Event) -> None:
        async with self._more:
            self._events.append(event)
            self._more.notify_all()

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        if not self.has_streams:
            return web.json_response({"error": "Not found"}, status=404)
        if (refusal := self._refusal(request)) is not None:
            return refusal
        token = self.token(request) or Token()
        feed = _STREAMS.get(request.path) or f"#{request.query['tag'].lower()}"
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        await response.write(b":)\n")
        faults = StreamFaults(self._stream_faults.popleft() if self._stream_faults else (), self._now())
        self.open_streams += 1
        with suppress(ConnectionResetError):
            await self._publish_to(response, feed, token, faults)
        self.open_streams -= 1
        if isinstance(request.transport, asyncio.Transport):
            request.transport.close()
        return response

    def _refusal(self, request: web.Request) -> web.Response | None:
        if "Authorization" not in request.headers:
            return web.json_response({"error": "Missing access token"}, status=401)
        token = self.token(request)
        if token is None or not token.is_users:
            return web.json_response({"error": "Invalid access token"}, status=401)
        if not {"read", "read:statuses"} & set(token.scopes):
            return web.json_response({"error": "Access token does not have the required scopes"}, status=401)
        if request.path == "/api/v1/streaming/hashtag":
            if not request.query.get("tag"):
                return web.json_response({"error": "Missing tag name parameter"}, status=400)
        elif request.path not in _STREAMS:
            return web.json_response({"error": "Unknown channel requested"}, status=400)
        return None

    async def _publish_to(self, response: web.StreamResponse, feed: str, token: Token, faults: StreamFaults) -> None:
        place = len(self._events)
        while True:
            event = await self._event(place, response, faults)
            place += 1
            if event.name == "kill":
                return
            if not self._is_heard(event, feed, token):
                continue
            for made in faults.spoiled((event.name, event.payload), self._now()):
                if made == CUT:
                    return
                if made == SILENCE:
                    await asyncio.get_running_loop().create_future()  # until the client goes away
                    return
                await response.write(_as_event(made))

    async def _event(self, place: int, response: web.StreamResponse, faults: StreamFaults) -> _Event:
        """Wait for an event, with heartbeats."""
        while place == len(self._events):
            try:
                async with asyncio.timeout(self.heartbeat_s), self._more:
                    await self._more.wait()
            except TimeoutError:
                await response.write(b":thump\n")
                for held in faults.at_rest():
                    await response.write(_as_event(held))
        return self._events[place]

    def _is_heard(self, event: _Event, feed: str, token: Token) -> bool:
        if event.name == "delete":
            return True
        access = (self.access or {}).get("hashtag_feeds" if feed.startswith("#") else "live_feeds", {})
        part = "local" if "local" in event.timelines else "remote"
        is_open = access.get(part) != "disabled"
        # The stream lets through what has no language; pages do not.
        is_spoken = not token.languages or event.language is None or event.language in token.languages
        return feed in event.timelines and is_open and is_spoken


def _as_event(event: Sent) -> bytes:
    name, payload = event
    return f"event: {name}\ndata: ".encode() + payload + b"\n\n"
