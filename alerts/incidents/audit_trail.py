"""The audit trail of an incident: how one change is added, and how many are kept in the record itself."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from alerts.incidents.incident import Change, Incident

CHANGES_KEPT = 100
"""Changes within one record: a month of escalation fits, and a record stays far below Kafka's 1 MB."""
_FIRST_KEPT = 10


class Trigger(Struct, frozen=True, kw_only=True):
    """What leads to changes: when (wall time, epoch seconds), the verdict or command behind it, and by which way."""

    at: float
    cause: str = ""
    via: str = "watch"


def append_change(incident: Incident, change: Change, **fields: Any) -> Incident:
    """Return the incident as it stands after one more change.

    Growth that follows growth takes its place, and of very many changes those in the middle are left out; the
    topic keeps every version all the same.

    Parameters
    ----------
    incident
        The incident before.
    change
        What happened.
    fields
        The fields that it alters.
    """
    if change.severity is None:
        change = replace(change, severity=fields.get("severity", incident.severity))
    trail = incident.changes
    if trail and change.type == "grown" and trail[-1].type == "grown":
        trail = trail[:-1]
    trail = (*trail, change)
    if len(trail) > CHANGES_KEPT:
        trail = trail[:_FIRST_KEPT] + trail[_FIRST_KEPT - CHANGES_KEPT :]
    return replace(incident, changes=trail, version=incident.version + 1, **fields)
