"""How good scores are, where the truth is known."""

import numpy as np
from numpy.typing import NDArray


def calibration_error(probabilities: NDArray[np.floating], negative: NDArray[np.bool_], bins: int = 15) -> float:
    """Return the expected calibration error: mean distance of stated from seen share, over bins of equal width.

    Examples
    --------
    >>> round(calibration_error(np.array([0.25, 0.25, 0.25, 0.25]), np.array([True, False, False, False])), 3)
    0.0
    """
    places = np.minimum((probabilities * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(places, weights=negative.astype(np.float64) - probabilities, minlength=bins)
    return float(np.abs(gaps).sum() / len(probabilities))


def average_precision(negative: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    """Return the area under the precision-recall curve, ties scored as one step.

    Examples
    --------
    >>> round(average_precision(np.array([True, False, True]), np.array([0.9, 0.5, 0.1])), 3)
    0.833
    """
    order = np.argsort(-scores, kind="stable")
    ranked, values = negative[order].astype(np.float64), scores[order]
    last = np.r_[np.flatnonzero(np.diff(values)), len(values) - 1]
    hits = np.cumsum(ranked)[last]
    return float(np.sum(np.diff(np.r_[0.0, hits]) * hits / (last + 1)) / ranked.sum())
