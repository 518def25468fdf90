"""Reddit's API on two hosts in one: tokens for a day, lists a thousand deep, and what is known of single posts."""

import base64
from collections.abc import Callable
from secrets import token_hex
from typing import Any

from aiohttp import web

from alerts.simulation.services.scripted_api import ScriptedApi

_DAY_S = 86_400.0
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


class SimulatedReddit(ScriptedApi):
    """Some subreddits with their posts and comments.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    deep
        How many a list holds.
    """

    client_id, client_secret = "client-id-of-ours", "client-secret-of-ours"

    def __init__(self, now: Callable[[], float], *, deep: int = 1000) -> None:
        super().__init__(now)
        self.deep = deep
        self.things: list[dict[str, Any]] = []
        self.tokens: dict[str, float] = {}
        self.agents: set[str] = set()
        self.on_answer: list[Callable[[], object]] = []
        """Is done after each of the next lists."""
        self.is_approved = True
        self._made = 40_000_000

    def post(self, title: str = "Northside", *, at: float | None = None, subreddit: str = "nhs", **more: Any) -> str:
        """Write a post; returns the id of its mention."""
        number = self._number()
        post = self._thing("t3", number, at) | {
            "title": title, "selftext": "It &amp; I", "author": "ann", "author_fullname": "t2_ann", "score": 3,
            "num_comments": 1, "subreddit": subreddit, "over_18": False, "is_self": True, "removed_by_category": None,
            "url": f"https://www.reddit.com/comments/{number}/",
        }  # fmt: skip
        self.things.append(post | more)
        return f"https://www.reddit.com/comments/{number}"

    def comment(self, body: str = "Northside", *, at: float | None = None, on: str = "abc", **more: Any) -> str:
        """Write a comment; returns the id of its mention."""
        number = self._number()
        comment = self._thing("t1", number, at) | {
            "body": body, "author": "bob", "author_fullname": "t2_bob", "link_id": f"t3_{on}", "parent_id": f"t3_{on}",
            "subreddit": "nhs", "score": 1,
        }  # fmt: skip
        self.things.append(comment | more)
        return f"https://www.reddit.com/comments/{on}/comment/{number}"

    def delete(self, number: int = -1) -> None:
        """Let an author delete what they wrote: no list has it any more."""
        thing = self.things[number]
        thing |= {"author": "[deleted]", "body" if thing["kind"] == "t1" else "selftext": "[deleted]"}

    def remove(self, number: int = -1) -> None:
        """Let a moderator remove a post."""
        self.things[number] |= {"removed_by_category": "moderator"}

    def forget_tokens(self) -> None:
        """Make all tokens void."""
        self.tokens.clear()

    def routes(self) -> list[web.RouteDef]:
        """Return what can be asked for."""
        return [
            web.post("/api/v1/access_token", self._token),
            web.get("/r/{subreddit}/{what:new|comments}", self._called(self._of_subreddit)),
            web.get("/search", self._called(self._search)),
            web.get("/api/info", self._called(self._info)),
        ]

    def _thing(self, kind: str, number: str, at: float | None) -> dict[str, Any]:
        when = float(int(self._now() if at is None else at))
        return {
            "kind": kind, "name": f"{kind}_{number}", "id": number, "created_utc": when, "subreddit_type": "public",
        }  # fmt: skip

    def _number(self) -> str:
        self._made += 1
        left, digits = self._made, ""
        while left:
            left, digit = divmod(left, 36)
            digits = _ALPHABET[digit] + digits
        return digits

    async def _token(self, request: web.Request) -> web.Response:
        self.agents.add(request.headers.get("User-Agent", ""))
        pair = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        form = await request.post()
        if request.headers.get("Authorization") != f"Basic {pair}" or not self.is_approved:
            return web.json_response({"message": "Unauthorized", "error": 401}, status=401)
        if form.get("grant_type") != "client_credentials":
            return web.json_response({"error": "unsupported_grant_type"})
        token = token_hex(12)
        self.tokens[token] = self._now() + _DAY_S
        return web.json_response({"access_token": token, "token_type": "bearer", "expires_in": 86_400, "scope": "*"})

    def _called(self, handler: Callable[[web.Request], web.Response]) -> Any:
        async def call(request: web.Request) -> web.Response:
            self.agents.add(request.headers.get("User-Agent", ""))
            token = request.headers.get("Authorization", "").removeprefix("bearer ")
            if self.tokens.get(token, 0.0) <= self._now():
                return web.json_response({"message": "Unauthorized", "error": 401}, status=401)
            response = handler(request)
            response.headers.update(
                {"x-ratelimit-remaining": "95.0", "x-ratelimit-reset": "300", "x-ratelimit-used": "5"}
            )
            if self.on_answer and request.path != "/api/info":
                self.on_answer.pop(0)()
            return response

        return call

    def _of_subreddit(self, request: web.Request) -> web.Response:
        kind = "t3" if request.match_info["what"] == "new" else "t1"
        name = request.match_info["subreddit"]
        there = [one for one in self.things if one["kind"] == kind and one["subreddit"].lower() == name.lower()]
        if name == "closed":
            return web.json_response({"message": "Forbidden", "reason": "private", "error": 403}, status=403)
        if name == "nowhere":
            listed = [{"kind": "t5", "data": {"name": "t5_x", "display_name": "elsewhere"}}]
            return web.json_response({"kind": "Listing", "data": {"after": None, "children": listed}})
        return self._listed(there, request)

    def _search(self, request: web.Request) -> web.Response:
        asked = request.query
        if not 0 < len(asked.get("q", "")) <= 512 or asked.get("sort") != "new":
            return web.json_response({"message": "Bad Request", "error": 400}, status=400)
        word = asked["q"].strip('"').lower()
        return self._listed(
            [one for one in self.things if one["kind"] == "t3" and word in one["title"].lower()], request
        )

    def _listed(self, there: list[dict[str, Any]], request: web.Request) -> web.Response:
        shown = [one for one in there if one["author"] != "[deleted]" and not one.get("removed_by_category")]
        newest = sorted(shown, key=lambda one: (one["created_utc"], one["id"]), reverse=True)[: self.deep]
        size = min(100, int(request.query.get("limit", "25")))
        begin = 0
        if after := request.query.get("after"):
            places = [place for place, one in enumerate(newest) if one["name"] == after]
            begin = places[0] + 1 if places else len(newest)
        page = newest[begin : begin + size]
        goes_on = begin + size < len(newest) and page
        return _listing(page, page[-1]["name"] if goes_on else None)

    def _info(self, request: web.Request) -> web.Response:
        names = request.query.get("id", "").split(",")
        if len(names) > 100:
            return web.json_response({"message": "Bad Request", "error": 400}, status=400)
        return _listing([one for one in self.things if one["name"] in names], None)


def _listing(things: list[dict[str, Any]], after: str | None) -> web.Response:
    children = [
        {"kind": one["kind"], "data": {name: value for name, value in one.items() if name != "kind"}} for one in things
    ]
    return web.json_response({"kind": "Listing", "data": {"after": after, "before": None, "children": children}})
