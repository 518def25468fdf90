"""What an officer's marks teach about one brand: a bounded correction on top of the scorer, visible and revocable.

A mark says of one post that it is negative, or that it is not. The correction is a linear model of the post's words,
learned online: its target is the scorer's residual, the step that lowers the log-loss, so it learns only what the
scorer gets wrong for this brand. It moves no score by more than ``bound`` in log-odds.
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from river import linear_model, optim

from detectors.negativity.scorer import NegativityScorer
from detectors.negativity.text import encode
from detectors.negativity.tokens import TAG, WORD, tokenise

BOUND = 2.0
"""Most that marks move a score, in log-odds: from 0.12 to 0.5, say, and not further."""

_RATE = 0.5
_SHRINKAGE = 0.01
_GAIN = 4.0


class Mark(Struct, frozen=True, kw_only=True):
    """An officer's word on one post of a brand: whether it is negative. ``post`` is the post's id."""

    post: str
    text: str
    negative: bool


class MarkedScorer:
    """The scorer with one brand's marks.

    Parameters
    ----------
    scorer
        The scorer that is corrected; its model is never changed.
    bound
        Most that a score is moved, in log-odds.

    Examples
    --------
    >>> from detectors.negativity.model import load_scorer
    >>> scorer = MarkedScorer(load_scorer())
    >>> before = scorer.score(["they moved the blorp again"])[0]
    >>> for number in range(20):
    ...     scorer.mark(Mark(post=f"p{number}", text="the blorp is here", negative=True))
    >>> bool(scorer.score(["they moved the blorp again"])[0] > before)
    True
    >>> for number in range(20):
    ...     scorer.revoke(f"p{number}")
    >>> bool(scorer.score(["they moved the blorp again"])[0] == before)
    True

    References
    ----------
    [^1]: Friedman, J. H. (2001). Greedy function approximation: a gradient boosting machine.
    """

    name = "marked"

    def __init__(self, scorer: NegativityScorer, bound: float = BOUND) -> None:
        self._scorer = scorer
        self._bound = bound
        self._marks: dict[str, Mark] = {}
        self._model = _new_model()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks that count now, in the order in which they were made."""
        return tuple(self._marks.values())

    def mark(self, mark: Mark) -> None:
        """Take a mark; a second one on the same post replaces the first."""
        if mark.post in self._marks:
            self.revoke(mark.post)
        self._marks[mark.post] = mark
        self._learn(mark)

    def revoke(self, post: str) -> None:
        """Take a mark back: afterwards all is as if it had never been made."""
        if self._marks.pop(post, None) is not None:
            self._model = _new_model()
            for mark in self._marks.values():
                self._learn(mark)

    def learned(self, limit: int = 20) -> list[tuple[str, float]]:
        """Return the words that the marks moved most, above 0 towards negative, in log-odds."""
        weights = [(word, float(weight)) for word, weight in self._model.weights.items()]
        return sorted(weights, key=lambda pair: (-abs(pair[1]), pair[0]))[:limit]

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> NDArray[np.float32]:
        """Return P(negative) of each text as ``NegativityScorer`` promises, corrected by the marks."""
        scores = self._scorer.score(texts, languages)
        if not self._marks:
            return scores
        chance = np.clip(scores.astype(np.float64), 1e-7, 1.0 - 1e-7)
        shifts = np.array([self._shift(text) for text in texts], dtype=np.float64)
        return np.asarray(1.0 / (1.0 + (1.0 - chance) / chance * np.exp(-shifts)), dtype=np.float32)

    def explain(self, text: str, limit: int = 5) -> list[tuple[str, float]]:
        """Return the words that made the uncorrected score."""
        return self._scorer.explain(text, limit)

    def _learn(self, mark: Mark) -> None:
        chance = float(self._scorer.score([mark.text], ["en"])[0])
        self._model.learn_one(_words(mark.text), _GAIN * (mark.negative - chance))

    def _shift(self, text: str) -> float:
        return min(max(float(self._model.predict_one(_words(text))), -self._bound), self._bound)


def _new_model() -> linear_model.LinearRegression:
    return linear_model.LinearRegression(optimizer=optim.SGD(_RATE), l2=_SHRINKAGE, intercept_lr=0.0)


def _words(text: str) -> dict[str, float]:
    """Return a text's distinct words, of length one together."""
    data = encode(text)
    tokens = tokenise([data])
    count = int(tokens.counts[0])
    words = {
        data[begin:end].decode("utf-8", "replace").lower()
        for (begin, end), flag in zip(tokens.spans[0, :count].tolist(), tokens.flags[0, :count].tolist(), strict=True)
        if flag & (WORD | TAG)
    }
    return dict.fromkeys(sorted(words), 1.0 / max(1.0, len(words)) ** 0.5)
