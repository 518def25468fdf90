"""An outbreak under way: when it began, how large it got, what was last told of it, and its posts."""

from collections.abc import Collection, Sequence
from zlib import crc32

from msgspec import Struct, field
from msgspec.structs import replace

from detectors.assessment import Assessment, Driver, Kind
from detectors.decision.calm import CALM_S, Calm, Own, is_surely_calm, own_run
from detectors.explanation.explanation import accelerating
from detectors.explanation.severity import severity
from detectors.not_heard import NotHeard
from detectors.observation import Observation
from detectors.post import Post
from detectors.verdict import SEVERITIES, Severity, Size
from streams.watch.late_counts import Tallies
from streams.watch.recent import Window
from streams.watch.run_tally import RunTally, tally_of

DAY_S, HOUR_S = 86_400, 3_600
"""No outbreak goes on for longer after its last post: whatever ordinary may be, nobody is speaking any more."""
POSTS_KEPT = 80
"""Posts of an outbreak that are kept for its explanation: enough for steady shares, small enough for the state."""


class Peak(Struct):
    """The loudest bin so far (part of a bin until the first one is complete)."""

    start: int
    elapsed_s: int = 0
    seen: int = 0
    expected: float = 0.0
    negative_share: float = 0.0
    expected_share: float = 0.0


class Outbreak(Struct):
    """What the watch remembers of an outbreak while it lasts.

    ``mentions_total`` are the mentions of its bins before ``counted_until``, which are closed: none comes to them any
    more; ``published_total`` is what they were when it was last told, ``published_not_heard`` what was not heard then.
    ``tally`` counts the authors since it began; there is none of an outbreak that a version before stored. ``late`` are
    the mentions of its time that came too late to be counted, by source. Where ``driver`` is harm, negative are those
    who report harm, or ask for it, and ``harmful_hour`` holds of the bins of the last hour the start, how many did, and
    how many were due.
    """

    kind: Kind
    fired_at: int = field(name="ring_at")
    began_at: int
    last_fired_at: int = field(name="last_rang_at")
    peak: Peak
    worst: Size
    posts: list[Post] = []
    mentions_total: int = 0
    counted_until: int = 0
    published_at: int = field(default=0, name="told_at")
    published_seen: int = field(default=0, name="told_seen")
    severity: Severity = "info"
    own: Own = Own(0.0, 0.0, 0.0, is_negative=True)
    calm: Calm = Calm(0.0, 0.0)
    last_heard_at: int = 0
    tally: RunTally | None = None
    published_total: int = field(default=-1, name="told_total")
    published_not_heard: tuple[NotHeard, ...] = ()
    late: Tallies = {}
    driver: Driver = "feeling"
    harmful_hour: list[tuple[int, float, float]] = []

    @property
    def is_negative(self) -> bool:
        """Whether people turned against the brand (an opportunity is good news)."""
        return self.kind != "opportunity"

    @property
    def is_of_harm(self) -> bool:
        """Whether harm is what it was told by."""
        return self.driver == "harm"

    def in_its_terms(self, window: Window) -> Window:
        """Return the last hour with what the outbreak is made of in the place of negative authors."""
        if not self.is_of_harm:
            return window
        return replace(
            window,
            negative_authors=round(sum(harmful for _, harmful, _ in self.harmful_hour)),
            expected_negative_authors=sum(due for _, _, due in self.harmful_hour),
        )

    def see(self, current: Observation, expected: float, expected_share: float) -> None:
        """Take one bin, complete or the partial one that rang; seeing a bin twice changes nothing.

        ``expected`` is in mentions, for the part of the bin that has elapsed.
        """
        if (current.mentions, current.elapsed_s) <= (self.peak.seen, self.peak.elapsed_s):
            return
        self.peak = Peak(
            start=current.start,
            elapsed_s=current.elapsed_s,
            seen=current.mentions,
            expected=expected,
            negative_share=current.negatives / max(1, current.mentions - current.unscored),
            expected_share=expected_share,
        )

    def receive(self, whole: Observation, assessment: Assessment, calm: Calm) -> None:
        """Take a complete bin, what was said of it, and how surely the stretch that it ends was ordinary."""
        if self.tally is not None:
            before = self.tally.negatives, self.tally.expected_negatives
            self.tally.take(whole, assessment)
            if self.is_of_harm:
                harmful, due = self.tally.negatives - before[0], self.tally.expected_negatives - before[1]
                kept = [one for one in self.harmful_hour if one[0] > whole.start - HOUR_S]
                self.harmful_hour = [*kept, (whole.start, harmful, due)]
        self.calm = calm
        # What a version before this one has stored does not say when somebody spoke.
        if self.last_heard_at == 0 or (whole.negatives if self.is_negative else whole.mentions):
            self.last_heard_at = whole.start

    def is_over(self, moment: int) -> bool:
        """Return whether nothing rang for an hour, the talk is surely ordinary again, or nobody speaks any more."""
        return (
            moment - self.last_fired_at >= CALM_S
            or is_surely_calm(self.calm, moment)
            or moment - self.last_heard_at >= DAY_S
        )

    def count(self, closed: Observation) -> None:
        """Count the mentions of a bin that is closed."""
        self.mentions_total += self._not_counted(closed)
        self.counted_until = max(self.counted_until, closed.end)

    def total(self, pending: Sequence[Observation]) -> int:
        """Return the mentions of all its bins, those that are complete and not closed as they are now."""
        return self.mentions_total + sum(self._not_counted(bin_) for bin_ in pending if bin_.is_complete)

    def _not_counted(self, bin_: Observation) -> int:
        return bin_.mentions if bin_.start >= self.counted_until and bin_.end >= self.fired_at else 0

    def grade(self, window: Window, span_s: int) -> bool:
        """Take the last hour into the severity; return whether it rose."""
        size = Size(
            negatives=window.negative_authors,
            expected_negatives=window.expected_negative_authors,
            hours=window.bins * span_s / 3600,
            accelerating=accelerating(window.authors_by_bin),
            of_harm=self.is_of_harm,
        )
        self.worst = max(self.worst, size, key=lambda s: s.excess)
        before = self.severity if self.published_at else None
        level = severity(self.kind, self.worst, previous=before)
        rose = SEVERITIES.index(level) > SEVERITIES.index(self.severity)
        self.severity = level
        return rose

    def take_posts(self, posts: Sequence[Post]) -> None:
        """Keep a sample of the whole outbreak, in a crisis the negative ones first.

        Chosen by the hash of their ids, so that the first hour and the last are in it as they were said.
        """
        known = {post.id: post for post in (*self.posts, *posts)}
        ranked = sorted(known.values(), key=lambda p: (not self._is_of(p), crc32(p.id.encode()), p.id))
        self.posts = ranked[:POSTS_KEPT]

    def _is_of(self, post: Post) -> bool:
        return post.is_harmful if self.is_of_harm else post.is_negative == self.is_negative

    def drop_posts(self, post_ids: Collection[str]) -> bool:
        """Forget posts that were taken down; return whether one was here."""
        kept = [post for post in self.posts if post.id not in post_ids]
        dropped = len(kept) < len(self.posts)
        self.posts = kept
        return dropped


def begin(assessment: Assessment, kind: Kind, current: Observation, floor: int) -> Outbreak:
    """Return the outbreak that rings when so much of the ``current`` bin is in, at a brand of that floor."""
    moment = current.seen_until
    began_at = min(assessment.run_began_at if assessment.run_began_at is not None else moment, moment)
    tally = tally_of(assessment, current)
    of_bin = (current.start, tally.negatives, tally.expected_negatives)
    return Outbreak(
        kind=kind,
        fired_at=moment,
        began_at=began_at,
        last_fired_at=moment,
        peak=Peak(start=began_at),
        worst=Size(negatives=0, expected_negatives=0),
        own=own_run(assessment, floor),
        calm=Calm(0.0, float(moment)),
        last_heard_at=moment,
        tally=tally,
        driver=assessment.driver,
        harmful_hour=[of_bin] if assessment.driver == "harm" else [],
    )
