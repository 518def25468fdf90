"""What the routes work with, composed once at the start of the web process."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from aiohttp import web
from msgspec import Struct, field

from alerts.time_zones import IN_UTC_ALL, Zones
from alerts.web.bodies import Bodies
from alerts.web.form_token import FormTokens
from alerts.web.links import LinkSigner
from alerts.web.ports import IncidentStore, MentionSink, SendCommand, SlackInteractions
from alerts.web.rate import RateLimiter
from streams.connectors.webhook import MentionsWebhook
from streams.sources.pushed_sources import PushedSources

WAIT_S = 5.0
"""How long a press waits for the incident to change; a worker answers in well under a second."""


class Dependencies(Struct, kw_only=True):
    """Everything that is injected.

    Parameters
    ----------
    webhook, mention_sink
        Take mentions by webhook; without them it answers 503.
    pushed
        The sources that suites push to; without them 404.
    slack
        Answers Slack's interactions; without it 404.
    bodies
        Bounds what is read of requests.
    security_contact
        Contact for vulnerabilities, for ``/.well-known/security.txt``; without it 404.
    wait_s
        How long a press waits for the change that it asked for, seconds.
    clock
        Wall time, epoch seconds.
    zones
        In which zone whom a link was made for reads moments.
    """

    store: IncidentStore
    send_command: SendCommand
    signer: LinkSigner
    form_tokens: FormTokens
    webhook: MentionsWebhook | None = None
    mention_sink: MentionSink | None = None
    pushed: PushedSources | None = None
    slack: SlackInteractions | None = None
    limit: RateLimiter = field(default_factory=RateLimiter)
    bodies: Bodies = field(default_factory=Bodies)
    security_contact: str = ""
    wait_s: float = WAIT_S
    clock: Callable[[], float] = time.time
    zones: Zones = IN_UTC_ALL
    stopping: bool = False

    def set_cookie(self, response: web.Response, name: str, value: str, *, max_age: int) -> None:
        """Set a cookie for the pages alone, which no script reads and no other site's form sends."""
        response.set_cookie(
            name,
            value,
            path=f"{urlsplit(self.signer.public_url).path}/i/",
            max_age=max_age,
            httponly=True,
            samesite="Strict",
            secure=self.signer.public_url.startswith("https:"),
        )


DEPENDENCIES: web.AppKey[Dependencies] = web.AppKey("parts", Dependencies)
