"""Handles pressed buttons: sends the command, and answers the person who pressed."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

import httpx
import structlog

from alerts.health.metrics import ERRORS
from alerts.incidents.command import Command
from alerts.receivers.loopback import is_loopback
from alerts.receivers.slack.buttons import Interaction, InteractionError, ephemeral, interaction
from alerts.web.ports import Answer
from detectors.errors import TocsinError
from streams.sources.trust import trusted

_log = structlog.get_logger(__name__)
_RESPONSE_HOST = "hooks.slack.com"
_ANSWER_S = 5.0


class SlackInteractionHandler:
    """What the web process's ``/slack/interactions`` hands its requests to.

    Parameters
    ----------
    signing_secret
        The Slack app's.
    send_command
        Puts a command on its topic; returns when it is there.
    now
        Wall clock, epoch seconds.
    simulated
        Whether answers may go to this machine: to the simulated Slack. Otherwise they only go to Slack's own host.
    """

    def __init__(
        self,
        signing_secret: str,
        send_command: Callable[[Command], Awaitable[None]],
        now: Callable[[], float],
        *,
        simulated: bool = False,
    ) -> None:
        self._signing_secret = signing_secret
        self._send_command = send_command
        self._now = now
        self._simulated = simulated
        self._answering: set[asyncio.Task[None]] = set()

    async def __call__(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Carry out one interaction. The answer's body is empty: what is to be said goes to the ``response_url``."""
        try:
            pressed = interaction(headers, body, signing_secret=self._signing_secret, now=self._now())
        except InteractionError as error:
            ERRORS.labels("slack_interaction").inc()
            _log.warning("Slack request refused", status=error.status, error=str(error))
            return Answer(status=error.status, body=str(error).encode(), content_type="text/plain")
        if pressed.command is not None:
            try:
                await self._send_command(pressed.command)
            except TocsinError as error:
                ERRORS.labels("slack_interaction").inc()
                _log.exception("cannot send command", command=pressed.command.id)
                self._answer(pressed, f"That did not work ({error}). Nothing was changed: please try again.")
                return Answer(status=200)
            self._answer(pressed, pressed.answer)
        return Answer(status=200)

    async def close(self) -> None:
        """Wait for the answers that are on their way."""
        await asyncio.gather(*self._answering, return_exceptions=True)

    def _answer(self, pressed: Interaction, text: str) -> None:
        # In the background, for Slack waits three seconds and no longer.
        if self._may_answer(pressed.response_url):
            task = asyncio.create_task(self._post(pressed.response_url, text))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    def _may_answer(self, url: str) -> bool:
        if self._simulated and is_loopback(url):
            return True
        parts = urlsplit(url)
        return parts.scheme == "https" and parts.hostname == _RESPONSE_HOST

    async def _post(self, url: str, text: str) -> None:
        try:
            async with httpx.AsyncClient(timeout=_ANSWER_S, trust_env=not is_loopback(url), verify=trusted()) as client:
                (await client.post(url, json=ephemeral(text))).raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            ERRORS.labels("slack_answer").inc()
            _log.warning("cannot answer in Slack", error=f"{type(error).__name__} {error}")
