"""The kinds of receivers that exist. A new kind is a folder beside this file and a line in ``RECEIVERS``."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from pydantic import BaseModel

from alerts.deliveries.receiver import Receiver
from alerts.errors import ConfigurationError
from alerts.receivers.email.receiver import build_email
from alerts.receivers.email.settings import EmailSettings, SmtpService
from alerts.receivers.pagerduty.receiver import build_pagerduty
from alerts.receivers.pagerduty.settings import PagerDutyService, PagerDutySettings
from alerts.receivers.slack.receiver import build_slack
from alerts.receivers.slack.settings import SlackService, SlackSettings
from alerts.receivers.webhook.receiver import build_webhook
from alerts.receivers.webhook.settings import WebhookSettings


class Services(Struct, frozen=True, kw_only=True):
    """What receivers of a kind share, as the configuration's top-level sections state it, and the clock."""

    slack: SlackService = SlackService()
    pagerduty: PagerDutyService = PagerDutyService()
    smtp: SmtpService = SmtpService()
    now: Callable[[], float] = time.time


class ReceiverKind(Struct, frozen=True):
    """A kind of receiver: the model of its settings, and what builds one (id, settings, services)."""

    settings: type[BaseModel]
    build: Callable[[str, Any, Services], Receiver]


RECEIVERS: dict[str, ReceiverKind] = {
    "slack": ReceiverKind(SlackSettings, lambda name, own, shared: build_slack(name, own, shared.slack)),
    "pagerduty": ReceiverKind(
        PagerDutySettings, lambda name, own, shared: build_pagerduty(name, own, shared.pagerduty)
    ),
    "webhook": ReceiverKind(WebhookSettings, lambda name, own, shared: build_webhook(name, own, shared.now)),
    "email": ReceiverKind(EmailSettings, lambda name, own, shared: build_email(name, own, shared.smtp, shared.now)),
}


def build_receivers(stated: Mapping[str, Mapping[str, Any]], services: Services) -> dict[str, Receiver]:
    """Build the receivers that a configuration states.

    Parameters
    ----------
    stated
        For each receiver's id the one kind and its settings, e.g. ``{"pager": {"pagerduty": {…}}}``.
    services
        What the kinds share.

    Raises
    ------
    ConfigurationError
        Where a kind is unknown or lacks what its service needs.
    pydantic.ValidationError
        Where settings are wrong; ``tocsin check`` has named them with their line before.
    """
    built: dict[str, Receiver] = {}
    for name, kinds in stated.items():
        if len(kinds) != 1 or not kinds.keys() <= RECEIVERS.keys():
            given = ", ".join(kinds) or "nothing"
            raise ConfigurationError(f"receiver {name}: needs exactly one of {', '.join(RECEIVERS)}; it has {given}")
        kind, settings = next(iter(kinds.items()))
        built[name] = RECEIVERS[kind].build(name, RECEIVERS[kind].settings.model_validate(settings), services)
    return built
