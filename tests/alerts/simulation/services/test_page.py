"""The page of the simulated inbox, its JSON, and its buttons."""

import asyncio
from collections.abc import AsyncIterator
from html.parser import HTMLParser

import httpx
import pytest
from aiohttp import web
from msgspec.structs import replace

from alerts.incidents.command import Command
from alerts.receivers.email.settings import SmtpService
from alerts.receivers.pagerduty.settings import PagerDutyService
from alerts.receivers.registry import Services, build_receivers
from alerts.receivers.slack.interactions import SlackInteractionHandler
from alerts.receivers.slack.settings import SlackService
from alerts.simulation.services.inbox import ROUTING_KEY, SIGNING_SECRET, SLACK_TOKEN, WEBHOOK_SECRET, Inbox
from tests.alerts.receivers.outbreak import LINK, NOTIFIED, OVER, POSTS, WORSE, told
from tests.patience import PATIENCE_S


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    inbox = Inbox()
    await inbox.start()
    yield inbox
    await inbox.stop()


async def test_an_empty_inbox_says_that_all_is_quiet(inbox: Inbox):
    page = await get(inbox, "/")

    assert "<title>Tocsin · simulated inbox</title>" in page.text
    assert "All quiet." in page.text
    assert "No messages yet." in page.text


async def test_the_page_shows_what_came_by_every_road(inbox: Inbox):
    await tell(inbox)

    text = (await get(inbox, "/")).text

    assert "rang 1 time" in text
    assert "<h4>✅ Northside Hospital Trust: crisis (critical)</h4>" in text
    assert "<strong>412 mentions in the minute from 15:02 UTC where about 11 are ordinary.</strong>" in text
    assert f'href="{LINK}"' in text
    assert "Over: Northside Hospital Trust: crisis (critical), 12 July 2011, 14:58 UTC to 17:28 UTC" in text
    assert "incident.resolved" in text


async def test_foreign_text_is_shown_as_text_and_nothing_is_fetched_from_elsewhere(inbox: Inbox):
    nasty = "<img src=https://evil.example/x.png><script>alert(1)</script>"
    await tell(inbox, brand_name=nasty, reason=nasty, evidence=replace(NOTIFIED.evidence, posts=(
        replace(POSTS[0], content=nasty, author_name=nasty),
    )))  # fmt: skip

    page = await get(inbox, "/")

    tags = Tags()
    tags.feed(page.text)
    assert not {"img", "script", "iframe"} & tags.seen
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


async def test_the_page_renews_itself_and_can_be_held(inbox: Inbox):
    assert 'http-equiv="refresh"' in (await get(inbox, "/")).text
    assert 'http-equiv="refresh"' not in (await get(inbox, "/?hold")).text


async def test_all_that_was_received_is_there_as_json(inbox: Inbox):
    await tell(inbox)

    items = (await get(inbox, "/api/received")).json()
    later = (await get(inbox, "/api/received?after=3")).json()

    assert [item["number"] for item in items] == list(range(1, len(items) + 1))
    assert {item["channel"] for item in items} == {"slack", "pagerduty", "webhook", "email"}
    assert later == items[3:]


async def test_faults_can_be_asked_for_over_http(inbox: Inbox):
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        taken = await client.post(f"{inbox.url}/api/faults", json={"endpoint": "pagerduty", "fault": "server_error"})
        refused = await client.post(f"{inbox.url}/api/faults", json={"endpoint": "telex", "fault": "server_error"})
        failed = await client.post(f"{inbox.url}/v2/enqueue", json={})
        then = await client.post(f"{inbox.url}/v2/enqueue", json={})

    assert (taken.status_code, refused.status_code, failed.status_code, then.status_code) == (204, 400, 500, 400)


async def test_a_test_can_wait_for_what_is_to_come(inbox: Inbox):
    waiting = asyncio.create_task(inbox.store.wait_for(1, "pagerduty", "trigger"))

    await tell(inbox)

    async with asyncio.timeout(PATIENCE_S):
        assert (await waiting)[0].body["dedup_key"] == NOTIFIED.id


async def test_a_button_pressed_on_the_page_reaches_the_app_as_slack_would_send_it():
    commands: list[Command] = []

    async def keep(command: Command) -> None:
        commands.append(command)

    handler = SlackInteractionHandler(SIGNING_SECRET, keep, lambda: 1310483100.0, simulated=True)
    async with app(handler) as url:
        inbox = Inbox(interactions_url=url, now=lambda: 1310483100.0)
        await inbox.start()
        try:
            receipt = await tell(inbox, last=1)
            async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
                form = {"channel": receipt["channel"], "ts": receipt["ts"], "action_id": "tocsin_acknowledge"}
                pressed = await client.post(f"{inbox.url}/slack/press", data=form)
            await handler.close()
            page = await get(inbox, "/")
        finally:
            await inbox.stop()

    assert pressed.status_code == 303
    assert [(c.type, c.incident, c.by, c.via) for c in commands] == [
        ("acknowledge", NOTIFIED.id, "sam.okafor", "slack")
    ]
    assert "Only visible to you" in page.text
    assert f"You asked to take {NOTIFIED.id}." in page.text


async def test_another_site_cannot_press_the_buttons(inbox: Inbox):
    inbox.buttons.interactions_url = "http://127.0.0.1:1/"
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        answer = await client.post(f"{inbox.url}/slack/press", headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


async def tell(inbox: Inbox, *, last: int = 3, **fields: object) -> dict[str, str]:
    """Tell the outbreak to every receiver, and return the receipt of Slack's first message."""
    services = Services(
        slack=SlackService.model_validate({"token": SLACK_TOKEN, "base_url": inbox.slack_base_url}),
        pagerduty=PagerDutyService(base_url=inbox.pagerduty_base_url),
        smtp=SmtpService(host="127.0.0.1", port=inbox.smtp_port, security="none"),
    )
    stated = {
        "slack-crisis": {"slack": {"channel": "#crisis"}},
        "pager": {"pagerduty": {"routing_key": ROUTING_KEY}},
        "chief": {"email": {"to": "chief@example.org"}},
        "hook": {"webhook": {"url": inbox.webhook_url, "secret": WEBHOOK_SECRET}},
    }
    receivers = build_receivers(stated, services) if last > 1 else build_receivers(
        {"slack-crisis": stated["slack-crisis"]}, services
    )  # fmt: skip
    first: dict[str, dict[str, str]] = {}
    for incident, purpose in ((NOTIFIED, "page"), (WORSE, "page"), (OVER, "resolved"))[:last]:
        for name, receiver in receivers.items():
            delivery = told(replace(incident, **fields), purpose, name)  # type: ignore[arg-type]
            receipt = await receiver.send(delivery, earlier=first.get(name, {}), repeat=False)
            first.setdefault(name, receipt)
    for receiver in receivers.values():
        await receiver.close()
    return first["slack-crisis"]


async def get(inbox: Inbox, path: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        return (await client.get(f"{inbox.url}{path}")).raise_for_status()


class app:  # noqa: N801 – reads as a sentence where it is used
    """An app that hands what it gets to the handler, as the web process does."""

    def __init__(self, handler: SlackInteractionHandler) -> None:
        self._handler = handler

    async def __aenter__(self) -> str:
        async def interactions(request: web.Request) -> web.Response:
            headers = {name.lower(): value for name, value in request.headers.items()}
            answer = await self._handler(headers, await request.read())
            return web.Response(status=answer.status, body=answer.body)

        application = web.Application()
        application.add_routes([web.post("/slack/interactions", interactions)])
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/slack/interactions"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
