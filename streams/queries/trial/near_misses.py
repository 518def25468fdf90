"""What a query nearly misses: mentions that one relaxed condition would bring in, counted by the change."""

from collections.abc import Sequence

from msgspec import Struct

from detectors.same_text import fold_text
from streams.brand import Brand
from streams.mention import Mention
from streams.queries.matching import Matcher
from streams.queries.trial.changes import Relaxed
from streams.queries.trial.sample import Drawn, draw_key

_EXAMPLES = 3


class NearMiss(Struct, frozen=True):
    """One change of a query, and what it would bring in.

    Parameters
    ----------
    change
        What would be relaxed.
    mentions
        How many more it would match.
    examples
        The places of some of them.
    """

    change: Relaxed
    mentions: int
    examples: tuple[int, ...]


class NearMisses:
    """Counts, among mentions that a query does not match, those that each change would bring in.

    Parameters
    ----------
    changes
        The query with one condition relaxed, in several ways.
    """

    def __init__(self, changes: Sequence[Relaxed], *, seed: int = 0) -> None:
        self._changes = tuple(changes)
        brands = [
            Brand(id=str(at), name="", query=change.query, languages=change.languages)
            for at, change in enumerate(changes)
        ]
        self._matcher = Matcher(brands, compiled={change.query: change.compiled for change in changes})
        self._seed = seed
        self._counts = [0] * len(brands)
        self._drawn = [Drawn(_EXAMPLES) for _ in brands]
        self.mentions = 0
        """Mentions that some change would bring in."""

    def take(self, place: int, mention: Mention) -> None:
        """Count a mention that the query does not match."""
        [brought] = self._matcher.match([mention])
        self.mentions += bool(brought)
        for at in brought:
            self._counts[at] += 1
            self._drawn[at].take(draw_key(fold_text(mention.content), self._seed), place)

    def found(self) -> list[NearMiss]:
        """Return the changes that bring something in, the greatest first."""
        found = [
            NearMiss(change, count, tuple(drawn.places))
            for change, count, drawn in zip(self._changes, self._counts, self._drawn, strict=True)
            if count
        ]
        return sorted(found, key=lambda miss: -miss.mentions)
