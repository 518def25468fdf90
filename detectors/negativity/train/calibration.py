"""From log-odds to probabilities."""

import numpy as np
from numpy.typing import ArrayLike

_ROUNDS = 50


def fit_calibration(odds: ArrayLike, negative: ArrayLike) -> tuple[float, float]:
    """Return slope and intercept that make log-odds most likely given the labels (Platt's, by Newton's method).

    Examples
    --------
    >>> random = np.random.default_rng(1)
    >>> odds = random.normal(0, 2, 50_000)
    >>> slope, intercept = fit_calibration(odds, random.random(50_000) < 1 / (1 + np.exp(-(0.5 * odds - 1))))
    >>> round(slope, 1), round(intercept, 1)
    (0.5, -1.0)
    """
    inputs = np.stack([np.asarray(odds, dtype=np.float64), np.ones(np.shape(odds))], axis=1)
    truth = np.asarray(negative, dtype=np.float64)
    weights = np.array([1.0, 0.0])
    for _ in range(_ROUNDS):
        chance = 1.0 / (1.0 + np.exp(-(inputs @ weights)))
        hessian = (inputs * (chance * (1.0 - chance))[:, None]).T @ inputs + 1e-9 * np.eye(2)
        weights += np.linalg.solve(hessian, inputs.T @ (truth - chance))
    return float(weights[0]), float(weights[1])
