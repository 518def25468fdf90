"""The API of Hacker News on one host: numbers without a gap, ``null`` for what is not there (yet), no error for it."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Literal, Self, get_args

from aiohttp import web

from alerts.errors import AlertsError

HackerNewsFault = Literal[
    "server_error", "rate_seconds", "web_page", "empty", "cut", "slow", "other_post", "stale_newest", "null_newest",
    "unknown_path",
]  # fmt: skip
"""What the next request meets, whatever it asks for: 500; 429 with ``Retry-After``; a web page, nothing, a body that
breaks off, one that never ends; another post than was asked for; a highest number of an hour ago, and none; 404."""
RETRY_AFTER_S = 120


class SimulatedHackerNews:
    """All posts, and which have changed lately.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    newest
        The number of the newest post before the first that is made here.
    """

    def __init__(self, now: Callable[[], float], *, newest: int = 1000) -> None:
        self._now = now
        self.begin = newest + 1
        self.items: list[dict[str, Any] | None] = []
        self.not_before: dict[int, float] = {}
        """Until when a number has no post yet, epoch seconds."""
        self.changed: list[int] = []
        self.asked: list[str] = []
        self.at_once = 0
        self.url = ""
        self._flying = 0
        self._faults: deque[HackerNewsFault] = deque()
        self._runner: web.AppRunner | None = None

    def post(self, at: float, *, by: str = "pg", text: str = "Text", kind: str = "comment", **more: Any) -> int:
        """Make a post; returns its number."""
        number = self.begin + len(self.items)
        self.items.append({"id": number, "type": kind, "by": by, "time": int(at), "text": text, "parent": 1, **more})
        return number

    def nothing(self) -> int:
        """Give a number out that never gets a post."""
        self.items.append(None)
        return self.begin + len(self.items) - 1

    def change(self, number: int, *, is_pushed: bool = True, **more: Any) -> None:
        """Change a post; by default it is told under what has changed."""
        item = self.items[number - self.begin]
        if item is None:
            raise AlertsError(f"Hacker News: {number} has no post")
        item.update(more)
        if is_pushed:
            self.changed = [number, *self.changed][:100]

    def delete(self, number: int, *, is_pushed: bool = True) -> None:
        """Delete a post, as its author does: number, type, time and parent stay."""
        self.change(number, is_pushed=is_pushed, deleted=True)
        item = self.items[number - self.begin] or {}
        item.pop("by", None)
        item.pop("text", None)

    def fail_next(self, fault: HackerNewsFault, count: int = 1) -> None:
        """Let the next requests meet a fault.

        Raises
        ------
        AlertsError
            Where there is no such fault.
        """
        if fault not in get_args(HackerNewsFault):
            raise AlertsError(f"Hacker News: no fault {fault}; known: {', '.join(get_args(HackerNewsFault))}")
        self._faults.extend([fault] * count)

    @property
    def is_well(self) -> bool:
        """Whether all faults are over."""
        return not self._faults

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.add_routes([web.get("/v0/{path:.+}", self._answer)])
        self._runner = web.AppRunner(application, handler_cancellation=True, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/v0"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.asked.append(path)
        self._flying += 1
        self.at_once = max(self.at_once, self._flying)
        try:
            # Others that were asked for at the same time come in before this one is answered.
            await asyncio.sleep(0)
            fault = self._faults.popleft() if self._faults else None
            return await self._failed(request, fault) if fault else web.json_response(self._asked(path))
        finally:
            self._flying -= 1

    def _asked(self, path: str) -> Any:
        """Return what stands at a path; like the real one, ``null`` for what does not."""
        newest = self.begin + len(self.items) - 1
        if path == "maxitem.json":
            return newest
        if path == "updates.json":
            return {"items": self.changed, "profiles": []}
        name = path.removeprefix("item/").removesuffix(".json")
        number = int(name) if name.isdigit() else 0
        if self.not_before.get(number, 0.0) > self._now():
            return None
        return self.items[number - self.begin] if self.begin <= number <= newest else None

    async def _failed(self, request: web.Request, fault: HackerNewsFault) -> web.StreamResponse:
        newest = self.begin + len(self.items) - 1
        answers = {
            "server_error": lambda: web.Response(status=500),
            "rate_seconds": lambda: web.Response(status=429, headers={"Retry-After": f"{RETRY_AFTER_S}"}),
            "web_page": lambda: web.Response(text="<html>Back soon</html>", content_type="text/html"),
            "empty": lambda: web.Response(body=b"", content_type="application/json"),
            "other_post": lambda: web.json_response({"id": 7, "type": "comment", "time": 1}),
            "stale_newest": lambda: web.json_response(max(1, newest - 500)),
            "null_newest": lambda: web.json_response(None),
            "unknown_path": lambda: web.json_response({"error": "404 Not Found"}, status=404),
        }
        if fault in answers:
            return answers[fault]()
        response = web.StreamResponse(headers={"Content-Length": "1000", "Content-Type": "application/json"})
        await response.prepare(request)
        await response.write(b'{"id": ')
        if fault == "slow":
            # Ends when the client goes away, which cancels the handler.
            await asyncio.get_running_loop().create_future()
        if isinstance(request.transport, asyncio.Transport):
            request.transport.close()
        return response
