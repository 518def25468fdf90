"""Incidents of one brand: verdicts and commands in, changes out. Pure: the wall time is passed in.

What one incident is: one outbreak. ``crisis`` and ``slow_burn`` are one family, an incident of which rises from the
latter to the former and never back. Good news (``opportunity``) that turns into a crisis is closed, and the
crisis is an incident of its own: nobody was woken for the one, and everybody is to be for the other. A silent
source has an incident for each time that it fell silent. A relapse within the cool-down re-opens the incident.
"""

import math
from collections.abc import Callable, Collection

from msgspec.structs import replace

from alerts.incidents import incident_state as kept
from alerts.incidents.audit_trail import Trigger, append_change
from alerts.incidents.command import Command
from alerts.incidents.commands import COMMANDS, carried_out
from alerts.incidents.comparing import taken
from alerts.incidents.corrections import forget, remembered
from alerts.incidents.escalation import due_at, escalated, expire, start
from alerts.incidents.from_verdict import FAMILY, change_of, followed, incident_id, is_worse, opened, reopened
from alerts.incidents.incident import Change, Incident
from alerts.incidents.incident_state import BrandState, IncidentState, Missed
from alerts.incidents.lead_time import closed, extended
from alerts.incidents.policy import Policy
from alerts.incidents.redaction import (
    Gone,
    last_verdict_at,
    links_of,
    post_in,
    redacted,
    sources_of,
    text_mark,
    without_strangers,
)
from alerts.incidents.silence import Silence, is_silenced, silence_of
from detectors.late_posts import added, larger
from detectors.verdict import Verdict
from streams.ingest.post_key import post_key


class BrandIncidents:
    """All that stage 3 knows of one brand.

    Every method returns the incident after each change, in order; an event that was received before changes nothing.

    Parameters
    ----------
    brand, brand_name
        The brand's id and name.
    policy
        Whom to notify, and when.
    state
        The stored state, or ``None`` for an unknown brand.
    keep_s
        How long what single people wrote is kept in an incident, since the watch stage last spoke of it, by what the
        posts state as their sources.
    """

    def __init__(
        self,
        brand: str,
        brand_name: str,
        policy: Policy,
        state: BrandState | None = None,
        *,
        keep_s: Callable[[Collection[str]], float] = lambda _: math.inf,
    ) -> None:
        self._keep_s = keep_s
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
        moments += [at for t in self.state.tracked if (at := self._bare_at(t.incident)) is not None]
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
            return self._follow(tracked, verdict, now)
        return self._after_the_end(tracked, verdict, now)

    def _tracked_of(self, verdict: Verdict) -> IncidentState | None:
        """Return the newest incident that the verdict may speak of."""
        family = FAMILY[verdict.kind]
        for tracked in reversed(self.state.tracked):
            if FAMILY[tracked.incident.kind] == family and (
                family != "source-silent" or tracked.fired_at == verdict.fired_at
            ):
                return tracked
        return None

    def _open(self, verdict: Verdict, now: float) -> list[Incident]:
        ended = self._good_news_ended(verdict, now)
        silence = self._silence(now)
        fired = opened(verdict, self.state.redacted_posts, self.policy, now, name=self.brand_name, silence=silence)
        tracked = IncidentState(incident=fired, fired_at=verdict.fired_at, curve=((verdict.began_at, 0),))
        self._read(tracked, verdict)
        self.state.tracked.append(tracked)
        self._forget_the_oldest()
        versions = self._keep(tracked, [fired, *start(fired, self.policy, Trigger(at=now, cause=verdict.id))])
        return [*ended, *versions, *self._early(tracked, now)]

    def _good_news_ended(self, verdict: Verdict, now: float) -> list[Incident]:
        if FAMILY[verdict.kind] != "crisis":
            return []
        ended: list[Incident] = []
        for tracked in self.state.tracked:
            if tracked.incident.kind == "opportunity" and tracked.incident.status != "resolved":
                note = f"it turned: {incident_id(self.brand, verdict)}"
                ended += self._calm(tracked, verdict, now, note)
        return ended

    def _follow(self, tracked: IncidentState, verdict: Verdict, now: float) -> list[Incident]:
        total, verdict = self._read(tracked, verdict), _with_late(tracked, verdict)
        before = tracked.incident
        tracked.incident = followed(before, verdict, self.state.redacted_posts, self.policy, now, total=total)
        return [tracked.incident] if tracked.incident.version > before.version else []

    def _after_the_end(self, tracked: IncidentState, verdict: Verdict, now: float) -> list[Incident]:
        before = tracked.incident
        same_outbreak = tracked.ringing and verdict.fired_at == tracked.fired_at
        if same_outbreak and not is_worse(verdict, before):
            # A person closed it; the outbreak that they know of goes on, and they need not be told.
            tracked.incident = replace(before, last_event_at=verdict.at)
            self._read(tracked, verdict)
            return []
        if not same_outbreak:
            ended_at = before.opened_at if before.resolved_at is None else before.resolved_at
            if verdict.at - ended_at > self.policy.cool_down_s:
                return self._open(verdict, now)
            tracked.fired_at, tracked.base, tracked.ringing = verdict.fired_at, before.mentions_total, True
            tracked.late = before.late
        total, silence = self._read(tracked, verdict), self._silence(now)
        verdict = _with_late(tracked, verdict)
        back = reopened(before, verdict, self.state.redacted_posts, self.policy, now, total=total, silence=silence)
        return self._keep(tracked, [back, *start(back, self.policy, Trigger(at=now, cause=verdict.id))])

    def _calm(self, tracked: IncidentState, verdict: Verdict, now: float, note: str = "") -> list[Incident]:
        tracked.ringing = False
        if tracked.incident.status == "resolved":
            return []
        if not note:
            total = max(tracked.incident.mentions_total, self._read(tracked, verdict))
            tracked.incident = replace(
                tracked.incident,
                mentions_total=total,
                last_event_at=verdict.at,
                not_heard=verdict.not_heard,
                late=_with_late(tracked, verdict).late,
            )
        change = change_of("resolved", verdict, now, note)
        over = append_change(tracked.incident, change, status="resolved", resolved_at=verdict.at, next_due_at=None)
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

    def _carry_out(self, tracked: IncidentState, command: Command, now: float) -> list[Incident]:
        before = tracked.incident
        if command.type == "tick":
            return self._out_of_reach(tracked, command, now)
        if command.type == "compare":
            return self._keep(tracked, taken(before, command, now))
        ringing = tracked.ringing and self._is_newest(tracked)
        changed = carried_out(before, command, self.policy, now, event_at=self._event_time(now), ringing=ringing)
        return self._keep(tracked, remembered(self.state, command, before, changed))

    def _out_of_reach(self, tracked: IncidentState, command: Command, now: float) -> list[Incident]:
        """Tell the next step in place of a receiver that cannot be reached; where that is not due, note it."""
        before = tracked.incident
        trigger = Trigger(at=now, cause=command.id, via="timer")
        is_due = before.status == "open" and not is_silenced(before, now) and command.step == before.step
        after = escalated(before, self.policy, trigger, command.note) if is_due else None
        if after is None:
            after = append_change(before, Change(type="note", at=now, cause=command.id, via="timer", note=command.note))
        return self._keep(tracked, [after])

    def _of_the_brand(self, command: Command, now: float) -> list[Incident]:
        if command.type == "missed" and command.event_at is not None:
            entry = Missed(event_at=command.event_at, by=command.by, note=command.note)
            self.state.missed = [*self.state.missed, entry][-kept.MISSED_KEPT :]
        elif command.type == "revoke_missed":
            self.state.missed = [missed for missed in self.state.missed if missed.event_at != command.event_at]
        elif command.type in {"silence", "unsilence"}:
            self.state.silence = silence_of(command, now) if command.type == "silence" else None
            live = [tracked for tracked in self.state.tracked if tracked.incident.status != "resolved"]
            return [version for tracked in live for version in self._carry_out(tracked, command, now)]
        return []

    def _redact(self, command: Command, now: float) -> list[Incident]:
        ids = [post for post in (command.post, *command.posts) if post]
        shown = [p for t in self.state.tracked for id_ in ids if (p := post_in(t.incident.evidence, id_)) is not None]
        marks = {post_key(id_): self.state.redacted_posts.get(post_key(id_), "") for id_ in ids}
        marks |= {post_key(post.id): text_mark(post.content) for post in shown}
        self.state.redacted_posts = dict(
            [*self.state.redacted_posts.items(), *marks.items()][-kept.REDACTED_POSTS_KEPT :]
        )
        for id_ in ids:
            forget(self.state, id_)
        gone = Gone(
            redacted_posts=self.state.redacted_posts | marks | {mark: mark for mark in command.texts},
            names=frozenset(command.names),
            addresses=frozenset(link for post in shown for link in (*links_of(post.id), *links_of(post.url))),
        )
        versions: list[Incident] = []
        for tracked in self.state.tracked:
            mine = [id_ for id_ in ids if post_in(tracked.incident.evidence, id_) is not None]
            note = post_key(mine[0]) if mine else ""
            change = Change(type="redacted", at=now, cause=command.id, via=command.via, note=note)
            bare = redacted(tracked.incident, gone, change)
            versions += self._keep(tracked, [] if bare is None else [bare])
        return versions

    def _early(self, tracked: IncidentState, now: float) -> list[Incident]:
        mine = [command for command in self.state.early if command.incident == tracked.incident.id]
        self.state.early = [command for command in self.state.early if command.incident != tracked.incident.id]
        return [version for command in mine for version in self._carry_out(tracked, command, now)]

    # -- time ------------------------------------------------------------------------------------------------

    def tick(self, now: float, cause: str = "") -> list[Incident]:
        """Do what is due: escalate, end acknowledgements and silences."""
        if self.state.silence is not None and self.state.silence.until <= now:
            self.state.silence = None
        versions: list[Incident] = []
        for tracked in self.state.tracked:
            changed = expire(tracked.incident, self.policy, Trigger(at=now, cause=cause, via="timer"))
            versions += self._keep(tracked, changed)
            if not changed and (due := tracked.incident.next_due_at) is not None and due <= now:
                # The policy lost the step that was due.
                tracked.incident = replace(tracked.incident, next_due_at=None)
            if (bare_at := self._bare_at(tracked.incident)) is not None and bare_at <= now:
                change = Change(type="redacted", at=now, cause=cause, via="timer")
                versions += self._keep(tracked, [append_change(without_strangers(tracked.incident), change)])
        return versions

    def _bare_at(self, incident: Incident) -> float | None:
        """Return when what single people wrote is to go out of an incident; ``None`` where it holds nothing of it."""
        keep_s = self._keep_s(sources_of(incident))
        if math.isinf(keep_s) or without_strangers(incident) is incident:
            return None
        state = self.state
        spoken_of_at = state.heard_at - max(0, state.event_at - incident.last_event_at)
        return max(last_verdict_at(incident), spoken_of_at) + keep_s

    # -- small parts -----------------------------------------------------------------------------------------

    def _keep(self, tracked: IncidentState, versions: list[Incident]) -> list[Incident]:
        """Keep the newest, with the lead time where it is over."""
        if versions and versions[-1].status == "resolved" and versions[-1].lead_time_s is None:
            versions = [*versions[:-1], closed(versions[-1], tracked.curve)]
        if versions:
            tracked.incident = versions[-1]
        return versions

    def _read(self, tracked: IncidentState, verdict: Verdict) -> int:
        """Take a reading for the lead time, and return the mentions of all the incident's outbreaks."""
        total = tracked.base + verdict.mentions_total
        tracked.curve = extended(tracked.curve, verdict.at, total)
        return total

    def _is_newest(self, tracked: IncidentState) -> bool:
        """Whether the next event belongs to this incident, and not to one that opened since.

        Sources fall silent each by itself.
        """
        family = FAMILY[tracked.incident.kind]
        same = [t for t in self.state.tracked if FAMILY[t.incident.kind] == family]
        return family == "source-silent" or same[-1] is tracked

    def _silence(self, now: float) -> Silence | None:
        return self.state.silence if self.state.silence is not None and self.state.silence.until > now else None

    def _event_time(self, now: float) -> int:
        return self.state.event_at + max(0, int(now - self.state.heard_at))

    def _forget_the_oldest(self) -> None:
        tracked = self.state.tracked
        while len(tracked) > kept.INCIDENTS_KEPT:
            over = next((t for t in tracked if t.incident.status == "resolved"), tracked[0])
            tracked.remove(over)


def _with_late(tracked: IncidentState, verdict: Verdict) -> Verdict:
    """Return a verdict with what came too late in all the incident's outbreaks; never less than is shown."""
    return replace(verdict, late=larger(added(tracked.late, verdict.late), tracked.incident.late))


def _new(cause: str, known: list[str]) -> bool:
    if cause in known:
        return False
    known.append(cause)
    del known[: -kept.CAUSES_KEPT]
    return True
