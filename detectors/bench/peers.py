"""What others would have rung by: rules on the total count alone, told the true ordinary rate that ours must learn."""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from detectors.bench.delay import Delays, bound_and_patience
from detectors.bench.worlds import DAY_MIN, MINUTE_S, WEEK_MIN, Outbreak, World, multiplier, quiet
from detectors.compiled import Numbers, compiled

DESIGN_RISE = 2.0
"""The rise that the CUSUM looks for."""
EWMA_WEIGHT = 0.2
DES_LEVEL, DES_TREND = 0.1, 0.02
"""α and β of Atlas' “fast” double exponential smoothing."""
CALIBRATION_WEEKS, CALIBRATION_BRANDS = 8, 3
HOUR_MIN = 60


@compiled
def cusum(observed: Numbers, expected: Numbers, r: float) -> Numbers:
    """Return the negative-binomial CUSUM of each minute, in nats.

    References
    ----------
    [^1]: Höhle, M. and Paul, M. (2008). Count data regression charts.
    """
    path = np.empty(len(observed))
    value = 0.0
    for minute in range(len(observed)):
        count, mean = observed[minute], expected[minute]
        evidence = count * math.log(DESIGN_RISE) - (count + r) * math.log((r + DESIGN_RISE * mean) / (r + mean))
        value = max(0.0, value + evidence)
        path[minute] = value
    return path


@compiled
def ewma(observed: Numbers, expected: Numbers, r: float) -> Numbers:
    """Return the exponential mean of the standardized counts."""
    path = np.empty(len(observed))
    value = 0.0
    for minute in range(len(observed)):
        mean = expected[minute]
        value += EWMA_WEIGHT * ((observed[minute] - mean) / math.sqrt(mean + mean * mean / r) - value)
        path[minute] = value
    return path


@compiled
def smoothing(observed: Numbers, expected: Numbers, r: float) -> Numbers:
    """Return how many deviations each count is above its double exponential forecast (Atlas' ``:des``)."""
    path = np.empty(len(observed))
    level, trend, deviation = expected[0], 0.0, math.sqrt(expected[0] + expected[0] * expected[0] / r)
    for minute in range(len(observed)):
        forecast = max(0.0, level + trend)
        error = observed[minute] - forecast
        path[minute] = error / (deviation + 1.0)
        deviation += 0.02 * (abs(error) * 1.25 - deviation)
        before = level
        level = DES_LEVEL * observed[minute] + (1.0 - DES_LEVEL) * (level + trend)
        trend = DES_TREND * (level - before) + (1.0 - DES_TREND) * trend
    return path


PEERS: dict[str, Callable[[Numbers, Numbers, float], Numbers]] = {"cusum": cusum, "ewma": ewma, "des": smoothing}


@lru_cache
def thresholds(world: World, budget: float, seed: int) -> dict[str, float]:
    """Return for each peer what its hourly maxima on quiet brands pass ``budget`` times a week."""
    highest: dict[str, list[npt.NDArray[np.float64]]] = {name: [] for name in PEERS}
    for brand in range(CALIBRATION_BRANDS):
        rng = np.random.default_rng([seed, brand, 1])
        law = quiet(world, CALIBRATION_WEEKS, rng)
        observed = rng.poisson(law.rate * law.multiplier).astype(np.float64)
        for name, peer in PEERS.items():
            highest[name].append(peer(observed, law.rate, _r(world)).reshape(-1, HOUR_MIN).max(axis=1))
    part = 1.0 - min(0.5, budget / (WEEK_MIN / HOUR_MIN))
    return {name: float(np.quantile(np.concatenate(hours), part)) for name, hours in highest.items()}


def peer_delays(world: World, outbreak: Outbreak, *, onsets: int, budget: float, seed: int) -> dict[str, Delays]:
    """Let the outbreak befall brands watched by each peer, which reads at the end of a minute; it begins with one."""
    levels = thresholds(world, budget, seed)
    delays: dict[str, list[float]] = {name: [] for name in PEERS}
    bounds: dict[str, list[float]] = {name: [] for name in PEERS}
    missed = dict.fromkeys(PEERS, 0)
    for onset in range(onsets):
        rng = np.random.default_rng([seed, onset, 2])
        law = quiet(world, 1, rng)
        moment = int(rng.integers(DAY_MIN, WEEK_MIN))
        ordinary = np.resize(law.rate[moment:], 4 * WEEK_MIN)
        bound, horizon = bound_and_patience(ordinary, outbreak, world, budget)
        before = law.rate[moment - DAY_MIN : moment]
        expected = np.concatenate([before, ordinary[:horizon]])
        rise = np.concatenate([np.ones(DAY_MIN), outbreak.rise(horizon)])
        observed = rng.poisson(expected * rise * multiplier(world, len(expected), rng)).astype(np.float64)
        for name, peer in PEERS.items():
            above = np.flatnonzero(peer(observed, expected, _r(world))[DAY_MIN:] > levels[name])
            if len(above):
                delays[name].append(MINUTE_S * (float(above[0]) + 1.0))
                bounds[name].append(bound)
            else:
                missed[name] += 1
    return {name: Delays(tuple(delays[name]), tuple(bounds[name]), missed[name]) for name in PEERS}


def _r(world: World) -> float:
    return world.dispersion or 1e6
