"""The API of a forum on one host, which lists its posts in whichever way it is told: what a poll API may be."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote

from aiohttp import web

from alerts.simulation.services.scripted_api import ScriptedApi

Way = Literal["one_page", "numbers", "offsets", "marks", "links", "header", "since", "cursor"]
"""How it lists: its newest on one page; newest first by pages' numbers, by posts to leave out, by marks, by addresses
in the answer or in a header; oldest first from a moment on; from a mark of its own on."""


class SimulatedForum(ScriptedApi):
    """All posts.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    way
        How it lists.
    size
        Posts of a page.
    most
        Posts that it gives at most, newest first.
    """

    key = "a key of the forum"

    def __init__(self, now: Callable[[], float], *, way: Way = "one_page", size: int = 5, most: int = 1000) -> None:
        super().__init__(now)
        self.way = way
        self.size = size
        self.most = most
        self.posts: list[dict[str, Any]] = []
        self.on_answer: list[Callable[[], object]] = []
        """Is done after each of the next answers: what happens while a list is read."""
        self.refuses = False
        """Whether the key is no longer good."""
        self._made = 0

    def post(self, text: str = "Northside", *, at: float | None = None, is_broken: bool = False) -> str:
        """Write a post; returns the id of its mention."""
        self._made += 1
        when = datetime.fromtimestamp(self._now() if at is None else at, UTC).isoformat()
        post = {
            "number": self._made, "made": "never" if is_broken else when, "body": {"html": f"<p>{text}</p>"},
            "by": {"name": "Ann"}, "lang": "en", "link": f"/t/{self._made}", "hidden": False,
        }  # fmt: skip
        self.posts.append(post)
        return f"{self.url}/api/posts#{self._made}"

    def edit(self, number: int, text: str) -> None:
        """Change what a post says."""
        self._post(number)["body"] = {"html": text}

    def hide(self, number: int) -> None:
        """Take a post down, and say so where it stood."""
        self._post(number)["hidden"] = True

    def remove(self, number: int) -> None:
        """Take a post down without a trace."""
        self.posts.remove(self._post(number))

    def routes(self) -> list[web.RouteDef]:
        """Return where the list is."""
        return [web.get("/api/posts", self._posts)]

    def _post(self, number: int) -> dict[str, Any]:
        return next(post for post in self.posts if post["number"] == number)

    async def _posts(self, request: web.Request) -> web.Response:
        if self.refuses or request.headers.get("Authorization") != f"Bearer {self.key}":
            return web.json_response({"error": "unauthorized"}, status=401)
        response = self._listed(request)
        if self.on_answer:
            self.on_answer.pop(0)()
        return response

    def _listed(self, request: web.Request) -> web.Response:
        asked = request.query
        in_order = sorted(self.posts, key=lambda post: (post["made"], post["number"]))
        newest = in_order[::-1][: self.most]
        if self.way == "since":
            since = datetime.fromisoformat(asked["since"]).isoformat()
            later = [post for post in in_order if post["made"] >= since or post["made"] == "never"]
            begin = int(asked.get("page", "0")) * self.size
            return _answer(later[begin : begin + self.size])
        if self.way == "cursor":
            after = int(asked.get("after", "0"))
            later = [post for post in self.posts if post["number"] > after][: self.size]
            return _answer(later, mark=str(later[-1]["number"] if later else after))
        if self.way == "one_page":
            return _answer(newest[: self.size])
        begin = {
            "numbers": (int(asked.get("page", "1")) - 1) * self.size, "offsets": int(asked.get("skip", "0")),
        }.get(self.way, 0)  # fmt: skip
        if before := asked.get("before", ""):
            newest = [post for post in newest if _mark(post) < before]
        page = newest[begin : begin + self.size]
        has_more = begin + self.size < len(newest) and bool(page)
        there = f"/api/posts?before={quote(_mark(page[-1]))}" if has_more else ""
        if self.way == "header":
            return _answer(page, headers={"Link": f'<{there}>; rel="next", </api/posts>; rel="first"'} if there else {})
        mark = _mark(page[-1]) if has_more else None
        return _answer(page, mark=mark, link=there or None)


def _mark(post: dict[str, Any]) -> str:
    return f"{post['made']}~{post['number']:08}"


def _answer(posts: list[dict[str, Any]], headers: dict[str, str] | None = None, **meta: Any) -> web.Response:
    return web.json_response({"data": {"posts": posts}, "meta": meta}, headers=headers)
