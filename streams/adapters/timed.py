"""The matcher and the scorer with a stopwatch, for the metrics of ingest."""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detectors.negativity.scorer import NegativityScorer, Scored
from streams import metrics
from streams.brand import Brand
from streams.mention import Mention
from streams.queries.matching import Matcher
from streams.queries.terms import Term


class TimedMatcher:
    """Stands in for a ``Matcher``, and sums up the time that it takes."""

    def __init__(self, matcher: Matcher) -> None:
        self.matcher = matcher
        self._seconds = 0.0

    @property
    def brands(self) -> tuple[Brand, ...]:
        """Brands in the order of the indices that ``match`` gives."""
        return self.matcher.brands

    def names(self, index: int) -> frozenset[Term]:
        """As ``Matcher.names``."""
        return self.matcher.names(index)

    def match(self, mentions: Sequence[Mention]) -> list[tuple[int, ...]]:
        """As ``Matcher.match``."""
        started = time.perf_counter()
        try:
            return self.matcher.match(mentions)
        finally:
            self._seconds += time.perf_counter() - started

    def observe(self) -> None:
        """Put the time since the last call on its metric: that of one fetch."""
        metrics.MATCH_SECONDS.observe(self._seconds)
        self._seconds = 0.0


class TimedScorer:
    """Stands in for a scorer."""

    def __init__(self, scorer: NegativityScorer) -> None:
        self.name = scorer.name
        self._scorer = scorer
        self._seconds = 0.0

    def read(self, texts: Sequence[str], languages: Sequence[str] = ()) -> Scored:
        """As the scorer's own."""
        started = time.perf_counter()
        try:
            return self._scorer.read(texts, languages)
        finally:
            self._seconds += time.perf_counter() - started

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> NDArray[np.float32]:
        """As the scorer's own."""
        started = time.perf_counter()
        try:
            return self._scorer.score(texts, languages)
        finally:
            self._seconds += time.perf_counter() - started

    def score_all(self, texts: Sequence[str], language: str = "en") -> NDArray[np.float32]:
        """As the scorer's own."""
        started = time.perf_counter()
        try:
            return self._scorer.score_all(texts, language)
        finally:
            self._seconds += time.perf_counter() - started

    def explain(self, text: str, limit: int = 5, language: str = "en") -> list[tuple[str, float]]:
        """As the scorer's own."""
        return self._scorer.explain(text, limit, language)

    def observe(self) -> None:
        """Put the time since the last call on its metric: that of one fetch."""
        metrics.SCORE_SECONDS.observe(self._seconds)
        self._seconds = 0.0
