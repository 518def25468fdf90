"""What a verdict says, as the fields of an incident and the changes of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from alerts.incidents.audit_trail import append_change
from alerts.incidents.commands import severity_risen
from alerts.incidents.escalation import next_due
from alerts.incidents.incident import Change, ChangeType, Incident
from alerts.incidents.policy import Policy
from alerts.incidents.redaction import redacted_evidence
from alerts.incidents.sentence import with_sentence
from alerts.incidents.silence import Silence
from alerts.wording.numbers import lasting
from alerts.wording.reason import cited
from alerts.wording.severity import why_so_bad
from detectors.verdict import SEVERITIES, Verdict

LATE_S = 600.0
"""A verdict on mentions that waited in Kafka for longer than this is reported as late."""

FAMILY = {"crisis": "crisis", "slow_burn": "crisis", "opportunity": "opportunity", "source_silent": "source-silent"}
"""Kinds of one family are one incident, which rises from ``slow_burn`` to ``crisis`` and never back."""

_PEAK = ("seen", "expected", "negative_share", "expected_negative_share", "peak_bin", "peak_s")


def incident_id(brand: str, verdict: Verdict) -> str:
    """Return the identity of the incident that a verdict opens: readable, and the same in every replay.

    The brand, when it fired, and the kind where that is neither ``crisis`` nor ``slow_burn``.
    """
    fired = datetime.fromtimestamp(verdict.fired_at, UTC)
    family = FAMILY[verdict.kind]
    return f"{brand}-{fired:%Y%m%dT%H%M%SZ}{'' if family == 'crisis' else '-' + family}"


def is_worse(verdict: Verdict, incident: Incident) -> bool:
    """Whether a verdict is graded higher than the incident ever was."""
    return SEVERITIES.index(verdict.severity) > SEVERITIES.index(incident.severity)


def change_of(kind: ChangeType, verdict: Verdict, now: float, note: str = "") -> Change:
    """Return the change that a verdict is the cause of."""
    return Change(type=kind, at=now, event_at=verdict.at, cause=verdict.id, note=note)


def opened(
    verdict: Verdict,
    redacted_posts: Mapping[str, str],
    policy: Policy,
    now: float,
    *,
    name: str,
    silence: Silence | None,
) -> Incident:
    """Return the incident that a verdict opens, silenced where the brand is."""
    late_s = now - verdict.arrived_at if verdict.arrived_at else 0.0
    notes = [f"reported late: the mentions had waited for {lasting(late_s)}"] if late_s > LATE_S else []
    if silence is not None:
        notes.append(f"{silence.by or 'somebody'} has silenced the brand: {silence.reason or 'no reason given'}")
    incident = Incident(
        id=incident_id(verdict.brand, verdict),
        brand=verdict.brand,
        brand_name=name,
        kind=verdict.kind,
        severity=verdict.severity,
        status="open",
        began_at=verdict.began_at,
        opened_at=verdict.fired_at,
        paged=False,
        **_peak(verdict, redacted_posts),
        severity_reason=_why_so_bad(verdict),
        silent_sources=verdict.silent_sources,
        changes=(replace(change_of("opened", verdict, now, "; ".join(notes)), severity=verdict.severity),),
        policy=policy.id,
        last_event_at=verdict.at,
        mentions_total=verdict.mentions_total,
        warming_up=verdict.warming_up,
        moved=verdict.moved,
        silenced_until=None if silence is None else silence.until,
        arrived_at=verdict.arrived_at,
    )
    return _with_verdict(replace(incident, next_due_at=next_due(incident, policy, now)), verdict)


def followed(
    before: Incident, verdict: Verdict, redacted_posts: Mapping[str, str], policy: Policy, now: float, *, total: int
) -> Incident:
    """Return a live incident after one more verdict; a new version means that there is something to send.

    ``total`` is the mentions of all its outbreaks so far.
    """
    fields = _news(before, verdict, redacted_posts, total)
    if is_worse(verdict, before):
        fields |= {
            "severity": verdict.severity,
            "severity_reason": _why_so_bad(verdict),
            "arrived_at": verdict.arrived_at,
        }
        change = change_of("severity_raised", verdict, now, fields["severity_reason"])
        return _with_verdict(severity_risen(before, change, policy, **fields), verdict)
    is_known = (verdict.not_heard, verdict.late) == (before.not_heard, before.late)
    if verdict.seen > before.seen or fields["kind"] != before.kind or not is_known:
        return _with_verdict(append_change(before, change_of("grown", verdict, now), **fields), verdict)
    return _with_verdict(replace(before, **fields), verdict)


def reopened(
    before: Incident,
    verdict: Verdict,
    redacted_posts: Mapping[str, str],
    policy: Policy,
    now: float,
    *,
    total: int,
    silence: Silence | None,
) -> Incident:
    """Return an incident that came back, to be escalated from the first step."""
    ends: Sequence[float | None] = (before.silenced_until, None if silence is None else silence.until)
    fields = _news(before, verdict, redacted_posts, total) | {
        "status": "open", "resolved_at": None, "lead_time_s": None, "false_alarm": False, "step": -1, "repeats": 0,
        "acknowledged_by": "", "acknowledged_at": None, "acknowledged_until": None, "arrived_at": verdict.arrived_at,
        "silenced_until": max((at for at in ends if at is not None and at > now), default=None),
        "moved": verdict.moved,
    }  # fmt: skip
    note = ""
    if is_worse(verdict, before):
        note = _why_so_bad(verdict)
        fields |= {"severity": verdict.severity, "severity_reason": note}
    back = append_change(before, change_of("reopened", verdict, now, note), **fields)
    return _with_verdict(replace(back, next_due_at=next_due(back, policy, now)), verdict)


def _news(before: Incident, verdict: Verdict, redacted_posts: Mapping[str, str], total: int) -> dict[str, Any]:
    news = {"evidence": redacted_evidence(verdict.evidence, redacted_posts)} | _of_the_sentence(verdict, redacted_posts)
    if verdict.seen > before.seen:
        news |= _peak(verdict, redacted_posts)
    kind = "crisis" if "crisis" in {before.kind, verdict.kind} else before.kind
    return news | {"last_event_at": verdict.at, "mentions_total": total, "kind": kind}


def _peak(verdict: Verdict, redacted_posts: Mapping[str, str]) -> dict[str, Any]:
    peak = {field: getattr(verdict, field) for field in _PEAK}
    return (
        peak
        | _of_the_sentence(verdict, redacted_posts)
        | {"evidence": redacted_evidence(verdict.evidence, redacted_posts)}
    )


def _of_the_sentence(verdict: Verdict, redacted_posts: Mapping[str, str]) -> dict[str, Any]:
    """Return a verdict's figures, its quotable evidence, its holes, what came too late, and an old version's words."""
    left = redacted_evidence(cited(verdict.evidence), redacted_posts)
    return {
        "reason": verdict.reason,
        "counted": verdict.counted,
        "cited": left,
        "not_heard": verdict.not_heard,
        "late": verdict.late,
    }


def _with_verdict(incident: Incident, verdict: Verdict) -> Incident:
    """Return the incident with its sentence; that of a version before stays unless it cites what was taken down."""
    is_worded = verdict.reason and incident.reason == verdict.reason and incident.cited == cited(verdict.evidence)
    return incident if is_worded else with_sentence(incident)


def _why_so_bad(verdict: Verdict) -> str:
    return verdict.severity_reason or why_so_bad(verdict.kind, verdict.worst)
