"""One brand's part of stage 2: its open bins, its detector, its ordinary talk, and the outbreak under way."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from detectors.assessment import Assessment
from detectors.decision.batching import PARTS
from detectors.decision.brand_detector import BrandDetector
from detectors.decision.calm import Calm
from detectors.decision.exposure import LEAST_HEARD, sampled_floor
from detectors.decision.profile import Week
from detectors.errors import DetectorsError
from detectors.explanation.ordinary_talk import OrdinaryTalk
from detectors.explanation.phrases import own_words
from detectors.negativity.rates import KNOWN, Known, change
from detectors.not_heard import NotHeard
from detectors.observation import Observation
from detectors.verdict import Phase, Verdict
from streams.brand import Brand
from streams.sketches.counted_authors import CountedAuthors
from streams.watch.hearing import Hearing
from streams.watch.late_counts import LateCounts, late_posts, tally
from streams.watch.lately import HeldPosts, Lately
from streams.watch.merged_bin import MergedBin, MergedBinState
from streams.watch.outbreak import Outbreak, begin
from streams.watch.read_by import ReadBy, Rescored
from streams.watch.recent import Minute, Recent, minute_of
from streams.watch.source_shares import WHOLE, Part, SourceShares
from streams.watch.verdicts import verdict_on
from streams.wire.feedback import Feedback, FeedbackBook
from streams.wire.flush import Snapshot
from streams.wire.history import History
from streams.wire.late_mentions import LateMentions
from streams.wire.observation_row import ObservationRow, row_of

PUBLISH_S = 900
"""A lasting outbreak is told anew at least this often where somebody has spoken since …"""
PUBLISH_QUIET_S = 3600
"""… so often where nobody has, that it be seen to be watched …"""
PUBLISH_GROWTH = 1.25
"""… and whenever its peak has grown by a quarter …"""
TELL_NOT_HEARD_S = 300
"""… or more is known of what was not heard; not with every breath of a source that comes and goes."""
NOT_HEARD_S = 3600
"""So long before an outbreak began it is told what was not heard: that may have hidden its beginning."""


_SILENCE_S = 8 * 7 * 86_400
"""Of a longer silence so much is learned, the end of it; a third of a second of work."""
TALK_EVERY_S = 300
_READINGS_A_BIN = 60
"""Moments of an open bin, at most, at each of which an outbreak may have begun."""
_KEPT = 0.99
"""Of the mentions and voices of ordinary bins, with each that comes: the last hundred tell what a voice makes."""


class WatchSettings(Struct, frozen=True, kw_only=True):
    """Lengths of the watch stage, in seconds of event time.

    Parameters
    ----------
    bin_s, lateness_s
        The same as in ingest.
    store_s
        How often the state of a brand is stored that is spoken of; so far back, and the time that bins are open,
        flushes are read again after a restart.
    """

    bin_s: int = 60
    lateness_s: int = 60
    store_s: int = 120


class _Refused(Struct):
    """What was learned and cannot be read here, kept for the release that wrote it."""

    detector: bytes
    read_by: ReadBy


class _Stored(Struct, omit_defaults=True):
    """All of a brand but what its open bins hold, which the flushes tell again.

    ``closed_until`` and ``assessed_until``: bins before the one are learned, moments up to the other assessed. Of the
    open bins that are complete stands here how they were assessed, and of the one that is not, its course.
    """

    detector: bytes
    talk: bytes
    closed_until: int
    recent: Recent
    outbreak: Outbreak | None = None
    ordinary: tuple[float, float] = (1.0, 1.0)
    talk_due_at: int = 0
    feedback: FeedbackBook = msgspec.field(default_factory=FeedbackBook)
    heard: CountedAuthors = msgspec.field(default_factory=CountedAuthors)
    taught: tuple[int, int] | None = None
    assessed_until: int = 0
    complete: dict[int, Assessment] = {}
    earlier_readings: list[Observation] = msgspec.field(default_factory=list, name="course")
    lately: Lately = msgspec.field(default_factory=Lately)
    sources: SourceShares = msgspec.field(default_factory=SourceShares)
    late: LateCounts = msgspec.field(default_factory=LateCounts)
    read_by: ReadBy = msgspec.field(default_factory=ReadBy)
    refused: _Refused | None = None


class _Glance(Struct):
    """Of a stored state, whether an outbreak is under way, and posts of the last day."""

    outbreak: msgspec.Raw = msgspec.Raw(b"\xc0")
    lately: Lately = msgspec.field(default_factory=Lately)


class BrandWatch:
    """Watches one brand through event time. Pure: the same snapshots give the same verdicts.

    Work is done at *moments*: the end of each second in which the brand gained a voice, and the end of each
    bin that holds something. Before a moment is assessed, the bins that ended ``lateness_s`` before it are learned.

    Parameters
    ----------
    brand
        Which one.
    settings
        Lengths of bins and of lateness.
    started_at
        When its history begins, epoch seconds.
    hearing
        What is heard of all sources; its owner takes what is told of it.
    scorers
        How often each scorer that is known is right.
    """

    def __init__(
        self,
        brand: Brand,
        settings: WatchSettings,
        started_at: int,
        hearing: Hearing | None = None,
        scorers: Known = KNOWN,
    ) -> None:
        self.brand = brand
        self._scorers = scorers
        self._read_by = ReadBy()
        self._refused: _Refused | None = None
        self.rescored: list[Rescored] = []
        """Scorers that have taken another's place; whoever reads it empties it."""
        self._hearing = Hearing() if hearing is None else hearing
        self.settings = settings
        self.detector = BrandDetector(
            false_pages_per_week=brand.false_pages_per_week, floor=brand.floor, span_s=settings.bin_s
        )
        self.talk = OrdinaryTalk()
        self.feedback = FeedbackBook()
        self.recent = Recent(bin_s=settings.bin_s)
        self.outbreak: Outbreak | None = None
        self.bins: dict[int, MergedBin] = {}
        self._filled: deque[int] | None = None
        """Where bins begin that are not closed, in order; ``None`` where that is to be looked up."""
        self._is_taken_up = False
        self.start(started_at)
        self._ordinary = (1.0, 1.0)
        self._heard = CountedAuthors()
        self._own = own_words(brand.query, brand.name)
        self._talk_due_at = 0
        self.taught: tuple[int, int] | None = None
        self.reread_from: int | None = None
        """Offset of the first flush that tells what the stored state does not hold; ``None`` where it holds all."""
        self.stored_at: int | None = None
        """Event time up to which the stored state goes; ``None`` where none is stored."""
        self._has_learned = False
        self._began_at: dict[int, int] = {}
        self.stored_bins: set[int] = set()
        """Bins that a version before this one has stored while they were open."""
        self._complete: dict[int, Assessment] = {}
        self._earlier_readings: list[Observation] = []
        self._lately = Lately()
        self._sources = SourceShares()
        self._late = LateCounts()

    @property
    def held(self) -> HeldPosts | None:
        """Which posts of ordinary talk are held; ``None`` where none is."""
        return self._lately.held

    @property
    def mentions_per_author(self) -> float:
        """How many mentions a voice makes on an ordinary day."""
        mentions, authors = self._ordinary
        return mentions / max(authors, 1.0)

    def use(self, brand: Brand) -> None:
        """Go by other settings of the brand from the next moment on; what was learned stays, and so does an outbreak.

        A name, a query, the budget and the floor may be others; the id is the same.
        """
        self.brand = brand
        self._own = own_words(brand.query, brand.name)
        self.detector = self._detector_of(self.detector.to_bytes())

    def _detector_of(self, state: bytes) -> BrandDetector:
        return BrandDetector.from_bytes(
            state, false_pages_per_week=self.brand.false_pages_per_week, floor=self.brand.floor
        )

    def start(self, at: int) -> None:
        """Begin the brand's history at ``at``; one that was taken up from its state began long ago."""
        if not self._is_taken_up:
            self.closed_until = self.assessed_until = at - at % self.settings.bin_s

    def resume(self, at: int) -> None:
        """Go on at ``at`` where that is later: nobody listened in between, so what was not heard is no silence."""
        at -= at % self.settings.bin_s
        if at > self.closed_until:
            self.closed_until = self.assessed_until = at
            self.bins = {start: merged for start, merged in self.bins.items() if start >= at}
            self._filled = None

    @property
    def is_awake(self) -> bool:
        """Whether event time passing can change anything: a bin is open, or an outbreak not yet calm."""
        return bool(self.bins) or self.outbreak is not None

    @property
    def is_at_rest(self) -> bool:
        """Whether this is a good moment to store it: a bin was just learned, none is open, or nothing is stored yet."""
        return self._has_learned or not self.bins or self.stored_at is None

    def add(self, snapshot: Snapshot, partition: int, offset: int, scorer: str = "") -> bool:
        """Take a snapshot from the flush at ``offset``, read by ``scorer``; return whether its bin was still open."""
        if snapshot.start < self.closed_until:
            return False
        merged = self.bins.get(snapshot.start)
        if merged is None:
            merged = self.bins[snapshot.start] = MergedBin(snapshot.start, self.settings.bin_s)
            self._filled = None
            self._began_at[snapshot.start] = offset
        if merged.add(snapshot, partition, scorer):
            self.change(offset)
        return True

    def count_late(self, late: Sequence[LateMentions], partition: int, offset: int) -> None:
        """Count mentions that came too late, by the flush at ``offset``: beside an outbreak, never for its decision."""
        for source, start, mentions in self._late.take(late, partition):
            self.change(offset)
            if self.outbreak is not None and start + self.settings.bin_s > self.outbreak.began_at:
                tally(self.outbreak.late, source, start, mentions)

    def receive(self, feedback: Feedback, since: int, offset: int) -> None:
        """Take what a person said of an alarm, in the flush at ``offset``, to count from ``since`` on."""
        if self.feedback.take(feedback, since):
            self.change(offset)

    def change(self, offset: int) -> None:
        """Remember that the flush at ``offset`` has changed what is stored."""
        if self.reread_from is None:
            self.reread_from = offset

    def advance(self, watermark: int, offset: int) -> Iterator[tuple[Verdict | None, list[ObservationRow]]]:
        """Work through event time up to ``watermark``, a moment at a time, and yield what is to be told, in order.

        ``offset`` is that of the flush which told how far time has gone.
        """
        self._has_learned = False
        closed_before = self.closed_until
        for moment in self._moments(watermark):
            self.change(offset)
            rows = list(self._close(moment - self.settings.lateness_s))
            yield self._assess(moment), rows
        yield None, list(self._close(watermark - self.settings.lateness_s))
        self.assessed_until = max(self.assessed_until, watermark)
        if self.closed_until > closed_before:
            self.change(offset)

    def drop_posts(self, post_ids: Sequence[str], offset: int) -> bool:
        """Forget the texts of posts that were taken down, by the flush at ``offset``; return whether any was stored."""
        for merged in self.bins.values():
            merged.drop_posts(post_ids)
        of_outbreak = self.outbreak is not None and self.outbreak.drop_posts(post_ids)
        if not (self._lately.drop_posts(post_ids) or of_outbreak):
            return False
        self.stored_at = None  # what is stored holds them, though time may stand still
        self.change(offset)
        return True

    def forget_posts(self, at: int, offset: int) -> None:
        """Forget posts of ordinary talk that are a day old at ``at``, in the flush at ``offset``."""
        before = len(self._lately.posts)
        self._lately.take((), at)
        if len(self._lately.posts) < before:
            self.stored_at = None
            self.change(offset)

    # -- moments ---------------------------------------------------------------------------------------------

    def _moments(self, watermark: int) -> Iterator[int]:
        span_s = self.settings.bin_s
        since = max(self.assessed_until, self.closed_until)
        filled = deque(sorted(start for start in self.bins if start + span_s > since))
        start = since - since % span_s
        while start < watermark:
            while filled and filled[0] < start:
                filled.popleft()
            if self.outbreak is None:
                if not filled or filled[0] >= watermark:
                    return
                start = filled[0]
            if merged := self.bins.get(start):
                for second in merged.seconds_with_news(max(0, since - start), min(span_s, watermark - start)):
                    if second + 1 < span_s:
                        yield start + second + 1
            if start + span_s <= watermark:
                yield start + span_s
            start += span_s

    def _assess(self, moment: int) -> Verdict | None:
        self._follow_scorer(moment)
        pending = list(self._pending(moment))
        if not pending:
            return None
        current = pending[-1]
        earlier_readings = self._readings_before(current)
        sampled = self._part_heard(current.start, current.elapsed_s).sampled
        of_harm = self.outbreak is not None and self.outbreak.is_of_harm
        moved = self.feedback.moved(current.start)
        assessment = self.detector.assess(pending, moved, earlier_readings, sampled, of_harm=of_harm)
        if current.is_complete:
            self._complete[current.start] = assessment
        elif (
            not earlier_readings
            or (current.elapsed_s - earlier_readings[-1].elapsed_s) * _READINGS_A_BIN >= current.span_s
        ):
            earlier_readings.append(current)
        return self._follow(moment, pending, assessment)

    def _follow_scorer(self, until: int) -> None:
        """Move the ordinary share where another scorer reads the bins that are open."""
        before = self._read_by.follow(self.bins, until, is_new=not self.detector.has_read)
        if before is None:
            return
        scorer = self._read_by.scorer
        move = change(before, scorer, self._read_by.languages, self._scorers)
        self.detector.move_share(move)
        self._earlier_readings = []
        self.rescored.append(Rescored(self.brand.id, before, scorer, move is not None))

    def _readings_before(self, current: Observation) -> list[Observation]:
        """Return what the bin held at the moments of it that were assessed before; after a restart all are again."""
        if self._earlier_readings and self._earlier_readings[0].start != current.start:
            self._earlier_readings = []
        return self._earlier_readings

    def _pending(self, moment: int) -> Iterator[Observation]:
        span_s = self.settings.bin_s
        known = self._heard
        for start in range(self.closed_until, moment, span_s):
            elapsed = min(span_s, moment - start)
            merged = self.bins.get(start)
            part = self._part_heard(start, elapsed)
            if merged is None:
                yield _with(Observation(start=start, span_s=span_s, elapsed_s=elapsed), part)
            else:
                read = self._read_by.rescored(merged.observation(elapsed, known), merged, self.detector, self._scorers)
                yield _with(read, part)
                if elapsed == span_s:
                    known = merged.known_after(known)

    def _part_heard(self, start: int, elapsed_s: int) -> Part:
        """Return how much of what is ordinarily said of the brand was heard in a bin, or in the part of it so far."""
        missed = self._hearing.missed(start, start + elapsed_s)
        if not missed:
            return WHOLE
        merged = self.bins.get(start)
        present = {post.source for post in merged.posts(elapsed_s)} if merged is not None else ()
        return self._sources.heard(missed, present)

    # -- closing ---------------------------------------------------------------------------------------------

    def _close(self, until: int) -> Iterator[ObservationRow]:
        span_s = self.settings.bin_s
        until -= until % span_s
        while self.closed_until < until:
            start = self.closed_until
            if start not in self.bins and self.outbreak is None:
                silent = (self._next_filled(start, until) - start) // span_s
                # What lies further back is forgotten anyway, and one record may claim a gap of decades.
                start += max(0, silent - _SILENCE_S // span_s) * span_s
                silent = min(silent, _SILENCE_S // span_s)
                self._learn_quiet(start, silent)
                self.closed_until = start + silent * span_s
            else:
                yield self._close_bin(start)

    def _learn_quiet(self, start: int, bins: int) -> None:
        """Learn from bins in which nobody spoke, as far as they were heard."""
        span_s = self.settings.bin_s
        if not self._hearing.missed(start, start + bins * span_s):
            self.detector.learn_quiet(start, bins)
            return
        # A night in which the one source slept is asked once, and not minute by minute.
        for at, count in self._hearing.stretches(start, start + bins * span_s, span_s):
            self.detector.learn_quiet(at, count, self._part_heard(at, span_s).share)

    def _next_filled(self, start: int, until: int) -> int:
        """Return where the next bin after ``start`` begins that holds something; ``until`` where that is later."""
        if self._filled is None:
            self._filled = deque(sorted(self.bins))
        while self._filled and self._filled[0] <= start:
            self._filled.popleft()
        return min(self._filled[0], until) if self._filled else until

    def _close_bin(self, start: int) -> ObservationRow:
        span_s = self.settings.bin_s
        part = self._part_heard(start, span_s)
        merged = self.bins.pop(start, None)
        whole = Observation(start=start, span_s=span_s, elapsed_s=span_s)
        if merged:
            whole = merged.observation(span_s, self._heard)
            whole = self._read_by.rescored(whole, merged, self.detector, self._scorers)
        whole = _with(whole, part)
        moved = self.feedback.moved(start)
        assessment = self._complete.pop(start, None) or self.detector.assess([whole], moved, sampled=part.sampled)
        ringing = self.outbreak is not None and self.outbreak.is_negative
        parts = merged.mentions_in(PARTS) if merged else ()
        of_harm = self.outbreak is not None and self.outbreak.is_of_harm
        self.detector.learn(whole, ringing=ringing, parts=parts, sampled=part.sampled, of_harm=of_harm)
        self.closed_until = start + span_s
        self._has_learned = True
        if merged:
            self._began_at.pop(start, None)
            self._heard = merged.known_after(self._heard)
        if (whole.negatives or whole.harmful_authors) and merged and not ringing:
            self._lately.take(merged.posts(), start)
        if self.outbreak is not None:
            self.outbreak.count(whole)
        else:
            if merged:
                self._learn_talk(start, merged)
            if whole.mentions:
                authors = whole.authors - whole.turned
                self._ordinary = (_KEPT * self._ordinary[0] + whole.mentions, _KEPT * self._ordinary[1] + authors)
        minute = minute_of(whole, assessment, self.mentions_per_author)
        self.recent.add(minute, assessment.upper * self.mentions_per_author)
        return row_of(
            self.brand.id, whole, assessment, self._hearing.between(start, start + span_s), sampled=part.sampled
        )

    def _learn_talk(self, start: int, merged: MergedBin) -> None:
        # A bin in five minutes is plenty to know what is ordinary, and learning costs as much as detecting.
        if start >= self._talk_due_at:
            posts = merged.posts()
            self.talk.learn(posts, own=self._own)
            self._read_by.learn(posts)
            self._sources.learn(posts, self._hearing.missed(start, start + self.settings.bin_s))
            self._talk_due_at = start + TALK_EVERY_S

    # -- the outbreak ----------------------------------------------------------------------------------------

    def _follow(self, moment: int, pending: Sequence[Observation], assessment: Assessment) -> Verdict | None:
        outbreak = self.outbreak
        surer = assessment.surer
        if outbreak and outbreak.kind == "opportunity" and surer.rings and surer.kind != "opportunity":
            # People turned: the good news ends here, and what follows is an outbreak of its own.
            self.outbreak = outbreak = None
        current = pending[-1]
        if outbreak is None:
            if not surer.rings or surer.kind is None:
                return None
            heard = current.of_harm() if surer.driver == "harm" else current
            outbreak = self.outbreak = begin(surer, surer.kind, heard, self._floor(current))
            self._gather_posts(outbreak, moment)
            outbreak.late = self._late.since(outbreak.began_at, self.settings.bin_s)
            return self._publish(outbreak, moment, pending, assessment, "ringing")
        if surer.rings:
            outbreak.last_fired_at = moment
        if not current.is_complete:
            return None
        if current.heard < LEAST_HEARD:
            outbreak.last_fired_at += current.span_s  # a time in which nobody listens is no calm
        if merged := self.bins.get(current.start):
            outbreak.take_posts(merged.posts())
        self._receive_bin(outbreak, current, assessment)
        if outbreak.is_over(moment):
            self.outbreak = None
            self.detector.begin_anew(moment)
            return self._publish(outbreak, moment, pending, assessment, "calm")
        outbreak.see(current, assessment.expected * self.mentions_per_author, assessment.expected_share)
        window = self.recent.window(outbreak.began_at, self._minutes(pending, assessment))
        rose = outbreak.grade(outbreak.in_its_terms(window), self.settings.bin_s)
        grew = outbreak.peak.seen >= outbreak.published_seen * PUBLISH_GROWTH + 1
        is_quiet = outbreak.total(pending) == outbreak.published_total
        is_news = moment - outbreak.published_at >= TELL_NOT_HEARD_S and bool(
            _news(self._not_heard(outbreak, moment)) - _news(outbreak.published_not_heard)
        )
        if rose or grew or is_news or moment - outbreak.published_at >= (PUBLISH_QUIET_S if is_quiet else PUBLISH_S):
            return self._publish(outbreak, moment, pending, assessment, "ringing")
        return None

    def _receive_bin(self, outbreak: Outbreak, whole: Observation, assessment: Assessment) -> None:
        """Let an outbreak take a complete bin, in the terms of what it was told by."""
        of_harm = outbreak.is_of_harm
        heard = whole.of_harm() if of_harm else whole
        calm = self.detector.calm(outbreak.calm, heard, outbreak.own, of_harm=of_harm)
        other = assessment if of_harm else assessment.harm
        if other is not None and other.rings and other.kind != "opportunity":
            calm = Calm(0.0, float(whole.end))  # it goes on in the other's terms
        outbreak.receive(heard, assessment.of(outbreak.driver), calm)

    def _floor(self, current: Observation) -> int:
        """Return the floor as it is of what is given to us at this moment."""
        return round(sampled_floor(self.brand.floor, self._part_heard(current.start, current.elapsed_s).sampled))

    def _gather_posts(self, outbreak: Outbreak, moment: int) -> None:
        """Give an outbreak that rings the posts of its run: of closed bins those kept, of open ones all."""
        if outbreak.is_negative:
            outbreak.take_posts(self._lately.since(outbreak.began_at, moment))
            self._lately = Lately()
        for start in sorted(start for start in self.bins if start < moment):
            outbreak.take_posts(self.bins[start].posts(moment - start))

    def _not_heard(self, outbreak: Outbreak, moment: int) -> tuple[NotHeard, ...]:
        return self._hearing.between(outbreak.began_at - NOT_HEARD_S, moment)

    def _minutes(self, pending: Sequence[Observation], assessment: Assessment) -> list[Minute]:
        return [minute_of(bin_, assessment, self.mentions_per_author) for bin_ in pending]

    def _publish(
        self, outbreak: Outbreak, moment: int, pending: Sequence[Observation], assessment: Assessment, phase: Phase
    ) -> Verdict:
        minutes = self._minutes(pending, assessment)
        window = outbreak.in_its_terms(self.recent.window(outbreak.began_at, minutes))
        if phase == "ringing":
            outbreak.see(pending[-1], assessment.expected * self.mentions_per_author, assessment.expected_share)
            outbreak.grade(window, self.settings.bin_s)
            outbreak.published_at, outbreak.published_seen = moment, outbreak.peak.seen
            outbreak.published_total = outbreak.total(pending)
        not_heard = outbreak.published_not_heard = self._not_heard(outbreak, moment)
        # The bins not yet closed belong on the chart, and not yet in the memory.
        shown = self.recent.with_these(minutes, assessment.upper * self.mentions_per_author)
        return verdict_on(
            self.brand,
            outbreak,
            window,
            assessment.of(outbreak.driver),
            mentions_total=outbreak.total(pending),
            own=self._own,
            talk=self.talk,
            phase=phase,
            bin_=pending[-1].start,
            chart=shown.chart(outbreak.began_at, moment),
            arrived_at=max((b.arrived_at for start, b in self.bins.items() if start < moment), default=0.0),
            not_heard=not_heard,
            late=late_posts(outbreak.late),
            floor=self._floor(pending[-1]),
        )

    # -- state -----------------------------------------------------------------------------------------------

    def store(self) -> bytes:
        """Return what is to be stored; from then on flushes are read again from the first that told of an open bin."""
        self.reread_from = min(self._began_at.values(), default=None)
        self.stored_at = self.assessed_until
        return self._bytes(self._lately)

    def learned_bytes(self) -> bytes:
        """Return what the brand has learned, without its open bins and posts of ordinary talk; changes nothing."""
        return self._bytes(Lately())

    def _bytes(self, lately: Lately) -> bytes:
        return msgspec.msgpack.encode(
            _Stored(
                detector=self.detector.to_bytes(),
                talk=self.talk.to_bytes(),
                closed_until=self.closed_until,
                recent=self.recent,
                outbreak=self.outbreak,
                ordinary=self._ordinary,
                talk_due_at=self._talk_due_at,
                feedback=self.feedback,
                heard=self._heard,
                assessed_until=self.assessed_until,
                complete=self._complete,
                earlier_readings=self._earlier_readings,
                taught=self.taught,
                lately=lately,
                sources=self._sources,
                late=self._late,
                read_by=self._read_by,
                refused=self._refused,
            )
        )

    def take_history(self, history: History, offset: int) -> bool:
        """Begin anew with what an archive taught, in the flush at ``offset``; return whether that could be read.

        Where it could not, nothing changes. What the brand has lived through itself stays: its open bins after the
        archive's end, the outbreak under way, what people said of its alarms. An outbreak of the archive is over.
        """
        try:
            state = msgspec.msgpack.decode(history.learned, type=_Stored)
            self.detector = self._detector_of(state.detector)
        except (msgspec.MsgspecError, DetectorsError):
            return False
        self.talk = OrdinaryTalk.from_bytes(state.talk)
        self._ordinary = state.ordinary
        self._sources = state.sources
        self._read_by = state.read_by
        self._complete, self._earlier_readings = {}, []
        self.taught = (history.began, history.until)
        self._is_taken_up = True
        self.resume(state.closed_until)
        self._began_at = {start: began for start, began in self._began_at.items() if start in self.bins}
        self.stored_at = None  # to be stored as soon as can be
        self.change(offset)
        return True

    def restore(self, stored: bytes, bins: Iterable[bytes], offset: int) -> bool:
        """Take up what was stored, before the flush at ``offset`` is taken.

        Parameters
        ----------
        bins
            Open bins, where a version before this one has stored the state. Those that it had closed are dropped.

        Returns
        -------
        Whether the detector could be read; one of another version is not, and the brand learns anew. It is kept beside
        what is learned from then on, for the version that can read it.
        """
        state = msgspec.msgpack.decode(stored, type=_Stored)
        try:
            self.detector = self._detector_of(state.detector)
        except DetectorsError:
            is_read = False
            self._refused = _Refused(state.detector, state.read_by)
        else:
            is_read = True
            self._refused = state.refused
        self.talk = OrdinaryTalk.from_bytes(state.talk)
        self.recent = state.recent
        self.outbreak = state.outbreak
        self._ordinary = state.ordinary
        self._talk_due_at = state.talk_due_at
        self.feedback = state.feedback
        self._heard = state.heard
        self.taught = state.taught
        self.closed_until = state.closed_until
        self.assessed_until = max(state.assessed_until, state.closed_until)
        self._complete = state.complete
        self._earlier_readings = state.earlier_readings
        self._lately = state.lately
        self._sources = state.sources
        self._late = state.late
        self._read_by = state.read_by
        if is_read and self._refused is not None:
            self._take_up_refused(self._refused)
        self._is_taken_up = True
        self.stored_at = self.assessed_until if is_read else None
        for encoded in bins:
            merged = MergedBin.from_state(msgspec.msgpack.decode(encoded, type=MergedBinState))
            self.stored_bins.add(merged.start)
            if merged.start >= self.closed_until:
                self.bins[merged.start] = merged
                self._filled = None
                self._began_at[merged.start] = offset
            self.change(offset)
        return is_read

    def _take_up_refused(self, refused: _Refused) -> None:
        """Go on with what a release between could not read, unless the brand has lived longer since."""
        try:
            detector = self._detector_of(refused.detector)
        except DetectorsError:
            return
        self._refused = None
        if detector.age_s >= self.detector.age_s:
            self.detector, self._read_by = detector, refused.read_by


def _with(observation: Observation, part: Part) -> Observation:
    """Return what a bin held, with how much of it was heard."""
    return observation if part == WHOLE else replace(observation, heard=part.share)


def _news(not_heard: Sequence[NotHeard]) -> set[tuple[str, str, int, bool, bool]]:
    """Return what of a receipt is worth being told at once: that a hole is there, has ended, or was filled."""
    return {(hole.source, hole.why, hole.since, hole.until is None, hole.fetched is None) for hole in not_heard}


def is_in_outbreak(stored: bytes) -> bool:
    """Tell whether an outbreak was under way in what ``store`` gave."""
    return bytes(msgspec.msgpack.decode(stored, type=_Glance).outbreak) != b"\xc0"


def held_in(stored: bytes) -> HeldPosts | None:
    """Return which posts of ordinary talk what ``store`` gave holds, ``None`` where it holds none."""
    return msgspec.msgpack.decode(stored, type=_Glance).lately.held


def week_in(stored: bytes) -> Week | None:
    """Return the shape of the week in what ``store`` gave, of a brand that is known and can be read."""
    try:
        return BrandDetector.from_bytes(msgspec.msgpack.decode(stored, type=_Stored).detector).week
    except DetectorsError:
        return None
