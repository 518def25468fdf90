"""The simulated inbox, and the real receivers that send to it."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import pytest

from alerts.deliveries.receiver import Receiver
from alerts.receivers.email.receiver import EmailReceiver
from alerts.receivers.email.settings import EmailSettings, SmtpService
from alerts.receivers.pagerduty.receiver import PagerDutyReceiver
from alerts.receivers.pagerduty.settings import PagerDutyService, PagerDutySettings
from alerts.receivers.slack.receiver import SlackReceiver
from alerts.receivers.slack.settings import SlackService, SlackSettings
from alerts.receivers.webhook.receiver import WebhookReceiver
from alerts.receivers.webhook.settings import WebhookSettings
from alerts.simulation.services.inbox import ROUTING_KEY, SLACK_TOKEN, WEBHOOK_SECRET, Inbox

Build = Callable[..., Receiver]


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    inbox = Inbox(channels=("crisis", "general"))
    await inbox.start()
    yield inbox
    await inbox.stop()


@pytest.fixture
async def build(inbox: Inbox) -> AsyncIterator[Build]:
    """Build a receiver by its kind, with settings of its own, that sends to the inbox."""
    built: list[Receiver] = []

    def build_one(kind: str, *, timeout_s: float = 60.0, **own: Any) -> Receiver:
        makers: Mapping[str, Callable[[], Receiver]] = {
            "slack": lambda: SlackReceiver(
                "slack-crisis",
                SlackSettings(channel=own.get("channel", "#crisis")),
                SlackService.model_validate(
                    {"token": own.get("token", SLACK_TOKEN), "base_url": own.get("url", inbox.slack_base_url)}
                ),
                timeout_s=timeout_s,
            ),
            "pagerduty": lambda: PagerDutyReceiver(
                "pager",
                PagerDutySettings.model_validate({"routing_key": own.get("routing_key", ROUTING_KEY)}),
                PagerDutyService(base_url=own.get("url", inbox.pagerduty_base_url)),
                timeout_s=timeout_s,
            ),
            "webhook": lambda: WebhookReceiver(
                "hook",
                WebhookSettings.model_validate(
                    {"url": own.get("url", inbox.webhook_url), "secret": own.get("secret", WEBHOOK_SECRET)}
                ),
                time.time,
                timeout_s=timeout_s,
            ),
            "email": lambda: EmailReceiver(
                "chief",
                EmailSettings(to=own.get("to", "chief@example.org")),
                SmtpService(
                    host="127.0.0.1",
                    port=own.get("port", inbox.smtp_port),
                    security="none",
                    sender="tocsin@example.org",
                ),
                time.time,
                timeout_s=timeout_s,
            ),
        }
        built.append(makers[kind]())
        return built[-1]

    yield build_one
    for receiver in built:
        await receiver.close()
