"""Words near each other in a mention. Pure."""

from bisect import bisect_left

from msgspec import Struct

from streams.queries.searchable import Searchable
from streams.queries.terms import Term
from streams.text.characters import FIELD_BREAK

Sides = tuple[tuple[Term, ...], ...]
_Span = tuple[int, int, int]
"""The field that a term stands in, its first word and the word after its last."""


class Near(Struct, frozen=True):
    """One term of each side, near each other in one field and one reading of a mention.

    Parameters
    ----------
    sides
        For each side the terms of which one must be there.
    between
        Words that may stand between two sides; ``None`` where ``slop`` says how near.
    ordered
        Whether the sides must come in their order.
    slop
        As in Lucene: how many words the sides' words must be moved at most, all together, to make the phrase. So
        ``"a b"~1`` finds *a x b*, and ``"a b"~2`` finds *b a* too.
    """

    sides: Sides
    between: int | None = None
    ordered: bool = False
    slop: int = 0

    def holds(self, mention: Searchable) -> bool:
        """Tell whether a mention holds it."""
        words = mention.words
        if not all(any(term.pattern in words for term in side) for side in self.sides):
            return False
        spaces = [at for at, character in enumerate(words) if character == " "]
        breaks = [at for at, character in enumerate(words) if character == FIELD_BREAK]
        found = [sorted({span for term in side for span in _spans(term, words, spaces, breaks)}) for side in self.sides]
        if not all(found):
            return False
        if self.between is None:
            return _makes_phrase(found, self.slop)
        left, right = found
        return _are_near(left, right, self.between) or (not self.ordered and _are_near(right, left, self.between))


def within(sides: Sides, between: int) -> Near:
    """Return a ``Near`` of two sides, either way round."""
    return Near(sides, between)


def in_order(sides: Sides, between: int) -> Near:
    """Return a ``Near`` of two sides, the first one first."""
    return Near(sides, between, ordered=True)


def _spans(term: Term, words: str, spaces: list[int], breaks: list[int]) -> list[_Span]:
    spans = []
    for begin, end in term.spans(words):
        first = bisect_left(spaces, begin + (words[begin] == " "))
        last = bisect_left(spaces, end - (words[end - 1] == " "))
        spans.append((bisect_left(breaks, begin), first, last + 1))
    return spans


def _are_near(left: list[_Span], right: list[_Span], between: int) -> bool:
    """Tell whether a span of ``left`` comes before one of ``right`` with no more words between."""
    starts = [(field, first) for field, first, _ in right]
    for field, _, after in left:
        at = bisect_left(starts, (field, after))
        if at < len(starts) and starts[at][0] == field and starts[at][1] - after <= between:
            return True
    return False


def _makes_phrase(found: list[list[_Span]], slop: int) -> bool:
    """Tell whether one span of each side lies within ``slop`` of its place in the phrase."""
    places = sorted((field, first - side, side) for side, spans in enumerate(found) for field, first, _ in spans)
    held = [0] * len(found)
    missing = len(found)
    begin = 0
    for field, place, side in places:
        missing -= held[side] == 0
        held[side] += 1
        while places[begin][0] != field or place - places[begin][1] > slop:
            held[places[begin][2]] -= 1
            missing += held[places[begin][2]] == 0
            begin += 1
        if not missing:
            return True
    return False
