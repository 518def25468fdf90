"""One outbreak of one brand, as people see it and the topic ``incidents`` keeps it."""

from collections.abc import Iterator
from typing import Any, Literal, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from detectors.assessment import Kind
from detectors.feedback import UNMOVED, Moved
from detectors.late_posts import LatePosts
from detectors.not_heard import NotHeard
from detectors.verdict import REASON_CHARS, Counted, Evidence, Severity, smaller_evidence
from streams.wire.comparison import Comparison

Status = Literal["open", "acknowledged", "resolved"]
ChangeType = Literal[
    "opened", "reopened", "grown", "severity_raised", "acknowledged", "acknowledgement_expired", "unacknowledged",
    "notified", "silenced", "unsilenced", "resolved", "false_alarm", "false_alarm_revoked", "redacted", "note",
    "links_revoked", "compared",
]  # fmt: skip

BY_PEOPLE = frozenset({"link", "slack", "cli"})
"""Ways by which a person changes an incident; by the others the service does it itself."""


class Change(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry of the audit trail: what happened, when, by whom, from where.

    Parameters
    ----------
    at
        Wall time in the worker (event time in a backtest), epoch seconds.
    event_at
        Event time, where the change came of a verdict.
    by
        A person's name or initials; ``tocsin`` where the service did it itself.
    via
        ``link``, ``slack``, ``cli``, ``watch`` or ``timer``.
    link
        Public identity of the signed link used (never its token).
    cause
        Id of the verdict or command behind it; a repeat of the cause changes nothing.
    step
        Escalation step notified, for ``notified``; 0 is the first.
    receivers
        Ids of the receivers of whom that asks, for ``notified``.
    severity
        What it was right after the change: the trail keeps what was at each moment.
    asked
        Type of the person's command behind it, whatever became of it.

    The last three are empty in what versions before wrote.
    """

    type: ChangeType
    at: float
    event_at: int | None = None
    by: str = "tocsin"
    via: str = "watch"
    link: str = ""
    cause: str = ""
    note: str = ""
    step: int | None = None
    until: float | None = None
    receivers: tuple[str, ...] = field(default=(), name="told")
    severity: Severity | None = None
    asked: str = ""


class Incident(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An incident; each record on the topic is the whole of it after one ``change``.

    Times are epoch seconds; ``public_incident`` writes them as RFC 3339 for people and webhooks. Fields of
    the peak bin are named as in ``Verdict``. ``version`` counts the changes, from 1. ``step`` is the escalation
    step notified last in the present round, ``reached_step`` the highest ever notified; -1 is none. ``marked`` says by
    the ids of posts whether an officer called them negative, and ``marks`` how many marks the brand had then.
    ``moved`` is the effect of feedback on the threshold when it fired. ``counted`` are the figures of ``reason``,
    ``cited`` is the evidence that it may quote, as it was then, or ``silent_sources`` the sources; ``not_heard`` are
    the holes, as they are known now, ``late`` the posts of its time that came too late to be counted; ``comparison``
    is how the brand's peers stood, where it has some and that was known already. Earlier versions wrote none of these.
    ``reason`` and ``severity_reason`` are promised to webhooks and readers of the topic: they are words made of the
    others.
    """

    id: str
    brand: str
    brand_name: str
    kind: Kind
    severity: Severity
    status: Status
    began_at: int
    opened_at: int
    paged: bool
    seen: int
    expected: float
    negative_share: float
    expected_negative_share: float
    reason: str
    severity_reason: str = ""
    evidence: Evidence = Evidence()
    resolved_at: int | None = None
    version: int = 1
    changes: tuple[Change, ...] = ()
    policy: str = "default"
    peak_bin: int = 0
    peak_s: int = 0
    last_event_at: int = 0
    mentions_total: int = 0
    warming_up: bool = False
    moved: Moved = UNMOVED
    step: int = -1
    repeats: int = 0
    reached_step: int = -1
    next_due_at: float | None = None
    acknowledged_by: str = ""
    acknowledged_at: float | None = None
    acknowledged_until: float | None = None
    silenced_until: float | None = None
    false_alarm: bool = False
    link_version: int = 1
    arrived_at: float = 0.0
    lead_time_s: float | None = None
    marked: dict[str, bool] = {}
    marks: int = 0
    counted: Counted | None = None
    cited: Evidence | None = None
    not_heard: tuple[NotHeard, ...] = ()
    silent_sources: tuple[str, ...] = ()
    late: tuple[LatePosts, ...] = ()
    comparison: Comparison | None = None

    @property
    def change(self) -> Change:
        """The newest change."""
        return self.changes[-1]


class Versioned(Protocol):
    """Whatever is a version of an incident, or its head alone."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def version(self) -> int: ...  # noqa: D102


def record_key(incident: Versioned) -> bytes:
    """Return the key of an incident's record: each version has its own, so that it can be rewritten with less.

    Examples
    --------
    >>> MARK_KEY.startswith(b"@")
    True
    """
    return f"{incident.id}/{incident.version}".encode()


MARK_KEY = b"@written"
"""Key of a record that is none: Kafka closes a segment only when something is written, and cleans no open one."""


def is_record(key: bytes | None, value: bytes | None) -> bool:
    """Tell whether a record of ``incidents`` is an incident; earlier versions wrote the brand as its key."""
    return value is not None and not (key or b"").startswith(b"@")


def without_evidence(incident: Incident, **fields: Any) -> Incident:
    """Return an incident without its posts and whatever else strangers wrote that stands apart from its sentence.

    Parameters
    ----------
    fields
        Others to be changed with it.
    """
    return replace(incident, **{"evidence": Evidence(), "cited": None, **fields})


NOTE_CHARS = 300


def smaller_incidents(incident: Incident) -> Iterator[Incident]:
    """Yield an incident that says less and less, the last of a bounded size: for a record that is too large.

    First posts go, then the other evidence, then the ends of long notes and sentences.
    """
    for evidence in smaller_evidence(incident.evidence):
        yield replace(incident, evidence=evidence)
    cut = tuple(
        replace(change, note=change.note[:NOTE_CHARS], by=change.by[:NOTE_CHARS]) for change in incident.changes
    )
    short = {name: getattr(incident, name)[:REASON_CHARS] for name in ("reason", "severity_reason", "acknowledged_by")}
    bare = Evidence(unscored_share=incident.evidence.unscored_share)
    yield without_evidence(incident, evidence=bare, changes=cut, marked={}, **short)
