"""Finds an incident by its id, for commands that are given one."""

import asyncio
import difflib

from alerts.errors import AlertsError
from alerts.incidents.incident import Incident
from alerts.kafka.incident_store import IncidentStore

READ_S = 60.0
"""For reading the incidents that are kept."""
_LOOK_EVERY_S = 0.1


async def find_incident(store: IncidentStore, incident_id: str) -> Incident:
    """Return the newest state of an incident, once the past has been read.

    Parameters
    ----------
    store
        It must have been started.

    Raises
    ------
    AlertsError
        Where Kafka does not answer in time, or no such incident is kept; the message names one that is.
    """
    try:
        async with asyncio.timeout(READ_S):
            while store.missing():  # noqa: ASYNC110 - nothing tells when the past has been read
                await asyncio.sleep(_LOOK_EVERY_S)
    except TimeoutError as error:
        raise AlertsError(f"the incidents could not be read from Kafka: {'; '.join(store.missing())}") from error
    if (incident := store.get(incident_id)) is not None:
        return incident
    known = [each.id for each in store.list()]
    close = difflib.get_close_matches(incident_id, known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"the newest are {', '.join(known[:5]) or 'none: it never rang'}"
    raise AlertsError(f"no incident {incident_id!r} is kept; {hint}")
