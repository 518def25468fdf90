"""The page of the simulated inbox: the phone, the Slack channel, mail and webhooks, as a person would see them."""

from datetime import UTC, datetime
from typing import Any

import jinja2
from aiohttp import web

from alerts.simulation.services.mrkdwn import mrkdwn, rich_text
from alerts.simulation.services.pagerduty import SimulatedPagerDuty
from alerts.simulation.services.slack import SimulatedSlack
from alerts.simulation.services.slack_press import SlackButtons
from alerts.simulation.services.store import Received, Store

REFRESH_S = 3
_SHOWN = 20
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def page_routes(
    store: Store, slack: SimulatedSlack, pagerduty: SimulatedPagerDuty, buttons: SlackButtons
) -> list[web.RouteDef]:
    """Return the route of the page."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("alerts.simulation.services"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    environment.filters |= {"mrkdwn": mrkdwn, "rich_text": rich_text, "clock": _clock, "when": _when}
    template = environment.get_template("inbox.html")

    async def show(request: web.Request) -> web.Response:
        held = "hold" in request.query
        text = template.render(
            refresh_s=0 if held else REFRESH_S,
            alerts=sorted(pagerduty.alerts.values(), key=lambda alert: alert.at, reverse=True)[:_SHOWN],
            pages=_newest(store, "pagerduty"),
            channels=[(name, _timeline(slack, channel)) for channel, name in slack.channels.items()],
            can_press=bool(buttons.interactions_url),
            answer=buttons.answer,
            mails=_newest(store, "email"),
            webhooks=_newest(store, "webhook"),
            total=len(store.received()),
        )
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)

    return [web.get("/", show)]


def _newest(store: Store, channel: Any) -> list[Received]:
    return store.received(channel)[: -_SHOWN - 1 : -1]


def _timeline(slack: SimulatedSlack, channel: str) -> list[dict[str, Any]]:
    """Return what the channel shows, newest first, each message with its thread."""
    shown = [m for m in slack.messages[channel] if "thread_ts" not in m or m.get("subtype") == "thread_broadcast"]
    return [{**m, "channel": channel, "replies": slack.thread(channel, m["ts"])} for m in reversed(shown[-_SHOWN:])]


def _clock(at: float | str) -> str:
    return f"{datetime.fromtimestamp(float(at), UTC):%H:%M:%S}"


def _when(at: float | str) -> str:
    return f"{datetime.fromtimestamp(float(at), UTC):%Y-%m-%d %H:%M:%S} UTC"
