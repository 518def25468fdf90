"""How precise a query is, from answers of yes and no to some of its matches, and which words separate no from yes."""

import math
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from streams.brand import Brand
from streams.errors import QueryError
from streams.mention import Mention
from streams.queries.matching import Matcher
from streams.queries.query import compile_query
from streams.queries.syntax import AllOf, NotThis, Words, read_query
from streams.queries.trial.apart import phrases_of
from streams.queries.trial.sample import draw_key
from streams.queries.written import written

_Z = 1.959963984540054
"""Standard deviations either side of the mean between which 95 of 100 of a normal law lie."""
_FEWEST = 2
"""Noes in which a word must occur: any word of a single no would separate it from all yeses."""
_TRIED = 200
_SHOWN = 5


class Precision(Struct, frozen=True):
    """The share of matches that are meant.

    Parameters
    ----------
    yes, no
        Answers.
    share
        Of yes, from 0 to 1.
    low, high
        The interval that holds the true share 95 times in 100.
    """

    yes: int
    no: int
    share: float
    low: float
    high: float


def precision(yes: int, no: int, matched: int) -> Precision | None:
    """Estimate the share of matches that are meant, with Wilson's interval; ``None`` without an answer.

    Parameters
    ----------
    matched
        All matches; where each was answered, the share is known.

    Examples
    --------
    >>> found = precision(15, 5, matched=1000)
    >>> round(found.share, 3), round(found.low, 3), round(found.high, 3)
    (0.75, 0.531, 0.888)
    >>> precision(3, 1, matched=4).low
    0.75

    References
    ----------
    [^1]: Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    """
    count = yes + no
    if not count:
        return None
    share = yes / count
    if count >= matched:
        return Precision(yes, no, share, share, share)
    spread = _Z * math.sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
    middle, scale = share + _Z**2 / (2 * count), 1 + _Z**2 / count
    return Precision(yes, no, share, max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))


def drawn(matches: Sequence[tuple[int, float, int]], count: int, seed: int) -> list[int]:
    """Draw matches at random, each with the same chance, spread over the terms that brought them.

    Every so many-th is taken of the matches sorted by term, from a place drawn at random. They come in random order,
    so that the first few of them are a sample too.

    Parameters
    ----------
    matches
        Of each the place of its first term, the number drawn for it, and its own place.

    Returns
    -------
    Their places.

    Examples
    --------
    >>> sorted(drawn([(0, 0.3, 7), (0, 0.1, 8), (1, 0.9, 9), (1, 0.2, 10)], 2, seed=0)) in ([7, 9], [8, 10], [7, 10])
    True
    """
    rows = sorted(matches)
    step = max(1.0, len(rows) / count)
    start = draw_key("start", seed) * step
    chosen = [rows[int(start + at * step)] for at in range(min(count, len(rows))) if int(start + at * step) < len(rows)]
    if step == 1.0:
        chosen = rows
    return [place for _, _, place in sorted(chosen, key=lambda row: row[1])]


class Clue(Struct, frozen=True):
    """A word that stands in what is not meant.

    Parameters
    ----------
    phrase
        Folded.
    query
        The query as it would be with the word forbidden.
    no, yes
        How many of the answers with no, and of those with yes, it would then no longer match.
    """

    phrase: str
    query: str
    no: int
    yes: int


def clues(query: str, yes: Sequence[Mention], no: Sequence[Mention], own: frozenset[str]) -> list[Clue]:
    """Return words whose ``NOT`` would take out more than twice as many noes as yeses, the best first.

    Parameters
    ----------
    own
        The query's own words, which distinguish nothing.
    """
    counts = Counter(phrase for mention in no for phrase in phrases_of(mention, own))
    candidates = sorted((phrase for phrase, count in counts.items() if count >= _FEWEST), key=lambda one: -counts[one])
    asked = read_query(query)
    tried: list[tuple[str, str]] = []
    for phrase in candidates[:_TRIED]:
        changed = written(AllOf((asked, NotThis(Words(phrase, 0, quoted=" " in phrase)))))
        try:
            compile_query(changed)
        except QueryError:
            continue
        tried.append((phrase, changed))
    left_yes, left_no = (_matched([changed for _, changed in tried], mentions) for mentions in (yes, no))
    found = []
    taken: set[tuple[frozenset[int], frozenset[int]]] = set()
    for at, (phrase, changed) in enumerate(tried):
        out = (frozenset(range(len(yes))) - left_yes[at], frozenset(range(len(no))) - left_no[at])
        if len(out[1]) >= _FEWEST and len(out[1]) > 2 * len(out[0]) and out not in taken:
            taken.add(out)
            found.append(Clue(phrase, changed, no=len(out[1]), yes=len(out[0])))
    return sorted(found, key=lambda one: (2 * one.yes - one.no, one.phrase))[:_SHOWN]


def _matched(queries: Sequence[str], mentions: Sequence[Mention]) -> list[frozenset[int]]:
    """Return for each query which of the mentions it matches."""
    matcher = Matcher([Brand(id=str(at), name="", query=query) for at, query in enumerate(queries)])
    matches = matcher.match(mentions)
    return [frozenset(place for place, brought in enumerate(matches) if at in brought) for at in range(len(queries))]
