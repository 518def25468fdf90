"""What a query matches of mentions: how many, where, when, and by which of its terms."""

from collections import Counter
from collections.abc import Sequence

from detectors.same_text import fold_text
from streams.brand import Brand
from streams.mention import Mention
from streams.queries.matching import Matcher
from streams.queries.syntax import read_query
from streams.queries.trial.sample import Drawn, draw_key
from streams.queries.trial.tree import CompiledTree

_SHOWN_OF_A_TERM = 12


class Tally:
    """Counts of a query's matches, made from the mentions given to it.

    Parameters
    ----------
    query
        As it stands in ``tocsin.yml``.
    languages
        Those that the brand listens to; empty for all.
    seed
        Draws which matches are shown.

    Examples
    --------
    >>> from streams.mention import decode_mention
    >>> tally = Tally("northside OR #nhs")
    >>> for at, text in enumerate(("Northside shut", "Save our #nhs, northside!", "rain")):
    ...     post = b'{"id": "%d", "published": "2011-07-12T15:00:00Z", "content": "%b"}' % (at, text.encode())
    ...     matched = tally.take(at, decode_mention(post))
    >>> tally.mentions, tally.matched, dict(tally.by_term), dict(tally.alone)
    (3, 2, {'northside': 2, '#nhs': 1}, {'northside': 1})
    """

    def __init__(self, query: str, languages: Sequence[str] = (), *, seed: int = 0) -> None:
        self.tree = CompiledTree(read_query(query))
        self._matcher = Matcher([Brand(id="query", name="query", query=query, languages=tuple(languages))])
        self._seed = seed
        self.mentions = 0
        self.matched = 0
        self.by_language: Counter[str] = Counter()
        self.by_source: Counter[str] = Counter()
        self.by_day: Counter[str] = Counter()
        self.by_term: Counter[str] = Counter({term.name: 0 for term in self.tree.wanted})
        self.alone: Counter[str] = Counter()
        self.places: list[tuple[int, float, int]] = []
        """Of each match the place of its first term, the number drawn for it, and its own place."""
        self._drawn: dict[str, Drawn] = {}

    def take(self, place: int, mention: Mention) -> bool:
        """Count a mention, and return whether it matches."""
        self.mentions += 1
        if not self._matcher.match([mention])[0]:
            return False
        self.matched += 1
        self.by_language[mention.language] += 1
        self.by_source[mention.source] += 1
        self.by_day[mention.published.date().isoformat()] += 1
        found, _ = self.tree.found(mention)
        brings = self.tree.brings(found)
        for name, alone in brings:
            self.by_term[name] += 1
            if alone:
                self.alone[name] += 1
        key = draw_key(mention.id, self._seed)
        # The rarest of its terms: so a term of few matches is shown beside one of many.
        rarest = min((name for name, _ in brings), key=lambda name: self.by_term[name], default="")
        self._drawn.setdefault(rarest, Drawn(_SHOWN_OF_A_TERM)).take(draw_key(fold_text(mention.content)), place)
        self.places.append((min(found, default=0), key, place))
        return True

    def shown(self, count: int) -> list[int]:
        """Return the places of some matches, spread over the terms that brought them."""
        columns = [drawn.places for drawn in self._drawn.values()]
        spread = [column[row] for row in range(_SHOWN_OF_A_TERM) for column in columns if row < len(column)]
        return sorted(spread[:count])
