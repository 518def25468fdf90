"""What the volume detector is measured beside: well-known causal scorers of a series."""

import math
from collections.abc import Callable, Iterator, Sequence

from river import stats, time_series, utils

Scorer = Callable[[Sequence[float]], Iterator[float]]
"""From the values of a series to a score for each, which knows the values before it alone."""

DAY_ROWS = 288
"""The peers' settings are for steps of five minutes."""
LEAST_SPREAD = 1.0
"""One mention: a still series does not make the next mention infinitely surprising."""


def windowed_gaussian(values: Sequence[float]) -> Iterator[float]:
    """Yield the standard score of each value among those of the day before."""
    mean, variance = utils.Rolling(stats.Mean, window_size=DAY_ROWS), utils.Rolling(stats.Var, window_size=DAY_ROWS)
    for value in values:
        yield _standard(value - mean.obj.get(), variance.obj.get())
        mean.update(value)
        variance.update(value)


def fading_gaussian(values: Sequence[float]) -> Iterator[float]:
    """Yield the standard score of each value under an exponentially weighted mean and variance (half-life of a day)."""
    rate = 1.0 - 2.0 ** (-1.0 / DAY_ROWS)
    mean, variance = stats.EWMean(fading_factor=rate), stats.EWVar(fading_factor=rate)
    for value in values:
        yield _standard(value - mean.get(), variance.get())
        mean.update(value)
        variance.update(value)


def holt_winters(values: Sequence[float]) -> Iterator[float]:
    """Yield the standard score of each value's residue from Holt and Winters' forecast with a season of a day."""
    model = time_series.HoltWinters(alpha=0.05, beta=0.0005, gamma=0.1, seasonality=DAY_ROWS)
    variance = stats.EWVar(fading_factor=1.0 - 2.0 ** (-1.0 / DAY_ROWS))
    for row, value in enumerate(values):
        residue = value - model.forecast(horizon=1)[0] if row > DAY_ROWS else 0.0
        yield _standard(residue, variance.get())
        variance.update(residue)
        model.learn_one(value)


def _standard(residue: float, variance: float) -> float:
    return residue / max(LEAST_SPREAD, math.sqrt(max(0.0, variance)))


PEERS: dict[str, Scorer] = {
    "windowed Gaussian, a day": windowed_gaussian,
    "EWMA z, half-life of a day": fading_gaussian,
    "Holt–Winters residue z, daily season": holt_winters,
}
