"""A fresh link from the command line opens the page until links are withdrawn, and for its receiver alone."""

import asyncio
from typing import Any

import kafka as kafka_python
import msgspec
import pytest

from alerts.cli.compose_web import link_signer
from alerts.cli.link import run_link
from alerts.configuration.configuration import Configuration
from alerts.errors import AlertsError, LinkError
from alerts.incidents.incident import Incident
from alerts.web.links import LinkClaims, require_current
from streams.brand import watch_partition
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import INCIDENTS
from tests.alerts.receivers.outbreak import NOTIFIED, then

KEY = "k" * 40
REVOKED = then(NOTIFIED, "links_revoked", 60, link_version=2)


def configured(settings: KafkaSettings | None = None) -> Configuration:
    stated: dict[str, Any] = {
        "public_url": "https://tocsin.example.org",
        "links": {"keys": [KEY]},
        "receivers": [{"id": "chief-executive", "email": {"to": "chief@example.org"}}],
        "smtp": {"host": "127.0.0.1"},
    }
    return Configuration(**stated, **({} if settings is None else {"kafka": msgspec.to_builtins(settings)}))


def keep(settings: KafkaSettings, *incidents: Incident) -> None:
    ensure_topics(settings)
    producer = kafka_python.KafkaProducer(bootstrap_servers=list(settings.brokers))
    for incident in incidents:
        partition = watch_partition(incident.brand, settings.partitions)
        producer.send(
            settings.topic(INCIDENTS), msgspec.json.encode(incident), incident.brand.encode(), partition=partition
        )
    producer.flush()
    producer.close()


def claims_of(printed: str, configuration: Configuration) -> LinkClaims:
    address = printed.strip()
    assert address.startswith("https://tocsin.example.org/i/")
    return link_signer(configuration, (KEY,)).read(address.rpartition("/")[2])


async def test_a_fresh_link_is_for_its_receiver_and_is_of_the_links_that_are_not_withdrawn(kafka, capsys):
    configuration = configured(kafka)
    await asyncio.to_thread(keep, kafka, NOTIFIED, REVOKED)

    await asyncio.to_thread(run_link, configuration, NOTIFIED.id, to="chief-executive")

    claims = claims_of(capsys.readouterr().out, configuration)
    assert (claims.incident, claims.brand, claims.recipient) == (NOTIFIED.id, NOTIFIED.brand, "chief-executive")
    require_current(claims, REVOKED)
    with pytest.raises(LinkError, match="withdrawn"):
        require_current(claims, then(REVOKED, "links_revoked", 90, link_version=3))


@pytest.mark.parametrize(
    ("asked", "hint"), [("chief", "did you mean chief-executive"), ("x", "known: chief-executive")]
)
def test_a_receiver_that_is_not_there_is_named_with_one_that_is(asked: str, hint: str):
    with pytest.raises(AlertsError, match=f"no receiver with the id '{asked}'; {hint}"):
        run_link(configured(), NOTIFIED.id, to=asked)
