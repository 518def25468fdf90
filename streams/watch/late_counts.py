"""A brand's late mentions of the last hours, so that an outbreak knows those of the time before it rang. Pure."""

from collections.abc import Sequence

from msgspec import Struct

from detectors.late_posts import LatePosts, most_posts_first
from streams.wire.late_mentions import LateMentions

MINUTES = 600
"""Counts kept, each of a source and a bin; the newest by their own time."""
SOURCES = 30
"""Counted apart; those that come after them are ``other``."""
OTHER = "other"


class LateTally(Struct):
    """Late mentions of one source, of the time of an outbreak; ``last`` is the newest bin of theirs, epoch seconds."""

    mentions: int = 0
    last: int = 0


Tallies = dict[str, LateTally]


def tally(tallies: Tallies, source: str, start: int, mentions: int) -> None:
    """Add late mentions of one source and bin to what an outbreak knows."""
    name = source if source in tallies or len(tallies) < SOURCES else OTHER
    known = tallies.setdefault(name, LateTally())
    known.mentions += mentions
    known.last = max(known.last, start)


def late_posts(tallies: Tallies) -> tuple[LatePosts, ...]:
    """Return an outbreak's late mentions as a verdict carries them."""
    return most_posts_first(
        LatePosts(source=source, posts=each.mentions, last=each.last) for source, each in tallies.items()
    )


class LateCounts(Struct, omit_defaults=True):
    """Late mentions by source and bin, each record counted once.

    ``counted_to`` is for each source partition the offset of the last record counted: what is told again, because a
    worker died before it had committed, lies before it.
    """

    counted_to: dict[int, int] = {}
    bins: dict[str, dict[int, int]] = {}

    def take(self, late: Sequence[LateMentions], partition: int) -> list[tuple[str, int, int]]:
        """Count what one flush of a source partition tells; return source, bin and how many are new."""
        before = self.counted_to.get(partition, -1)
        counted = []
        for one in late:
            if mentions := sum(offset > before for offset in one.offsets):
                self.counted_to[partition] = max(self.counted_to.get(partition, -1), *one.offsets)
                name = one.source if one.source in self.bins or len(self.bins) < SOURCES else OTHER
                counts = self.bins.setdefault(name, {})
                counts[one.start] = counts.get(one.start, 0) + mentions
                counted.append((name, one.start, mentions))
        self._forget()
        return counted

    def since(self, began: int, bin_s: int) -> Tallies:
        """Return those of the bins that end after ``began``, epoch seconds."""
        tallies: Tallies = {}
        for source, counts in self.bins.items():
            for start, mentions in counts.items():
                if start + bin_s > began:
                    tally(tallies, source, start, mentions)
        return tallies

    def _forget(self) -> None:
        too_many = sum(map(len, self.bins.values())) - MINUTES
        if too_many <= 0:
            return
        oldest = sorted((start, source) for source, counts in self.bins.items() for start in counts)[:too_many]
        for start, source in oldest:
            del self.bins[source][start]
            if not self.bins[source]:
                del self.bins[source]
