"""``tocsin revoke-links``: ends every link to an incident that was sent so far, from the command line."""

import asyncio
import time
import uuid

from alerts.configuration.configuration import Configuration
from alerts.errors import AlertsError
from alerts.incidents.command import Command
from alerts.incidents.incident import Incident
from alerts.kafka.commands_producer import CommandsProducer
from alerts.kafka.find_incident import find_incident
from alerts.kafka.incident_store import IncidentStore
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings

CARRIED_OUT_S = 15.0
"""A worker answers in well under a second; one that has just taken the partition over needs longer."""


def run_revoke_links(configuration: Configuration, incident_id: str, *, by: str, reason: str) -> None:
    """Withdraw the links of an incident, and return when a worker has done it.

    Parameters
    ----------
    configuration
        Where Kafka is.
    incident_id
        As it stands at the foot of the page and in every webhook.
    by, reason
        For the incident's story.

    Raises
    ------
    TocsinError
        Where Kafka does not answer, no such incident is kept, or no worker carries it out.
    """
    kafka = configuration.kafka_settings()
    ensure_topics(kafka)
    revoked = asyncio.run(_revoked(kafka, incident_id, by, reason))
    print(f"{revoked.id}: every link sent before is revoked (links now have version {revoked.link_version} now)")  # noqa: T201


async def _revoked(kafka: KafkaSettings, incident_id: str, by: str, reason: str) -> Incident:
    producer, store = CommandsProducer(kafka), IncidentStore(kafka)
    await producer.start()
    await store.start()
    try:
        incident = await find_incident(store, incident_id)
        command = Command(
            id=f"cli-{uuid.uuid4().hex}", type="revoke_links", brand=incident.brand, at=time.time(),
            incident=incident.id, by=by, via="cli", note=reason,
        )  # fmt: skip
        await producer.send(command)
        done = await store.wait_for(
            incident.id, lambda newest: any(each.cause == command.id for each in newest.changes), CARRIED_OUT_S
        )
    finally:
        await store.stop()
        await producer.stop()
    if done is None:
        raise AlertsError(
            f"no worker has revoked the links of {incident.id} yet, so they still work; it is requested, and is done "
            "as soon as one runs (`tocsin worker`)"
        )
    return done
