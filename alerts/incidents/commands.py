"""What each command of a person does to one incident.

Every command leaves exactly one trace of its own in the audit trail, also one that comes too late: it is
then a ``note``. So the sender sees the result.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from alerts.incidents.audit_trail import Trigger, append_change
from alerts.incidents.command import Command
from alerts.incidents.escalation import may_page, next_due, renotify
from alerts.incidents.feedback import closed_by_its_mark
from alerts.incidents.incident import Change, ChangeType, Incident
from alerts.incidents.policy import Policy
from alerts.incidents.redaction import post_in
from alerts.incidents.silence import silence_of

LONGEST_ACKNOWLEDGEMENT_S = 7 * 86400.0
"""An acknowledgement that never expires is forgotten."""

SLIP_S = 900.0
"""How long "it is over" can be taken back: somebody who pressed the wrong button notices at once, or while the answer
is on the page. Later the incident is history, and an outbreak that goes on fires again by itself."""

_UNHELD: dict[str, Any] = {"acknowledged_by": "", "acknowledged_at": None, "acknowledged_until": None}


def carried_out(
    incident: Incident, command: Command, policy: Policy, now: float, *, event_at: int, ringing: bool
) -> list[Incident]:
    """Carry out a command on an incident.

    Parameters
    ----------
    incident
        The incident as it stands.
    command
        One of those in ``COMMANDS``.
    policy
        The brand's policy.
    now
        Wall time, epoch seconds.
    event_at
        Event time as of now, epoch seconds: when an incident ends that a person closes.
    ringing
        Whether the outbreak still lasts, and no newer incident has it.

    Returns
    -------
    The incident after each change, in order.
    """
    context = _CommandContext(incident, command, policy, now, event_at, ringing=ringing)
    return COMMANDS[command.type](context)


class _CommandContext:
    """One command, being carried out."""

    def __init__(
        self, incident: Incident, command: Command, policy: Policy, now: float, event_at: int, *, ringing: bool
    ) -> None:
        self.incident = incident
        self.command = command
        self.policy = policy
        self.now = now
        self.event_at = max(event_at, incident.opened_at)
        self.ringing = ringing
        self.trigger = Trigger(at=now, cause=command.id, via=command.via)

    def change(self, kind: ChangeType, note: str | None = None, until: float | None = None, **fields: Any) -> Incident:
        change = Change(
            type=kind,
            at=self.now,
            by=self.command.by or "somebody",
            via=self.command.via,
            link=self.command.link,
            cause=self.command.id,
            note=self.command.note if note is None else note,
            until=until,
            asked=self.command.type,
        )
        return append_change(self.incident, change, **fields)

    def followed(
        self, first: Incident, follow: Callable[[Incident, Policy, Trigger], list[Incident]]
    ) -> list[Incident]:
        return [first, *follow(first, self.policy, self.trigger)]


def _acknowledge(context: _CommandContext) -> list[Incident]:
    incident, now = context.incident, context.now
    if incident.status == "resolved":
        return [context.change("note", "wanted to take it, but it was over already")]
    until = _held_until(context)
    if incident.status == "acknowledged" and (incident.acknowledged_until is None or incident.acknowledged_until > now):
        if incident.acknowledged_by != (context.command.by or "somebody"):
            since = datetime.fromtimestamp(incident.acknowledged_at or now, UTC)
            note = f"wanted to take it too; {incident.acknowledged_by} has it since {since:%H:%M} UTC"
            return [context.change("note", note)]
        return [context.change("note", "keeps it", until, acknowledged_until=until)]
    held: dict[str, Any] = {
        "acknowledged_by": context.command.by or "somebody",
        "acknowledged_at": now,
        "acknowledged_until": until,
    }
    return [context.change("acknowledged", until=until, status="acknowledged", next_due_at=None, **held)]


def _held_until(context: _CommandContext) -> float | None:
    if not may_page(context.incident):
        return None
    asked = context.command.until
    if asked is not None and asked > context.now:
        return min(asked, context.now + LONGEST_ACKNOWLEDGEMENT_S)
    return context.now + context.policy.ack_expires_s


def _unacknowledge(context: _CommandContext) -> list[Incident]:
    if context.incident.status != "acknowledged":
        return [context.change("note", "gave it back, but nobody had it")]
    return context.followed(context.change("unacknowledged", status="open", **_UNHELD), renotify)


def _resolve(context: _CommandContext) -> list[Incident]:
    if context.incident.status == "resolved":
        return [context.change("note", "closed it, but it was over already")]
    return [context.change("resolved", status="resolved", resolved_at=context.event_at, next_due_at=None)]


def _revoke_resolve(context: _CommandContext) -> list[Incident]:
    """Reopen what a person closed by mistake, as it was before, with the same holder."""
    incident = context.incident
    if incident.status != "resolved":
        return [context.change("note", "took back that it is over, but it was open already")]
    if not may_be_revoked(incident, context.command.at):
        return [context.change("note", "took back that it is over, but nobody had said so lately")]
    if not context.ringing:
        return [context.change("note", "took back that it is over, but the talk has died down by itself")]
    back: dict[str, Any] = {"resolved_at": None, "lead_time_s": None}
    until = incident.acknowledged_until
    if incident.acknowledged_by and (until is None or until > context.now):
        return [context.change("reopened", status="acknowledged", **back)]
    return context.followed(context.change("reopened", status="open", **back, **_UNHELD), renotify)


def may_be_revoked(incident: Incident, now: float) -> bool:
    """Whether a person closed an incident so lately that it may have been a slip, and nothing has ended it since.

    Parameters
    ----------
    now
        Wall time, epoch seconds.
    """
    if incident.status != "resolved" or incident.false_alarm:
        return False
    closed = next((change for change in reversed(incident.changes) if change.type == "resolved"), None)
    return closed is not None and closed.asked == "resolve" and now - closed.at <= SLIP_S


def _false_alarm(context: _CommandContext) -> list[Incident]:
    if context.incident.false_alarm:
        return [context.change("note", "said as well that it is not a crisis")]
    marked = context.change("false_alarm", false_alarm=True)
    if marked.status == "resolved":
        return [marked]
    context.incident = marked
    return [
        marked,
        context.change("resolved", "not a crisis", status="resolved", resolved_at=context.event_at, next_due_at=None),
    ]


def _revoke_false_alarm(context: _CommandContext) -> list[Incident]:
    if not context.incident.false_alarm:
        return [context.change("note", "called it a crisis, which nobody had denied")]
    if not context.ringing or not closed_by_its_mark(context.incident):
        return [context.change("false_alarm_revoked", false_alarm=False)]
    context.incident = context.change("false_alarm_revoked", false_alarm=False)
    back = context.change("reopened", "", status="open", resolved_at=None, lead_time_s=None, **_UNHELD)
    return [context.incident, back, *renotify(back, context.policy, context.trigger)]


def _silence(context: _CommandContext) -> list[Incident]:
    asked = silence_of(context.command, context.now)
    return [context.change("silenced", until=asked.until, silenced_until=asked.until, next_due_at=None)]


def _unsilence(context: _CommandContext) -> list[Incident]:
    if context.incident.silenced_until is None:
        return [context.change("note", "ended a silence that there was not")]
    return context.followed(context.change("unsilenced", silenced_until=None), renotify)


def _revoke_links(context: _CommandContext) -> list[Incident]:
    return [context.change("links_revoked", link_version=context.incident.link_version + 1)]


def _noted(context: _CommandContext) -> list[Incident]:
    text = "says that it rang too late" if context.command.type == "missed" else "takes back that it rang too late"
    return [context.change("note", f"{text}: {context.command.note}" if context.command.note else text)]


def _mark(context: _CommandContext) -> list[Incident]:
    post = post_in(context.incident.evidence, context.command.post)
    if post is None:
        return [context.change("note", "marked a post that is no longer shown")]
    if post.negativity is None:
        return [context.change("note", "marked a post that is not scored")]
    negative = context.command.type == "mark_negative"
    text = "says that a post is negative" if negative else "says that a post is not negative"
    others = {other: mark for other, mark in context.incident.marked.items() if other != post.id}
    return [context.change("note", text, marked={**others, post.id: negative})]


def _revoke_mark(context: _CommandContext) -> list[Incident]:
    if context.command.post not in context.incident.marked:
        return [context.change("note", "took back a mark that there was not")]
    others = {other: mark for other, mark in context.incident.marked.items() if other != context.command.post}
    return [context.change("note", "takes back a mark on a post", marked=others)]


COMMANDS: dict[str, Callable[[_CommandContext], list[Incident]]] = {
    "acknowledge": _acknowledge,
    "unacknowledge": _unacknowledge,
    "resolve": _resolve,
    "revoke_resolve": _revoke_resolve,
    "silence": _silence,
    "unsilence": _unsilence,
    "false_alarm": _false_alarm,
    "revoke_false_alarm": _revoke_false_alarm,
    "missed": _noted,
    "revoke_missed": _noted,
    "revoke_links": _revoke_links,
    "mark_negative": _mark,
    "mark_not_negative": _mark,
    "revoke_mark": _revoke_mark,
}
"""What people may ask of one incident."""


def severity_risen(incident: Incident, change: Change, policy: Policy, **fields: Any) -> Incident:
    """Return the incident after its severity rose: its holder is asked again, and all rounds restart."""
    if incident.status == "acknowledged":
        change = replace(change, note=f"{change.note} ({incident.acknowledged_by} had it)".strip())
    risen = append_change(incident, change, status="open", repeats=0, **_UNHELD, **fields)
    due = [at for at in (incident.next_due_at, next_due(risen, policy, change.at)) if at is not None]
    return replace(risen, next_due_at=min(due, default=None))
