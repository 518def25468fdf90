"""A collector of Talkwalker's: a queue of a week, read by offsets, five times a minute; errors come within it."""

import json
from collections import deque
from collections.abc import Callable
from typing import Any, Literal, Self, get_args

from aiohttp import web

from alerts.errors import AlertsError

TalkwalkerFault = Literal[
    "took_over", "concurrent", "no_credits", "drop", "malformed", "doubles", "web_page", "server_error", "call_limit",
    "offset_gone", "no_end",
]  # fmt: skip
"""What the next reading meets: ``CT_ERROR`` 24 after a result, 429 with 30, ``CT_ERROR`` 9 with status 200, a
connection that is cut within a chunk, a chunk that is none, each result twice, HTML with 200, 500, 401 with 8, an
offset that is not known any more, an end without its last ``CT_CONTROL``."""
KEPT_S = 7 * 86400.0
CALLS, WINDOW_S = 5, 60.0
PIECE = 97
"""Bytes of a piece: chunks and characters are cut anywhere."""


class SimulatedTalkwalker:
    """One collector and its account.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    is_pretty
        Whether chunks are written over several lines.
    """

    collector, token = "northside-1", "talk-token-1234"

    def __init__(self, now: Callable[[], float], *, is_pretty: bool = False) -> None:
        self._now = now
        self._indent = 4 if is_pretty else None
        self.results: list[tuple[float, dict[str, Any]]] = []
        self.state = "ACTIVE"
        self.credits = 0
        self.asked: list[str] = []
        self.refused = 0
        self.url = ""
        self._calls: deque[float] = deque()
        self._faults: deque[TalkwalkerFault] = deque()
        self._runner: web.AppRunner | None = None

    def collect(self, at: float, text: str, *, of_x: bool = False, **more: Any) -> str:
        """Let the collector gather a result, which costs a credit; return its address."""
        number = len(self.results) + 1
        address = f"https://twitter.com/ann/status/{number}" if of_x else f"https://blog.example/{number}"
        found: dict[str, Any] = {
            "url": address, "indexed": int(at * 1000), "search_indexed": int(at * 1000),
            "published": int((at - 60) * 1000), "lang": "en", "sentiment": -5, "post_type": ["TEXT"],
            "source_type": ["SOCIALMEDIA", "SOCIALMEDIA_TWITTER"] if of_x else ["BLOG", "BLOG_OTHER"],
            "matched": {"appearance": "NEW"},
        }  # fmt: skip
        if not of_x:
            found |= {
                "title": "A day — ♥", "content": text, "extra_author_attributes": {"id": "ex:1", "name": "Ann"},
                "article_extended_attributes": {"facebook_shares": 5},
            }  # fmt: skip
        highlighted = [{"matched": {"collector_query_ids": ["rule_1"]}}]
        data = {"data": {**found, **more}, "highlighted_data": highlighted}
        self.results.append((at, {"chunk_type": "CT_RESULT", "chunk_result": {"data": data}}))
        self.credits += 1
        return address

    def fail_next(self, fault: TalkwalkerFault, count: int = 1) -> None:
        """Let the next readings meet a fault.

        Raises
        ------
        AlertsError
            Where there is no such fault.
        """
        if fault not in get_args(TalkwalkerFault):
            raise AlertsError(f"Talkwalker: no fault {fault}; known: {', '.join(get_args(TalkwalkerFault))}")
        self._faults.extend([fault] * count)

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.add_routes(
            [
                web.get("/api/v3/stream/c/{collector}", self._definition),
                web.get("/api/v3/stream/c/{collector}/results", self._results),
            ]
        )
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _definition(self, request: web.Request) -> web.Response:
        if (wrong := self._wrong(request)) is not None:
            return wrong
        found = {"collector_id": self.collector, "state": self.state}
        return web.json_response({"status_code": "0", "result_stream": {"collectors": [found]}})

    def _wrong(self, request: web.Request) -> web.Response | None:
        if request.query.get("access_token") != self.token:
            return _error(401, 7, "Invalid, missing or inactive access token")
        if request.match_info["collector"] != self.collector:
            return _error(404, 15, "Wrong stream id. No such stream defined")
        return None

    async def _results(self, request: web.Request) -> web.StreamResponse:
        if (wrong := self._wrong(request)) is not None:
            return wrong
        now = self._now()
        while self._calls and self._calls[0] <= now - WINDOW_S:
            self._calls.popleft()
        if len(self._calls) >= CALLS:
            self.refused += 1
            return _error(401, 8, "Call limit exceeded for this endpoint")
        self._calls.append(now)
        self.asked.append(request.query.get("resume_offset", "earliest"))
        fault = self._faults.popleft() if self._faults else None
        whole = {
            "concurrent": lambda: _error(429, 30, "Limit of maximum concurrent streams reached"),
            "call_limit": lambda: _error(401, 8, "Call limit exceeded for this endpoint"),
            "server_error": lambda: web.Response(status=500),
            "web_page": lambda: web.Response(text="<html>Back soon</html>", content_type="text/html"),
            "offset_gone": lambda: _error(400, 5, "Invalid parameter value", param="resume_offset"),
        }
        if fault in whole:
            return whole[fault]()
        if request.query.get("end_behaviour", "wait") not in {"stop", "wait"}:
            return _error(400, 5, "Invalid parameter value", param="end_behaviour")
        return await self._stream(request, fault)

    async def _stream(self, request: web.Request, fault: TalkwalkerFault | None) -> web.StreamResponse:
        first = next((n for n, (at, _) in enumerate(self.results) if at >= self._now() - KEPT_S), len(self.results))
        asked = request.query.get("resume_offset", "earliest")
        if asked == "latest":
            begin = len(self.results)
        elif asked == "earliest":
            begin = first
        elif asked.startswith("off-") and asked[4:].isdigit():
            begin = max(first, int(asked[4:]))
        else:
            return _error(400, 5, "Invalid parameter value", param="resume_offset")
        chunks = [
            _control(asked),
            *(chunk for _, chunk in self.results[begin:] for _ in range(1 + (fault == "doubles"))),
        ]
        if fault == "took_over":
            chunks = [
                *chunks[:2],
                {"chunk_type": "CT_ERROR", "chunk_error": {"status_code": "24", "status_message": "newer"}},
            ]
        elif fault == "no_credits":
            chunks = [chunks[0], {"chunk_type": "CT_ERROR", "chunk_error": {"status_code": "9"}}]
        elif fault != "no_end":
            chunks.append(_control(f"off-{len(self.results)}"))
        body = "\n".join(json.dumps(chunk, indent=self._indent, ensure_ascii=False) for chunk in chunks).encode()
        if fault == "malformed":
            body = body.replace(b'"CT_RESULT"', b'"CT_RESULT', 1)
        response = web.StreamResponse(headers={"Content-Type": "text/plain;charset=utf-8"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        sent = body[: len(body) // 2] if fault == "drop" else body
        for begin in range(0, len(sent), PIECE):
            await response.write(sent[begin : begin + PIECE])
        if fault == "drop" and request.transport is not None:
            request.transport.close()
        return response


def _control(offset: str) -> dict[str, Any]:
    control = {"connection_id": "#r8vnr4egi39d#", "resume_offset": offset, "collector_id": "northside-1"}
    return {"chunk_type": "CT_CONTROL", "chunk_control": control}


def _error(status: int, code: int, message: str, **more: str) -> web.Response:
    body = {"status_code": f"{code}", "status_message": message, "request_id": "#tjq2m87iipry#", **more}
    return web.json_response(body, status=status)
