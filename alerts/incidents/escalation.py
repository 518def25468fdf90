"""Whom to notify next, and when: escalation according to the policy. Wall time is passed in.

The round: step 0 when an incident opens, each next step ``after_s`` after the one before, then ``repeat`` more
rounds. An acknowledgement or a silence suspends it; when either ends while the outbreak lasts, everyone notified so
far is notified again, and the round continues from the step that it had reached.
"""

from msgspec.structs import replace

from alerts.incidents.audit_trail import Trigger, append_change
from alerts.incidents.incident import Change, ChangeType, Incident
from alerts.incidents.policy import Policy, Step
from alerts.incidents.silence import is_silenced

ROUND_GAP_S = 600.0
"""Time before a round starts again where the steps state none: long enough to sit up and read, short for a crisis."""


def may_page(incident: Incident) -> bool:
    """Whether incidents of this kind wake people: good news and silent sources never do."""
    return incident.kind in {"crisis", "slow_burn"}


def steps_of(policy: Policy) -> tuple[Step, ...]:
    """Return the steps; a policy without any has one that notifies nobody, so that firing is still recorded."""
    return policy.steps or (Step(notify=()),)


def due_at(incident: Incident) -> float | None:
    """Return the wall time at which something is to be done about an incident, or ``None``."""
    if incident.status == "resolved":
        return None
    expiry = incident.acknowledged_until if incident.status == "acknowledged" else None
    moments = [at for at in (incident.next_due_at, incident.silenced_until, expiry) if at is not None]
    return min(moments, default=None)


def next_due(incident: Incident, policy: Policy, now: float) -> float | None:
    """Return when the step after the present one is due, counted from ``now``; ``None`` if it is the last."""
    if not may_page(incident) or incident.status != "open" or is_silenced(incident, now):
        return None
    upcoming = _following(incident, policy)
    return None if upcoming is None else now + upcoming[2]


def start(incident: Incident, policy: Policy, trigger: Trigger) -> list[Incident]:
    """Start the round of an incident that opened or came back: notify step 0, or set when it is due."""
    if is_silenced(incident, trigger.at):
        return []
    wait_s = steps_of(policy)[0].after_s
    if wait_s <= 0 or not may_page(incident):
        return [notified(incident, policy, trigger, step=0, repeats=0)]
    return []


def renotify(incident: Incident, policy: Policy, trigger: Trigger) -> list[Incident]:
    """Notify everyone notified so far once more, after an acknowledgement or a silence ended.

    They had been told that somebody has it, or that it is silenced, and may rely on that: they must learn that it is
    no longer so. The round continues from the step that it had reached.
    """
    if (
        incident.status != "open"
        or is_silenced(incident, trigger.at)
        or (not may_page(incident) and incident.step >= 0)
    ):
        return []
    steps = steps_of(policy)
    step = min(max(incident.step, 0), len(steps) - 1)
    reached = max(step, incident.reached_step)
    everyone = tuple(dict.fromkeys(receiver for step in steps[: reached + 1] for receiver in step.notify))
    return [notified(incident, policy, trigger, step=step, repeats=incident.repeats, receivers=everyone)]


def escalated(incident: Incident, policy: Policy, trigger: Trigger, note: str = "") -> Incident | None:
    """Notify the next step now; ``None`` if every step of every round has been notified."""
    upcoming = _following(incident, policy)
    if upcoming is None:
        return None
    return notified(incident, policy, trigger, step=upcoming[0], repeats=upcoming[1], note=note)


def expire(incident: Incident, policy: Policy, trigger: Trigger) -> list[Incident]:
    """Do what is due now: end an expired silence and acknowledgement, notify the next step."""
    now = trigger.at
    if (due := due_at(incident)) is None or due > now:
        return []
    versions: list[Incident] = []
    if incident.silenced_until is not None and incident.silenced_until <= now:
        change = _by_itself("unsilenced", trigger, "the silence ran out")
        versions.append(incident := append_change(incident, change, silenced_until=None))
    if (
        incident.status == "acknowledged"
        and incident.acknowledged_until is not None
        and incident.acknowledged_until <= now
    ):
        change = _by_itself("acknowledgement_expired", trigger, f"{incident.acknowledged_by} had it")
        fields = {"acknowledged_by": "", "acknowledged_at": None, "acknowledged_until": None}
        versions.append(incident := append_change(incident, change, status="open", **fields))
    if versions:
        versions += renotify(incident, policy, trigger)
    elif (step := escalated(incident, policy, trigger)) is not None:
        versions.append(step)
    # The next step may wait for nothing.
    return [*versions, *expire(versions[-1], policy, trigger)] if versions else []


def notified(
    incident: Incident,
    policy: Policy,
    trigger: Trigger,
    *,
    step: int,
    repeats: int,
    note: str = "",
    receivers: tuple[str, ...] = (),
) -> Incident:
    """Return the incident after a step was notified, or all of ``receivers`` if that is more than the step."""
    steps = steps_of(policy)
    receiver_ids = receivers or steps[min(step, len(steps) - 1)].notify
    change = Change(
        type="notified",
        at=trigger.at,
        cause=trigger.cause,
        via=trigger.via,
        step=step,
        note=note,
        receivers=receiver_ids,
    )
    changed = append_change(
        incident,
        change,
        step=step,
        repeats=repeats,
        reached_step=max(step, incident.reached_step),
        paged=incident.paged or may_page(incident),
        next_due_at=None,
    )
    return replace(changed, next_due_at=next_due(changed, policy, trigger.at))


def _following(incident: Incident, policy: Policy) -> tuple[int, int, float] | None:
    """Return the next step, its round, and the wait before it in seconds."""
    steps = steps_of(policy)
    if incident.step + 1 < len(steps):
        return incident.step + 1, incident.repeats, steps[incident.step + 1].after_s
    if incident.repeats < policy.repeat:
        return 0, incident.repeats + 1, steps[0].after_s or steps[-1].after_s or ROUND_GAP_S
    return None


def _by_itself(kind: ChangeType, trigger: Trigger, note: str) -> Change:
    return Change(type=kind, at=trigger.at, cause=trigger.cause, via=trigger.via, note=note)
