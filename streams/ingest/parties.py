"""Whom a mention names: the brands that it matches, and other people's handles. Pure."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from detectors.negativity.aspect import MOST_CHARACTERS, MOST_PLACES, Place
from streams.queries.terms import Term
from streams.text.folding import MARKS, Reading, all_readings, fold, folded_words

_PART = re.compile(r"(?:(?<![^#@])[#@])?[^#@]+")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_SHORTEST = 4
"""Letters that a brand's word needs to be known again within a longer handle: ``@northsidenhs`` is ``northside``."""


class Parties(Struct, frozen=True):
    """Where a text names whom.

    Parameters
    ----------
    places
        In order, without overlaps; for ``aspect.read``.
    count
        Different parties.
    of_brand
        The party of each brand; ``None`` for one that the text does not name.
    """

    places: tuple[Place, ...]
    count: int
    of_brand: tuple[int | None, ...]


def parties(text: str, brands: Sequence[frozenset[Term]]) -> Parties | None:
    """Find whom a text names; ``None`` where that is one party or nobody.

    Only ``aspect.MOST_CHARACTERS`` are looked at, and a text that names more than ``aspect.MOST_PLACES`` is a list.
    Brands of which one's name lies within the other's are one party, and so is a handle with the brand that it
    holds the name of.

    Parameters
    ----------
    brands
        For each brand the terms of which its mentions hold one (``streams.queries.query.Query.triggers``).

    Examples
    --------
    >>> found = parties("@otherco broke what Northside fixed", [frozenset({Term(" northside ")})])
    >>> found.count, found.of_brand, [(place.begin, place.party) for place in found.places]
    (2, (1,), [(0, 0), (20, 1)])
    >>> parties("@northsidenhs please answer, Northside!", [frozenset({Term(" northside ")})]) is None
    True
    """
    text = text[:MOST_CHARACTERS]
    named: list[tuple[int, int, int]] = []
    strangers: dict[str, int] = {}
    for found in _HANDLE.finditer(text):
        handle = found.group().lower()
        owners = [brand for brand, terms in enumerate(brands) if _is_own(handle, terms)]
        names = owners or [strangers.setdefault(handle, len(brands) + len(strangers))]
        named += [(found.start(), found.end(), name) for name in names]
    if len(brands) == 1 and not strangers:
        return None
    for reading in all_readings(text):
        words = _words(text, reading)
        for brand, terms in enumerate(brands):
            named += [(begin, end, brand) for begin, end in _named(words, terms)]
    return _parties(sorted(named), len(brands))


def named_at(text: str, brand: Iterable[Term]) -> list[tuple[int, int]]:
    """Return where a text names a brand, first character and the one behind the last, in order, without overlaps.

    Parameters
    ----------
    text
        As it was posted; ``aspect.MOST_CHARACTERS`` of it are looked at.
    brand
        As one of ``parties``.

    Examples
    --------
    >>> named_at("Police raid Northside, says Northside", [Term(" northside ")])
    [(12, 21), (28, 37)]
    """
    text = text[:MOST_CHARACTERS]
    terms = frozenset(brand)
    spans = [found.span() for found in _HANDLE.finditer(text) if _is_own(found.group().lower(), terms)]
    for reading in all_readings(text):
        spans += _named(_words(text, reading), terms)
    apart: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if apart and begin < apart[-1][1]:
            apart[-1] = apart[-1][0], max(end, apart[-1][1])
        else:
            apart.append((begin, end))
    return apart


def _words(text: str, reading: Reading) -> list[tuple[int, int, str]]:
    """Return where each word stands in the text, and the word folded; a tag and a name keep their mark."""
    words = folded_words(text, reading=reading)
    return [(begin, end, part.group()) for begin, end, word in words for part in _PART.finditer(word)]


def _named(words: Sequence[tuple[int, int, str]], terms: Iterable[Term]) -> Iterable[tuple[int, int]]:
    """Yield where a text holds one of the terms; those that look into other fields are in no text."""
    marked = f" {' '.join([word for _, _, word in words])} "
    plain = marked.replace(" #", " ").replace(" @", " ")
    for term in terms:
        line = marked if term.pattern[1:2] in {"#", "@"} else plain
        for at, until in term.spans(line):
            first = line.count(" ", 0, at + 1) - 1
            last = line.count(" ", 0, until - (line[until - 1] == " ")) - 1
            yield words[first][0], words[last][1]


@lru_cache(maxsize=16_384)
def _is_own(handle: str, terms: frozenset[Term]) -> bool:
    """Tell whether a handle is a brand's own: one of its terms, without spaces and marks, is part of it."""
    folded = fold(handle, characters=MARKS)[1:]
    names = [term.pattern.replace(" ", "").lstrip("#@") for term in terms]
    return any(name in folded and (len(name) >= _SHORTEST or name == folded) for name in names)


def _parties(named: Sequence[tuple[int, int, int]], brands: int) -> Parties | None:
    """Join what overlaps, and number the parties in the order in which they are named."""
    one_with: dict[int, int] = {}

    def root(name: int) -> int:
        while name in one_with:
            name = one_with[name]
        return name

    spans: list[tuple[int, int, int]] = []
    for begin, end, name in named:
        if spans and begin < spans[-1][1]:
            before = spans[-1]
            if (mine := root(name)) != (theirs := root(before[2])):
                one_with[mine] = theirs
            spans[-1] = (before[0], max(end, before[1]), before[2])
        else:
            spans.append((begin, end, name))
    numbers: dict[int, int] = {}
    places = tuple(Place(begin, end, numbers.setdefault(root(name), len(numbers))) for begin, end, name in spans)
    if len(numbers) < 2 or len(places) > MOST_PLACES:
        return None
    return Parties(places, len(numbers), tuple(numbers.get(root(brand)) for brand in range(brands)))
