"""The Threads API on one host: searches within the queries of a day, single posts, and what a token is."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from alerts.simulation.services.scripted_api import ScriptedApi

_DAY_S = 86_400.0
_OLDEST = 1_688_540_400
_FIELDS = frozenset({
    "id", "text", "media_type", "permalink", "timestamp", "username", "has_replies", "is_quote_post", "is_reply",
})  # fmt: skip
_UNSEEN = (
    "Unsupported get request. Object with ID '{}' does not exist, cannot be loaded due to missing permissions, or does "
    "not support this operation"
)


class SimulatedThreads(ScriptedApi):
    """All posts, one user's token, and an app.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    queries
        In any 24 hours.
    most
        Of a page, whatever is asked for.
    has_marks
        Whether a page names the one behind it; else it is asked for by its time.
    """

    owner = "northside.press"

    def __init__(
        self, now: Callable[[], float], *, queries: int = 2200, most: int = 100, has_marks: bool = True
    ) -> None:
        super().__init__(now)
        self.token = "THAA-long-lived-token"  # noqa: S105 - of nobody's
        self.expires = now() + 60 * _DAY_S
        self.scopes = ["threads_basic", "threads_keyword_search"]
        self.queries, self.most, self.has_marks = queries, most, has_marks
        self.posts: list[dict[str, Any]] = []
        self.spent: deque[float] = deque()
        self.codes: deque[int] = deque()
        """With these errors the next requests are refused."""
        self.is_approved = True
        """Whether posts of others are found."""
        self.shows_others = True
        """Whether posts of others can be looked up."""
        self.is_tester = True
        """Whether the token may be inspected."""
        self.has_until = False
        """Whether a page up to a second has the posts of that second, too: Meta does not say."""
        self.is_strict = True
        """Whether a token without the permission is refused; else it finds its user's own posts, as some report."""
        self.sensitive: set[str] = set()
        self._made = 17_900_000_000_000_000

    def post(self, text: str = "Northside", *, at: float | None = None, username: str = "ann", **more: Any) -> str:
        """Write a post; returns the id of its mention."""
        self._made += 1
        self.posts.append({
            "id": str(self._made), "text": text, "media_type": "TEXT_POST", "username": username,
            "permalink": f"https://www.threads.net/@{username}/post/C{self._made}",
            "timestamp": _moment(self._now() if at is None else at), "has_replies": False, "is_quote_post": False,
            "is_reply": False, **more,
        })  # fmt: skip
        return f"https://graph.threads.net/{self._made}"

    def delete(self, number: int = -1) -> str:
        """Take a post away; returns the id of its mention."""
        return f"https://graph.threads.net/{self.posts.pop(number)['id']}"

    def routes(self) -> list[web.RouteDef]:
        """Return what can be asked for."""
        return [
            web.get("/keyword_search", self._called(self._search)),
            web.get("/debug_token", self._called(self._inspected)),
            web.get("/me", self._called(lambda _: web.json_response({"id": "1", "username": self.owner}))),
            web.get(r"/{number:\d+}", self._called(self._by_number)),
        ]

    @property
    def _may_search(self) -> bool:
        return "threads_keyword_search" in self.scopes

    def _called(self, handler: Callable[[web.Request], web.Response]) -> Any:
        async def call(request: web.Request) -> web.Response:
            given = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if given != self.token:
                return _error(190, f"Malformed access token {given}", kind="OAuthException")
            if self.expires <= self._now():
                return _error(190, "Error validating access token: Session has expired.", 463, kind="OAuthException")
            if self.codes:
                return _error(self.codes.popleft(), "As the script has it")
            fields = set(request.query.get("fields", "id").split(","))
            if fields - _FIELDS:
                return _error(100, f"Tried accessing nonexisting field ({min(fields - _FIELDS)})")
            return handler(request)

        return call

    def _search(self, request: web.Request) -> web.Response:
        asked, now = request.query, self._now()
        since, until = float(asked.get("since", _OLDEST)), float(asked.get("until", now))
        size = int(asked.get("limit", "25"))
        if self.is_strict and not self._may_search:
            return _error(10, "Application does not have permission for this action")
        if not asked.get("q") or asked.get("search_type", "TOP") not in {"TOP", "RECENT"} or not 0 < size <= 100:
            return _error(100, "Invalid parameter")
        if not _OLDEST <= since < until <= now:
            return _error(100, "Invalid parameter: since and until")
        while self.spent and self.spent[0] <= now - _DAY_S:
            self.spent.popleft()
        if len(self.spent) >= self.queries:
            return _error(4, "Application request limit reached")
        page, mark = self._page(asked, since, until, min(size, self.most))
        if page:
            self.spent.append(now)
        paging: dict[str, Any] = (
            {"cursors": {"before": _mark(page[0]), "after": mark or _mark(page[-1])}} if page else {}
        )
        if mark:
            paging["next"] = f"https://graph.threads.net/v1.0/keyword_search?access_token={self.token}&after={mark}"
        return web.json_response({"data": page, **({"paging": paging} if paging and self.has_marks else {})})

    def _page(self, asked: Any, since: float, until: float, size: int) -> tuple[list[Any], str]:
        word, end = asked["q"].lower(), until if "until" in asked and not self.has_until else until + 1
        found = [
            one for one in self.posts
            if word in one["text"].lower() and since <= _at(one) < end and word not in self.sensitive
            and ((self.is_approved and self._may_search) or one["username"] == self.owner)
        ]  # fmt: skip
        found.sort(key=_mark, reverse=True)
        if after := asked.get("after"):
            found = [one for one in found if _mark(one) < after]
        page = found[:size]
        return page, _mark(page[-1]) if len(found) > size else ""

    def _by_number(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        there = [
            one for one in self.posts
            if one["id"] == number and (self.shows_others or one["username"] == self.owner)
        ]  # fmt: skip
        return web.json_response(there[0]) if there else _error(100, _UNSEEN.format(number), 33)

    def _inspected(self, request: web.Request) -> web.Response:
        if not self.is_tester:
            return _error(10, "The token is not one of a Threads tester")
        if request.query.get("input_token") != self.token:
            return _error(100, "Invalid parameter")
        return web.json_response({"data": {
            "type": "USER", "application": "Northside listens", "is_valid": True, "expires_at": int(self.expires),
            "scopes": self.scopes, "user_id": "1",
        }})  # fmt: skip


def _mark(one: dict[str, Any]) -> str:
    return f"{one['timestamp']}~{one['id']}"


def _at(one: dict[str, Any]) -> float:
    return datetime.fromisoformat(one["timestamp"]).timestamp()


def _error(code: int, message: str, subcode: int = 0, *, kind: str = "THApiException") -> web.Response:
    error: dict[str, Any] = {"message": message, "type": kind, "code": code, "fbtrace_id": "A1"}
    if subcode:
        error["error_subcode"] = subcode
    return web.json_response({"error": error}, status=400)


def _moment(at: float) -> str:
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
