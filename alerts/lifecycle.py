"""Incidents of one brand: verdicts and commands in, changes out. Pure: the wall time is passed in.

What one incident is: one outbreak. ``crisis`` and ``slow_burn`` are one family, an incident of which rises from the
latter to the former and never back. Good news (``opportunity``) that turns into a crisis is closed, and the
crisis is an incident of its own: nobody was woken for the one, and everybody is to be for the other. A silent
source has an incident for each time that it fell silent. A relapse within the cool-down re-opens the incident.
"""

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from alerts import brand_state as kept
from alerts.brand_state import BrandState, Missed, Tracked
from alerts.changes import Occasion, after
from alerts.command import Command
from alerts.commands import COMMANDS, carried_out, severity_risen
from alerts.escalation import armed, begun, due_at, escalated, rung_again
from alerts.incident import Change, ChangeType, Incident
from alerts.lead_time import closing_note, extended, lead_time
from alerts.policy import Policy
from alerts.receivers.wording import lasting
from alerts.redaction import post_in, redacted_evidence, redacted_text, text_mark
from alerts.silences import is_silenced, silence_of
from detectors.verdict import SEVERITIES, Verdict

LATE_S = 600.0
"""A verdict on mentions that lay in Kafka for longer than this is told as late."""

_FAMILY = {"crisis": "crisis", "slow_burn": "crisis", "opportunity": "opportunity", "source_silent": "source-silent"}


class BrandIncidents:
    """All that stage 3 knows of one brand.

    Every method returns the incident after each change, in order; what was heard before changes nothing.

    Parameters
    ----------
    brand, brand_name
        The brand's id and name.
    policy
        Who is told, and when.
    state
        What was stored, or ``None`` for a brand never heard of.
    """

    def __init__(self, brand: str, brand_name: str, policy: Policy, state: BrandState | None = None) -> None:
        self.brand = brand
        self.brand_name = brand_name
        self.policy = policy
        self.state = BrandState() if state is None else state

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """The incidents that are kept, oldest first."""
        return tuple(tracked.incident for tracked in self.state.tracked)

    def due_at(self) -> float | None:
        """Return the wall time at which ``tick`` has something to do, or ``None``."""
        moments = [at for tracked in self.state.tracked if (at := due_at(tracked.incident)) is not None]
        if self.state.silence is not None:
            moments.append(self.state.silence.until)
        return min(moments, default=None)

    # -- verdicts --------------------------------------------------------------------------------------------

    def take_verdict(self, verdict: Verdict, now: float) -> list[Incident]:
        """Take what the watch stage says."""
        if not _new(verdict.id, self.state.verdicts):
            return []
        if verdict.at >= self.state.event_at:
            self.state.event_at, self.state.heard_at = verdict.at, now
        tracked = self._tracked_of(verdict)
        if tracked is not None and verdict.at < tracked.incident.last_event_at:
            return []
        if verdict.phase == "calm":
            return [] if tracked is None else self._calm(tracked, verdict, now)
        if tracked is None:
            return self._open(verdict, now)
        if tracked.incident.status != "resolved":
            return self._grow(tracked, verdict, now)
        return self._after_the_end(tracked, verdict, now)

    def _tracked_of(self, verdict: Verdict) -> Tracked | None:
        """Return the newest incident that the verdict may speak of."""
        family = _FAMILY[verdict.kind]
        for tracked in reversed(self.state.tracked):
            if _FAMILY[tracked.incident.kind] == family and (
                family != "source-silent" or tracked.ring_at == verdict.ring_at
            ):
                return tracked
        return None

    def _open(self, verdict: Verdict, now: float) -> list[Incident]:
        ended = self._good_news_ended(verdict, now)
        late_s = now - verdict.arrived_at if verdict.arrived_at else 0.0
        notes = [f"told late: the mentions had waited for {lasting(late_s)}"] if late_s > LATE_S else []
        if (silence := self._silence(now)) is not None:
            notes.append(f"{silence.by or 'somebody'} has silenced the brand: {silence.reason or 'no reason given'}")
        opened = Incident(
            id=incident_id(self.brand, verdict),
            brand=self.brand,
            brand_name=self.brand_name,
            kind=verdict.kind,
            severity=verdict.severity,
            status="open",
            began_at=verdict.began_at,
            opened_at=verdict.ring_at,
            paged=False,
            **self._peak(verdict),
            severity_reason=verdict.severity_reason,
            changes=(_change("opened", verdict, now, "; ".join(notes)),),
            policy=self.policy.id,
            last_event_at=verdict.at,
            mentions_total=verdict.mentions_total,
            warming_up=verdict.warming_up,
            silenced_until=None if silence is None else silence.until,
            arrived_at=verdict.arrived_at,
        )
        opened = replace(opened, next_due_at=armed(opened, self.policy, now))
        tracked = Tracked(incident=opened, ring_at=verdict.ring_at, curve=((verdict.began_at, 0),))
        self._read(tracked, verdict)
        self.state.tracked.append(tracked)
        self._forget_the_oldest()
        begin = begun(opened, self.policy, _occasion(verdict, now))
        return [*ended, *self._keep(tracked, [opened, *begin]), *self._early(tracked, now)]

    def _good_news_ended(self, verdict: Verdict, now: float) -> list[Incident]:
        if _FAMILY[verdict.kind] != "crisis":
            return []
        ended: list[Incident] = []
        for tracked in self.state.tracked:
            if tracked.incident.kind == "opportunity" and tracked.incident.status != "resolved":
                note = f"it turned: {incident_id(self.brand, verdict)}"
                ended += self._calm(tracked, verdict, now, note)
        return ended

    def _grow(self, tracked: Tracked, verdict: Verdict, now: float) -> list[Incident]:
        self._read(tracked, verdict)
        before = tracked.incident
        fields: dict[str, Any] = {
            "last_event_at": verdict.at,
            "mentions_total": tracked.base + verdict.mentions_total,
            "kind": "crisis" if "crisis" in {before.kind, verdict.kind} else before.kind,
        }
        louder = verdict.seen > before.seen
        fields |= self._peak(verdict) if louder else self._evidence(verdict)
        if _higher(verdict, before):
            change = _change("severity_raised", verdict, now, verdict.severity_reason)
            raised = {
                "severity": verdict.severity, "severity_reason": verdict.severity_reason,
                "reason": self._reason(verdict), "arrived_at": verdict.arrived_at,
            }  # fmt: skip
            return self._keep(tracked, [severity_risen(before, change, self.policy, **(fields | raised))])
        if louder or fields["kind"] != before.kind:
            return self._keep(tracked, [after(before, _change("grown", verdict, now), **fields)])
        tracked.incident = replace(before, **fields)
        return []

    def _after_the_end(self, tracked: Tracked, verdict: Verdict, now: float) -> list[Incident]:
        before = tracked.incident
        same_outbreak = tracked.ringing and verdict.ring_at == tracked.ring_at
        if same_outbreak and not _higher(verdict, before):
            # A person closed it; the outbreak that they know of goes on, and they need not be told.
            tracked.incident = replace(before, last_event_at=verdict.at)
            self._read(tracked, verdict)
            return []
        ended = before.opened_at if before.resolved_at is None else before.resolved_at
        if not same_outbreak and verdict.at - ended > self.policy.cool_down_s:
            return self._open(verdict, now)
        if not same_outbreak:
            tracked.ring_at, tracked.base = verdict.ring_at, before.mentions_total
        tracked.ringing = True
        self._read(tracked, verdict)
        silence = self._silence(now)
        ends = [at for at in (before.silenced_until, silence and silence.until) if at is not None and at > now]
        fields: dict[str, Any] = {
            "status": "open", "resolved_at": None, "lead_time_s": None, "false_alarm": False,
            "acknowledged_by": "", "acknowledged_at": None, "acknowledged_until": None, "step": -1, "repeats": 0,
            "silenced_until": max(ends, default=None), "last_event_at": verdict.at, "arrived_at": verdict.arrived_at,
            "mentions_total": tracked.base + verdict.mentions_total,
            "kind": "crisis" if "crisis" in {before.kind, verdict.kind} else before.kind,
        }  # fmt: skip
        fields |= self._peak(verdict) if verdict.seen > before.seen else self._evidence(verdict)
        note = ""
        if _higher(verdict, before):
            fields |= {"severity": verdict.severity, "severity_reason": verdict.severity_reason}
            note = verdict.severity_reason
        back = after(before, _change("reopened", verdict, now, note), **fields)
        back = replace(back, next_due_at=armed(back, self.policy, now))
        return self._keep(tracked, [back, *begun(back, self.policy, _occasion(verdict, now))])

    def _calm(self, tracked: Tracked, verdict: Verdict, now: float, note: str = "") -> list[Incident]:
        tracked.ringing = False
        if tracked.incident.status == "resolved":
            return []
        if not note:
            self._read(tracked, verdict)
            total = max(tracked.incident.mentions_total, tracked.base + verdict.mentions_total)
            tracked.incident = replace(tracked.incident, mentions_total=total, last_event_at=verdict.at)
        change = _change("resolved", verdict, now, note)
        over = after(tracked.incident, change, status="resolved", resolved_at=verdict.at, next_due_at=None)
        return self._keep(tracked, [over])

    # -- commands --------------------------------------------------------------------------------------------

    def take_command(self, command: Command, now: float) -> list[Incident]:
        """Take what a person, or the timer, asks for."""
        if command.type == "tick" and command.step is None:
            return self.tick(now, command.id)
        if not _new(command.id, self.state.commands):
            return []
        if command.type == "redact":
            return self._redact(command, now)
        if command.incident:
            tracked = next((t for t in self.state.tracked if t.incident.id == command.incident), None)
            if tracked is not None:
                return self._carry_out(tracked, command, now)
            if command.type in COMMANDS and command.incident.startswith(f"{self.brand}-"):
                # After a crash, an answer to a page can be read before the verdict behind it is read again.
                self.state.early = [*self.state.early, command][-kept.EARLY_KEPT :]
            return []
        return self._of_the_brand(command, now)

    def _carry_out(self, tracked: Tracked, command: Command, now: float) -> list[Incident]:
        before = tracked.incident
        if command.type == "tick":
            return self._out_of_reach(tracked, command, now)
        told = carried_out(before, command, self.policy, now, event_at=self._event_time(now), ringing=tracked.ringing)
        return self._keep(tracked, told)

    def _out_of_reach(self, tracked: Tracked, command: Command, now: float) -> list[Incident]:
        before = tracked.incident
        if before.status != "open" or is_silenced(before, now) or command.step != before.step:
            return []
        occasion = Occasion(at=now, cause=command.id, via="timer")
        told = escalated(before, self.policy, occasion, command.note)
        if told is None:
            told = after(before, Change(type="note", at=now, cause=command.id, via="timer", note=command.note))
        return self._keep(tracked, [told])

    def _of_the_brand(self, command: Command, now: float) -> list[Incident]:
        if command.type == "missed" and command.event_at is not None:
            entry = Missed(event_at=command.event_at, by=command.by, note=command.note)
            self.state.missed = [*self.state.missed, entry][-kept.MISSED_KEPT :]
        elif command.type == "revoke_missed":
            self.state.missed = [missed for missed in self.state.missed if missed.event_at != command.event_at]
        elif command.type in {"silence", "unsilence"}:
            self.state.silence = silence_of(command, now) if command.type == "silence" else None
            live = [tracked for tracked in self.state.tracked if tracked.incident.status != "resolved"]
            return [told for tracked in live for told in self._carry_out(tracked, command, now)]
        return []

    def _redact(self, command: Command, now: float) -> list[Incident]:
        posts = [post for t in self.state.tracked if (post := post_in(t.incident.evidence, command.post)) is not None]
        mark = text_mark(posts[0].content) if posts else self.state.taken_down.get(command.post, "")
        entries = [*self.state.taken_down.items(), (command.post, mark)][-kept.TAKEN_DOWN_KEPT :]
        self.state.taken_down = dict(entries)
        told: list[Incident] = []
        for tracked in self.state.tracked:
            before = tracked.incident
            evidence = redacted_evidence(before.evidence, self.state.taken_down)
            reason = redacted_text(before.reason, *(post.content for post in posts))
            if evidence is before.evidence and reason == before.reason:
                continue
            change = Change(type="redacted", at=now, cause=command.id, via=command.via, note=command.post)
            told += self._keep(tracked, [after(before, change, evidence=evidence, reason=reason)])
        return told

    def _early(self, tracked: Tracked, now: float) -> list[Incident]:
        mine = [command for command in self.state.early if command.incident == tracked.incident.id]
        self.state.early = [command for command in self.state.early if command.incident != tracked.incident.id]
        return [told for command in mine for told in self._carry_out(tracked, command, now)]

    # -- time ------------------------------------------------------------------------------------------------

    def tick(self, now: float, cause: str = "") -> list[Incident]:
        """Do what is due: escalate, end acknowledgements and silences."""
        if self.state.silence is not None and self.state.silence.until <= now:
            self.state.silence = None
        told: list[Incident] = []
        for tracked in self.state.tracked:
            told += self._keep(tracked, self._due(tracked.incident, Occasion(at=now, cause=cause, via="timer")))
        return told

    def _due(self, incident: Incident, occasion: Occasion) -> list[Incident]:
        now = occasion.at
        if (due := due_at(incident)) is None or due > now:
            return []
        told: list[Incident] = []
        again = False
        if incident.silenced_until is not None and incident.silenced_until <= now:
            change = Change(type="unsilenced", at=now, cause=occasion.cause, via="timer", note="the silence ran out")
            told.append(incident := after(incident, change, silenced_until=None))
            again = True
        if incident.status == "acknowledged" and (incident.acknowledged_until or now + 1) <= now:
            note = f"{incident.acknowledged_by} had it"
            change = Change(type="acknowledgement_expired", at=now, cause=occasion.cause, via="timer", note=note)
            fields = {"acknowledged_by": "", "acknowledged_at": None, "acknowledged_until": None}
            told.append(incident := after(incident, change, status="open", **fields))
            again = True
        if again:
            told += rung_again(incident, self.policy, occasion)
        elif incident.next_due_at is not None and incident.next_due_at <= now:
            step = escalated(incident, self.policy, occasion)
            told += [] if step is None else [step]
        # The next step may wait for nothing.
        return [*told, *self._due(told[-1], occasion)] if told else []

    # -- small parts -----------------------------------------------------------------------------------------

    def _keep(self, tracked: Tracked, told: list[Incident]) -> list[Incident]:
        """Keep the newest, with the lead time where it is over."""
        if told and told[-1].status == "resolved" and told[-1].lead_time_s is None:
            told = [*told[:-1], self._closed(tracked, told[-1])]
        if told:
            tracked.incident = told[-1]
        return told

    def _closed(self, tracked: Tracked, over: Incident) -> Incident:
        worth = lead_time(tracked.curve, over.opened_at)
        if worth is None:
            return replace(over, lead_time_s=float(over.peak_bin - over.opened_at))
        if over.change.type != "resolved" or over.change.by != "tocsin" or over.change.note:
            return replace(over, lead_time_s=worth.lead_time_s)
        change = replace(over.change, note=closing_note(worth, lasting))
        return replace(over, lead_time_s=worth.lead_time_s, changes=(*over.changes[:-1], change))

    def _read(self, tracked: Tracked, verdict: Verdict) -> None:
        tracked.curve = extended(tracked.curve, verdict.at, tracked.base + verdict.mentions_total)

    def _peak(self, verdict: Verdict) -> dict[str, Any]:
        fields = ("seen", "expected", "negative_share", "expected_negative_share", "peak_bin", "peak_s")
        peak = {field: getattr(verdict, field) for field in fields}
        return peak | {"reason": self._reason(verdict)} | self._evidence(verdict)

    def _evidence(self, verdict: Verdict) -> dict[str, Any]:
        return {"evidence": redacted_evidence(verdict.evidence, self.state.taken_down)}

    def _reason(self, verdict: Verdict) -> str:
        taken_down = [post.content for post in verdict.evidence.posts if post.id in self.state.taken_down]
        return redacted_text(verdict.reason, *taken_down)

    def _silence(self, now: float) -> Any:
        return self.state.silence if self.state.silence is not None and self.state.silence.until > now else None

    def _event_time(self, now: float) -> int:
        return self.state.event_at + max(0, int(now - self.state.heard_at))

    def _forget_the_oldest(self) -> None:
        tracked = self.state.tracked
        while len(tracked) > kept.INCIDENTS_KEPT:
            over = next((t for t in tracked if t.incident.status == "resolved"), tracked[0])
            tracked.remove(over)


def incident_id(brand: str, verdict: Verdict) -> str:
    """Return the identity of the incident that a verdict opens: readable, and the same in every replay.

    The brand, when it rang, and the kind where that is neither ``crisis`` nor ``slow_burn``.
    """
    rang = datetime.fromtimestamp(verdict.ring_at, UTC)
    family = _FAMILY[verdict.kind]
    return f"{brand}-{rang:%Y%m%dT%H%M%SZ}{'' if family == 'crisis' else '-' + family}"


def _new(cause: str, heard: list[str]) -> bool:
    if cause in heard:
        return False
    heard.append(cause)
    del heard[: -kept.CAUSES_KEPT]
    return True


def _change(kind: ChangeType, verdict: Verdict, now: float, note: str = "") -> Change:
    return Change(type=kind, at=now, event_at=verdict.at, cause=verdict.id, note=note)


def _occasion(verdict: Verdict, now: float) -> Occasion:
    return Occasion(at=now, cause=verdict.id)


def _higher(verdict: Verdict, incident: Incident) -> bool:
    return SEVERITIES.index(verdict.severity) > SEVERITIES.index(incident.severity)
