"""X's API on one host: searches of seven days, posts by their numbers, and what both have cost."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from alerts.simulation.services.scripted_api import ScriptedApi

_KEPT_S = 7 * 86_400.0


class SimulatedX(ScriptedApi):
    """All posts.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    """

    token = "bearer-token-of-an-app"  # noqa: S105 - of nobody's

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(now)
        self.posts: list[dict[str, Any]] = []
        self.read = 0
        """Posts that were given, each time."""
        self.credits = 1_000_000
        self._made = 1_781_005_504_061_268_000

    def post(self, text: str = "Northside", *, at: float | None = None, **more: Any) -> str:
        """Write a post; returns the id of its mention."""
        self._made += 1
        self.posts.append({
            "id": str(self._made), "text": text, "created_at": _moment(self._now() if at is None else at), "lang": "en",
            "author_id": "2244994945",
            "public_metrics": {
                "retweet_count": 1, "reply_count": 2, "like_count": 3, "quote_count": 0, "impression_count": 99,
            }, **more,
        })  # fmt: skip
        return f"https://x.com/i/status/{self._made}"

    def delete(self, number: int = -1) -> None:
        """Take a post away."""
        del self.posts[number]

    def routes(self) -> list[web.RouteDef]:
        """Return what can be asked for."""
        return [
            web.get("/2/tweets/search/recent", self._called(self._search)),
            web.get("/2/tweets", self._called(self._by_number)),
        ]

    def _called(self, handler: Callable[[Any], web.Response]) -> Any:
        async def call(request: web.Request) -> web.Response:
            if request.headers.get("Authorization") != f"Bearer {self.token}":
                return web.json_response({"title": "Unauthorized", "status": 401, "detail": "Unauthorized"}, status=401)
            if self.credits <= 0:
                detail = "Your account does not have any credits to fulfil this request."
                return web.json_response({"title": "CreditsDepleted", "detail": detail}, status=402)
            return handler(request.query)

        return call

    def _search(self, asked: Any) -> web.Response:
        size, oldest = int(asked.get("max_results", "10")), self._now() - _KEPT_S
        begin = datetime.fromisoformat(asked["start_time"]).timestamp() if "start_time" in asked else oldest
        if not 10 <= size <= 100 or not asked.get("query") or begin < oldest:
            message = "Invalid 'start_time'" if size else "Invalid 'max_results'"
            return web.json_response({"errors": [{"message": message}], "title": "Invalid Request"}, status=400)
        first = _moment(begin)
        found = [one for one in self.posts if one["created_at"] >= first]
        if number := asked.get("since_id"):
            found = [one for one in found if int(one["id"]) > int(number)]
        found.sort(key=_place, reverse=True)
        if behind := asked.get("next_token"):
            found = [one for one in found if "~".join(_place(one)) < behind]
        page = found[:size]
        self._give(page)
        meta: dict[str, Any] = {"result_count": len(page)}
        if len(found) > size:
            meta["next_token"] = "~".join(_place(page[-1]))
        return web.json_response({"data": page, "meta": meta} if page else {"meta": meta})

    def _by_number(self, asked: Any) -> web.Response:
        wanted = asked.get("ids", "").split(",")
        if len(wanted) > 100:
            return web.json_response({"errors": [{"message": "size must be between 1 and 100"}]}, status=400)
        there = [one for one in self.posts if one["id"] in wanted]
        self._give(there)
        gone = {*wanted} - {one["id"] for one in there}
        errors = [{"resource_id": number, "title": "Not Found Error", "resource_type": "tweet"} for number in gone]
        return web.json_response({**({"data": there} if there else {}), **({"errors": errors} if errors else {})})

    def _give(self, posts: list[Any]) -> None:
        self.read += len(posts)
        self.credits -= len(posts)


def _place(one: dict[str, Any]) -> tuple[str, str]:
    return one["created_at"], one["id"]


def _moment(at: float) -> str:
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
