"""A mention's negativity for a brand: the shared score, corrected for whom the text is angry with, and by marks."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol

from detectors.negativity import aspect
from detectors.negativity.scorer import NegativityScorer
from detectors.negativity.spoken import ENGLISH
from detectors.post import NEGATIVE
from streams.brand import Brand
from streams.ingest.corrections import Corrections
from streams.ingest.parties import Parties, parties
from streams.queries.terms import Term


class Names(Protocol):
    """What is asked of a ``Matcher``."""

    @property
    def brands(self) -> tuple[Brand, ...]:
        """Brands in the order of their indices."""
        ...

    def names(self, index: int) -> frozenset[Term]:
        """Return the terms of which every mention of a brand holds one."""
        ...


def scores_by_brand(
    texts: Sequence[str],
    scores: Sequence[float],
    brands: Sequence[Sequence[int]],
    matcher: Names,
    scorer: NegativityScorer,
    *,
    languages: Sequence[str] = (),
    corrections: Corrections | None = None,
) -> dict[int, list[float]]:
    """Return the mentions whose score is not the shared one for all: the score for each of its brands, by its place.

    Only an English text that counts as negative and names another party beside a brand is asked whom it blames;
    whatever is left out keeps its score to the last bit.

    Parameters
    ----------
    scores
        Of the whole texts, NaN where one is not scored.
    brands
        Indices of the brands that each matches.
    scorer
        Reads each party's own part of a text.
    languages
        What each is in, as the scorer has read it; empty where all are English.
    corrections
        What officers' marks on posts teach.
    """
    corrected = _by_party(texts, scores, brands, matcher, scorer, languages=languages)
    if corrections:
        for index in {index for of_one in brands for index in of_one}:
            if learned := corrections.of(matcher.brands[index].id):
                places = [(place, of_one.index(index)) for place, of_one in enumerate(brands) if index in of_one]
                before = [corrected[place][at] if place in corrected else scores[place] for place, at in places]
                after = learned.corrected(before, [texts[place] for place, _ in places]).tolist()
                for (place, at), score in zip(places, after, strict=True):
                    corrected.setdefault(place, [scores[place]] * len(brands[place]))[at] = score
    return corrected


def _by_party(
    texts: Sequence[str],
    scores: Sequence[float],
    brands: Sequence[Sequence[int]],
    matcher: Names,
    scorer: NegativityScorer,
    *,
    languages: Sequence[str],
) -> dict[int, list[float]]:
    found: list[tuple[int, Parties, aspect.Aspects]] = []
    for place, score in enumerate(scores):
        # What counts as calm is held against nobody, so nobody has to be cleared of it.
        if score >= NEGATIVE and (len(brands[place]) > 1 or "@" in texts[place]):
            named = parties(texts[place], [matcher.names(index) for index in brands[place]])
            if named is not None and (not languages or languages[place] == ENGLISH):
                text = texts[place][: aspect.MOST_CHARACTERS]
                found.append((place, named, aspect.read(text, named.places, named.count)))
    if not found:
        return {}
    parts = [part for _, _, aspects in found for part in aspects.parts]
    of_parts: Iterator[float] = iter(scorer.score_all(parts).tolist())
    corrected: dict[int, list[float]] = {}
    for place, named, aspects in found:
        settled = aspect.settle(scores[place], list(islice(of_parts, named.count)), aspects.cues)
        corrected[place] = [scores[place] if party is None else settled[party] for party in named.of_brand]
    return corrected
