"""Publishers of feeds on one host: conditional requests as RFC 9110 has them, and the faults that feeds are known for.

What a polite reader does not send is refused with a status that no fault has, and kept in ``complaints``.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from email.utils import formatdate
from hashlib import sha256
from typing import Literal, Self, get_args

from aiohttp import web

from alerts.errors import AlertsError
from alerts.simulation.services.feed_documents import CONTENT_TYPES, FeedPost, Publisher, mention_id, written

FeedFault = Literal[
    "gone", "missing", "server_error", "rate_seconds", "rate_date", "rate_reset", "unavailable", "login_page", "empty",
    "redirect_found", "redirect_to_login", "cut", "slow", "not_packed", "forbidden", "broken", "wrong_encoding",
    "reversed", "doubled", "renamed", "no_entries", "always_unchanged",
]  # fmt: skip
"""What the next requests for a feed meet.

``gone`` to ``forbidden`` give no feed: 410; 404; 500; 429 with ``Retry-After`` in seconds, as a date, and as
``X-RateLimit-Reset``; 503; a log-in page and nothing, both with status 200; a redirect for now, to the same feed and to
a log-in page; a body that breaks off, one that never ends, one that is not packed as it says; 403.

The others give it in a strange shape: with text after its end, UTF-8 that is called Latin 1, oldest first, each entry
twice, the same posts under other names, empty for once, and 304 whatever was asked."""
_REFUSED = 418
_LISTED = 10
RETRY_AFTER_S = 1800


class SimulatedFeed:
    """One feed.

    Parameters
    ----------
    publisher
        How it is written.
    lists
        Entries of one page; what is older falls off, or stands on further pages.
    has_pages
        Whether it tells where older posts are.
    """

    def __init__(self, publisher: Publisher, *, lists: int = _LISTED, has_pages: bool = False) -> None:
        self.publisher = publisher
        self.lists = lists
        self.has_pages = has_pages
        self.posts: list[FeedPost] = []
        self.moved_to = ""
        self.has_expired = False
        self.headers: dict[str, str] = {}
        self.requests = 0
        self.answers: list[int] = []
        self._faults: deque[FeedFault] = deque()
        self._names = 0
        self._published = 0

    def publish(self, published: float | None, text: str = "", title: str = "") -> str:
        """Put a post on top; returns the id of its mention."""
        self._published = number = self._published + 1
        post = FeedPost(
            number=number, title=title or f"Post {number}", text=text or f"Text {number}", published=published
        )
        self.posts.append(post)
        return mention_id(self.publisher, post)

    def edit(self, number: int, text: str) -> str:
        """Change a post's text; returns the id of its mention."""
        before = self.posts[number - 1]
        post = FeedPost(number=number, title=before.title, text=text, published=before.published)
        self.posts[number - 1] = post
        return mention_id(self.publisher, post)

    def fail_next(self, fault: FeedFault, count: int = 1) -> None:
        """Let the next requests meet a fault.

        Raises
        ------
        AlertsError
            Where there is no such fault.
        """
        if fault not in get_args(FeedFault):
            raise AlertsError(f"feeds: no fault {fault}; known: {', '.join(get_args(FeedFault))}")
        self._faults.extend([fault] * count)

    def next_fault(self) -> FeedFault | None:
        """Return the fault due now, and count it off."""
        return self._faults.popleft() if self._faults else None

    def document(self, fault: FeedFault | None, page: int, here: str) -> bytes:
        """Return a page as it is listed now, the newest posts first."""
        first = (page - 1) * self.lists
        newest = list(reversed(self.posts))
        listed = newest[first : first + self.lists]
        if fault == "no_entries":
            listed = []
        elif fault == "reversed":
            listed.reverse()
        elif fault == "doubled":
            listed = [post for post in listed for _ in range(2)]
        next_url = f"{here}?page={page + 1}" if self.has_pages and len(newest) > first + self.lists else ""
        document = written(self.publisher, listed, next_url=next_url, expired=self.has_expired)
        if fault == "renamed":
            self._names += 1
            document = document.replace(b"/posts/", f"/renamed-{self._names}/".encode())
        return document


class SimulatedFeeds:
    """One host with feeds.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.feeds: dict[str, SimulatedFeed] = {}
        self.complaints: list[str] = []
        self.home = ""
        self._runner: web.AppRunner | None = None

    def add(self, path: str, publisher: Publisher, *, lists: int = _LISTED, has_pages: bool = False) -> SimulatedFeed:
        """Put up a feed at a path that begins with ``/``."""
        feed = self.feeds[path] = SimulatedFeed(publisher, lists=lists, has_pages=has_pages)
        return feed

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.add_routes([web.get("/{path:.*}", self._answer)])
        self._runner = web.AppRunner(application, handler_cancellation=True, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.home = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if complaint := _impolite(request):
            self.complaints.append(f"{request.path}: {complaint}")
            return web.Response(status=_REFUSED, text=complaint)
        if request.path == "/login":
            return _login_page()
        feed = self.feeds.get(request.path.removesuffix("/for-now"))
        if feed is None:
            return web.Response(status=404)
        feed.requests += 1
        response = await self._feed(request, feed)
        feed.answers.append(response.status)
        return response

    async def _feed(self, request: web.Request, feed: SimulatedFeed) -> web.StreamResponse:
        if feed.moved_to:
            return web.Response(status=301, headers={"Location": feed.moved_to})
        fault = None if request.path.endswith("/for-now") else feed.next_fault()
        if fault and (refusal := self._refusal(fault, request)) is not None:
            return refusal
        page = int(request.query.get("page", "1"))
        document = feed.document(fault, page, f"{self.home}{request.path}")
        if fault in {"cut", "slow"}:
            return await _breaking_off(request, document, is_slow=fault == "slow")
        return self._document(request, feed, document, fault)

    def _refusal(self, fault: FeedFault, request: web.Request) -> web.Response | None:
        now = self._now()
        answers: dict[str, Callable[[], web.Response]] = {
            "gone": lambda: web.Response(status=410),
            "missing": lambda: web.Response(status=404, text="<html>Not found</html>", content_type="text/html"),
            "server_error": lambda: web.Response(status=500),
            "forbidden": lambda: web.Response(status=403),
            "rate_seconds": lambda: web.Response(status=429, headers={"Retry-After": f"{RETRY_AFTER_S}"}),
            "rate_date": lambda: web.Response(
                status=429, headers={"Date": _http(now), "Retry-After": _http(now + RETRY_AFTER_S)}
            ),
            "rate_reset": lambda: web.Response(
                status=429,
                headers={
                    "X-RateLimit-Remaining": "0",
                    "X-RateLimit-Reset": f"{now + RETRY_AFTER_S:.0f}",
                    "Date": _http(now),
                },
            ),
            "unavailable": lambda: web.Response(status=503, headers={"Retry-After": f"{RETRY_AFTER_S}"}),
            "login_page": _login_page,
            "empty": lambda: web.Response(body=b"", content_type="application/rss+xml"),
            "redirect_found": lambda: web.Response(status=302, headers={"Location": f"{request.path}/for-now"}),
            "redirect_to_login": lambda: web.Response(status=302, headers={"Location": "/login"}),
            "not_packed": lambda: web.Response(
                body=b"<rss", headers={"Content-Encoding": "gzip"}, content_type="application/rss+xml"
            ),
            "always_unchanged": lambda: web.Response(status=304),
        }
        return answers[fault]() if fault in answers else None

    def _document(
        self, request: web.Request, feed: SimulatedFeed, document: bytes, fault: FeedFault | None
    ) -> web.Response:
        # A tag that is weak and holds what must not be taken apart: it is a name, byte for byte.
        etag = f'W/"{sha256(document).hexdigest()[:12]}, -gzip"'
        headers = {"ETag": etag, "Content-Type": CONTENT_TYPES[feed.publisher.format], **feed.headers}
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag, **feed.headers})
        if fault == "broken" and feed.publisher.format != "json":
            document += b"<!-- a plug-in says hello & goodbye --> <p>"
        if fault == "wrong_encoding" and feed.publisher.format != "json":
            document = document.replace(b'encoding="utf-8"', b'encoding="iso-8859-1"')
            headers["Content-Type"] = "text/xml; charset=iso-8859-1"
        return web.Response(body=document, headers=headers)


def _impolite(request: web.Request) -> str:
    """Return what a request has that a reader of feeds does not send, or lacks; empty where it is polite."""
    if "Cookie" in request.headers or "Referer" in request.headers:
        return "a reader of feeds sends neither cookies nor a referrer"
    agent = request.headers.get("User-Agent", "").lower()
    if not agent or agent.startswith(("python", "mozilla", "feedparser")):
        return "the User-Agent does not say who asks"
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return "packed answers are not asked for"
    return ""


def _login_page() -> web.Response:
    page = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in.</body></html>"
    return web.Response(text=page, content_type="text/html")


async def _breaking_off(request: web.Request, document: bytes, *, is_slow: bool) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": f"{len(document)}", "Content-Type": "application/rss+xml"})
    await response.prepare(request)
    await response.write(document[: len(document) // 2])
    if is_slow:
        # Ends when the client goes away, which cancels the handler.
        await asyncio.get_running_loop().create_future()
    if isinstance(request.transport, asyncio.Transport):
        request.transport.close()
    return response


def _http(moment: float) -> str:
    return formatdate(moment, usegmt=True)
