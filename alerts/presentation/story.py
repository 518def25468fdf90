"""The story of an incident, change by change, each as it was at its time."""

import re

from alerts.incidents.escalation import may_page
from alerts.incidents.incident import BY_PEOPLE, Change, Incident
from alerts.wording.moments import IN_UTC, Times
from alerts.wording.names import named
from alerts.wording.severity import SEVERITY_WORDS

# Of several changes of one moment, the first of these says best what happened.
_WEIGHT = (
    "opened",
    "reopened",
    "severity_raised",
    "false_alarm",
    "resolved",
    "acknowledgement_expired",
    "unacknowledged",
)
_RAISED_TO = re.compile(r"^raised to [a-z]+: ")


def newest(incident: Incident) -> Change:
    """Return the change that a delivery reports.

    If a step was notified because of a change at the same time, that change: its own delivery, if there was one, is
    superseded by this one before it leaves.
    """
    before, change = incident.changes[-2:-1], incident.changes[-1]
    return before[0] if change.type == "notified" and before and before[0].at == change.at else change


def foremost(incident: Incident) -> Change:
    """Return the change that says best what happened at the newest moment."""
    moment_of = [change for change in incident.changes if change.at == incident.changes[-1].at]
    return min(reversed(moment_of), key=lambda c: _WEIGHT.index(c.type) if c.type in _WEIGHT else len(_WEIGHT))


def opening_note(incident: Incident) -> str:
    """Return the note of the opening, e.g. that it is reported late; often nothing."""
    note = next((change.note for change in incident.changes if change.type == "opened"), "")
    return f"{note[:1].upper()}{note[1:]}." if note else ""


def story(incident: Incident, times: Times = IN_UTC) -> str:
    """Describe the newest change in a sentence, or in nothing where the figures show it."""
    return described(newest(incident), incident, times)


def described(change: Change, incident: Incident, times: Times = IN_UTC) -> str:
    """Describe one change, perhaps an old one, in a sentence; in nothing where the figures show it.

    What a change says is of its moment: nothing is taken from how the incident stands now.
    """
    until = f" until {times.moment(change.until)}" if change.until else ""
    note = f": {times.localized(change.note, change.at)}" if change.note else ""
    aside = f" ({times.localized(change.note, change.at)})" if change.note else ""
    text = {
        "opened": f"Opened{_as_bad(change, incident)}{note}",
        "reopened": _reopened(change, incident, note, aside),
        "severity_raised": f"{_risen(change)}{note}",
        "acknowledged": f"{change.by} has it{until}{note}",
        "acknowledgement_expired": f"The acknowledgement has expired and it is not over{aside}. Nobody has it now",
        "unacknowledged": f"{change.by} gave it back{aside}. Nobody has it now",
        "silenced": f"{change.by} silenced it{until}{note}",
        "unsilenced": f"The silence is over{aside}",
        "resolved": f"Over{note}" if change.by == "tocsin" else f"{change.by} closed it{note}",
        "false_alarm": f"{change.by} marked this as not a crisis{note}",
        "false_alarm_revoked": f"{change.by} took back “not a crisis”{note}",
        "links_revoked": f"{change.by} withdrew all links sent before{aside}. Newer messages carry fresh ones",
        "notified": _notified(change, incident, aside),
        "redacted": _BY_AGE if change.via == "timer" else "A post was taken down and is no longer shown",
        "compared": times.localized(change.note, change.at),
        "note": f"{change.by}{note}" if change.via not in BY_PEOPLE else f"{change.by} {note.removeprefix(': ')}",
    }.get(change.type, "")
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def severity_reason(text: str) -> str:
    """Return why it is as bad as it is, without the level's own name, which older versions put before it.

    Examples
    --------
    >>> severity_reason("raised to error: 80 negative authors where about 4 are ordinary")
    '80 negative authors where about 4 are ordinary'
    """
    return _RAISED_TO.sub("", text)


def by_whom(incident: Incident, change_type: str) -> str:
    """Return who made the newest change of a type."""
    return next((c.by for c in reversed(incident.changes) if c.type == change_type), "Somebody")


def _as_bad(change: Change, incident: Incident) -> str:
    if change.severity is None or not may_page(incident):
        return ""
    return f" as {SEVERITY_WORDS[change.severity]}"


def _reopened(change: Change, incident: Incident, note: str, aside: str) -> str:
    if change.asked == "revoke_resolve":
        return f"{change.by} says that it is not over{aside}"
    return f"Back again{_as_bad(change, incident)}{note}"


def _risen(change: Change) -> str:
    # Versions before kept no severity with a change: the newest rise alone is to what the incident is at now.
    return "It got worse" if change.severity is None else f"It got worse and is {SEVERITY_WORDS[change.severity]} now"


def _notified(change: Change, incident: Incident, aside: str) -> str:
    """Say who was notified, by name; earlier versions kept only the number of the step."""
    step = change.step or 0
    if not may_page(incident):
        return "Notified everyone it does not wake"
    if change.receivers:
        whom, verb = named(change.receivers), "was" if len(change.receivers) == 1 else "were"
    else:
        whom, verb = f"step {step + 1} of the policy {incident.policy}", "was"
    is_first = step == 0 and not any(c.type == "notified" for c in incident.changes[: _index(change, incident)])
    if is_first:
        return f"Notified {whom}{aside}"
    if change.receivers and any(c.at == change.at and c.type in _FIRED_AGAIN for c in incident.changes):
        return f"Notified {whom} again{aside}"
    return f"Nobody has taken it, so {whom} {verb} notified{aside}"


_BY_AGE = "What individuals wrote, and their names, are no longer kept"
_FIRED_AGAIN = {"acknowledgement_expired", "unacknowledged", "unsilenced", "reopened"}


def _index(change: Change, incident: Incident) -> int:
    return next((i for i, c in enumerate(incident.changes) if c is change), len(incident.changes))
