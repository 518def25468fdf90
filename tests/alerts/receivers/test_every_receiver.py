"""What every receiver promises, whatever its kind: the outcome of each failure, and that a repeat does no harm."""

import asyncio
import socket
import time
from functools import reduce
from operator import getitem
from typing import Any

import pytest

from alerts.errors import ConfigurationError, DeliveryError
from alerts.receivers.email.settings import SmtpService
from alerts.receivers.pagerduty.settings import PagerDutyService
from alerts.receivers.registry import RECEIVERS, Services, build_receivers
from alerts.receivers.slack.settings import SlackService
from alerts.receivers.trial import send_test
from alerts.simulation.services.faults import Endpoint, Fault
from alerts.simulation.services.inbox import ROUTING_KEY, SLACK_TOKEN, WEBHOOK_SECRET, Inbox
from alerts.simulation.services.store import Received
from tests.alerts.receivers.conftest import Build
from tests.alerts.receivers.outbreak import NOTIFIED, told
from tests.patience import PATIENCE_S

ENDPOINT: dict[str, Endpoint] = {"slack": "slack", "pagerduty": "pagerduty", "webhook": "webhook", "email": "smtp"}
KINDS = sorted(ENDPOINT)
PAGE = told(NOTIFIED)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_page_arrives_once_and_nothing_else_does(kind: str, inbox: Inbox, build: Build):
    receipt = await build(kind).send(PAGE, earlier={}, repeat=False)

    assert receipt
    assert [item.channel for item in inbox.store.received()] == [kind]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ["cut_after", "hang_after"])
async def test_a_page_whose_answer_was_lost_is_unknown_and_its_repeat_does_no_harm(
    kind: str, fault: Fault, inbox: Inbox, build: Build, monkeypatch: pytest.MonkeyPatch
):
    inbox.faults.fail_next(ENDPOINT[kind], fault)
    sending = asyncio.create_task(build(kind, timeout_s=60.0).send(PAGE, earlier={}, repeat=False))

    if fault == "hang_after":
        async with asyncio.timeout(PATIENCE_S):
            await inbox.store.wait_for(1)
        # Not before it was taken, however long that takes: minutes pass for all that waits by the loop's clock.
        loop = asyncio.get_running_loop()
        loop_time, ahead_s = loop.time, 0.0
        monkeypatch.setattr(loop, "time", lambda: loop_time() + ahead_s)
        while not sending.done():
            ahead_s += 61.0
            await asyncio.to_thread(time.sleep, 0.05)
    with pytest.raises(DeliveryError) as caught:
        await sending
    receipt = await build(kind).send(PAGE, earlier={}, repeat=True)

    assert caught.value.outcome == "unknown"
    assert receipt
    assert woken(inbox, kind) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_page_that_was_lost_on_its_way_is_unknown_and_its_repeat_arrives(kind: str, inbox: Inbox, build: Build):
    inbox.faults.fail_next(ENDPOINT[kind], "cut_before")
    receiver = build(kind)

    with pytest.raises(DeliveryError) as caught:
        await receiver.send(PAGE, earlier={}, repeat=False)
    await receiver.send(PAGE, earlier={}, repeat=True)

    assert caught.value.outcome == "unknown"
    assert woken(inbox, kind) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_being_asked_to_wait_means_to_try_again(kind: str, inbox: Inbox, build: Build):
    inbox.faults.fail_next(ENDPOINT[kind], "rate_limited")

    with pytest.raises(DeliveryError) as caught:
        await build(kind).send(PAGE, earlier={}, repeat=False)

    assert caught.value.outcome == "retry"
    assert caught.value.retry_after_s == (None if kind == "email" else 1.0)
    assert inbox.store.received() == []


@pytest.mark.parametrize("kind", KINDS)
async def test_an_error_of_the_server_is_never_a_refusal(kind: str, inbox: Inbox, build: Build):
    inbox.faults.fail_next(ENDPOINT[kind], "server_error")

    with pytest.raises(DeliveryError) as caught:
        await build(kind).send(PAGE, earlier={}, repeat=False)

    # Slack says of its own errors that the message may have been posted all the same.
    assert caught.value.outcome == ("unknown" if kind == "slack" else "retry")


@pytest.mark.parametrize("kind", KINDS)
async def test_where_no_connection_can_be_made_nothing_left(kind: str, build: Build):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # Bound and not listening: connections are refused.
        port = taken.getsockname()[1]

        with pytest.raises(DeliveryError) as caught:
            await build(kind, url=f"http://127.0.0.1:{port}/", port=port).send(PAGE, earlier={}, repeat=False)

    assert caught.value.outcome == "retry"


@pytest.mark.parametrize("kind", KINDS)
async def test_a_test_message_says_in_its_first_words_that_nobody_needs_to_act(kind: str, inbox: Inbox, build: Build):
    said = await send_test(build(kind), now=1310486400.0, name="one")

    first = inbox.store.received()[0]
    where = {"slack": ("text",), "pagerduty": ("payload", "summary"), "webhook": ("data", "message")}
    shown: Any = reduce(getitem, where[kind], first.body) if kind in where else first.what
    assert shown.startswith("TEST from Tocsin: nobody needs to act")
    assert "took a test message" in said
    assert "https://" not in str(first.body)


async def test_a_test_of_the_pager_closes_itself(inbox: Inbox, build: Build):
    await send_test(build("pagerduty"), now=1310486400.0)

    assert [alert.status for alert in inbox.pagerduty.alerts.values()] == ["resolved"]
    assert [alert.severity for alert in inbox.pagerduty.alerts.values()] == ["info"]


async def test_the_registry_builds_every_kind_and_each_sends(inbox: Inbox):
    stated = {
        "chat": {"slack": {"channel": "#crisis"}},
        "pager": {"pagerduty": {"routing_key": ROUTING_KEY}},
        "hook": {"webhook": {"url": inbox.webhook_url, "secret": WEBHOOK_SECRET}},
        "chief": {"email": {"to": "chief@example.org"}},
    }
    services = Services(
        slack=SlackService.model_validate({"token": SLACK_TOKEN, "base_url": inbox.slack_base_url}),
        pagerduty=PagerDutyService(base_url=inbox.pagerduty_base_url),
        smtp=SmtpService(host="127.0.0.1", port=inbox.smtp_port, security="none"),
    )

    receivers = build_receivers(stated, services)
    for receiver in receivers.values():
        await receiver.send(PAGE, earlier={}, repeat=False)
        await receiver.close()

    assert {name: receiver.id for name, receiver in receivers.items()} == {name: name for name in stated}
    assert {item.channel for item in inbox.store.received()} == set(RECEIVERS)
    assert [name for name, receiver in receivers.items() if receiver.wakes] == ["pager"]


@pytest.mark.parametrize("kinds", [{}, {"telex": {}}, {"slack": {"channel": "#a"}, "email": {"to": "a@b"}}])
def test_a_receiver_of_no_or_of_two_kinds_is_refused(kinds: dict[str, dict[str, str]]):
    with pytest.raises(ConfigurationError, match="needs exactly one of slack, pagerduty, webhook, email"):
        build_receivers({"r": kinds}, Services())


def test_slack_without_a_token_is_refused_with_what_to_do():
    with pytest.raises(ConfigurationError, match=r"set slack\.token"):
        build_receivers({"chat": {"slack": {"channel": "#crisis"}}}, Services())


def woken(inbox: Inbox, kind: str) -> int:
    """Count what a person would notice."""
    if kind == "pagerduty":
        return sum(alert.rings for alert in inbox.pagerduty.alerts.values())
    return len([item for item in inbox.store.received() if is_news(item)])


def is_news(item: Received) -> bool:
    return item.what != "chat.update"
