"""Stage 2 for one partition of ``flushes``: merges what the source partitions say, and watches each brand."""

from collections import deque
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from zlib import crc32

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from detectors.decision.profile import Week
from detectors.negativity.rates import KNOWN, Known
from detectors.verdict import Verdict
from streams.brand import Brand
from streams.watch.brand_watch import BrandWatch, WatchSettings, held_in, is_in_outbreak, week_in
from streams.watch.hearing import Hearing, heard_and_read
from streams.watch.lately import HeldPosts
from streams.watch.read_by import Rescored
from streams.watch.source_watch import SELF_BRAND, SourceWatch
from streams.wire.feedback import Feedback
from streams.wire.flush import Flush
from streams.wire.history import MOST_AHEAD_S, History
from streams.wire.late_mentions import LateMentions
from streams.wire.observation_row import ObservationRow

_NOTHING_HEARD = Hearing().to_bytes()


class Clock(Struct):
    """How far each source partition was read, in event time, and when last (``read``, wall time); epoch seconds.

    Ingest asks Kafka for the number of partitions after it has read what a watermark stands for, and before it sends
    the watermark. So the largest number heard was true after everything was read that the watermarks stand for, and
    once all of so many have sent one, none is left out whose records could belong to the past of them all.

    A partition that holds nothing has no watermark. It holds nobody up, and yet its first record may come the moment
    after it was found empty: the others go no further than they had come when it was *last but one* found empty
    (``allowed``; ``offered`` is what comes next), so that this record is heard before its bin is closed.

    ``reached`` is the watermark as it was last; a partition that is added holds it, and does not turn it back.

    As it is stored it is the clock before the flush at ``offset``, and what the flushes before ``published_until``
    led to is published. A version before this one wrote neither.
    """

    watermarks: dict[int, int] = field(default_factory=dict, name="fronts")
    began: dict[int, int] = {}
    empty: set[int] = set()
    partitions: int = 0
    read: dict[int, float] = {}
    reached: int | None = None
    offered: dict[int, int] = {}
    allowed: dict[int, int] = {}
    offset: int | None = None
    published_until: int = field(default=0, name="told")

    def __post_init__(self) -> None:
        """Take up a clock that was stored before ``reached`` was."""
        self.empty -= self.watermarks.keys()
        is_older = self.reached is None and not self.offered
        if is_older and self.watermarks and len(self.watermarks) + len(self.empty) >= self.partitions:
            self.reached = min(self.watermarks.values())

    def take(self, flush: Flush) -> None:
        """Move on by what a flush says; a repeat or an older one changes nothing."""
        self.partitions = max(self.partitions, flush.partitions)
        self.read[flush.partition] = max(flush.read_at, self.read.get(flush.partition, 0.0))
        if flush.began is not None:
            self.began.setdefault(flush.partition, flush.began)
        if flush.watermark is not None:
            self.empty.discard(flush.partition)
            self.watermarks[flush.partition] = max(
                flush.watermark, self.watermarks.get(flush.partition, flush.watermark)
            )
        elif flush.empty and flush.partition not in self.watermarks:
            self.empty.add(flush.partition)
            if flush.partition in self.offered:
                self.allowed[flush.partition] = self.offered[flush.partition]
            if self.watermarks:
                self.offered[flush.partition] = min(self.watermarks.values())
        self.reached = self.watermark

    @property
    def watermark(self) -> int | None:
        """The event time that every source partition has reached; ``None`` before all have spoken for the first time.

        While one is missing that was added since, it stands still.
        """
        if not self.watermarks or len(self.watermarks.keys() | self.empty) < self.partitions:
            return self.reached
        limits = [self.allowed[partition] for partition in self.empty if partition in self.allowed]
        if len(limits) < len(self.empty):
            return self.reached
        watermark = min([*self.watermarks.values(), *limits])
        return watermark if self.reached is None else max(watermark, self.reached)

    @property
    def read_at(self) -> float:
        """Wall time at which the source partition that was read longest ago was read; 0 where one is not heard of."""
        return min(self.read.values()) if 0 < self.partitions <= len(self.read) else 0.0

    @property
    def started_at(self) -> int:
        """The event time at which the watch began."""
        return min(self.began.values(), default=min(self.watermarks.values(), default=0))


class Outcome(Struct, frozen=True, kw_only=True):
    """What one flush led to. ``verdicts`` must be on their way before ``changed`` is stored.

    ``changed`` is to be stored in its order; ``None`` is to be deleted. ``read_at`` is the clock's, for the heartbeat.
    Of the brands in ``relearning`` what was learned is of another version and could not be read. A flush that is read
    again after its outcome was told tells its verdicts alone: equal, unless the brand's settings are others now.
    ``taught`` are the brands that were given a history, ``untaught`` those that were not, with the reason; ``rescored``
    those whose talk another scorer reads than before.
    """

    verdicts: tuple[Verdict, ...] = ()
    observations: tuple[ObservationRow, ...] = ()
    changed: dict[str, bytes | None] = {}
    deleted: tuple[str, ...] = ()
    unknown_brands: int = 0
    late_snapshots: int = 0
    read_at: float = 0.0
    relearning: tuple[str, ...] = ()
    taught: tuple[str, ...] = ()
    untaught: tuple[tuple[str, str], ...] = ()
    rescored: tuple[Rescored, ...] = ()


class _Mark(NamedTuple):
    """The partition's own state before a flush: reading may begin again there."""

    offset: int
    watermark: int | None
    clock: Clock
    sources: bytes
    hearing: bytes


class WatchPartition:
    """Pure core of the watch stage.

    What open bins hold is not stored: after a restart the flushes are read again from ``reread_from``. The clock and
    the sources are stored as they were before that flush; each brand as it was at some flush since, so that until
    time has come there again it does nothing but gather its open bins.

    Parameters
    ----------
    partition
        Which partition of ``flushes`` this is.
    brands
        All brands that live on it; with ``SELF_BRAND`` among them it tells of silent sources too.
    settings
        Lengths of bins and of lateness, and how often is stored.
    states
        The stored state, by key: ``@clock/PARTITION``, ``@brands/PARTITION`` (since when each is watched),
        ``@sources/PARTITION``, ``@hearing/PARTITION`` (what was read and not heard), a brand's id, and from a version
        before this one ``ID/START`` (an open bin). Read when a brand is first needed; written by the caller from
        ``Outcome.changed``.
    scorers
        How often each scorer that is known is right; those that the product has had by default.
    """

    def __init__(
        self,
        partition: int,
        brands: Sequence[Brand],
        settings: WatchSettings,
        states: Mapping[str, bytes],
        scorers: Known = KNOWN,
    ) -> None:
        self.partition = partition
        self._scorers = scorers
        self.settings = settings
        self._brands = {brand.id: brand for brand in brands}
        self._states = states
        self._watches: dict[str, BrandWatch] = {}
        self._clock_key = f"@clock/{partition}"
        self._sources_key = f"@sources/{partition}"
        self._sources = SourceWatch(settings.bin_s, states.get(self._sources_key))
        self._hearing_key = f"@hearing/{partition}"
        self._hearing = Hearing(states.get(self._hearing_key))
        stored = states.get(self._clock_key)
        self.clock = msgspec.msgpack.decode(stored, type=Clock) if stored else Clock()
        self._reread_from = self.clock.offset
        self._published_until = self.clock.published_until
        self._next = self._reread_from or 0
        self._marks: deque[_Mark] = deque()
        self._unstored: set[str] = set()
        """Brands of which flushes that were taken would have to be read again."""
        self._advanced_to: int | None = None
        self._brands_key = f"@brands/{partition}"
        listed = states.get(self._brands_key)
        self._listed: dict[str, int] = msgspec.msgpack.decode(listed, type=dict[str, int]) if listed else {}
        self._known_weeks: list[Week] | None = None
        self._relearning: list[str] = []
        # A brand that joins a watch under way has no history before; one that was there and silent has.
        joined = (self.clock.watermark or 0) if listed else 0
        self._since = {brand: self._listed.get(brand, joined) for brand in sorted(self._brands)}
        self._stored_bins: dict[str, list[str]] = {}
        self._awake: set[str] = set()
        self._holding: dict[str, HeldPosts] = {}
        """Brands that hold posts of ordinary talk, awake or not."""
        self._take_in(self._brands)

    def use_brands(self, brands: Sequence[Brand]) -> None:
        """Watch other brands, or the same by other settings, from the next flush on; not while one is being taken.

        Whoever joins begins here: what was said before was not listened to. Whoever goes is forgotten here; what was
        stored of it stays, and it goes on from there if it comes back. All that a brand learned stays with its id,
        whatever its name, query, budget or floor. Of the bins that are open those moments go by the new settings that
        were not assessed yet; read again after a restart, all of them do.
        """
        before, self._brands = self._brands, {brand.id: brand for brand in brands}
        for brand in before.keys() - self._brands.keys():
            self._watches.pop(brand, None)
            self._holding.pop(brand, None)
            self._stored_bins.pop(brand, None)
            self._awake.discard(brand)
            self._unstored.discard(brand)
        joined = self.clock.watermark or 0
        self._since = {brand: self._since.get(brand, joined) for brand in sorted(self._brands)}
        self._take_in(self._brands.keys() - before.keys())
        for brand, watch in self._watches.items():
            if watch.brand != self._brands[brand]:
                watch.use(self._brands[brand])

    def _take_in(self, brands: Collection[str]) -> None:
        """Look at what is stored of brands: one that was awake must go on without waiting for a mention."""
        states = self._states
        for key in states:
            brand, slash, _ = key.partition("/")
            if slash and brand in brands:
                self._stored_bins.setdefault(brand, []).append(key)
                self._awake.add(brand)
        for brand in brands:
            if brand in states and is_in_outbreak(states[brand]):
                self._awake.add(brand)
            self._note_posts(brand, held_in(states[brand]) if brand in states else None)

    @property
    def reread_from(self) -> int | None:
        """Offset from which flushes are to be read after a restart, where all ``changed`` so far is stored.

        ``None`` while the state does not say, for it is empty or of a version before: then the caller must know.
        """
        return self._reread_from

    @property
    def silences(self) -> dict[str, int]:
        """Since when each source that has fallen silent was not heard; told by one partition alone, for all of them."""
        return self._sources.silences if SELF_BRAND.id in self._brands else {}

    def begin_anew(self) -> None:
        """Take note that the log of flushes is another than the one that the state speaks of: offsets mean nothing."""
        self._reread_from, self._next, self._published_until = None, 0, 0
        self._sources.offset = 0

    def take(self, flush: Flush, offset: int | None = None) -> Outcome:
        """Merge one flush and work through the event time that it opens."""
        work = self.taking(flush, offset)
        while True:
            try:
                next(work)
            except StopIteration as done:
                outcome: Outcome = done.value
                return outcome

    def taking(self, flush: Flush, offset: int | None = None) -> Generator[None, None, Outcome]:
        """Do what ``take`` does, and yield after each moment: days of event time may come with one flush.

        Whoever stops in the middle must throw the core away, and read again from what is stored.

        Parameters
        ----------
        flush
            The next one; one that was taken, or lies before ``reread_from`` of the stored state, changes nothing.
        offset
            Where it stands in its partition of ``flushes``; the one after the last by default.
        """
        offset = self._next if offset is None else offset
        if offset < self._next:
            return Outcome(read_at=self.clock.read_at)
        self._next = offset + 1
        is_replayed = offset < self._published_until
        is_marked = self._mark(offset)
        began = self.clock.watermark is not None
        self.clock.take(flush)
        if not began:
            # Until every source partition has spoken, one may still know of an earlier beginning.
            for brand, watch in self._watches.items():
                watch.start(max(self._since[brand], self.clock.started_at))
                if self.clock.watermark is not None:  # after a history, what nobody listened to is no silence
                    watch.resume(max(self._since[brand], self.clock.started_at))
        touched: set[str] = set()
        unknown, late = self._merge(flush, offset, touched)
        unknown += self._receive(flush.feedback, offset, touched)
        untaught = [
            (history.brand, why) for history in flush.histories if (why := self._teach(history, offset, touched))
        ]
        verdicts: list[Verdict] = []
        rows: list[ObservationRow] = []
        rescored: list[Rescored] = []
        if (watermark := self.clock.watermark) is not None:
            # Where time stands still there is nothing to do for whom nothing was said of.
            moving = sorted(touched if watermark == self._advanced_to else self._awake)
            yield from self._advance(watermark, offset, moving, verdicts, rows)
            self._advanced_to = watermark
            touched.update(moving)
            for brand in moving:
                rescored += self._watches[brand].rescored
                self._watches[brand].rescored = []
            if is_marked:
                touched |= self._forget_posts(watermark, offset)
        self._count_late(flush, offset)
        is_publishing = bool(verdicts or rows or flush.deleted)
        changed = self._changed(offset, touched, is_marked=is_marked, is_publishing=is_publishing)
        relearning, self._relearning = self._relearning, []
        outcome = Outcome(
            verdicts=tuple(sorted(verdicts, key=lambda v: v.at)),
            changed=changed,
            read_at=self.clock.read_at,
            relearning=tuple(relearning),
            rescored=tuple(rescored),
        )
        if is_replayed:
            return outcome
        return replace(
            outcome,
            observations=tuple(rows),
            deleted=flush.deleted,
            unknown_brands=unknown,
            late_snapshots=late,
            taught=tuple(sorted({history.brand for history in flush.histories} - {brand for brand, _ in untaught})),
            untaught=tuple(untaught),
        )

    def _mark(self, offset: int) -> bool:
        """Keep the partition's own state before the flush at ``offset``, once in each bin of event time."""
        watermark = self.clock.watermark
        newest = self._marks[-1] if self._marks else None
        if newest is not None and (watermark is None or watermark < (newest.watermark or 0) + self.settings.bin_s):
            return False
        clock = msgspec.msgpack.decode(msgspec.msgpack.encode(self.clock), type=Clock)
        clock.offset = offset
        sources, hearing = self._sources.to_bytes(offset), self._hearing.to_bytes()
        self._marks.append(_Mark(offset, watermark, clock, sources, hearing))
        return True

    def _merge(self, flush: Flush, offset: int, touched: set[str]) -> tuple[int, int]:
        unknown = late = 0
        self._hearing.take(flush.not_heard, flush.read)
        for snapshot in flush.snapshots:
            if snapshot.brand not in self._brands:
                unknown += 1
                continue
            touched.add(snapshot.brand)
            late += not self._watch(snapshot.brand).add(snapshot, flush.partition, offset, flush.scorer)
        self._awake |= touched
        if flush.deleted:
            gone = set(flush.deleted)
            holding = self._awake | {brand for brand, held in self._holding.items() if not gone.isdisjoint(held.ids)}
            touched |= {brand for brand in holding if self._watch(brand).drop_posts(flush.deleted, offset)}
        if offset >= self._sources.offset:
            self._sources.receive(heard_and_read(flush.heard, flush.read, self.settings.bin_s))
        return unknown, late

    def _count_late(self, flush: Flush, offset: int) -> None:
        """Count what came too late, after all that is decided; a brand of which nothing else is said is left asleep."""
        by_brand: dict[str, list[LateMentions]] = {}
        for one in flush.late:
            if one.brand in self._brands:
                by_brand.setdefault(one.brand, []).append(one)
        for brand, late in by_brand.items():
            watch = self._watch(brand)
            watch.count_late(late, flush.partition, offset)
            if watch.reread_from is not None:
                self._unstored.add(brand)

    def _forget_posts(self, watermark: int, offset: int) -> set[str]:
        """Let go of posts that are a day old, though nobody speaks of the brand any more; return whose they were."""
        due = {brand for brand, held in self._holding.items() if held.until <= watermark}
        for brand in due:
            self._watch(brand).forget_posts(watermark, offset)
        return due

    def _receive(self, said: Sequence[Feedback], offset: int, touched: set[str]) -> int:
        """Let feedback count from the first bin that has not begun; return how much was of brands unknown here."""
        # Before anything was heard there is nothing that could have rung, or should have.
        if not self.clock.watermarks:
            return 0
        reached = self.clock.watermark or max(self.clock.watermarks.values())
        since = -(-reached // self.settings.bin_s) * self.settings.bin_s
        unknown = 0
        for feedback in said:
            if feedback.brand not in self._brands:
                unknown += 1
                continue
            touched.add(feedback.brand)
            self._watch(feedback.brand).receive(feedback, since, offset)
        self._awake |= touched
        return unknown

    def _teach(self, history: History, offset: int, touched: set[str]) -> str:
        """Give a brand its history, unless it knows more by itself; return why not, empty where it was given."""
        if history.brand not in self._brands:
            return "no brand of that id is watched; let the workers read the configuration that has it: `tocsin reload`"
        watermark = self.clock.watermark
        if watermark is not None and history.until > watermark + MOST_AHEAD_S:
            return "the archive goes beyond what has been heard so far"
        watch = self._watch(history.brand)
        since = max(self._since[history.brand], self.clock.started_at)
        known_s = 0 if watermark is None else watermark - since
        if watch.taught is not None:
            known_s += watch.taught[1] - watch.taught[0]
        if history.length_s <= known_s:
            known, published_until = known_s // 3600, history.length_s // 3600
            return f"the brand has learned from {known:,} hours already, and the archive has {published_until:,}"
        if not watch.take_history(history, offset):
            return "it was learned by another version of Tocsin"
        touched.add(history.brand)
        self._awake.add(history.brand)
        return ""

    def history(self, brand_id: str, mentions: int) -> History:
        """Return what a brand has learned so far, to be given to it elsewhere.

        Parameters
        ----------
        mentions
            How many it was learned from.
        """
        watch = self._watch(brand_id)
        return History(
            brand=brand_id,
            began=max(self._since[brand_id], self.clock.started_at),
            until=watch.closed_until,
            mentions=mentions,
            learned=watch.learned_bytes(),
        )

    def _advance(
        self, watermark: int, offset: int, moving: Sequence[str], verdicts: list[Verdict], rows: list[ObservationRow]
    ) -> Iterator[None]:
        if offset >= self._sources.offset:
            silent = self._sources.advance(watermark)
            if SELF_BRAND.id in self._brands:
                verdicts += silent
            self._hearing.advance(watermark)
            self._hearing.miss(self._sources.take_not_heard())
        for brand in moving:
            for verdict, closed in self._watch(brand).advance(watermark, offset):
                if verdict is not None:
                    verdicts.append(verdict)
                rows += closed
                yield

    def _watch(self, brand_id: str) -> BrandWatch:
        watch = self._watches.get(brand_id)
        if watch is None:
            since = max(self._since[brand_id], self.clock.started_at)
            watch = BrandWatch(self._brands[brand_id], self.settings, since, self._hearing, self._scorers)
            if stored := self._states.get(brand_id):
                bins = [self._states[key] for key in self._stored_bins.pop(brand_id, ())]
                if not watch.restore(stored, bins, self._next - 1):
                    self._relearning.append(brand_id)
                watch.resume(since)
            else:
                watch.detector.begin_like(self._weeks())
            self._watches[brand_id] = watch
        return watch

    def _weeks(self) -> list[Week]:
        """Return the weeks of the brands that were known well when this core began."""
        if self._known_weeks is None:
            stored = [self._states[brand] for brand in sorted(self._brands) if brand in self._states]
            self._known_weeks = [week for learned in stored if (week := week_in(learned)) is not None]
        return self._known_weeks

    # -- what is stored --------------------------------------------------------------------------------------

    def _changed(
        self, offset: int, touched: Iterable[str], *, is_marked: bool, is_publishing: bool
    ) -> dict[str, bytes | None]:
        changed: dict[str, bytes | None] = {}
        for brand in sorted(touched):
            watch = self._watches[brand]
            self._note_posts(brand, watch.held)
            if not watch.is_awake:
                self._awake.discard(brand)
            if watch.reread_from is not None:
                self._unstored.add(brand)
                if watch.is_at_rest:
                    self._store(watch, changed)
        for brand in sorted(self._unstored - self._awake) if is_marked else ():
            self._store(self._watches[brand], changed)
        if self._listed != self._since:
            changed[self._brands_key] = msgspec.msgpack.encode(self._since)
            self._listed = self._since
        base = self._base(offset) if is_marked else self._marks[0]
        has_moved = base.offset != self._reread_from
        self._reread_from = base.offset
        if has_moved and base.sources != self._states.get(self._sources_key):
            changed[self._sources_key] = base.sources
        if has_moved and base.hearing != self._states.get(self._hearing_key, _NOTHING_HEARD):
            changed[self._hearing_key] = base.hearing
        # A flush that led to nothing may be read again as if it were new.
        if has_moved or changed or (is_publishing and offset >= self._published_until):
            self._published_until = base.clock.published_until = max(self._published_until, offset + 1)
            changed[self._clock_key] = msgspec.msgpack.encode(base.clock)
        return changed

    def _note_posts(self, brand: str, held: HeldPosts | None) -> None:
        if held is None:
            self._holding.pop(brand, None)
        else:
            self._holding[brand] = held

    def _store(self, watch: BrandWatch, changed: dict[str, bytes | None]) -> None:
        """Store a brand where that is due: each has moments of its own, lest all are written at once."""
        if (watermark := self.clock.watermark) is None:
            return
        every_s, brand = self.settings.store_s, watch.brand.id
        phase = crc32(brand.encode()) % every_s
        if watch.stored_at is not None and (watch.stored_at + phase) // every_s == (watermark + phase) // every_s:
            return
        changed[brand] = watch.store()
        # What a version before this one has stored of a bin is needed until it is learned.
        for start in sorted(watch.stored_bins - watch.bins.keys()):
            changed[f"{brand}/{start}"] = None
            watch.stored_bins.discard(start)
        if watch.reread_from is None:
            self._unstored.discard(brand)

    def _base(self, offset: int) -> _Mark:
        """Return the last mark before which no flush has to be read again."""
        needed = (self._watches[brand].reread_from for brand in self._unstored)
        first = min((each for each in needed if each is not None), default=offset + 1)
        while len(self._marks) > 1 and self._marks[1].offset <= first:
            self._marks.popleft()
        return self._marks[0]
