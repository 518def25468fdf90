"""The API of Brandwatch on one host: a token for a year, pages of mentions, 30 calls in 10 minutes."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal, Self, get_args
from urllib.parse import parse_qs

from aiohttp import web

from alerts.errors import AlertsError

BrandwatchFault = Literal["server_error", "web_page", "cut", "expired_token", "forbidden"]
"""What the next call meets: 500; a web page with 200; JSON that breaks off; 401, and the token is void; 403."""
CALLS, WINDOW_S = 30, 600.0
MOST_BY_PAGE = 10_000
_OF_X = (
    "author",
    "avatarUrl",
    "date",
    "fullText",
    "snippet",
    "fullname",
    "twitterFollowers",
    "threadEntryType",
    "replyTo",
)


class SimulatedBrandwatch:
    """One project with its queries, and all that they have found.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    queries
        Names by number.
    has_cursors
        Whether answers name what comes next.
    """

    project = 1998232810
    username, password = "api@northside.example", "correct horse"

    def __init__(
        self, now: Callable[[], float], *, queries: dict[int, str] | None = None, has_cursors: bool = True
    ) -> None:
        self._now = now
        self.queries = queries or {1999264284: "Northside"}
        self.found: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.refused = 0
        self.tokens = ["token-1"]
        self.url = ""
        self._has_cursors = has_cursors
        self._calls: deque[float] = deque()
        self._faults: deque[BrandwatchFault] = deque()
        self._runner: web.AppRunner | None = None

    def find(self, at: float, text: str, *, published: float | None = None, of_x: bool = False, **more: Any) -> str:
        """Let a query find a mention; return its address."""
        number = len(self.found) + 1
        query, name = next(iter(self.queries.items()))
        address = f"https://x.com/ann/status/{number}" if of_x else f"https://forum.example/{number}"
        mention = {
            "resourceId": 217_365_452_000 + number, "added": _moment(at), "date": _moment(published or at - 60),
            "url": address, "title": "" if of_x else "A thread", "snippet": f"…{text}…", "fullText": text,
            "author": "ann", "fullname": "Ann N.", "language": "en", "pageTypeName": "X" if of_x else "Forum",
            "threadEntryType": "post", "queryId": query, "queryName": name, "impressions": 7, "twitterFollowers": 3,
        }  # fmt: skip
        self.found.append({**mention, **dict.fromkeys(_OF_X if of_x else ()), **more})
        return address

    def fail_next(self, fault: BrandwatchFault, count: int = 1) -> None:
        """Let the next calls meet a fault.

        Raises
        ------
        AlertsError
            Where there is no such fault.
        """
        if fault not in get_args(BrandwatchFault):
            raise AlertsError(f"Brandwatch: no fault {fault}; known: {', '.join(get_args(BrandwatchFault))}")
        self._faults.extend([fault] * count)

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.add_routes(
            [
                web.post("/oauth/token", self._token),
                web.get("/projects/{project}/queries/summary", self._called(self._summary)),
                web.get("/projects/{project}/data/mentions", self._called(self._mentions)),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: values[0] for name, values in parse_qs(await request.text()).items()} | dict(request.query)
        if form.get("grant_type") != "api-password" or form.get("client_id") != "brandwatch-api-client":
            return web.json_response({"error": "invalid_client"}, status=401)
        if (form.get("username"), form.get("password")) != (self.username, self.password):
            return web.json_response({"error": "invalid_grant"}, status=400)
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        return web.json_response({"access_token": self.tokens[-1], "token_type": "bearer", "expires_in": 31_535_999})

    def _called(self, answer: Callable[[web.Request], web.Response]) -> Any:
        async def call(request: web.Request) -> web.Response:
            now = self._now()
            while self._calls and self._calls[0] <= now - WINDOW_S:
                self._calls.popleft()
            used = {"x-rate-limit": f"{CALLS}/10m", "x-rate-limit-used": f"{len(self._calls)}"}
            if len(self._calls) >= CALLS:
                self.refused += 1
                return web.json_response({"errors": [{"code": 429}]}, status=429, headers=used)
            self._calls.append(now)
            self.asked.append(request.path_qs)
            if self._faults:
                return self._failed(self._faults.popleft())
            if request.headers.get("Authorization", "") not in {f"bearer {token}" for token in self.tokens}:
                return web.json_response({"errors": [{"code": 401}]}, status=401, headers=used)
            if request.match_info["project"] != str(self.project):
                return web.json_response({"errors": [{"code": 403}]}, status=403, headers=used)
            response = answer(request)
            response.headers.update(used)
            return response

        return call

    def _summary(self, _: web.Request) -> web.Response:
        results = [{"id": number, "name": name, "type": "monitor"} for number, name in self.queries.items()]
        return web.json_response({"resultsTotal": len(results), "resultsPage": -1, "results": results})

    def _mentions(self, request: web.Request) -> web.Response:
        asked = request.query
        wrong = [name for name in ("queryId", "startDate", "endDate") if name not in asked]
        size, page = int(asked.get("pageSize", "20")), int(asked.get("page", "0"))
        if wrong or not 1 <= size <= 5000 or asked.get("orderDirection", "desc") not in {"asc", "desc"}:
            return web.json_response({"errors": [{"code": 400, "message": f"parameters: {wrong}"}]}, status=400)
        begin = int(asked["cursor"].removeprefix("after-")) if "cursor" in asked else page * size
        if "cursor" not in asked and begin + size > max(MOST_BY_PAGE, size):
            return web.json_response({"errors": [{"code": 400, "message": "more than 10000 by page"}]}, status=400)
        since, until = (datetime.fromisoformat(asked[name]) for name in ("startDate", "endDate"))
        wanted = {int(query) for query in asked.getall("queryId")}
        there = [
            one for one in self.found
            if one["queryId"] in wanted and since <= datetime.fromisoformat(one["date"] or one["added"]) <= until
        ]  # fmt: skip
        there.sort(key=lambda one: one["added"], reverse=asked.get("orderDirection", "desc") == "desc")
        results = there[begin : begin + size]
        body: dict[str, Any] = {"results": results, "resultsPage": page, "resultsPageSize": size}
        if self._has_cursors and begin + size < len(there):
            body["nextCursor"] = f"after-{begin + size}"
        return web.json_response({**body, "resultsTotal": len(there)})

    def _failed(self, fault: BrandwatchFault) -> web.Response:
        if fault == "expired_token":
            self.tokens.clear()
            return web.json_response({"errors": [{"code": 401}]}, status=401)
        return {
            "server_error": lambda: web.Response(status=500),
            "web_page": lambda: web.Response(text="<html>Back soon</html>", content_type="text/html"),
            "cut": lambda: web.Response(text='{"results": [{', content_type="application/json"),
            "forbidden": lambda: web.json_response({"errors": [{"code": 403}]}, status=403),
        }[fault]()


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "+0000")
