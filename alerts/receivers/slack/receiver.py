"""Sends deliveries to a Slack channel: one message an incident, edited, its story in the thread."""

import re
import time
from collections.abc import AsyncIterator, Awaitable, Mapping
from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.incident_deliveries import REPLACED
from alerts.errors import ConfigurationError, DeliveryError
from alerts.health.metrics import ERRORS
from alerts.receivers.loopback import is_loopback
from alerts.receivers.sendable import sendable
from alerts.receivers.slack.message import EVENT_TYPE, change_mark, is_broadcast, may_be_known, message, metadata, reply
from alerts.receivers.slack.outcome import GARBAGE, TO_MEND, delivery_error, error_code
from alerts.receivers.slack.settings import SlackService, SlackSettings

_log = structlog.get_logger(__name__)
# A look back starts this much before the delivery was decided, for clocks that disagree.
_LOOK_BACK_S = 300.0
_PAGES = 20
_GONE = "message_not_found"
_RECEIPT = re.compile(r"[A-Za-z0-9.]{1,100}")


class SlackReceiver:
    """One channel.

    Parameters
    ----------
    name
        Id of the receiver.
    settings
        Which channel.
    service
        Token and address; the token is required.
    timeout_s
        After so many seconds without an answer the outcome is unknown.
    """

    wakes = False
    min_interval_s = 1.0

    def __init__(self, name: str, settings: SlackSettings, service: SlackService, *, timeout_s: float = 10.0) -> None:
        if service.token is None:
            raise ConfigurationError(f"receiver {name}: Slack needs a bot token; set slack.token or slack.token_file")
        self.id = name
        self._channel = settings.channel
        self._channel_id = "" if settings.channel.startswith("#") else settings.channel
        self._timeout_s = timeout_s
        self._client = AsyncWebClient(service.token.get_secret_value(), base_url=service.base_url, retry_handlers=[])
        if is_loopback(service.base_url):
            self._client.proxy = None

    async def send(self, delivery: Delivery, *, earlier: Mapping[str, str], repeat: bool) -> dict[str, str]:
        """Post the incident, or edit its message and post to the thread. See ``Receiver.send``."""
        delivery = sendable(delivery, lambda less: (message(less), reply(less) if less.purpose != "test" else ""))
        if self._client.session is None:
            tracing = aiohttp.TraceConfig()
            tracing.on_request_redirect.append(_refuse_redirect)
            limit = aiohttp.ClientTimeout(total=self._timeout_s)
            self._client.session = aiohttp.ClientSession(timeout=limit, trace_configs=[tracing])
        if delivery.purpose == "test" or "ts" not in earlier:
            return await self._post(delivery, repeat=repeat)
        return await self._follow(delivery, earlier, repeat=repeat)

    async def close(self) -> None:
        """Release the connections."""
        if self._client.session is not None:
            await self._client.session.close()
            self._client.session = None

    async def _post(self, delivery: Delivery, *, repeat: bool) -> dict[str, str]:
        if repeat and (found := await self._found(delivery)):
            return found
        posted = await _call(
            "chat.postMessage",
            self._client.chat_postMessage(
                channel=self._channel_id or self._channel,
                metadata=metadata(delivery),
                unfurl_links=False,
                unfurl_media=False,
                **message(delivery),
            ),
        )
        receipt = {name: str(posted.get(name) or "") for name in ("channel", "ts")}
        if not all(_RECEIPT.fullmatch(value) for value in receipt.values()):
            raise DeliveryError("chat.postMessage: the answer does not say where the message is", outcome="unknown")
        return receipt

    async def _follow(self, delivery: Delivery, earlier: Mapping[str, str], *, repeat: bool) -> dict[str, str]:
        thread = earlier["ts"]
        try:
            await self._edit(delivery, earlier["channel"], thread)
            await self._reply(delivery, earlier["channel"], thread, repeat=repeat)
        except DeliveryError as error:
            if delivery.purpose != "page" or error.outcome != "refused":
                raise
            # Deleted, locked, or whatever else Slack has against this one message: yet this has to be seen, so it is
            # told anew. What stands against a new message as well is then said of that.
            _log.warning("message posted anew", receiver=self.id, incident=delivery.incident.id, error=str(error))
            return {**await self._post(delivery, repeat=repeat), REPLACED: thread}
        return {"channel": earlier["channel"], "ts": thread}

    async def _edit(self, delivery: Delivery, channel: str, thread: str) -> None:
        try:
            await self._client.chat_update(channel=channel, ts=thread, **message(delivery))
        except SlackApiError as error:
            refused = delivery_error(error, "chat.update", time.time())
            code = error_code(error)
            if refused.outcome != "refused" or delivery.purpose == "page" or code == _GONE or code in TO_MEND:
                raise refused from error
            # It shows what it showed; its thread goes on.
            ERRORS.labels("slack_edit").inc()
            _log.warning("message can no longer be edited", receiver=self.id, incident=delivery.incident.id, code=code)
        except GARBAGE as error:
            raise delivery_error(error, "chat.update", time.time()) from error

    async def _reply(self, delivery: Delivery, channel: str, thread: str, *, repeat: bool) -> None:
        if not (text := reply(delivery)):
            return
        if (repeat or may_be_known(delivery)) and await self._found(delivery, thread):
            return
        await _call(
            "chat.postMessage",
            self._client.chat_postMessage(
                channel=channel,
                thread_ts=thread,
                reply_broadcast=is_broadcast(delivery),
                text=text,
                metadata=metadata(delivery),
                unfurl_links=False,
                unfurl_media=False,
            ),
        )

    async def _found(self, delivery: Delivery, thread: str = "") -> dict[str, str] | None:
        """Look whether an earlier attempt of this delivery arrived, or another posted the same change to the thread."""
        try:
            channel = await self._resolved_channel()
            async for found in self._written(channel, delivery, thread):
                payload, ts = _payload(found), str(found.get("ts", ""))
                same_change = bool(thread) and ts != thread and payload.get("change") == change_mark(delivery)
                if payload.get("delivery") == delivery.id or same_change:
                    return {"channel": channel, "ts": ts}
        except DeliveryError as error:
            if error.outcome != "refused":
                raise
            # Without leave to look, a message twice is better than a crisis unseen.
            ERRORS.labels("slack_look_back").inc()
            _log.warning("cannot look up a message; sent again", receiver=self.id, error=str(error))
        return None

    async def _written(self, channel: str, delivery: Delivery, thread: str) -> AsyncIterator[dict[str, Any]]:
        since = f"{max(0.0, delivery.decided_at - _LOOK_BACK_S):.6f}"
        asked: dict[str, Any] = {"channel": channel, "oldest": since, "limit": 200, "include_all_metadata": True}
        for _ in range(_PAGES):
            if thread:
                page = await _call("conversations.replies", self._client.conversations_replies(ts=thread, **asked))
            else:
                page = await _call("conversations.history", self._client.conversations_history(**asked))
            for written in _listed(page, "messages"):
                yield written
            asked["cursor"] = _next_cursor(page)
            if not asked["cursor"]:
                return

    async def _resolved_channel(self) -> str:
        """Return the channel's id: only chat.postMessage takes a name."""
        asked: dict[str, Any] = {"types": "public_channel,private_channel", "limit": 1000, "exclude_archived": True}
        for _ in range(_PAGES):
            if self._channel_id:
                break
            page = await _call("conversations.list", self._client.conversations_list(**asked))
            for channel in _listed(page, "channels"):
                if channel.get("name") == self._channel.removeprefix("#"):
                    self._channel_id = str(channel.get("id", ""))
            asked["cursor"] = _next_cursor(page)
            if not self._channel_id and not asked["cursor"]:
                raise DeliveryError(f"conversations.list: there is no channel {self._channel}", outcome="refused")
        return self._channel_id


def build_slack(name: str, settings: SlackSettings, service: SlackService) -> SlackReceiver:
    """Build the receiver of one channel.

    Raises
    ------
    ConfigurationError
        Without a token.
    """
    return SlackReceiver(name, settings, service)


async def _refuse_redirect(
    _session: aiohttp.ClientSession, _context: object, sent: aiohttp.TraceRequestRedirectParams
) -> None:
    """End a request that somebody in Slack's place sends elsewhere: it carries the token."""
    raise aiohttp.ClientError(f"HTTP {sent.response.status}: sent elsewhere, where nothing is sent")


async def _call(did: str, request: Awaitable[AsyncSlackResponse]) -> dict[str, Any]:
    try:
        answer = await request
    except GARBAGE as error:
        raise delivery_error(error, did, time.time()) from error
    if not isinstance(answer.data, dict):
        raise DeliveryError(f"{did}: the answer is none of Slack's", outcome="unknown")
    return answer.data


def _listed(page: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = page.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise DeliveryError(f"the answer lists no {name}", outcome="unknown")
    return found


def _payload(message: Mapping[str, Any]) -> dict[str, Any]:
    written = message.get("metadata")
    if not isinstance(written, dict) or written.get("event_type") != EVENT_TYPE:
        return {}
    payload = written.get("event_payload")
    return payload if isinstance(payload, dict) else {}


def _next_cursor(page: Mapping[str, Any]) -> str:
    noted = page.get("response_metadata")
    cursor = noted.get("next_cursor") if isinstance(noted, dict) else ""
    return cursor if isinstance(cursor, str) else ""
