"""Settings that are allowed but probably unintended: ``tocsin check`` warns about each, and they stop nothing."""

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from alerts.configuration.document import Path_
from alerts.configuration.texts_of_sources import doubts_of_texts
from streams.durations import in_words

if TYPE_CHECKING:
    from alerts.configuration.configuration import Configuration

_NEAR = (".localhost", ".local", ".lan", ".internal", ".home.arpa", ".test")


def doubts(configuration: "Configuration") -> list[tuple[Path_, str]]:
    """Return what is doubtful, each with its place."""
    return [
        *_slack(configuration),
        *_policies(configuration),
        *_receivers(configuration),
        *_public_url(configuration),
        *_kafka(configuration),
        *_dead_man(configuration),
        *doubts_of_texts(configuration),
    ]


def is_local(address: str) -> bool:
    """Whether an address is one of this machine or its own network, where nobody outside listens in.

    Examples
    --------
    >>> is_local("http://localhost:8080"), is_local("http://10.0.0.7"), is_local("http://tocsin.example.org")
    (True, True, False)
    """
    host = _host(address)
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_NEAR)
    return number.is_private or number.is_loopback or number.is_link_local


def is_this_machine(address: str) -> bool:
    """Whether an address leads to this machine alone.

    Examples
    --------
    >>> is_this_machine("http://127.0.0.1:8080"), is_this_machine("http://10.0.0.7")
    (True, False)
    """
    host = _host(address)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _slack(configuration: "Configuration") -> Iterator[tuple[Path_, str]]:
    channels = any("slack" in receiver.kinds for receiver in configuration.receivers)
    if channels and configuration.slack.signing_secret is None:
        yield (
            ("slack", "signing_secret"),
            (
                "is not set, so the buttons in Slack will not work; copy the Signing Secret from the app's Basic "
                "Information"
            ),
        )


def _policies(configuration: "Configuration") -> Iterator[tuple[Path_, str]]:
    named = {brand.policy for brand in configuration.brands}
    for i, policy in enumerate(configuration.policies):
        if configuration.brands and len(configuration.policies) > 1 and policy.id not in named | {"default"}:
            what = f"no brand names the policy {policy.id}; write `policy: {policy.id}` at a brand, or remove it"
            yield ("policies", i, "id"), what
        for j, step in enumerate(policy.steps[:1]):
            if step.after:
                yield (
                    ("policies", i, "steps", j, "after"),
                    (
                        f"nobody is notified for {in_words(step.after)}; remove `after` from the first step, unless a "
                        "crisis should wait that long"
                    ),
                )


def _receivers(configuration: "Configuration") -> Iterator[tuple[Path_, str]]:
    if not configuration.policies:
        return
    named = {name for policy in configuration.policies for step in policy.steps for name in step.notify}
    for i, receiver in enumerate(configuration.receivers):
        if receiver.id not in named:
            yield (
                ("receivers", i, "id"),
                (
                    f"no policy names the receiver {receiver.id}, so it is never notified; add it to `notify` of a "
                    "step, or remove it"
                ),
            )


def _kafka(configuration: "Configuration") -> Iterator[tuple[Path_, str]]:
    kafka, security = configuration.kafka, configuration.kafka.security()
    far = [address for address in kafka.brokers if not is_local(f"kafka://{address}")]
    if security.is_sasl and not security.is_tls and far:
        what = "the password" if security.mechanism == "PLAIN" else "the traffic"
        yield (
            ("kafka", "security_protocol"),
            f"{what} goes to {far[0]} unencrypted, where anybody on the network can read it; use SASL_SSL",
        )
    if security.is_tls and not security.check_hostname:
        yield ("kafka", "ssl_check_hostname"), "anybody with any certificate of the CA can pose as your Kafka"
    if (
        security.oauth is not None
        and kafka.oauth_token_url.startswith("http://")
        and not is_local(kafka.oauth_token_url)
    ):
        yield (
            ("kafka", "oauth_token_url"),
            f"the client's secret goes to {urlsplit(kafka.oauth_token_url).hostname} unencrypted; use https://",
        )


def _public_url(configuration: "Configuration") -> Iterator[tuple[Path_, str]]:
    if configuration.public_url.startswith("http://") and not is_local(configuration.public_url):
        yield (
            ("public_url",),
            (
                f"{configuration.public_url} is unencrypted: anybody on the network can read it, and the links that "
                "open incidents; put a TLS proxy in front, and write https://"
            ),
        )


def _dead_man(configuration: "Configuration") -> Iterator[tuple[Path_, str]]:
    settings = configuration.dead_man_settings()
    if settings is not None and _host(settings.url).endswith("opsgenie.com"):
        yield (
            ("dead_man", "url"),
            (
                "is Opsgenie's, which ends on 2027-04-05; get the heartbeat's new address from Jira Service Management "
                "or Compass (docs/operating.md, 'Who calls when Tocsin stops')"
            ),
        )
