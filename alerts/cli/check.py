"""``tocsin check``: the configuration, then the broker, then the sources, then the receivers."""

import asyncio
import time
from pathlib import Path

from aiokafka.errors import KafkaError

from alerts.cli.certificates import ends_of
from alerts.cli.check_sources import check_sources
from alerts.cli.pushed import has_listened, pushed_of
from alerts.configuration.configuration import Configuration, read_configuration
from alerts.configuration.doubts import is_this_machine
from alerts.deliveries.receiver import Receiver
from alerts.errors import AlertsError, ConfigurationError, DeliveryError
from alerts.receivers.healthcheck import HealthcheckSettings, ping
from alerts.receivers.registry import Services, build_receivers
from alerts.receivers.trial import send_test
from alerts.wording.moments import utc
from streams.adapters.unreadable import find_unreadable
from streams.errors import StreamsError
from streams.kafka.access.probe import unreachable
from streams.kafka.administration.rights import LISTEN, PARTS, PEERS, WEB_PUSHED, missing_rights
from streams.kafka.administration.topic_retention import keep_no_longer
from streams.kafka.administration.topics import ensure_topics, look_at_topics, partitions_read
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import MENTIONS, TOPICS
from streams.queries.words import described, warnings

SOON_DAYS = 14
SOON_SHARE = 0.2
"""A certificate that has less than both left runs out soon; as the alert has it (deploy/prometheus)."""


def receivers_of(configuration: Configuration) -> dict[str, Receiver]:
    """Build the receivers that a configuration states.

    Raises
    ------
    ConfigurationError
        Where one lacks what its service needs.
    """
    stated = {receiver.id: receiver.kinds for receiver in configuration.receivers}
    services = Services(slack=configuration.slack, pagerduty=configuration.pagerduty, smtp=configuration.smtp)
    return build_receivers(stated, services)


def run_check(path: Path, *, send: bool = False, offline: bool = False, create_topics: bool = False) -> None:
    """Check all that can be checked, and name everything that is wrong.

    Parameters
    ----------
    path
        The configuration.
    send
        Send a test message through every receiver, and one ping to the service outside.
    offline
        Contact nothing: look at the file alone.
    create_topics
        Create the topics that are missing on Kafka; else they are named, and nothing there is changed.

    Raises
    ------
    TocsinError
        Naming every mistake, a line each.
    """
    read = read_configuration(path)
    for doubt in read.doubts:
        _print(f"warning: {doubt}")
    if read.mistakes or read.unready:
        raise ConfigurationError("\n".join((*read.mistakes, *read.unready)))
    configuration = read.configuration
    _print(f"{path}: {len(configuration.brands)} brands, {len(configuration.receivers)} receivers")
    for brand in configuration.brands:
        _print(f"brand {brand.id}: {described(brand.query)}")
    for warning in _warnings(configuration):
        _print(f"note: {warning}")
    failures = _check_certificates(configuration, time.time())
    receivers = receivers_of(configuration)
    if not offline:
        failures += _check_broker(configuration, create_topics=create_topics)
        lines, stopping = asyncio.run(check_sources(configuration))
        for line in lines:
            _print(line)
        failures += stopping
    if send:
        failures += asyncio.run(_check_receivers(receivers))
        failures += asyncio.run(_check_dead_man(configuration.dead_man_settings()))
    if failures:
        raise AlertsError("\n".join(failures))
    _print("all is well" if not read.doubts else "nothing is wrong; see the warnings above")


def _check_certificates(configuration: Configuration, now: float) -> list[str]:
    """Say how long the certificates last; return those that do no more."""
    failures = []
    for setting, life in ends_of(configuration.kafka).items():
        day = f"{utc(life.ends):%Y-%m-%d}"
        days = (life.ends - now) / 86_400
        if days <= 0:
            failures.append(f"{setting}: the certificate expired on {day}; renew it")
        elif now < life.begins:
            begins = f"{utc(life.begins):%Y-%m-%d %H:%M} UTC"
            failures.append(f"{setting}: the certificate is not valid before {begins}; is this machine's clock right?")
        else:
            last = days < SOON_DAYS and life.ends - now < SOON_SHARE * (life.ends - life.begins)
            line = f"{setting}: the certificate is valid until {day}, {days:.0f} more days"
            _print(f"note: {line}; renew it" if last else line)
    return failures


def _warnings(configuration: Configuration) -> list[str]:
    notes = []
    if not configuration.brands:
        notes.append("no brand is watched yet; add one under `brands:`")
        notes += [
            f"source {source.id}: nothing is sent, because no brand is configured; `keep: all` sends everything"
            for source in configuration.sources
            if source.keep == "matched"
        ]
    for brand in configuration.brands:
        notes += [f"brand {brand.id}: {warning}" for warning in warnings(brand.query, brand.languages)]
    if not configuration.receivers:
        notes.append("nobody will be notified; add one under `receivers:`")
    pagers = [receiver.id for receiver in configuration.receivers if "pagerduty" in receiver.kinds]
    if pagers:
        notes.append(
            f"{', '.join(pagers)}: Tocsin does not see acknowledgements in PagerDuty; acknowledge by the link, or the "
            "next step is notified"
        )
    if not configuration.links.keys:
        notes.append("without `links.keys` links are signed with a key kept on this machine; several machines need one")
    if configuration.dead_man is None:
        notes.append("nobody outside notices if Tocsin itself stops; set `dead_man.url`")
    if is_this_machine(configuration.public_url):
        notes.append("public_url is this machine: links sent out will not open on a phone")
    return notes


def _check_broker(configuration: Configuration, *, create_topics: bool) -> list[str]:
    kafka = configuration.kafka_settings()
    missing: list[str] = []
    try:
        if create_topics:
            partitions = ensure_topics(kafka, TOPICS)
        else:
            partitions, missing = look_at_topics(kafka, TOPICS)
        if missing:
            _print(
                f"note: Kafka answers, but lacks the topics {', '.join(missing)}; a worker creates them when it "
                "starts, or `tocsin check --create-topics` now"
            )
        failures = unreachable(kafka)
        rights = [
            f"tocsin {name} needs: {right}"
            for name, part in PARTS.items()
            if (part is not LISTEN or has_listened(configuration))
            and (part is not WEB_PUSHED or pushed_of(configuration))
            and (part is not PEERS or any(brand.peers for brand in configuration.brands))
            for right in missing_rights(kafka, [part])
        ]
        if rights:
            return [*failures, *rights, "grant these rights on Kafka: docs/operating.md, 'Rights on Kafka'"]
        # Asking for groups, too, makes a topic on a Kafka that has had none.
        read = {} if MENTIONS.name not in partitions else partitions_read(kafka)
    except StreamsError as error:
        return [str(error)]
    if partitions:
        counts = ", ".join(f"{name} ({count})" for name, count in sorted(partitions.items()))
        _print(f"Kafka answers ({kafka.security.described()}); topics and partitions: {counts}")
    if MENTIONS.name not in partitions:
        return failures
    _print_retention(kafka)
    try:
        failures += asyncio.run(find_unreadable(kafka))
    except (KafkaError, OSError, TimeoutError, StreamsError) as error:
        failures += [f"could not test whether {MENTIONS.name} can be read: {error!r}"]
    if not any(read.values()):
        _print("note: no worker is reading at the moment")
        return failures
    _print(
        "partitions that workers read: "
        + ", ".join(f"{name} {n} of {partitions.get(name, 0)}" for name, n in read.items())
    )
    return failures + [
        f"{partitions[name] - count} of the {partitions[name]} partitions of {name} are not read by any worker; if one "
        "has just started or stopped, check again in a minute, otherwise check the workers' logs"
        for name, count in read.items()
        if count < partitions.get(name, 0)
    ]


def _print_retention(kafka: KafkaSettings) -> None:
    try:
        for line in keep_no_longer(kafka, alter=False):
            _print(f"note: {line}")
    except StreamsError as error:
        _print(f"note: {error}")


async def _check_receivers(receivers: dict[str, Receiver]) -> list[str]:
    failures = []
    for receiver in receivers.values():
        try:
            _print(await send_test(receiver, now=time.time()))
        except DeliveryError as error:
            failures.append(f"{receiver.id}: {error}")
        finally:
            await receiver.close()
    return failures


async def _check_dead_man(settings: HealthcheckSettings | None) -> list[str]:
    if settings is None:
        return []
    try:
        await ping(settings)
    except DeliveryError as error:
        return [f"dead_man: {error}"]
    _print(f"dead_man: {settings.host} accepted a ping")
    return []


def _print(line: str) -> None:
    print(line)  # noqa: T201
