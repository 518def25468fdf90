"""What the watch stage says of a brand, and the evidence for it."""

import hashlib
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from detectors.assessment import Kind
from detectors.feedback import UNMOVED, Moved
from detectors.late_posts import LatePosts
from detectors.not_heard import NotHeard
from detectors.post import Post

Severity = Literal["info", "warning", "error", "critical"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error", "critical")
Phase = Literal["ringing", "calm"]


class Term(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A phrase, hashtag, author, link or source that is over-represented in the outbreak.

    ``share`` is its share of the outbreak's sampled posts, ``ordinary_share`` that of the brand's ordinary
    talk, both 0 to 1; ``weight`` the log-odds z-score that ranks it. ``posts`` are the ids of the posts that it is of,
    where it is gone with them: of an author always, of what many may say where those are few.
    """

    text: str
    share: float
    ordinary_share: float = 0.0
    weight: float = 0.0
    posts: tuple[str, ...] = ()


class Concentration(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How much of the outbreak hangs on one author, one source or one text; shares from 0 to 1.

    ``loudest_author_posts`` and ``repeated_text_posts`` are the ids of the posts with which name and text are gone.
    """

    authors: int = field(default=0, name="voices")
    texts: int = 0
    mentions: int = 0
    loudest_author: str = ""
    loudest_author_share: float = 0.0
    loudest_author_posts: tuple[str, ...] = ()
    loudest_source: str = ""
    loudest_source_share: float = 0.0
    repeated_text: str = ""
    repeated_text_share: float = 0.0
    repeated_text_posts: tuple[str, ...] = ()
    rings_without_loudest_author: bool = True
    rings_without_loudest_source: bool = True
    rings_without_repeated_text: bool = True


class Point(Struct, frozen=True, array_like=True):
    """One point of the chart: ``start`` (epoch seconds), its length, mentions and negatives seen, the expected band.

    The last may be shorter than the others: it is not over yet, and all of it is of the time that has passed so far.
    """

    start: int
    span_s: int
    seen: int
    negatives: int
    expected: float
    upper: float


class Evidence(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why: what is over-represented against the brand's own ordinary talk, how concentrated, and the posts.

    ``all_sources`` are what the posts state as their source that any of it is of.
    """

    phrases: tuple[Term, ...] = ()
    hashtags: tuple[Term, ...] = ()
    authors: tuple[Term, ...] = ()
    links: tuple[Term, ...] = ()
    sources: tuple[Term, ...] = ()
    concentration: Concentration = Concentration()
    amplifiers: tuple[Term, ...] = ()
    posts: tuple[Post, ...] = ()
    all_sources: tuple[str, ...] = ()
    unscored_share: float = 0.0
    accelerating: bool | None = None
    chart: tuple[Point, ...] = ()


def smaller_evidence(evidence: Evidence) -> Iterator[Evidence]:
    """Yield the evidence with less and less in it: without posts, with the chart alone, with nothing."""
    yield replace(evidence, posts=())
    yield Evidence(chart=evidence.chart, unscored_share=evidence.unscored_share)
    yield Evidence(unscored_share=evidence.unscored_share)


class Counted(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The figures of an outbreak: counted in ``span_s`` seconds up to ``at``, and expected.

    Those of an outbreak's run, since it began, in authors. Where ``negatives`` is not said, a version before has
    counted mentions, mostly of the last hour.

    Parameters
    ----------
    seen, expected
        Authors who were counted, and those who would be on ordinary days.
    negatives, expected_negatives
        Of them the negative ones.
    negative_share, expected_negative_share
        Share of those that could be scored, 0 to 1.
    unscored_share
        Share of ``seen`` that could not be scored, 0 to 1.
    at
        Epoch seconds.
    mixed
        Much talk that is no revolt, and no good news either: more of it is negative than its size explains.
    of_harm
        The negative authors are those who report harm to the brand, or ask others to act against it.
    harms
        The words by which they do, the commonest first, from the head's own list.
    """

    seen: int
    span_s: int
    expected: float
    negative_share: float
    expected_negative_share: float
    at: int
    negatives: int | None = None
    expected_negatives: float = 0.0
    unscored_share: float = 0.0
    mixed: bool = False
    of_harm: bool = False
    harms: tuple[str, ...] = ()


ORDINARY_AT_LEAST = 0.5
"""Negative authors an hour taken as ordinary at least: eight people are not “800 times” a tiny brand's history."""


class Size(Struct, frozen=True, kw_only=True):
    """An outbreak's size in its worst hour so far: negative authors observed and expected.

    While the outbreak is younger than an hour, these are its authors so far, with ``hours`` less than 1. ``of_harm``:
    negative are those who report harm, or ask for it.
    """

    negatives: float
    expected_negatives: float
    hours: float = 1.0
    accelerating: bool | None = None
    of_harm: bool = False

    @property
    def excess(self) -> float:
        """Negative authors above those expected, never below 0."""
        return max(0.0, self.negatives - self.expected_negatives)

    @property
    def times(self) -> float:
        """How many times the ordinary."""
        return self.negatives / max(self.expected_negatives, ORDINARY_AT_LEAST * self.hours, 1e-9)


class Verdict(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the watch stage says of one brand at one moment of event time.

    A repeat has the same ``id``: it is derived from brand, moment, kind and phase, so that replaying a
    flush says nothing new. Times are seconds since the epoch (UTC).

    Parameters
    ----------
    fired_at
        Event time at which this outbreak first fired; the same in all verdicts of one outbreak.
    at
        Event time of this verdict: the watermark that made it possible.
    bin
        Start of the bin it speaks of.
    peak_bin
        Start of the loudest bin of the outbreak so far; ``seen`` … ``expected_negative_share`` are of it.
    peak_s
        Seconds of that bin that the counts cover: all of it, or the part that had passed; 0 where unknown.
    arrived_at
        Wall time at which the last mention behind it entered Kafka, seconds; 0 where unknown.
    moved
        By how much people had moved the threshold.
    counted
        Its figures; absent in verdicts of earlier versions.
    not_heard
        Holes of all sources from an hour before it began; the newest few.
    late
        Posts of its time that came too late to be counted, in none of its figures; by source, most posts first.
    worst
        What its severity is by, where it is graded by its size.
    silent_sources
        Names of the sources that fell silent together, of that kind.
    reason, severity_reason
        In words, as versions before told it. They need ``reason`` in the record, so it stays, and is empty: words are
        made of the figures (``alerts.wording``).
    """

    id: str
    brand: str
    kind: Kind
    phase: Phase
    severity: Severity
    fired_at: int = field(name="ring_at")
    at: int
    bin: int
    began_at: int
    peak_bin: int
    seen: int
    expected: float
    negative_share: float
    expected_negative_share: float
    score: float
    threshold: float
    reason: str
    severity_reason: str = ""
    peak_s: int = 0
    evidence: Evidence = Evidence()
    warming_up: bool = False
    arrived_at: float = 0.0
    mentions_total: int = 0
    moved: Moved = UNMOVED
    counted: Counted | None = None
    not_heard: tuple[NotHeard, ...] = ()
    worst: Size | None = None
    silent_sources: tuple[str, ...] = ()
    late: tuple[LatePosts, ...] = ()


REASON_CHARS = 2_000


def smaller_verdicts(verdict: Verdict) -> Iterator[Verdict]:
    """Yield a verdict that says less and less, the last of a bounded size: for a record that is too large."""
    for evidence in smaller_evidence(verdict.evidence):
        yield replace(verdict, evidence=evidence)
    short = {name: getattr(verdict, name)[:REASON_CHARS] for name in ("reason", "severity_reason")}
    yield replace(verdict, evidence=Evidence(unscored_share=verdict.evidence.unscored_share), **short)


def verdict_id(brand: str, at: int, kind: Kind, phase: Phase) -> str:
    """Return the identity of a verdict: the same for the same moment of the same brand.

    Examples
    --------
    >>> verdict_id("northside", 1310479200, "crisis", "ringing")
    'v-5014caba1b79'
    """
    digest = hashlib.sha256(f"{brand}\x1f{at}\x1f{kind}\x1f{phase}".encode()).hexdigest()
    return f"v-{digest[:12]}"
