"""Puts the web process together from the configuration; Kafka comes in from outside."""

import time
from collections.abc import Callable

from alerts.configuration.configuration import Configuration
from alerts.receivers.slack.interactions import SlackInteractionHandler
from alerts.web.dependencies import Dependencies
from alerts.web.form_token import FormTokens
from alerts.web.links import LinkSigner
from alerts.web.ports import IncidentStore, MentionSink, SendCommand
from streams.connectors.webhook import MentionsWebhook
from streams.sources.pushed_sources import PushedSources


def link_signer(
    configuration: Configuration, keys: tuple[str, ...], *, clock: Callable[[], float] = time.time
) -> LinkSigner:
    """Return what signs the links: the worker that sends them out and the web process that reads them need the same.

    Parameters
    ----------
    keys
        ``configuration.link_keys()``, read once: if none is configured it generates a new one each time.
    """
    return LinkSigner(keys, configuration.public_url, configuration.links.expire, clock=clock)


def web_dependencies(
    configuration: Configuration,
    keys: tuple[str, ...],
    store: IncidentStore,
    send_command: SendCommand,
    mention_sink: MentionSink | None = None,
    *,
    pushed: PushedSources | None = None,
    clock: Callable[[], float] = time.time,
    simulated: bool = False,
) -> Dependencies:
    """Return what the routes work with.

    Parameters
    ----------
    keys
        As for ``link_signer``.
    store, send_command, mention_sink
        The adapters to Kafka.
    pushed
        The sources that suites push to.
    simulated
        Slack is the simulated one on this machine.

    Raises
    ------
    StreamsError
        Where the webhook's secret cannot be used.
    """
    secret = configuration.web.webhook_secret
    signing = configuration.slack.signing_secret
    slack = None
    if signing is not None:
        slack = SlackInteractionHandler(signing.get_secret_value(), send_command, clock, simulated=simulated)
    return Dependencies(
        store=store,
        send_command=send_command,
        signer=link_signer(configuration, keys, clock=clock),
        form_tokens=FormTokens(keys, clock=clock),
        webhook=None if secret is None else MentionsWebhook(secret.get_secret_value()),
        mention_sink=mention_sink,
        pushed=pushed,
        slack=slack,
        security_contact=configuration.web.security_contact,
        zones=configuration.zones(),
        clock=clock,
    )
