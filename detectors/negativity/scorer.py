"""What every negativity scorer promises."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


class Scored(NamedTuple):
    """What became of a batch of texts.

    Parameters
    ----------
    scores
        The probability that each is negative, 0 to 1; NaN where its language is not scored, or too little of it is
        understood.
    languages
        The language that each was taken to be in, in two letters where it has two; empty where it is not known.
    may_report_harm
        Places of the texts that are worth reading for harm (``detectors.negativity.harm``); no other reports any.
    """

    scores: NDArray[np.float32]
    languages: list[str]
    may_report_harm: frozenset[int] = frozenset()


class NegativityScorer(Protocol):
    """Scores texts for negativity.

    Attributes
    ----------
    name
        Which scorer it is; one that may give the same text another score has another name (``rates``).
    """

    name: str

    def read(self, texts: Sequence[str], languages: Sequence[str] = ()) -> Scored:
        """Return the probability that each text is negative, in order, and the language that it is in.

        Parameters
        ----------
        texts
            Any texts: empty, of any length, of any Unicode.
        languages
            The language that each mention states (BCP 47), ``""`` where unknown; empty where none is known. A text that
            states none is told from its words, and so is one whose words plainly are of another language.
        """
        ...

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> NDArray[np.float32]:
        """Return the scores that ``read`` gives."""
        ...

    def score_all(self, texts: Sequence[str], language: str = "en") -> NDArray[np.float32]:
        """Return what ``score`` does where every text is taken for of one language, and for understood.

        NaN remains where a language is scored by a word list, which says nothing of a text of which it knows no word.
        """
        ...

    def explain(self, text: str, limit: int = 5, language: str = "en") -> list[tuple[str, float]]:
        """Return the words that made the score, the weightiest first, with a weight above 0 for negative."""
        ...
