"""Which of a fetch's mentions report harm to which of the brands that they match."""

from collections.abc import Iterable, Sequence

from detectors.negativity.harm.harm import HARMFUL, events_of, harm_of
from streams.ingest.blame import Names
from streams.ingest.parties import named_at

_WORDS = 3
"""Events of one text that people are told."""


def harmed(
    texts: Sequence[str], brands: Sequence[Sequence[int]], matcher: Names, worth_reading: Iterable[int]
) -> dict[tuple[int, int], tuple[str, ...]]:
    """Return the mentions that report harm to a brand, or ask others to act against it: by place and brand the words.

    Parameters
    ----------
    texts
        What the mentions say.
    brands
        Indices of the brands that each matches.
    worth_reading
        Places of the texts that may report harm (``NegativityScorer.read``).
    """
    found: dict[tuple[int, int], tuple[str, ...]] = {}
    for place in worth_reading:
        text = texts[place]
        # Where a text names a brand takes longer to find than to read whether it reports harm to anybody.
        for index in brands[place] if harm_of(text, reports_count=True) >= HARMFUL else ():
            spans = named_at(text, matcher.names(index))
            if harm_of(text, spans) >= HARMFUL:
                words = dict.fromkeys(event.words for event in events_of(text, spans))
                found[place, index] = tuple(words)[:_WORDS]
    return found
