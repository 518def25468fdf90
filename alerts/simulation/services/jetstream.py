"""A Jetstream with a network of its own: both wires on one port, as strict as the real one, with faults by script."""

import asyncio
import json
from bisect import bisect_left
from collections import deque
from collections.abc import AsyncIterator, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from alerts.simulation.services.jetstream_events import (
    POST,
    Event,
    Kind,
    write_error,
    write_info,
    write_v1,
    write_v2,
)
from alerts.simulation.services.jetstream_faults import Close, Drop, Fault, FrameFaults, Silence
from alerts.simulation.services.jetstream_query import SEQ_BELOW, BadQueryError, Query, read_query
from alerts.simulation.services.jetstream_subscription import Compressor, Subscription

DICTIONARY_PATH = "/xrpc/network.bsky.jetstream.getZstdDictionary"
LOOK_BACK_S = 36 * 3600.0
_SUBPROTOCOL = Subprotocol("xrpc.v1.json")
_EXTENSIONS = "Sec-WebSocket-Extensions"


class _Start(Struct, frozen=True, kw_only=True):
    """Where a subscription begins, and what it is told of that."""

    query: Query
    at: int
    faults: FrameFaults
    notice: str = ""


class SimulatedJetstream:
    """One host.

    Parameters
    ----------
    now
        Wall time, epoch seconds: what is ``look_back_s`` older is no longer kept.
    dictionary, v2_dictionary
        Of Zstandard; without one a wire sends its frames uncompressed, or refuses to compress them.
    has_seq
        Whether ``v1`` numbers its events, as new servers do.
    look_back_s
        0 lets every subscription begin at the present.
    """

    def __init__(
        self,
        now: Callable[[], float],
        *,
        dictionary: bytes | None = None,
        v2_dictionary: bytes | None = None,
        has_seq: bool = True,
        look_back_s: float = LOOK_BACK_S,
    ) -> None:
        self._now = now
        self._compressors = {
            1: None if dictionary is None else Compressor(dictionary),
            2: None if v2_dictionary is None else Compressor(v2_dictionary),
        }
        self._has_seq = has_seq
        self.look_back_s = look_back_s
        self.events: list[Event] = []
        self.queries: list[Query] = []
        """Of all subscriptions, in the order in which they were let in."""
        self.sent = 0
        """Frames that were handed to the network, over all subscriptions."""
        self.is_ready = True
        self._next_seq = 1
        self._faults: deque[tuple[Fault, ...]] = deque()
        self._starts: dict[ServerConnection, _Start] = {}
        self._more = asyncio.Condition()
        self._server: Server | None = None

    async def start(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        self._server = await serve(
            self._serve,
            "127.0.0.1",
            0,
            process_request=self._look_at,
            select_subprotocol=lambda _, offered: _SUBPROTOCOL if _SUBPROTOCOL in offered else None,
            ping_interval=None,
            close_timeout=1,
        )

    async def stop(self) -> None:
        """End all subscriptions."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    @property
    def url(self) -> str:
        """Its address, without a path."""
        if self._server is None:
            raise RuntimeError("start it first")
        return f"ws://127.0.0.1:{next(iter(self._server.sockets)).getsockname()[1]}"

    def fail_next(self, *faults: Fault) -> None:
        """Let this happen on the next subscription for which nothing is planned."""
        self._faults.append(faults)

    # -- the network -----------------------------------------------------------------------------------------

    async def emit(self, kind: Kind, did: str, body: dict[str, Any], *, at_us: int | None = None) -> Event:
        """Let something happen, at a moment or now; return it."""
        event = Event(
            seq=self._next_seq,
            time_us=int(self._now() * 1e6) if at_us is None else at_us,
            did=did,
            kind=kind,
            body=body,
        )
        self._next_seq += 1
        async with self._more:
            self.events.append(event)
            self._more.notify_all()
        return event

    async def post(self, did: str, rkey: str, record: dict[str, Any], *, at_us: int | None = None) -> Event:
        """Let somebody write."""
        body = {"operation": "create", "collection": POST, "rkey": rkey, "record": {"$type": POST, **record}}
        return await self.emit("commit", did, body, at_us=at_us)

    async def delete(self, did: str, rkey: str, *, at_us: int | None = None) -> Event:
        """Let somebody take a post down."""
        return await self.emit("commit", did, {"operation": "delete", "collection": POST, "rkey": rkey}, at_us=at_us)

    async def subscribed(self, count: int) -> None:
        """Wait until so many subscriptions have been let in."""
        async with self._more:
            await self._more.wait_for(lambda: len(self.queries) >= count)

    def forget(self, before_us: int) -> None:
        """No longer keep what is older."""
        self.events = [event for event in self.events if event.time_us >= before_us]

    def renumber(self) -> None:
        """Begin to number anew, as a server does that lost its disk: what was kept is gone."""
        self.events, self._next_seq = [], 1

    def replace_dictionary(self, dictionary: bytes) -> None:
        """Compress ``v2`` by another dictionary from now on."""
        self._compressors[2] = Compressor(dictionary)

    # -- subscriptions ---------------------------------------------------------------------------------------

    def _look_at(self, connection: ServerConnection, request: Request) -> Response | None:
        path = urlsplit(request.path).path
        if path == DICTIONARY_PATH:
            return self._dictionary()
        faults = FrameFaults(self._faults.popleft() if self._faults else ())
        if (refusal := faults.refusal()) is not None:
            return _answer(refusal.status, refusal.body.encode(), dict(refusal.headers))
        is_v2 = path != "/subscribe"
        if not self.is_ready:
            return _error(503, "ServiceUnavailable", "service not ready", is_v2=is_v2)
        v1, v2 = self._compressors[1], self._compressors[2]
        try:
            query = read_query(
                request.path,
                offers_deflate="permessage-deflate" in request.headers.get(_EXTENSIONS, ""),
                v1_dictionary=0 if v1 is None else v1.id,
                v2_dictionary=0 if v2 is None else v2.id,
            )
            if query is None:
                return _answer(404, b"404 page not found\n")
            self._starts[connection] = self._start(query, faults)
        except BadQueryError as error:
            return _error(400, error.name, str(error), is_v2=is_v2)
        if query.wire == "v2" and _EXTENSIONS in request.headers:
            del request.headers[_EXTENSIONS]  # that wire is compressed by Zstandard or not at all
        return None

    def _start(self, query: Query, faults: FrameFaults) -> _Start:
        cursor, end = query.cursor, len(self.events)
        if cursor is None or not self.look_back_s:
            return _Start(query=query, at=end, faults=faults)
        floor_us = int((self._now() - self.look_back_s) * 1e6)
        floor = next((at for at, event in enumerate(self.events) if event.time_us >= floor_us), end)
        notice = ""
        if cursor < SEQ_BELOW:
            if cursor >= self._next_seq:
                return _Start(
                    query=query,
                    at=end,
                    faults=faults,
                    notice=write_info(
                        "FutureCursor", f"requested seq cursor {cursor} is beyond this archive's next seq"
                    ),
                )
            at = next((at for at, event in enumerate(self.events) if event.seq >= cursor), end)
            lowest = self.events[floor].seq if floor < end else self._next_seq
            if cursor < lowest and query.wire == "v2":
                raise BadQueryError("CursorTooOld", f"seq cursor {cursor} is below the retention floor {lowest}")
        else:
            if cursor > self._now() * 1e6:
                return _Start(query=query, at=end, faults=faults)
            at = next((at for at, event in enumerate(self.events) if event.time_us >= cursor), end)
            oldest_us = self.events[floor].time_us if floor < end else floor_us
            if cursor < oldest_us:
                notice = write_info("OutdatedCursor", "requested timestamp cursor is below the retention floor")
        return _Start(query=query, at=max(at, floor), faults=faults, notice=notice)

    async def _serve(self, connection: ServerConnection) -> None:
        start = self._starts.pop(connection)
        async with self._more:
            self.queries.append(start.query)
            self._more.notify_all()
        subscription = Subscription(connection, start.query, self._compressors[1 if start.query.wire == "v1" else 2])
        sending = asyncio.create_task(self._send_all(subscription, start))
        listening = asyncio.create_task(subscription.listen())  # ends when the connection does
        await asyncio.wait({sending, listening}, return_when=asyncio.FIRST_COMPLETED)
        for task in (sending, listening):
            task.cancel()
        for ended in await asyncio.gather(sending, listening, return_exceptions=True):
            if isinstance(ended, Exception) and not isinstance(ended, ConnectionClosed):
                raise ended

    async def _send_all(self, subscription: Subscription, start: _Start) -> None:
        await subscription.hello.wait()
        if start.notice and start.query.wire == "v2":
            await subscription.send(start.notice)
        taken, sent = 0, 0
        held: list[tuple[int, str]] = []
        async for event in self._events_from(start.at):
            going: list[str] = []
            if event is None:  # the present: what is late comes now at the latest
                going, held = [frame for _, frame in held], []
            elif (frame := self._frame(event, subscription.query)) is not None:
                late_by = start.faults.late_by(taken)
                going = [] if late_by else [frame] * start.faults.times(taken)
                going += [late for until, late in held if until <= taken]
                held = [late for late in held if late[0] > taken] + ([(taken + late_by, frame)] if late_by else [])
                taken += 1
            for frame in going:
                if await self._ended(subscription, start.faults, sent):
                    return
                for garbage in start.faults.garbage(sent):
                    await subscription.send(garbage)
                await subscription.send(frame)
                self.sent += 1
                sent += 1
            if event is None and await self._ended(subscription, start.faults, sent):
                return

    async def _ended(self, subscription: Subscription, faults: FrameFaults, sent: int) -> bool:
        match faults.end(sent):
            case Drop():
                subscription.connection.transport.abort()
            case Close(code=code, reason=reason, error=error):
                if error and subscription.query.wire == "v2":
                    await subscription.send(write_error(error, reason))
                await subscription.connection.close(code, reason)
            case Silence():
                await subscription.connection.wait_closed()
            case None:
                return False
        return True

    async def _events_from(self, at: int) -> AsyncIterator[Event | None]:
        """Yield events as they come, and ``None`` whenever there are no more at present."""
        seq = self.events[at].seq if at < len(self.events) else self._next_seq
        while True:
            coming = self.events[bisect_left(self.events, seq, key=lambda event: event.seq) :]
            seq = self._next_seq
            for event in coming:
                yield event
            if seq == self._next_seq:
                yield None
            async with self._more:
                while seq == self._next_seq:
                    await self._more.wait()

    def _frame(self, event: Event, query: Query) -> str | None:
        if not query.wants(event):
            return None
        frame = write_v1(event, has_seq=self._has_seq) if query.wire == "v1" else write_v2(event)
        return None if frame is None or (query.longest and len(frame.encode()) > query.longest) else frame

    def _dictionary(self) -> Response:
        held = self._compressors[2]
        if held is None:
            return _error(404, "DictionaryNotFound", "no dictionary on this server", is_v2=True)
        return _answer(200, held.dictionary, {"Content-Type": "application/octet-stream"})


def _error(status: int, name: str, message: str, *, is_v2: bool) -> Response:
    if not is_v2:
        return _answer(status, f"{message}\n".encode())
    body = json.dumps({"error": name, "message": message}).encode()
    return _answer(status, body, {"Content-Type": "application/json"})


def _answer(status: int, body: bytes, headers: dict[str, str] | None = None) -> Response:
    stated = {"Content-Length": str(len(body)), "Connection": "close", "Content-Type": "text/plain"} | (headers or {})
    return Response(status, HTTPStatus(status).phrase, Headers(stated), body)
