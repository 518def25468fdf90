"""A mention's negativity for a brand: the shared score, corrected for whom the text is angry with."""

from collections.abc import Callable, Sequence

from detectors.negativity import aspect
from detectors.negativity.scorer import NEGATIVE, NegativityScorer
from streams.parties import Parties, parties

Names = Callable[[int], frozenset[str]]
"""The patterns by which a brand is known, by its index; see ``streams.matching.Matcher.names``."""


def corrections(
    texts: Sequence[str],
    scores: Sequence[float],
    brands: Sequence[Sequence[int]],
    names: Names,
    scorer: NegativityScorer,
) -> dict[int, tuple[float, ...]]:
    """Return the mentions whose score is not the same for all: the score for each of its brands, by their places.

    Only a text that counts as negative and names another party beside a brand is looked at; whatever is left
    out keeps its score to the last bit.

    Parameters
    ----------
    scores
        Of the whole texts, NaN where one is not scored.
    brands
        Indices of the brands that each matches.
    scorer
        Reads each party's own part of a text.
    """
    found: list[tuple[int, Parties, aspect.Aspects]] = []
    for place, score in enumerate(scores):
        # What counts as calm is held against nobody, so nobody has to be cleared of it.
        if score >= NEGATIVE and (len(brands[place]) > 1 or "@" in texts[place]):
            named = parties(texts[place], [names(index) for index in brands[place]])
            if named is not None:
                found.append(
                    (place, named, aspect.read(texts[place][: aspect.MOST_CHARACTERS], named.places, named.count))
                )
    if not found:
        return {}
    parts = [part for _, _, aspects in found for part in aspects.parts]
    of_parts: list[float] = scorer.score(parts, ["en"] * len(parts)).tolist()
    corrected: dict[int, tuple[float, ...]] = {}
    for place, named, aspects in found:
        own, of_parts = of_parts[: named.count], of_parts[named.count :]
        settled = aspect.settle(scores[place], own, aspects.cues)
        corrected[place] = tuple(scores[place] if party is None else settled[party] for party in named.of_brand)
    return corrected
