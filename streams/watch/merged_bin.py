"""One brand's bin as the watch stage sees it: the snapshots of all source partitions, merged."""

from collections.abc import Collection
from itertools import pairwise, zip_longest

from msgspec import Struct

from detectors.negativity.rates import BEFORE_IT_WAS_SAID
from detectors.observation import Observation
from detectors.post import Post
from streams.sketches.counted_authors import CountedAuthors
from streams.sketches.post_sample import PostSample
from streams.sketches.read_authors import from_the_wire, on_the_wire
from streams.sketches.sketch import AUTHORS_K, TEXTS_K, PrefixSketch
from streams.wire.flush import BinAuthor, Snapshot, Text


class PartitionCounts(Struct, frozen=True, array_like=True):
    """What one source partition counted, second by second, and the offsets that it covers."""

    first_offset: int
    last_offset: int
    mentions: tuple[int, ...] = ()
    negatives: tuple[int, ...] = ()
    unscored: tuple[int, ...] = ()


class MergedBinState(Struct, frozen=True, array_like=True):
    """A merged bin as it is kept in a table: plain values alone."""

    start: int
    span_s: int
    partitions: dict[int, PartitionCounts]
    authors: tuple[BinAuthor, ...] = ()
    texts: tuple[Text, ...] = ()
    posts: tuple[Post, ...] = ()
    gone: tuple[str, ...] = ()
    arrived_at: float = 0.0


_NOBODY = CountedAuthors()


class MergedBin:
    """The snapshots of one (brand, bin), merged: the same whatever their order, their repeats, their number.

    Mentions lie in one source partition each, so their counts are kept by partition and summed; of each
    partition the snapshot that covers the most counts. A snapshot replaces the one before it exactly where it
    covers at least the same offsets: ``first_offset`` no later and ``last_offset`` no earlier. So a replay that
    has not yet come as far again, or began in the middle of the bin, takes nothing away.

    An author speaks in many partitions, so voices, texts and posts are sketches whose union takes in any
    snapshot, replaced or not, without counting anyone twice.

    Parameters
    ----------
    start
        First second of the bin (epoch).
    span_s
        Its length in seconds.
    """

    __slots__ = (
        "_authors",
        "_counted",
        "_gone",
        "_known_after",
        "_partitions",
        "_posts",
        "_scorers",
        "_texts",
        "arrived_at",
        "span_s",
        "start",
    )  # fmt: skip

    def __init__(self, start: int, span_s: int = 60) -> None:
        self.start = start
        self.span_s = span_s
        self.arrived_at = 0.0
        self._partitions: dict[int, PartitionCounts] = {}
        self._authors = PrefixSketch(AUTHORS_K)
        self._texts = PrefixSketch(TEXTS_K)
        self._posts = PostSample()
        self._gone: set[str] = set()
        self._scorers: dict[int, str] = {}
        # A bin that waits to be closed is asked the same at each moment of those after it.
        self._counted: tuple[int, CountedAuthors | None, Observation] | None = None
        self._known_after: tuple[CountedAuthors, CountedAuthors] | None = None

    def add(self, snapshot: Snapshot, partition: int, scorer: str = "") -> bool:
        """Merge one snapshot, which a source partition sent; ``scorer`` is the name of what read its mentions.

        Returns
        -------
        Whether anything changed; a repeat changes nothing.
        """
        changed = self._replace(partition, snapshot)
        if changed:
            self._scorers[partition] = scorer or BEFORE_IT_WAS_SAID
        for author, second, number in from_the_wire(snapshot.authors):
            changed |= self._authors.see(author, second, number)
        for text in snapshot.texts:
            changed |= self._texts.see(text.text, text.first_s)
        changed |= self._posts.merge(post for post in snapshot.posts if post.id not in self._gone)
        if snapshot.arrived_at > self.arrived_at:
            self.arrived_at = snapshot.arrived_at
            changed = True
        if changed:
            self._counted = self._known_after = None
        return changed

    def _replace(self, partition: int, snapshot: Snapshot) -> bool:
        before = self._partitions.get(partition)
        if before is not None and not (
            snapshot.first_offset <= before.first_offset and snapshot.last_offset >= before.last_offset
        ):
            return False
        counts = PartitionCounts(
            snapshot.first_offset, snapshot.last_offset, snapshot.mentions, snapshot.negatives, snapshot.unscored
        )
        if counts == before:
            return False
        self._partitions[partition] = counts
        return True

    def drop_posts(self, ids: Collection[str]) -> bool:
        """Take posts out of the sample, now and when they come again; return whether there was one."""
        dropped = self._posts.drop(ids)
        self._gone |= dropped
        return bool(dropped)

    def seconds_with_news(self, after_s: int, until_s: int) -> list[int]:
        """Give the seconds of the bin in which a mention came: in no other can a voice have appeared or turned.

        Parameters
        ----------
        after_s, until_s
            Seconds into the bin: the first asked for, and the first not asked for.
        """
        after_s = max(after_s, 0)
        counts = [part.mentions[after_s:until_s] for part in self._partitions.values()]
        return [after_s + s for s, came in enumerate(zip_longest(*counts, fillvalue=0)) if any(came)]

    def observation(self, until_s: int | None = None, known: CountedAuthors | None = None) -> Observation:
        """Count what came in the seconds of the bin before ``until_s``; the whole of it by default.

        Voices that are ``known`` from before are not counted again.
        """
        elapsed_s = self.span_s if until_s is None else max(0, min(until_s, self.span_s))
        if self._counted is not None and self._counted[0] == elapsed_s and self._counted[1] is known:
            return self._counted[2]
        mentions, negatives, unscored = self._counted_until(elapsed_s)
        drawn, known_before = self._authors.until(elapsed_s), known or _NOBODY
        authors = known_before.fresh(drawn)
        counted = Observation(
            start=self.start,
            span_s=self.span_s,
            elapsed_s=elapsed_s,
            mentions=mentions,
            negatives=negatives,
            unscored=unscored,
            authors=authors.seen,
            scored_authors=authors.scored,
            negative_authors=authors.negative,
            texts=self._texts.count(elapsed_s),
            copied=authors.copied,
            turned=authors.turned,
            again=authors.again,
            harm=known_before.fresh_harm(drawn),
        )
        self._counted = elapsed_s, known, counted
        return counted

    def known_after(self, before: CountedAuthors) -> CountedAuthors:
        """Return whom one knows after this bin, where one knew those of ``before`` until then."""
        if self._known_after is None or self._known_after[0] is not before:
            self._known_after = before, before.after(self.start, self._authors.until(self.span_s))
        return self._known_after[1]

    @property
    def scorers(self) -> set[str]:
        """Names of the scorers that have read the bin."""
        return set(self._scorers.values())

    def read_by(self, until_s: int | None = None) -> dict[str, float]:
        """Return by which scorers what came before a second was read, each with its part; empty where nothing was."""
        counts: dict[str, int] = {}
        for partition, part in self._partitions.items():
            scored = sum(part.mentions[:until_s]) - sum(part.unscored[:until_s])
            if scored > 0:
                name = self._scorers.get(partition, BEFORE_IT_WAS_SAID)
                counts[name] = counts.get(name, 0) + scored
        whole = sum(counts.values())
        return {name: count / whole for name, count in counts.items()}

    def mentions_in(self, parts: int) -> tuple[int, ...]:
        """Count the mentions of each of so many equal parts of the bin."""
        until = [self._counted_until(self.span_s * part // parts)[0] for part in range(parts + 1)]
        return tuple(later - sooner for sooner, later in pairwise(until))

    def posts(self, until_s: int | None = None) -> tuple[Post, ...]:
        """Give the sampled posts, those alone that came before ``until_s`` seconds of the bin had passed."""
        return self._posts.posts(None if until_s is None else self.start + until_s)

    def _counted_until(self, second: int) -> tuple[int, int, int]:
        """Return mentions, negatives and unscored before a second, summed over the partitions."""
        mentions = negatives = unscored = 0
        for part in self._partitions.values():
            mentions += sum(part.mentions[:second])
            negatives += sum(part.negatives[:second])
            unscored += sum(part.unscored[:second])
        return mentions, negatives, unscored

    def to_state(self) -> MergedBinState:
        """Return the bin as plain values, in an order that depends on what it holds alone."""
        return MergedBinState(
            start=self.start,
            span_s=self.span_s,
            partitions=dict(sorted(self._partitions.items())),
            authors=tuple(each for author, said in self._authors.items() for each in on_the_wire(author, said)),
            texts=tuple(Text(text, said[0][0]) for text, said in self._texts.items()),
            posts=tuple(self._posts.kept()),
            gone=tuple(sorted(self._gone)),
            arrived_at=self.arrived_at,
        )

    @classmethod
    def from_state(cls, state: MergedBinState) -> "MergedBin":
        """Return the bin that ``to_state`` was asked of."""
        merged = cls(state.start, state.span_s)
        merged._partitions = dict(state.partitions)
        for author, second, number in from_the_wire(state.authors):
            merged._authors.see(author, second, number)
        for text in state.texts:
            merged._texts.see(text.text, text.first_s)
        merged._gone = set(state.gone)
        merged._posts.merge(state.posts)
        merged.arrived_at = state.arrived_at
        return merged
