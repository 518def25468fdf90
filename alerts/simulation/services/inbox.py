"""The simulated inbox as one server on this machine: all fakes, what they received, and a page that shows it."""

import ipaddress
import time
from collections.abc import Callable, Iterable

import msgspec
from aiohttp import web

from alerts.errors import AlertsError
from alerts.simulation.services.dead_man import SimulatedDeadMan
from alerts.simulation.services.faults import Faults
from alerts.simulation.services.page import page_routes
from alerts.simulation.services.pagerduty import SimulatedPagerDuty
from alerts.simulation.services.slack import SimulatedSlack
from alerts.simulation.services.slack_press import SlackButtons
from alerts.simulation.services.smtp import SimulatedSmtp
from alerts.simulation.services.store import Store
from alerts.simulation.services.webhook import SimulatedWebhook

SLACK_TOKEN = "xoxb-simulated-inbox"  # noqa: S105 – opens nothing but a simulation on this machine
SIGNING_SECRET = "simulated-signing-secret"  # noqa: S105
ROUTING_KEY = "0" * 32
WEBHOOK_SECRET = "whsec_c2ltdWxhdGVkLWluYm94LW9ubHktMzItYnl0ZXM="  # noqa: S105
DEAD_MAN_CHECK = "00000000-0000-4000-8000-000000000000"
_BODY_BYTES = 2 * 1024 * 1024


class Inbox:
    """Slack at ``slack_base_url``, PagerDuty at ``pagerduty_base_url``, a webhook, SMTP, pings, the page at ``url``.

    Parameters
    ----------
    channels
        Slack channels that exist, with or without ``#``.
    interactions_url
        Where pressed Slack buttons are sent, signed with ``SIGNING_SECRET``; without it they only link.
    now
        Wall clock, epoch seconds.
    """

    def __init__(
        self,
        *,
        channels: Iterable[str] = ("crisis",),
        interactions_url: str = "",
        now: Callable[[], float] = time.time,
    ) -> None:
        self.faults = Faults()
        self.store = Store(now)
        self.slack = SimulatedSlack(self.store, now, token=SLACK_TOKEN, channels=channels)
        self.buttons = SlackButtons(self.slack, now, signing_secret=SIGNING_SECRET, interactions_url=interactions_url)
        self.pagerduty = SimulatedPagerDuty(self.store, now, routing_keys=frozenset({ROUTING_KEY}))
        self.webhook = SimulatedWebhook(self.store, secret=WEBHOOK_SECRET)
        self.dead_man = SimulatedDeadMan(self.store, check=DEAD_MAN_CHECK)
        self.smtp = SimulatedSmtp(self.store, self.faults)
        self.port = 0
        self._host = ""
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Address of the page, without a slash at its end."""
        return f"http://{self._host}:{self.port}"

    @property
    def slack_base_url(self) -> str:
        """For ``slack.base_url``."""
        return f"{self.url}/slack/api/"

    @property
    def pagerduty_base_url(self) -> str:
        """For ``pagerduty.base_url``."""
        return self.url

    @property
    def webhook_url(self) -> str:
        """For a webhook's ``url``."""
        return f"{self.url}/webhook"

    @property
    def dead_man_url(self) -> str:
        """For ``dead_man.url``."""
        return f"{self.url}/ping/{DEAD_MAN_CHECK}"

    @property
    def smtp_port(self) -> int:
        """For ``smtp.port``, with ``security: none``."""
        return self.smtp.port

    async def start(self, host: str = "127.0.0.1", port: int = 0, smtp_port: int = 0) -> None:
        """Listen, with port 0 on free ones.

        Raises
        ------
        AlertsError
            Where ``host`` is not the loopback: whoever reaches the inbox can read and forge what is in it.
        """
        if not ipaddress.ip_address(host).is_loopback:
            raise AlertsError(f"inbox: {host} is not this machine's loopback; use 127.0.0.1")
        self._host = host
        # Cancelled when the client goes away, so that a simulated hang ends.
        self._runner = web.AppRunner(self.application(), handler_cancellation=True, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.port = self._runner.addresses[0][1]
        self.buttons.own_url = self.url
        await self.smtp.start(host, smtp_port)

    async def stop(self) -> None:
        """Release the ports."""
        await self.smtp.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def application(self) -> web.Application:
        """Return the web application."""
        application = web.Application(client_max_size=_BODY_BYTES)
        application.add_routes(
            [
                *self.slack.routes(self.faults),
                *self.buttons.routes(),
                *self.pagerduty.routes(self.faults),
                *self.webhook.routes(self.faults),
                *self.dead_man.routes(self.faults),
                *page_routes(self.store, self.slack, self.pagerduty, self.buttons),
                web.get("/api/received", self._received),
                web.post("/api/faults", self._fail_next),
            ]
        )
        return application

    async def _received(self, request: web.Request) -> web.Response:
        """All items, or with ``?after=N`` those after number N."""
        after = request.query.get("after", "0")
        if not after.isdigit():
            raise web.HTTPBadRequest(text="after: a number")
        items = [item for item in self.store.received() if item.number > int(after)]
        return web.Response(body=msgspec.json.encode(items), content_type="application/json")

    async def _fail_next(self, request: web.Request) -> web.Response:
        """Take ``{"endpoint": "slack", "fault": "cut_after", "count": 1}``."""
        asked = await request.json()
        try:
            self.faults.fail_next(asked["endpoint"], asked["fault"], int(asked.get("count", 1)))
        except (KeyError, ValueError, AlertsError) as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return web.Response(status=204)
