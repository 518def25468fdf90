"""Which of a fetch's mentions report harm to which of the brands that they match."""

from collections.abc import Iterable, Iterator, Sequence

from detectors.negativity.harm.harm import HARMFUL, harm_of
from streams.ingest.blame import Names
from streams.ingest.parties import named_at


def harmed(
    texts: Sequence[str], brands: Sequence[Sequence[int]], matcher: Names, worth_reading: Iterable[int]
) -> Iterator[int]:
    """Yield the index of a brand for each mention that reports harm to it, or asks others to act against it.

    Parameters
    ----------
    texts
        What the mentions say.
    brands
        Indices of the brands that each matches.
    worth_reading
        Places of the texts that may report harm (``NegativityScorer.read``).
    """
    for place in worth_reading:
        # Where a text names a brand takes longer to find than to read whether it reports harm to anybody.
        for index in brands[place] if harm_of(texts[place], reports_count=True) >= HARMFUL else ():
            if harm_of(texts[place], named_at(texts[place], matcher.names(index))) >= HARMFUL:
                yield index
