"""The scorer that the product uses."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from detectors.negativity.scorer import NegativityScorer

_LONGEST = 2_000


class VaderScorer:
    """VADER's compound score, read as a probability.

    Examples
    --------
    >>> bool(VaderScorer().score(["I hate this terrible airline!"])[0] >= 0.5)
    True
    """

    name = "vader"

    def __init__(self) -> None:
        self._vader = SentimentIntensityAnalyzer()

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> NDArray[np.float32]:
        """Return P(negative) of each text, NaN where the mention states a language other than English."""
        scores = np.full(len(texts), np.nan, dtype=np.float32)
        for position, text in enumerate(texts):
            language = languages[position] if languages else ""
            if language and language.lower().replace("_", "-").split("-")[0] != "en":
                continue
            compound = self._vader.polarity_scores(text[:_LONGEST])["compound"]
            scores[position] = 1.0 / (1.0 + np.exp(4.0 * compound + 0.8))
        return scores

    def explain(self, text: str, limit: int = 5) -> list[tuple[str, float]]:
        """Return the words of VADER's lexicon that stand in the text."""
        words = {word.strip(".,!?").lower() for word in text[:_LONGEST].split()}
        weights = [(word, -self._vader.lexicon[word]) for word in sorted(words) if word in self._vader.lexicon]
        return sorted(weights, key=lambda pair: -abs(pair[1]))[:limit]


@cache
def load_scorer() -> NegativityScorer:
    """Return the product's scorer; loaded once a process."""
    return VaderScorer()
