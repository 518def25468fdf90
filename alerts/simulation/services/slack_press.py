"""Pressing a button in the simulated Slack: sends what Slack would send, signed as Slack signs it."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from alerts.simulation.services.slack import SimulatedSlack

_ANSWER_S = 3.0
"""Slack gives an app so long to answer."""


class SlackButtons:
    """The people of the simulated workspace.

    Parameters
    ----------
    interactions_url
        The app's request URL; without it nobody can press a button.
    """

    def __init__(
        self, slack: SimulatedSlack, now: Callable[[], float], *, signing_secret: str, interactions_url: str
    ) -> None:
        self._slack = slack
        self._now = now
        self._signing_secret = signing_secret
        self.interactions_url = interactions_url
        self.answer = ""
        """What the app told whoever pressed last, seen by them alone."""
        self.own_url = ""
        """Where the app's answers come back to, set when the server listens."""

    def routes(self) -> list[web.RouteDef]:
        """Return the route that the page's buttons post to."""
        return [web.post("/slack/press", self._pressed), web.post("/slack/response", self._answered)]

    async def press(self, channel: str, ts: str, action_id: str, *, name: str = "Sam Okafor") -> int:
        """Press a button as a person, and return the status of the app's answer. Its body Slack ignores.

        Raises
        ------
        LookupError
            Where there is no such message or button.
        """
        message = next((m for m in self._slack.messages.get(channel, ()) if m["ts"] == ts), None)
        action = next((a for a in _buttons(message or {}) if a.get("action_id") == action_id), None)
        if message is None or action is None:
            raise LookupError(f"inbox: message {ts} of {channel} has no button {action_id}")
        username = name.lower().replace(" ", ".")
        payload = {
            "type": "block_actions",
            "user": {"id": "U0SIMULATED", "username": username, "name": username, "team_id": "T1"},
            "team": {"id": "T1", "domain": "simulated"},
            "channel": {"id": channel, "name": self._slack.channels[channel]},
            "container": {"type": "message", "message_ts": ts, "channel_id": channel},
            "message": message,
            "response_url": f"{self.own_url}/slack/response",
            "trigger_id": f"{self._now():.6f}.{ts}",
            "actions": [{**action, "block_id": "actions", "action_ts": f"{self._now():.6f}"}],
        }
        raw = urlencode({"payload": json.dumps(payload)}).encode()
        stamp = str(int(self._now()))
        signed = hmac.new(self._signing_secret.encode(), b"v0:%b:%b" % (stamp.encode(), raw), hashlib.sha256)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signed.hexdigest()}",
        }
        timeout = aiohttp.ClientTimeout(total=_ANSWER_S)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(self.interactions_url, data=raw, headers=headers) as answer,
        ):
            return answer.status

    async def _pressed(self, request: web.Request) -> web.Response:
        form = await request.post()
        # Another site's page must not press buttons here: browsers say where a request comes from.
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin" or not self.interactions_url:
            raise web.HTTPForbidden(text="press the button on the page of the simulated inbox")
        try:
            status = await self.press(str(form.get("channel")), str(form.get("ts")), str(form.get("action_id")))
            if status != 200:
                self.answer = f"The app answered HTTP {status}."
        except (LookupError, aiohttp.ClientError, TimeoutError) as error:
            self.answer = f"That did not work: {error or 'the app did not answer within three seconds'}"
        raise web.HTTPSeeOther("/#slack")

    async def _answered(self, request: web.Request) -> web.Response:
        """Take what an app says through a ``response_url``."""
        body = await request.json()
        if not isinstance(body, dict) or not body.get("text"):
            return web.json_response({"ok": False, "error": "no_text"}, status=400)
        self.answer = str(body["text"])
        return web.json_response({"ok": True})


def _buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [element for block in message.get("blocks", ()) for element in block.get("elements", ())]
