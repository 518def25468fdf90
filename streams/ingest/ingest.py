"""Stage 1 for one source partition: decode, match, drop repeats, score, bin. Pure: records in, flushes out."""

import math
from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from detectors.negativity.scorer import NegativityScorer
from detectors.negativity.spoken import ENGLISH
from streams.brand import watch_partition
from streams.errors import BadMentionError
from streams.ingest.bins import NO_LANGUAGE, PartitionBin, main_language, sight, spoken
from streams.ingest.blame import scores_by_brand
from streams.ingest.caps import Caps
from streams.ingest.corrections import Corrections
from streams.ingest.erased import Erased
from streams.ingest.flush_parts import in_parts
from streams.ingest.harm import harmed
from streams.ingest.ingest_settings import IngestSettings
from streams.ingest.late_arrivals import LateArrivals
from streams.ingest.open_bins import OpenBins
from streams.ingest.remembered_ids import RememberedIds
from streams.ingest.resume import CommitPoint, Resume, read_metadata, write_metadata
from streams.mention import OURSELVES
from streams.queries.matching import Matcher
from streams.sketches.read_authors import HARMFUL
from streams.sketches.sketch import stable_hash
from streams.wire.flush import Flush, Snapshot
from streams.wire.late_mentions import LateMentions
from streams.wire.record import Arrival, DeadLetter, Record, read_value

OTHER = "other"
_SOURCE_CHARS = 200
_ANSWERS = 2
"""So many times in a row a partition must be found empty before a flush says so, again for each flush."""


class IngestStats(Struct):
    """What was done since the last ``take_stats``; records read again after a restart count as ``settled`` alone.

    Parameters
    ----------
    mentions
        By source.
    matched, harmful
        By brand: all, and those that report harm to it.
    unscored
        By the language that they were taken to be in.
    by_text
        Mentions that state no language, by the language detected in their text.
    contradicted
        Mentions whose text is in another language than they state: by what they state, and by what it is in.
    duplicates, late
        Matching mentions that were left out: repeats of an id, and such whose bin is closed.
    late_of
        The latter by brand and by what they state as their source.
    ahead
        Mentions that said that they were of a time to come, and were counted when they were read.
    deleted, tombstones
        Take-downs of posts; records without a value.
    settled
        Records that had been read before a restart.
    """

    mentions: dict[str, int] = field(default_factory=dict)
    matched: dict[str, int] = field(default_factory=dict)
    harmful: dict[str, int] = field(default_factory=dict)
    unscored: dict[str, int] = field(default_factory=dict)
    by_text: dict[str, int] = field(default_factory=dict)
    contradicted: dict[tuple[str, str], int] = field(default_factory=dict)
    duplicates: int = 0
    late: int = 0
    late_of: dict[tuple[str, str], int] = field(default_factory=dict)
    ahead: int = 0
    deleted: int = 0
    tombstones: int = 0
    settled: int = 0

    def count_language(self, stated: str, language: str, *, is_scored: bool) -> None:
        """Count what a matching mention states and what the scorer took it to be in, in two letters or empty."""
        stated, language = main_language(stated), main_language(language)
        if stated == NO_LANGUAGE:
            _add_one(self.by_text, language)
        elif stated != language:
            pair = stated, language
            self.contradicted[pair] = self.contradicted.get(pair, 0) + 1
        if not is_scored:
            _add_one(self.unscored, language)


class PartitionIngest:
    """One source partition's open bins and watermark.

    The watermark is the latest event second read; it says that all *before* that second has been read, not the
    second itself, which may still go on. Every mention moves it, whether it matches or not. A bin is closed
    when the watermark has passed its end by ``lateness_s``.

    Call ``take`` for each fetch, ``idle`` when a fetch was answered and the partition is read to its end,
    ``confirm`` and ``flush`` about once a second; commit ``commit_point`` once that flush, and the dead letters
    before it, have been taken by Kafka.

    Parameters
    ----------
    partition, partitions
        Which source partition this is, and how many there are; ``confirm`` says where one was added.
    resume
        What ``streams.ingest.resume.read_metadata`` found beside the committed offset, where reading goes on.
    watch_partitions
        Partitions of the topic ``flushes``; as many as there are source partitions by default.
    corrections
        What officers' marks on posts teach; may grow while this is at work.
    remembered
        The ids of the last day's bins; those that close here are added. Whoever reads on elsewhere needs them too:
        see ``ids_to_keep``.
    erased
        Posts and authors that are not to be shown; those that are taken down here are added. May grow while this is at
        work. Whoever reads on elsewhere needs them too: see ``redacted_posts``.
    """

    def __init__(  # noqa: PLR0917 - the order in which they are needed
        self,
        partition: int,
        partitions: int,
        matcher: Matcher,
        scorer: NegativityScorer,
        settings: IngestSettings | None = None,
        resume: Resume | None = None,
        *,
        watch_partitions: int | None = None,
        corrections: Corrections | None = None,
        remembered: RememberedIds | None = None,
        erased: Erased | None = None,
    ) -> None:
        self.partition = partition
        self.partitions = partitions
        self.watch_partitions = watch_partitions or partitions
        self.matcher = matcher
        self.scorer = scorer
        self.corrections = corrections
        self._settings = settings = settings or IngestSettings()
        self._sources: dict[str, int] = {}
        self._heard: dict[str, set[int]] = {}
        self._erased = Erased() if erased is None else erased
        self._taken_down: tuple[str, ...] = ()
        self._newly_taken_down: dict[str, None] = {}
        self._stats = IngestStats()
        self._late = LateArrivals()
        self._found_empty = 0
        self._commit_point: CommitPoint | None = None
        resume = resume or Resume(position=-1)
        self._position = self._settled_before = resume.position
        self._read_to = -1
        self._watermark = resume.watermark
        self._began = resume.began
        self._idle_since = None if resume.watermark is None else (resume.wall_s, resume.watermark)
        if remembered is None:
            remembered = RememberedIds(most=settings.remembered_ids)
        self._bins = OpenBins(settings.bin_s, settings.lateness_s, resume.repeat_offsets(), remembered)
        self._ids_to_keep: list[tuple[int, dict[int, int]]] = []
        self._caps = Caps(resume.read_caps())

    @property
    def watermark(self) -> int | None:
        """Event time up to which the partition has been read, epoch seconds; ``None`` before the first mention."""
        return self._watermark

    @property
    def position(self) -> int | None:
        """Offset after the last record taken; ``None`` before the first."""
        return self._position if self._position >= 0 else None

    @property
    def open_bins(self) -> int:
        """Bins held, over all brands."""
        return len(self._bins)

    def take_stats(self) -> IngestStats:
        """Return the counts since the last call, and reset them."""
        stats, self._stats = self._stats, IngestStats()
        return stats

    # -- records in ------------------------------------------------------------------------------------------

    def take(self, records: Sequence[Record], now_s: float = math.inf) -> list[DeadLetter]:
        """Take one fetch, in the order of its offsets; return the records that are no mentions.

        Parameters
        ----------
        now_s
            Wall time, epoch seconds, beyond which no record counts. When a record is read again after a restart, the
            time goes for it at which it was read first.
        """
        dead: list[DeadLetter] = []
        before = self._watermark
        arrivals = self._read(records, dead, now_s)
        if records:
            self._read_to = records[-1].offset + 1
            self._position = max(self._position, self._read_to)
        if arrivals:
            self._found_empty = 0
            if arrivals[-1].watermark != before:
                # Not from when the partition is next found empty: Kafka may be out of reach until then.
                self._idle_since = None if math.isinf(now_s) else (now_s, arrivals[-1].watermark)
            self._count_sources(arrivals)
            self._count_matching(arrivals)
            self._advance(arrivals[-1].watermark)
        return dead

    def _read(self, records: Sequence[Record], dead: list[DeadLetter], now_s: float) -> list[Arrival]:
        arrivals: list[Arrival] = []
        watermark = self._watermark
        future_s, settled_before = self._settings.future_s, self._settled_before
        for record in records:
            value, offset = record.value, record.offset
            if value is None:
                self._stats.tombstones += offset >= settled_before
                continue
            # What had been read before a restart was not ahead of its reading, unless that is known.
            cap_s = self._caps.at(offset, now_s if offset >= settled_before else math.inf)
            try:
                mention, event_s = read_value(value, record.timestamp_s, future_s, cap_s)
            except BadMentionError as error:
                if offset >= settled_before:
                    dead.append(DeadLetter(offset, error.reason, error.detail, record.key, value))
                continue
            if mention.deleted:
                self._take_down(mention.id, offset)
                continue
            if event_s == cap_s and mention.published.timestamp() // 1 > cap_s:
                self._caps.note(offset, int(cap_s))
                self._stats.ahead += offset >= settled_before
            second = int(event_s // 1)
            if watermark is None or second > watermark:
                watermark = second
            arrivals.append(Arrival(mention, offset, record.timestamp_s, event_s, watermark))
        return arrivals

    def _count_sources(self, arrivals: list[Arrival]) -> None:
        if self._began is None:
            self._began = int(arrivals[0].event_s // 1)
        counts, settled_before = self._stats.mentions, self._settled_before
        bin_s = self._settings.bin_s
        first_open = (self._watermark or 0) - self._settings.lateness_s - bin_s
        for arrival in arrivals:
            source = arrival.mention.source
            if source not in self._sources:
                source = OTHER if len(self._sources) >= self._settings.sources else source[:_SOURCE_CHARS]
                self._sources.setdefault(source, -1)
            start = int(arrival.event_s // bin_s) * bin_s
            if start != self._sources[source] and start > first_open and source != OURSELVES:
                self._sources[source] = start
                self._heard.setdefault(source, set()).add(start)
            if arrival.offset >= settled_before:
                counts[source] = counts.get(source, 0) + 1
            else:
                self._stats.settled += 1

    def _count_matching(self, arrivals: list[Arrival]) -> None:
        matches = self.matcher.match([arrival.mention for arrival in arrivals])
        matching = [
            (arrival, brands, stable_hash(arrival.mention.id))
            for arrival, brands in zip(arrivals, matches, strict=True)
            if brands
        ]
        self._bins.remembered.look_up([id_hash for _, _, id_hash in matching])
        counted: list[tuple[Arrival, int, PartitionBin, tuple[int, ...]]] = []
        for arrival, brands, id_hash in matching:
            self._advance(arrival.watermark)
            held = self._bins.at(arrival.event_s, arrival.offset, arrival.watermark)
            if held is None:
                if arrival.offset >= self._settled_before:
                    self._count_late(arrival, id_hash, brands)
            elif self._bins.is_repeat(id_hash, arrival.offset, held):
                self._stats.duplicates += arrival.offset >= self._settled_before
            else:
                counted.append((arrival, id_hash, held, brands))
        if counted:
            self._score_and_bin(counted)

    def _count_late(self, arrival: Arrival, id_hash: int, brands: tuple[int, ...]) -> None:
        name = arrival.mention.source[:_SOURCE_CHARS]
        name = name if name in self._sources else OTHER
        ids = [self.matcher.brands[index].id for index in brands]
        self._stats.late += 1
        for brand in ids:
            self._stats.late_of[brand, name] = self._stats.late_of.get((brand, name), 0) + 1
        start = int(arrival.event_s // self._settings.bin_s) * self._settings.bin_s
        if not (self._bins.has_counted(id_hash, arrival.offset, start) or self._late.is_known(id_hash)):
            self._late.note(ids, name, start, arrival.offset, arrival.watermark)

    def _score_and_bin(self, counted: list[tuple[Arrival, int, PartitionBin, tuple[int, ...]]]) -> None:
        texts = [spoken(arrival.mention) for arrival, *_ in counted]
        read = self.scorer.read(texts, [arrival.mention.language for arrival, *_ in counted])
        scores: list[float] = read.scores.tolist()
        ids = [brand.id for brand in self.matcher.brands]
        matched = [brands for *_, brands in counted]
        corrected = scores_by_brand(
            texts, scores, matched, self.matcher, self.scorer, languages=read.languages, corrections=self.corrections
        )
        harm = harmed(texts, matched, self.matcher, read.may_report_harm)
        for place, (one, text, negativity) in enumerate(zip(counted, texts, scores, strict=True)):
            arrival, id_hash, held, brands = one
            # Whatever a scorer or an officer says of no words at all: nobody knows how a withheld text was meant.
            known = not arrival.mention.is_withheld
            score = negativity if known else math.nan
            sighting = sight(
                arrival,
                id_hash,
                text,
                score,
                hidden=self._erased.hides(arrival.mention),
                is_read_for_harm=not math.isnan(score) and read.languages[place] == ENGLISH,
            )
            fresh = arrival.offset >= self._settled_before
            own = corrected.get(place) if known else None
            for at, index in enumerate(brands):
                seen = sighting if own is None else replace(sighting, negativity=own[at])
                if known and (words := harm.get((place, index))):
                    seen = replace(seen, harm=HARMFUL, harm_words=words)
                    if fresh:
                        _add_one(self._stats.harmful, ids[index])
                self._bins.add(ids[index], held, seen)
                if fresh:
                    _add_one(self._stats.matched, ids[index])
            if fresh:
                self._stats.count_language(
                    arrival.mention.language, read.languages[place], is_scored=sighting.is_scored
                )

    def _take_down(self, post_id: str, offset: int) -> None:
        self._stats.deleted += offset >= self._settled_before
        self._newly_taken_down[post_id] = None
        self._erased.add_post(post_id)
        self._bins.drop_post(post_id)

    # -- time ------------------------------------------------------------------------------------------------

    def idle(self, now_s: float) -> None:
        """Say that the partition is read to its end: its watermark goes on at the speed of the wall clock.

        Call it only when Kafka has just answered a fetch, and the position is the partition's end: while the
        broker cannot be reached, nobody knows whether the partition is read to its end.

        Parameters
        ----------
        now_s
            Wall time, epoch seconds.
        """
        self._read_to = self._position
        self.age(now_s)

    def age(self, now_s: float) -> None:
        """Let the watermark go on at the speed of the wall clock, whatever may be left to read: nobody waits for that.

        Parameters
        ----------
        now_s
            Wall time, epoch seconds.
        """
        if self._watermark is None:
            self._found_empty += 1
            return
        if self._idle_since is None:
            self._idle_since = (now_s, self._watermark)
        since_s, watermark = self._idle_since
        self._advance(max(self._watermark, watermark + int(now_s - since_s)))

    def _advance(self, watermark: int) -> None:
        if watermark != self._watermark:
            self._watermark = watermark
            self._bins.close_before(watermark)

    # -- flushes out -----------------------------------------------------------------------------------------

    def confirm(self, partitions: int) -> None:
        """Note how many source partitions there are, asked of Kafka after all that was taken so far had been read.

        Call it before each ``flush``: a watermark says nothing while a partition may exist that nobody reads yet. One
        that is added after this answer gets its first record later than what this watermark stands for was read.
        """
        self.partitions = max(self.partitions, partitions)

    def flush(self, now_s: float) -> list[list[Flush]]:
        """Return what has changed since the last flush: for each watch partition the parts of one flush, in order.

        Every watch partition gets at least one part; its last carries the watermark. A
        flush that Kafka did not take must be sent again, or the core be made anew and read again: a snapshot tells
        each voice, text and post once.

        Parameters
        ----------
        now_s
            Wall time, epoch seconds; goes into the commit's metadata.
        """
        snapshots: list[list[Snapshot]] = [[] for _ in range(self.watch_partitions)]
        for changed in self._bins.drain():
            snapshots[watch_partition(changed.brand, self.watch_partitions)].append(changed.snapshot())
        self._taken_down, self._newly_taken_down = tuple(self._newly_taken_down), {}
        self._commit_point = self._point_to_commit(now_s)
        self._ids_to_keep = self._bins.drain_ids()
        # An answer may have been on its way since before the last flush; the one after it was asked for later.
        is_empty = self._found_empty >= _ANSWERS
        if is_empty:
            self._found_empty = 0
        last = Flush(
            partition=self.partition,
            partitions=self.partitions,
            watermark=self._watermark,
            began=self._began,
            empty=is_empty,
            heard={source: tuple(sorted(starts)) for source, starts in self._heard.items()},
            scorer=self.scorer.name,
        )
        self._heard = {}
        own: list[list[LateMentions]] = [[] for _ in range(self.watch_partitions)]
        for one in self._late.drain():
            own[watch_partition(one.brand, self.watch_partitions)].append(one)
        return [
            in_parts(replace(last, late=tuple(late)), of_one, self._taken_down, self._settings.part_bytes)
            for of_one, late in zip(snapshots, own, strict=True)
        ]

    def commit_point(self) -> CommitPoint | None:
        """Return what may be committed once the last flush has been taken by Kafka; ``None`` before there is any.

        It is the state at that flush: what was taken since is not yet with the watch stage.
        """
        return self._commit_point

    def ids_to_keep(self) -> list[tuple[int, dict[int, int]]]:
        """Return the ids of the bins that had closed at the last flush and not at the one before, by the bins' starts.

        They must be kept (``remembered_ids.rows_of``) before its ``commit_point`` is committed: what is read again from
        there no longer tells them.
        """
        return self._ids_to_keep

    def redacted_posts(self) -> tuple[str, ...]:
        """Return the ids of the posts that were taken down between the last flush and the one before.

        That they were must be kept (``erased.post_row``) before the last flush's ``commit_point`` is committed.
        """
        return self._taken_down

    def _point_to_commit(self, now_s: float) -> CommitPoint | None:
        if self._position < 0 or self._read_to < self._settled_before:
            return self._commit_point  # what was open before the restart is not yet open again
        resume = Resume(
            position=self._position,
            watermark=self._watermark,
            began=self._began,
            wall_s=round(now_s, 3),
            repeats=tuple(self._position - offset for offset in self._bins.repeats_of_closed()),
        )
        first = self._bins.first_offset()
        offset = self._position if first is None else first
        self._caps.are_kept = True
        return CommitPoint(offset, write_metadata(resume.with_caps(self._caps.since(offset))))

    def caps_to_keep(self, committed: CommitPoint) -> CommitPoint | None:
        """Return what to commit *before* the next flush: what it will tell must be told again if it has to be.

        ``None`` where no record was ahead of the wall clock since the last commit.

        Parameters
        ----------
        committed
            What was committed last; it stays where it is.
        """
        if self._caps.are_kept:
            return None
        resume = read_metadata(committed.metadata) or Resume(position=-1)
        return committed._replace(metadata=write_metadata(resume.with_caps(self._caps.since(committed.offset))))


def _add_one(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1
