"""A scorer of an earlier release, simulated: today's, which it contradicts on a known share of the texts."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alerts.simulation.stories.story import Upgrade
from detectors.negativity.rates import KNOWN, SHIPPED, Known, Rates
from detectors.negativity.scorer import NegativityScorer, Scored
from detectors.post import NEGATIVE
from streams.sketches.sketch import stable_hash

EARLIER = "simulated-earlier"
_ANGRY, _CALM = 0.6, 0.1
_WHOLE = float(1 << 64)


class EarlierScorer:
    """Reads as a scorer does, but for some of the texts, always the same: the same text has the same score."""

    name = EARLIER

    def __init__(self, today: NegativityScorer, upgrade: Upgrade) -> None:
        self._today = today
        self._upgrade = upgrade

    def read(self, texts: Sequence[str], languages: Sequence[str] = ()) -> Scored:
        """As today's."""
        read = self._today.read(texts, languages)
        drawn = np.array([stable_hash(f"earlier {text}") / _WHOLE for text in texts])
        scores = read.scores.copy()
        scores[(read.scores < NEGATIVE) & (drawn < self._upgrade.more)] = _ANGRY
        scores[(read.scores >= NEGATIVE) & (drawn < self._upgrade.less)] = _CALM
        return read._replace(scores=scores)

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> NDArray[np.float32]:
        """As today's."""
        return self.read(texts, languages).scores

    def score_all(self, texts: Sequence[str], language: str = "en") -> NDArray[np.float32]:
        """As today's, which it does not contradict here."""
        return self._today.score_all(texts, language)

    def explain(self, text: str, limit: int = 5, language: str = "en") -> list[tuple[str, float]]:
        """As today's."""
        return self._today.explain(text, limit, language)


def known_with(upgrade: Upgrade) -> Known:
    """Return the rates of the known scorers, with those of the earlier one of a story."""
    kept = 1.0 - upgrade.more - upgrade.less
    earlier = {
        language: Rates(
            rates.found * kept + upgrade.more, rates.wronged * kept + upgrade.more, rates.negatives, rates.others
        )
        for language, rates in KNOWN[SHIPPED].items()
    }
    return {**KNOWN, EARLIER: earlier}
