"""Carries probabilities to another base rate without a label: the prior shift, estimated from the scores themselves.

A scorer calibrated where one text in six is negative says too little where two in three are. Where only the share of
negative texts differs, and not how negative texts are written, Bayes' rule corrects every probability, and the share
itself is found by expectation maximisation from the uncorrected scores.
"""

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

from detectors.errors import DetectorsError

_EDGE = 1e-6
_ROUNDS = 1000
_DONE = 1e-7


class BaseRate(Struct, frozen=True, kw_only=True):
    """A shift of the base rate, from where the scorer was calibrated to where it is used.

    Parameters
    ----------
    trained, estimated
        Share of negative texts there and here, above 0 and below 1.
    texts
        Scores that the estimate rests on.
    """

    trained: float
    estimated: float
    texts: int = 0

    def correct(self, probabilities: ArrayLike) -> NDArray[np.float64]:
        """Return the probabilities as they are at the estimated base rate; NaN stays NaN.

        Examples
        --------
        >>> BaseRate(trained=0.2, estimated=0.5).correct([0.2, 0.5]).round(2).tolist()
        [0.5, 0.8]
        """
        scores = np.clip(np.asarray(probabilities, dtype=np.float64), 0.0, 1.0)
        negative = scores * (self.estimated / self.trained)
        rest = (1.0 - scores) * ((1.0 - self.estimated) / (1.0 - self.trained))
        return negative / (negative + rest)


def estimate_base_rate(probabilities: ArrayLike, trained: float, prior_texts: float = 20.0) -> BaseRate:
    """Estimate the share of negative texts among those scored, without labels.

    Expectation maximisation: correct every score by the present estimate, take their mean as the next one.

    Parameters
    ----------
    probabilities
        Calibrated scores of one brand's own texts; NaN (not scored) is passed over.
    trained
        Share of negative texts at which the scorer was calibrated, between 0 and 1.
    prior_texts
        Weight of ``trained`` in the estimate, in texts: a brand with ten texts is hardly moved.

    Returns
    -------
    The shift; without scores it changes nothing.

    Raises
    ------
    DetectorsError
        Where ``trained`` is not between 0 and 1.

    Examples
    --------
    >>> round(estimate_base_rate([0.9, 0.1, 0.9, 0.1] * 500, trained=0.5).estimated, 2)
    0.5

    References
    ----------
    [^1]: Saerens, M., Latinne, P. & Decaestecker, C. (2002). Adjusting the outputs of a classifier to new a priori
          probabilities: a simple procedure. Neural Computation 14.
    """
    if not 0.0 < trained < 1.0:
        raise DetectorsError(f"a base rate of {trained} is no share between 0 and 1; give the scorer's own")
    scores = np.asarray(probabilities, dtype=np.float64).ravel()
    scores = np.clip(scores[np.isfinite(scores)], _EDGE, 1.0 - _EDGE)
    odds = scores / (1.0 - scores) * ((1.0 - trained) / trained)
    share = trained
    for _ in range(_ROUNDS if len(scores) else 0):
        negative = share * odds
        expected = float(np.sum(negative / (negative + 1.0 - share)))
        following = (expected + prior_texts * trained) / (len(scores) + prior_texts)
        following = min(max(following, _EDGE), 1.0 - _EDGE)
        moved, share = abs(following - share), following
        if moved < _DONE:
            break
    return BaseRate(trained=trained, estimated=share, texts=len(scores))
