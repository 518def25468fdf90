"""What every negativity scorer promises."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class NegativityScorer(Protocol):
    """Scores texts for negativity."""

    name: str

    def score(self, texts: Sequence[str], languages: Sequence[str] = ()) -> NDArray[np.float32]:
        """Return the probability that each text is negative, 0 to 1, in order.

        Parameters
        ----------
        texts
            Any texts: empty, of any length, of any Unicode.
        languages
            The language that each mention states (BCP 47), ``""`` where unknown (then it is detected); empty
            where none is known.

        Returns
        -------
        One probability for each text; NaN where the language is not scored, or too little of the text is understood.
        """
        ...

    def score_all(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return what ``score`` does where every text is taken for English and for understood: no NaN."""
        ...

    def explain(self, text: str, limit: int = 5) -> list[tuple[str, float]]:
        """Return the words that made the score, the weightiest first, with a weight above 0 for negative."""
        ...
