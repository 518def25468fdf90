"""``tocsin link``: a fresh signed link to an incident's page for one receiver, from the command line."""

import asyncio
import difflib

from alerts.cli.compose_web import link_signer
from alerts.configuration.configuration import Configuration
from alerts.errors import AlertsError
from alerts.incidents.incident import Incident
from alerts.kafka.find_incident import find_incident
from alerts.kafka.incident_store import IncidentStore
from streams.kafka.administration.topics import ensure_topics


def run_link(configuration: Configuration, incident_id: str, *, to: str) -> None:
    """Print a link that works from now for ``links.expire``; standard output holds nothing else.

    What is answered by it counts as answered by that receiver, and it ends with all others when links are withdrawn.

    Parameters
    ----------
    configuration
        Where Kafka is, and what signs the links: the same keys as of ``tocsin web``.
    incident_id
        As it stands at the foot of the page and in every message.
    to
        Id of the receiver it is for.

    Raises
    ------
    TocsinError
        Where there is no such receiver or incident, or Kafka does not answer.
    """
    known = [receiver.id for receiver in configuration.receivers]
    if to not in known:
        close = difflib.get_close_matches(to, known, n=1, cutoff=0.4)
        hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(known) or 'none is configured'}"
        raise AlertsError(f"no receiver with the id {to!r}; {hint}")
    signer = link_signer(configuration, configuration.link_keys())
    ensure_topics(configuration.kafka_settings())
    incident = asyncio.run(_newest(configuration, incident_id))
    print(signer.link(incident.id, incident.brand, to, incident.link_version))  # noqa: T201


async def _newest(configuration: Configuration, incident_id: str) -> Incident:
    store = IncidentStore(configuration.kafka_settings())
    await store.start()
    try:
        return await find_incident(store, incident_id)
    finally:
        await store.stop()
