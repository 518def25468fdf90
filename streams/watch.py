"""Stage 2 for one partition of ``flushes``: merges what the source partitions say, and watches each brand."""

from collections.abc import Generator, Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct

from detectors.profile import Week
from detectors.verdict import Verdict
from streams.brand import Brand
from streams.brand_watch import BrandWatch, WatchSettings, week_in
from streams.feedback import Feedback
from streams.flush import Flush
from streams.observation_row import ObservationRow
from streams.source_watch import SELF_BRAND, SourceWatch


class Clock(Struct):
    """How far each source partition was read, in event time, and when last (``read``, wall time); epoch seconds.

    Ingest asks Kafka for the number of partitions after it has read what a front stands for, and before it says the
    front. So the largest number heard was true after everything was read that the fronts stand for, and once all of
    so many have spoken, none is left out whose records could belong to the past of them all.

    A partition that holds nothing has no front. It holds nobody up, and yet its first record may come the moment
    after it was found empty: the others go no further than they had come when it was *last but one* found empty
    (``allowed``; ``offered`` is what comes next), so that this record is heard before its bin is closed.

    ``reached`` is the front as it was last; a partition that is added holds it, and does not turn it back.
    """

    fronts: dict[int, int] = {}
    began: dict[int, int] = {}
    empty: set[int] = set()
    partitions: int = 0
    read: dict[int, float] = {}
    reached: int | None = None
    offered: dict[int, int] = {}
    allowed: dict[int, int] = {}

    def __post_init__(self) -> None:
        """Take up a clock that was stored before ``reached`` was."""
        self.empty -= self.fronts.keys()
        is_older = self.reached is None and not self.offered
        if is_older and self.fronts and len(self.fronts) + len(self.empty) >= self.partitions:
            self.reached = min(self.fronts.values())

    def take(self, flush: Flush) -> None:
        """Move on by what a flush says; a repeat or an older one changes nothing."""
        self.partitions = max(self.partitions, flush.partitions)
        self.read[flush.partition] = max(flush.read_at, self.read.get(flush.partition, 0.0))
        if flush.began is not None:
            self.began.setdefault(flush.partition, flush.began)
        if flush.front is not None:
            self.empty.discard(flush.partition)
            self.fronts[flush.partition] = max(flush.front, self.fronts.get(flush.partition, flush.front))
        elif flush.empty and flush.partition not in self.fronts:
            self.empty.add(flush.partition)
            if flush.partition in self.offered:
                self.allowed[flush.partition] = self.offered[flush.partition]
            if self.fronts:
                self.offered[flush.partition] = min(self.fronts.values())
        self.reached = self.front

    @property
    def front(self) -> int | None:
        """The event time that every source partition has reached; ``None`` before all have spoken for the first time.

        While one is missing that was added since, it stands still.
        """
        if not self.fronts or len(self.fronts.keys() | self.empty) < self.partitions:
            return self.reached
        limits = [self.allowed[partition] for partition in self.empty if partition in self.allowed]
        if len(limits) < len(self.empty):
            return self.reached
        front = min([*self.fronts.values(), *limits])
        return front if self.reached is None else max(front, self.reached)

    @property
    def read_at(self) -> float:
        """Wall time at which the source partition that was read longest ago was read; 0 where one is not heard of."""
        return min(self.read.values()) if 0 < self.partitions <= len(self.read) else 0.0

    @property
    def started_at(self) -> int:
        """The event time at which the watch began."""
        return min(self.began.values(), default=min(self.fronts.values(), default=0))


class Outcome(Struct, frozen=True, kw_only=True):
    """What one flush led to. ``verdicts`` must be on their way before ``changed`` is stored.

    ``changed`` is to be stored in its order; ``None`` is to be deleted. ``read_at`` is the clock's, for the heartbeat.
    Of the brands in ``relearning`` what was learned is of another version and could not be read.
    """

    verdicts: tuple[Verdict, ...] = ()
    observations: tuple[ObservationRow, ...] = ()
    changed: dict[str, bytes | None] = {}
    deleted: tuple[str, ...] = ()
    unknown_brands: int = 0
    late_snapshots: int = 0
    read_at: float = 0.0
    relearning: tuple[str, ...] = ()


class WatchPartition:
    """Pure core of the watch stage.

    Parameters
    ----------
    partition
        Which partition of ``flushes`` this is.
    brands
        All brands that live on it; with ``SELF_BRAND`` among them it watches the sources too.
    settings
        Lengths of bins and of lateness.
    states
        The stored state, by key: ``@clock/PARTITION``, ``@brands/PARTITION`` (since when each is watched), a brand's
        id (what it learned) and ``ID/START`` (an open bin). Read when a brand is first needed; written by the caller
        from ``Outcome.changed``.
    """

    def __init__(
        self, partition: int, brands: Sequence[Brand], settings: WatchSettings, states: Mapping[str, bytes]
    ) -> None:
        self.partition = partition
        self.settings = settings
        self._brands = {brand.id: brand for brand in brands}
        self._states = states
        self._watches: dict[str, BrandWatch] = {}
        self._clock_key = f"@clock/{partition}"
        self._sources_key = f"@sources/{partition}"
        hears = SELF_BRAND.id in self._brands
        self._sources = SourceWatch(settings.bin_s, states.get(self._sources_key)) if hears else None
        stored = states.get(self._clock_key)
        self.clock = msgspec.msgpack.decode(stored, type=Clock) if stored else Clock()
        self._brands_key = f"@brands/{partition}"
        listed = states.get(self._brands_key)
        self._listed: dict[str, int] = msgspec.msgpack.decode(listed, type=dict[str, int]) if listed else {}
        self._known_weeks: list[Week] | None = None
        self._relearning: list[str] = []
        # A brand that joins a watch under way has no history before; one that was there and silent has.
        joined = (self.clock.front or 0) if listed else 0
        self._since = {brand: self._listed.get(brand, joined) for brand in sorted(self._brands)}
        # Brands that were awake when the state was stored must go on without waiting for a mention.
        self._stored_bins: dict[str, list[str]] = {}
        for key in states:
            brand, slash, _ = key.partition("/")
            if slash and brand in self._brands:
                self._stored_bins.setdefault(brand, []).append(key)
        self._awake = set(self._stored_bins)

    def take(self, flush: Flush) -> Outcome:
        """Merge one flush and work through the event time that it opens."""
        work = self.taking(flush)
        while True:
            try:
                next(work)
            except StopIteration as done:
                outcome: Outcome = done.value
                return outcome

    def taking(self, flush: Flush) -> Generator[None, None, Outcome]:
        """Do what ``take`` does, and yield after each moment: days of event time may come with one flush.

        Whoever stops in the middle must throw the core away.
        """
        began = self.clock.front is not None
        self.clock.take(flush)
        if not began:
            # Until every source partition has spoken, one may still know of an earlier beginning.
            for brand, watch in self._watches.items():
                watch.start(max(self._since[brand], self.clock.started_at))
        unknown, late = self._merge(flush)
        unknown += self._hear(flush.feedback)
        verdicts: list[Verdict] = []
        rows: list[ObservationRow] = []
        if self.clock.front is not None:
            yield from self._advance(self.clock.front, verdicts, rows)
        relearning, self._relearning = self._relearning, []
        return Outcome(
            verdicts=tuple(sorted(verdicts, key=lambda v: v.at)),
            observations=tuple(rows),
            changed=self._changed(),
            deleted=flush.deleted,
            unknown_brands=unknown,
            late_snapshots=late,
            read_at=self.clock.read_at,
            relearning=tuple(relearning),
        )

    def _merge(self, flush: Flush) -> tuple[int, int]:
        unknown = late = 0
        for snapshot in flush.snapshots:
            if snapshot.brand not in self._brands:
                unknown += 1
                continue
            self._awake.add(snapshot.brand)
            late += not self._watch(snapshot.brand).add(snapshot, flush.partition)
        for watch in self._watches.values() if flush.deleted else ():
            for post in flush.deleted:
                watch.drop_post(post)
        if self._sources is not None:
            self._sources.hear(flush.heard)
        return unknown, late

    def _hear(self, said: Sequence[Feedback]) -> int:
        """Let feedback count from the first bin that has not begun; return how much was of brands unknown here."""
        # Before anything was heard there is nothing that could have rung, or should have.
        if not self.clock.fronts:
            return 0
        reached = self.clock.front or max(self.clock.fronts.values())
        since = -(-reached // self.settings.bin_s) * self.settings.bin_s
        unknown = 0
        for feedback in said:
            if feedback.brand not in self._brands:
                unknown += 1
                continue
            self._awake.add(feedback.brand)
            watch = self._watch(feedback.brand)
            watch.learned_changed |= watch.feedback.take(feedback, since)
        return unknown

    def _advance(self, front: int, verdicts: list[Verdict], rows: list[ObservationRow]) -> Iterator[None]:
        if self._sources is not None:
            verdicts += self._sources.advance(front)
        for brand in sorted(self._awake):
            for verdict, closed in self._watch(brand).advance(front):
                if verdict is not None:
                    verdicts.append(verdict)
                rows += closed
                yield

    def _watch(self, brand_id: str) -> BrandWatch:
        watch = self._watches.get(brand_id)
        if watch is None:
            since = max(self._since[brand_id], self.clock.started_at)
            watch = BrandWatch(self._brands[brand_id], self.settings, since)
            if learned := self._states.get(brand_id):
                bins = [self._states[key] for key in self._stored_bins.pop(brand_id, ())]
                if not watch.restore(learned, bins):
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

    def _changed(self) -> dict[str, bytes | None]:
        # What was learned goes before the open bins: a bin that is learned and still open is dropped on
        # recovery, one that is neither would be lost.
        changed: dict[str, bytes | None] = {}
        for brand in sorted(self._awake):
            watch = self._watch(brand)
            if watch.learned_changed:
                changed[brand] = watch.learned_bytes()
                watch.learned_changed = False
            changed.update((f"{brand}/{start}", watch.bin_bytes(start)) for start in sorted(watch.changed_bins))
            changed.update((f"{brand}/{start}", None) for start in sorted(watch.closed_bins))
            watch.changed_bins, watch.closed_bins = set(), set()
            if not watch.is_awake:
                self._awake.discard(brand)
        if self._listed != self._since:
            changed[self._brands_key] = msgspec.msgpack.encode(self._since)
            self._listed = self._since
        if self._sources is not None:
            changed[self._sources_key] = self._sources.to_bytes()
        changed[self._clock_key] = msgspec.msgpack.encode(self.clock)
        return changed
