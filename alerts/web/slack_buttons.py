"""Slack's buttons carried to the topic ``commands``, and an answer that only the person who pressed sees."""

import asyncio
import time
from collections.abc import Callable, Mapping

import httpx
import structlog

from alerts import metrics
from alerts.slack_interactions import Interaction, InteractionError, ephemeral, interaction
from alerts.web.ports import Answer, SendCommand
from detectors.errors import TocsinError

_ANSWER_S = 5.0

_log = structlog.get_logger("tocsin.web")


class SlackButtons:
    """Answers Slack's interactions; fits ``Parts.slack``.

    Slack wants its answer within three seconds, and ignores the body: what the person reads goes to the
    ``response_url``, beside the answer and never before it.

    Parameters
    ----------
    signing_secret
        The Slack app's.
    client
        For the ``response_url``; whoever made it closes it, after ``close``.
    clock
        Wall time, epoch seconds.
    """

    def __init__(
        self,
        signing_secret: str,
        send_command: SendCommand,
        client: httpx.AsyncClient,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._secret = signing_secret
        self._send = send_command
        self._client = client
        self._clock = clock
        self._answering: set[asyncio.Task[None]] = set()

    async def __call__(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Carry one interaction out."""
        try:
            pressed = interaction(headers, body, signing_secret=self._secret, now=self._clock())
        except InteractionError as error:
            return Answer(status=error.status, body=str(error).encode(), content_type="text/plain")
        if pressed.command is not None:
            try:
                await self._send(pressed.command)
            except TocsinError as error:
                metrics.ERRORS.labels("web_slack").inc()
                _log.warning("a press in Slack could not be passed on", command=pressed.command.id, error=str(error))
                return Answer(status=503)  # Slack tells the person that it did not work
        if pressed.answer and pressed.response_url.startswith(("https://", "http://127.0.0.1:")):
            task = asyncio.create_task(self._tell(pressed))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
        return Answer(status=200)

    async def close(self) -> None:
        """Let the answers under way arrive."""
        await asyncio.gather(*self._answering)

    async def _tell(self, pressed: Interaction) -> None:
        try:
            answer = await self._client.post(pressed.response_url, json=ephemeral(pressed.answer), timeout=_ANSWER_S)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            # The message itself changes in a moment; without this line the person only waits for that.
            metrics.ERRORS.labels("web_slack").inc()
            _log.warning("an answer to Slack got lost", error=type(error).__name__)
