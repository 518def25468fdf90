"""The YouTube Data API on one host: comments, answers and channels, for a number of units a day."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from alerts.simulation.services.scripted_api import ScriptedApi

CHANNEL = "UCnorthsidehospital00000"
_INLINED = 5
_PACIFIC = ZoneInfo("America/Los_Angeles")


class SimulatedYouTube(ScriptedApi):
    """One channel with its videos, and what is written under them.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    units
        A day.
    """

    key = "AIza-key-of-a-project"

    def __init__(self, now: Callable[[], float], *, units: int = 10_000) -> None:
        super().__init__(now)
        self.units = units
        self.used: dict[str, int] = {}
        self.threads: list[dict[str, Any]] = []
        self.disabled: set[str] = set()
        """Videos under which nothing may be written."""
        self.hiccups = 0
        """So many of the next requests fail with ``processingFailure``."""
        self._made = 0

    def comment(self, text: str = "Northside", *, at: float | None = None, video: str = "dQw4w9WgXcQ") -> str:
        """Write a comment; returns its address."""
        made = self._comment(text, self._now() if at is None else at)
        self.threads.append({"video": video, "top": made, "answers": []})
        return self._address(video, made)

    def answer(self, thread: int, text: str = "Northside, too", *, at: float | None = None) -> str:
        """Answer a comment; returns the answer's address."""
        there = self.threads[thread]
        made = self._comment(text, self._now() if at is None else at)
        made["snippet"]["parentId"] = there["top"]["id"]
        there["answers"].append(made)
        return self._address(there["video"], made)

    def edit(self, thread: int, text: str) -> None:
        """Change a comment."""
        self.threads[thread]["top"]["snippet"] |= {"textDisplay": text, "updatedAt": _moment(self._now())}

    def delete(self, thread: int) -> str:
        """Delete a comment with its answers; returns its address."""
        there = self.threads.pop(thread)
        return self._address(there["video"], there["top"])

    def routes(self) -> list[web.RouteDef]:
        """Return what can be asked for."""
        return [
            web.get("/commentThreads", self._called(self._threads)),
            web.get("/comments", self._called(self._comments)),
            web.get("/channels", self._called(self._channels)),
        ]

    def _comment(self, text: str, at: float) -> dict[str, Any]:
        self._made += 1
        snippet = {
            "textDisplay": text, "authorDisplayName": "@ann", "authorChannelUrl": "http://www.youtube.com/@ann",
            "authorChannelId": {"value": "UCann"}, "likeCount": 3, "publishedAt": _moment(at), "updatedAt": _moment(at),
        }  # fmt: skip
        return {"id": f"Ug{self._made:06}", "snippet": snippet}

    def _address(self, video: str, made: dict[str, Any]) -> str:
        return f"https://www.youtube.com/watch?v={video}&lc={made['id']}"

    def _called(self, handler: Callable[[Any], web.Response]) -> Any:
        async def call(request: web.Request) -> web.Response:
            day = datetime.fromtimestamp(self._now(), _PACIFIC).date().isoformat()
            if self.used.get(day, 0) >= self.units:
                return _error(
                    403, "quotaExceeded", "The request cannot be completed because you have exceeded your quota."
                )
            self.used[day] = self.used.get(day, 0) + 1
            if request.headers.get("X-Goog-Api-Key", request.query.get("key")) != self.key:
                return _error(400, "badRequest", "API key not valid. Please pass a valid API key.")
            if self.hiccups:
                self.hiccups -= 1
                return _error(400, "processingFailure", "The API server failed to successfully process the request.")
            return handler(request.query)

        return call

    def _threads(self, asked: Any) -> web.Response:
        filters = [name for name in ("allThreadsRelatedToChannelId", "videoId", "id") if name in asked]
        if len(filters) != 1 or "part" not in asked or not 1 <= int(asked.get("maxResults", "20")) <= 100:
            return _error(400, "missingRequiredParameter", "No filter selected.")
        if asked.get("videoId") in self.disabled:
            return _error(403, "commentsDisabled", "The video has disabled comments.")
        if asked.get("allThreadsRelatedToChannelId", CHANNEL) != CHANNEL:
            return _error(404, "channelNotFound", "The channel cannot be found.")
        there = [one for one in self.threads if asked.get("videoId", one["video"]) == one["video"]]
        there.sort(key=_place, reverse=True)
        if token := asked.get("pageToken"):
            there = [one for one in there if "~".join(_place(one)) < token]
        size = int(asked.get("maxResults", "20"))
        body: dict[str, Any] = {
            "kind": "youtube#commentThreadListResponse",
            "items": list(map(self._thread, there[:size])),
        }
        if len(there) > size:
            body["nextPageToken"] = "~".join(_place(there[size - 1]))
        return web.json_response(body)

    def _thread(self, one: dict[str, Any]) -> dict[str, Any]:
        snippet = {
            "channelId": CHANNEL, "videoId": one["video"], "topLevelComment": one["top"], "canReply": True,
            "totalReplyCount": len(one["answers"]), "isPublic": True,
        }  # fmt: skip
        inlined = {"replies": {"comments": one["answers"][:_INLINED]}} if one["answers"] else {}
        return {"kind": "youtube#commentThread", "id": one["top"]["id"], "snippet": snippet, **inlined}

    def _comments(self, asked: Any) -> web.Response:
        if ("id" in asked) == ("parentId" in asked):
            return _error(400, "operationNotSupported", "Either id or parentId.")
        everything = [comment for one in self.threads for comment in [one["top"], *one["answers"]]]
        if "id" in asked:
            wanted = asked["id"].split(",")
            if len(wanted) > 50:
                return _error(400, "invalidFilters", "Too many ids.")
            return web.json_response({"items": [comment for comment in everything if comment["id"] in wanted]})
        begin, size = int(asked.get("pageToken", "0")), int(asked.get("maxResults", "20"))
        answers = [comment for comment in everything if comment["snippet"].get("parentId") == asked["parentId"]]
        more = {"nextPageToken": str(begin + size)} if begin + size < len(answers) else {}
        return web.json_response({"items": answers[begin : begin + size], **more})

    def _channels(self, asked: Any) -> web.Response:
        wanted = asked.get("id", "").split(",")
        items = [{"id": CHANNEL, "snippet": {"title": "Northside Hospital"}}] if CHANNEL in wanted else []
        return web.json_response({"items": items})


def _place(one: dict[str, Any]) -> tuple[str, str]:
    return one["top"]["snippet"]["publishedAt"], one["top"]["id"]


def _error(status: int, reason: str, message: str) -> web.Response:
    error = {
        "code": status,
        "message": message,
        "errors": [{"reason": reason, "domain": "youtube", "message": message}],
    }
    return web.json_response({"error": error}, status=status)


def _moment(at: float) -> str:
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
