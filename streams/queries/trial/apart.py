"""Words that distinguish a query's matches from other mentions: candidates to be added, or excluded."""

import math
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from detectors.explanation.phrases import own_words, terms_of
from detectors.post import Post
from streams.mention import Mention
from streams.queries.searchable import plain_words
from streams.queries.trial.sample import draw_key

MOST_READ = 5_000
"""Mentions of each side that are read for it: shares of a few per cent are exact enough, and phrases take memory."""
_LEAST = 3
_LEAST_BITS = 8.0
"""Hundreds of phrases are compared at once: by chance one in some thousands is as surprising as this."""
_MOST_WORDS = 12


class Apart(Struct, frozen=True):
    """A phrase or hashtag that stands more often in one kind of mentions than in another.

    Parameters
    ----------
    phrase
        Folded; with ``#`` where it is a tag.
    inside, outside
        In how many mentions of either kind it stands.
    bits
        How surprising that is, in bits: the log-likelihood ratio of both shares against one.
    """

    phrase: str
    inside: int
    outside: int
    bits: float


def phrases_of(mention: Mention, own: frozenset[str]) -> frozenset[str]:
    """Return the phrases and hashtags of a mention, without the query's own words."""
    content = f"{mention.name}\n{mention.content}" if mention.name else mention.content
    found = terms_of(Post(id=mention.id, published=mention.published_s, content=content, tags=mention.tags), own)
    phrases = {phrase for phrase in found.phrases if own.isdisjoint(phrase.split())}
    return frozenset(phrases | {f"#{tag}" for tag in found.hashtags if tag not in own})


class WordsApart:
    """Counts the phrases of matches and of others, in a sample of either.

    Parameters
    ----------
    query, name
        Its own words distinguish nothing.
    matches, others
        How many of either there are; of more than ``MOST_READ`` about so many are read, drawn by their ids.
    """

    def __init__(self, query: str, name: str = "", *, matches: int, others: int) -> None:
        self.own = own_words(query, name) | frozenset(plain_words(query))
        self._inside: Counter[str] = Counter()
        self._outside: Counter[str] = Counter()
        self._share = (MOST_READ / max(MOST_READ, others), MOST_READ / max(MOST_READ, matches))
        self._read = [0, 0]

    def take(self, mention: Mention, *, is_match: bool) -> None:
        """Count a mention, where it is one of those drawn."""
        if draw_key(mention.id) > self._share[is_match]:
            return
        self._read[is_match] += 1
        (self._inside if is_match else self._outside).update(phrases_of(mention, self.own))

    def found(self) -> list[Apart]:
        """Return the phrases over-represented in matches, the most surprising first; few, and none within another."""
        inside, outside = self._read[True], self._read[False]
        candidates = (
            Apart(phrase, count, self._outside[phrase], surprise(count, inside, self._outside[phrase], outside))
            for phrase, count in self._inside.items()
            if count >= _LEAST and count * max(1, outside) > self._outside[phrase] * inside
        )
        surprising = [one for one in candidates if one.bits >= _LEAST_BITS]
        return _distinct(sorted(surprising, key=lambda one: (-one.bits, -len(one.phrase), one.phrase)))

    @property
    def read(self) -> tuple[int, int]:
        """How many matches and how many others were read."""
        return self._read[True], self._read[False]


def surprise(inside: int, of_inside: int, outside: int, of_outside: int) -> float:
    """Return how surprising two shares would be if they were one, in bits; 0 where they say nothing.

    References
    ----------
    [^1]: Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence.

    Examples
    --------
    >>> surprise(5, 10, 50, 100), round(surprise(9, 10, 5, 100), 1)
    (0.0, 27.2)
    """
    if not of_inside or not of_outside:
        return 0.0
    share = (inside + outside) / (of_inside + of_outside)
    information = 0.0
    for seen, of in ((inside, of_inside), (outside, of_outside)):
        information += sum(
            count * math.log2(count / of / expected)
            for count, expected in ((seen, share), (of - seen, 1 - share))
            if count
        )
    return max(0.0, information)


def _distinct(found: Iterable[Apart]) -> list[Apart]:
    """Leave out phrases within one that is kept, or around it, that stand in nearly the same mentions."""
    kept: list[Apart] = []
    for one in found:
        words = f" {one.phrase} "
        alike = (other for other in kept if words in f" {other.phrase} " or f" {other.phrase} " in words)
        if all(abs(other.inside - one.inside) * 5 > max(other.inside, one.inside) for other in alike):
            kept.append(one)
        if len(kept) >= _MOST_WORDS:
            break
    return kept
