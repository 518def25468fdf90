"""A Slack workspace: the methods of the Web API that Tocsin calls, as strict as the real ones."""

import json
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web

from alerts.simulation.services.faults import Faults, faulty
from alerts.simulation.services.slack_blocks import complaints
from alerts.simulation.services.store import Store

_TEXT_LENGTH = 40_000
_METADATA_LENGTH = 16_000
_HTTP_METHODS = ("GET", "POST")


class SlackError(Exception):
    """An answer ``{"ok": false, "error": …}``."""

    def __init__(self, code: str, messages: Iterable[str] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.messages = list(messages)


class SimulatedSlack:
    """One workspace with its channels, in which one app is installed and a member of every channel.

    Parameters
    ----------
    token
        The one bot token that is accepted.
    channels
        Names without ``#``.
    """

    def __init__(self, store: Store, now: Callable[[], float], *, token: str, channels: Iterable[str]) -> None:
        self._store = store
        self._now = now
        self._token = token
        self.channels = {f"C{i:010d}": name.removeprefix("#") for i, name in enumerate(channels, 1)}
        self.messages: dict[str, list[dict[str, Any]]] = {channel: [] for channel in self.channels}
        self.locked: dict[str, str] = {}
        """Why a message, by its ``ts``, can no longer be edited: ``edit_window_closed``, ``cant_update_message``."""
        self.closed: dict[str, str] = {}
        """Why a message, by its ``ts``, takes no reply, e.g. ``restricted_action_thread_locked``."""
        self._posted = 0

    def routes(self, faults: Faults) -> list[web.RouteDef]:
        """Return a route for each method below ``/slack/api/``."""
        methods: dict[str, Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]] = {
            "auth.test": self._auth_test,
            "chat.postMessage": self._post_message,
            "chat.update": self._update,
            "conversations.history": self._history,
            "conversations.list": self._list,
            "conversations.replies": self._replies,
        }
        return [
            web.route(verb, f"/slack/api/{name}", faulty(faults, "slack", self._endpoint(method)))
            for name, method in methods.items()
            for verb in _HTTP_METHODS
        ]

    def thread(self, channel: str, ts: str) -> list[dict[str, Any]]:
        """Return the replies to a message, oldest first."""
        return [m for m in self.messages[channel] if m.get("thread_ts") == ts and m["ts"] != ts]

    def _endpoint(
        self, method: Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                asked = await _arguments(request)
                self._check_token(request, asked)
                answer: dict[str, Any] = {"ok": True, **await method(asked)}
            except SlackError as error:
                answer = {"ok": False, "error": error.code}
                if error.messages:
                    answer["errors"] = error.messages
                    answer["response_metadata"] = {"messages": error.messages}
            return web.json_response(answer)

        return handle

    def _check_token(self, request: web.Request, asked: dict[str, Any]) -> None:
        header = request.headers.get("Authorization", "")
        # A JSON body may carry no token; a form may.
        token = asked.get("token", "") if request.content_type != "application/json" and not header else ""
        token = token or header.removeprefix("Bearer ")
        if not token:
            raise SlackError("not_authed")
        if token != self._token:
            raise SlackError("invalid_auth")

    async def _auth_test(self, _asked: dict[str, Any]) -> dict[str, Any]:
        return {"url": "http://127.0.0.1/", "team": "Simulated", "user": "tocsin", "team_id": "T1", "user_id": "U1"}

    async def _post_message(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(asked, by_name=True)
        content = _content(asked)
        message: dict[str, Any] = {"type": "message", "user": "U1", "ts": self._next_ts(), **content}
        if thread := asked.get("thread_ts"):
            if not any(m["ts"] == thread for m in self.messages[channel]):
                raise SlackError("thread_not_found")
            if (closed := self.closed.get(thread)) is not None:
                raise SlackError(closed)
            message["thread_ts"] = thread
            if _truth(asked.get("reply_broadcast")):
                message["subtype"] = "thread_broadcast"
        elif _truth(asked.get("reply_broadcast")):
            raise SlackError("invalid_arguments", ["[ERROR] reply_broadcast needs thread_ts [json-pointer:/thread_ts]"])
        if (metadata := asked.get("metadata")) is not None:
            message["metadata"] = _metadata(metadata)
        self.messages[channel].append(message)
        await self._store.add(
            "slack", "chat.postMessage", {"channel": channel, "name": self.channels[channel], **message}
        )
        return {"channel": channel, "ts": message["ts"], "message": message}

    async def _update(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(asked)
        message = next((m for m in self.messages[channel] if m["ts"] == asked.get("ts")), None)
        if message is None:
            raise SlackError("message_not_found")
        if (locked := self.locked.get(message["ts"])) is not None:
            raise SlackError(locked)
        message |= _content(asked)
        # Without new metadata the old stays; an empty object removes it.
        if (metadata := asked.get("metadata")) is not None:
            message["metadata"] = _metadata(metadata) if metadata else {}
        message["edited"] = {"user": "U1", "ts": self._next_ts()}
        await self._store.add("slack", "chat.update", {"channel": channel, "name": self.channels[channel], **message})
        return {"channel": channel, "ts": message["ts"], "text": message["text"], "message": message}

    async def _history(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(asked)
        shown = [m for m in self.messages[channel] if "thread_ts" not in m or m.get("subtype") == "thread_broadcast"]
        return _page(list(reversed(shown)), asked)

    async def _replies(self, asked: dict[str, Any]) -> dict[str, Any]:
        channel = self._channel(asked)
        ts = asked.get("ts", "")
        parent = [m for m in self.messages[channel] if m["ts"] == ts]
        if not parent:
            raise SlackError("thread_not_found")
        return _page([*parent, *self.thread(channel, ts)], asked)

    async def _list(self, asked: dict[str, Any]) -> dict[str, Any]:
        listed = [{"id": channel, "name": name, "is_member": True} for channel, name in self.channels.items()]
        page, cursor = _slice(listed, asked)
        return {"channels": page, "response_metadata": {"next_cursor": cursor}}

    def _channel(self, asked: dict[str, Any], *, by_name: bool = False) -> str:
        wanted = str(asked.get("channel", ""))
        if wanted in self.channels:
            return wanted
        if by_name:
            for channel, name in self.channels.items():
                if name == wanted.removeprefix("#"):
                    return channel
        raise SlackError("channel_not_found")

    def _next_ts(self) -> str:
        self._posted += 1
        return f"{int(self._now())}.{self._posted:06d}"


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except json.JSONDecodeError as error:
            raise SlackError("invalid_json") from error
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        return body
    asked: dict[str, Any] = {**request.query, **(await request.post())}
    for name in ("blocks", "metadata"):
        if isinstance(asked.get(name), str):
            try:
                asked[name] = json.loads(asked[name])
            except json.JSONDecodeError as error:
                raise SlackError(f"invalid_{name}_format") from error
    return asked


def _content(asked: dict[str, Any]) -> dict[str, Any]:
    blocks = asked.get("blocks") or []
    # The real one takes blocks without a text; ours must have one, for a locked phone shows nothing else.
    if not str(asked.get("text") or "").strip():
        raise SlackError("no_text")
    if len(asked["text"]) > _TEXT_LENGTH:
        raise SlackError("msg_too_long")
    if found := complaints(blocks):
        raise SlackError("invalid_blocks", found)
    return {"text": asked["text"], "blocks": blocks}


def _metadata(metadata: Any) -> dict[str, Any]:
    if not isinstance(metadata, dict) or set(metadata) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_format")
    if not isinstance(metadata.get("event_type"), str) or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > _METADATA_LENGTH:
        raise SlackError("metadata_too_large")
    return metadata


def _page(messages: list[dict[str, Any]], asked: dict[str, Any]) -> dict[str, Any]:
    oldest, latest = float(asked.get("oldest") or 0), float(asked.get("latest") or "inf")
    within = [m for m in messages if oldest < float(m["ts"]) < latest]
    page, cursor = _slice(within, asked)
    if not _truth(asked.get("include_all_metadata")):
        page = [{name: value for name, value in m.items() if name != "metadata"} for m in page]
    return {"messages": page, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}


def _slice(items: list[dict[str, Any]], asked: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    try:
        first, limit = int(asked.get("cursor") or 0), int(asked.get("limit") or 100)
    except ValueError as error:
        raise SlackError("invalid_cursor") from error
    if not 0 < limit <= 1000:
        raise SlackError("invalid_limit")
    return items[first : first + limit], str(first + limit) if first + limit < len(items) else ""


def _truth(value: Any) -> bool:
    return str(value).lower() in {"true", "1"}
