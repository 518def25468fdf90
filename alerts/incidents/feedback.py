"""Feedback on alerts: what the watch stage receives of it, and how people see that it was received."""

from alerts.incidents.command import Command
from alerts.incidents.incident import Change, Incident
from alerts.wording.moments import IN_UTC, Times
from detectors.feedback import FADES_S
from streams.wire.feedback import Feedback

_CRISES = {"crisis", "slow_burn"}
"""Good news pages nobody and has a threshold of its own, and a silent source has none: neither moves anything."""


def feedback_of(incident: Incident) -> Feedback | None:
    """Return what the newest change of an incident says of the alarm, or ``None``.

    What counts is what stands on the incident: "not a crisis", until somebody says that it is one after all, or
    until it comes back and is open again.
    """
    if incident.kind not in _CRISES:
        return None
    change = incident.change
    if change.type == "false_alarm":
        return _of(incident, change, taken_back=False)
    was_marked = any(earlier.type == "false_alarm" for earlier in incident.changes[:-1])
    if was_marked and change.type in {"false_alarm_revoked", "reopened"}:
        return _of(incident, change, taken_back=True)
    return None


def missed_feedback(command: Command) -> Feedback | None:
    """Return a command's feedback on a crisis that did not fire, or fired too late; ``None`` for any other."""
    about = command.incident or ("" if command.event_at is None else str(command.event_at))
    if command.type not in {"missed", "revoke_missed"} or not about:
        return None
    return Feedback(
        id=command.id, brand=command.brand, kind="missed", about=about, taken_back=command.type == "revoke_missed"
    )


def closed_by_its_mark(incident: Incident) -> bool:
    """Whether "not a crisis" is what closed it, and taking that back may open it again: it was not over before."""
    marked = next((change for change in reversed(incident.changes) if change.type == "false_alarm"), None)
    return marked is not None and any(c.type == "resolved" and c.cause == marked.cause for c in incident.changes)


def after_all(incident: Incident) -> str:
    """Return what stands on the button that takes "not a crisis" back: of what was over before, that it was one."""
    return f"It {'is' if closed_by_its_mark(incident) else 'was'} a crisis after all"


def learned(incident: Incident, times: Times = IN_UTC) -> str:
    """Return what Tocsin makes of "not a crisis" while it stands on an incident, and how to undo it; or nothing."""
    marked = next((change for change in reversed(incident.changes) if change.type == "false_alarm"), None)
    if not incident.false_alarm or incident.kind not in _CRISES or marked is None:
        return ""
    return (
        f"Tocsin asks for more evidence before it rings for {incident.brand_name} again, a little less each day until "
        f"{times.day(marked.at + FADES_S)}. “{after_all(incident)}” takes that back."
    )


def _of(incident: Incident, change: Change, *, taken_back: bool) -> Feedback:
    return Feedback(
        id=f"{change.cause}/{change.type}",
        brand=incident.brand,
        kind="false_alarm",
        about=incident.id,
        taken_back=taken_back,
    )
