"""How long an outbreak lasts before the decision fires, compared with the least that any rule on the total needs."""

# ruff: noqa: PLR0917 - one onset has many circumstances

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from detectors.bench.simulation import live_quietly, replay
from detectors.bench.worlds import MINUTE_S, MONDAY, WEEK_MIN, Counts, Outbreak, Quiet, World, counts, multiplier, quiet
from detectors.decision.decision import Terms
from detectors.decision.outbreak_detector import OutbreakDetector
from detectors.decision.states import States

FLUSH_S = 1.0
HISTORY_WEEKS = 6.0
WEEK_S = 604_800
FLOOR = 8.0
PATIENCE, LEAST_PATIENCE_MIN = 20.0, 60
"""An outbreak is missed that has not rung after so many times the bound of independent minutes, at least an hour."""


class Delays(Struct, frozen=True):
    """Delays in seconds of the onsets that fired, the bounds of all onsets, and how many were missed."""

    delays_s: tuple[float, ...]
    bounds_s: tuple[float, ...]
    missed: int

    @property
    def ratio(self) -> float:
        """Mean delay over mean bound (plus one flush), of the onsets that rang; NaN where none did."""
        return float(np.mean(self.delays_s) / np.mean(self.bounds_s)) if self.delays_s else math.nan


def divergence(rate: float, times: float, dispersion: float) -> float:
    """Return the Kullback–Leibler divergence of a minute's count under a rise from an ordinary one, in nats.

    Parameters
    ----------
    rate
        Ordinary voices a minute.
    times
        The rise.
    dispersion
        r of the negative binomial, 0 for Poisson.

    Examples
    --------
    >>> round(divergence(60, 10.0, 0), 1)
    841.6
    >>> round(divergence(60, 10.0, 8), 1)
    49.6
    """
    risen = rate * times
    if not dispersion:
        return risen * math.log(times) - risen + rate
    r = dispersion
    return risen * math.log(times) - (risen + r) * math.log((r + risen) / (r + rate))


def lorden_bound_s(
    rates: npt.NDArray[np.float64], rises: npt.NDArray[np.float64], world: World, budget: float
) -> float:
    """Return the seconds after which the total count can have told an outbreak at the earliest, and one flush.

    log(ARL) nats are needed, ARL being the seconds between false pages. Minutes are taken for independent; where they
    are not, see ``wave_bound_s``.

    Parameters
    ----------
    rates, rises
        Ordinary voices, and their multiple, in each minute from the onset on.
    world
        For its dispersion.
    budget
        False pages a week.

    References
    ----------
    [^1]: Lorden, G. (1971). Procedures for reacting to a change in distribution.
    """
    needed = math.log(WEEK_S / budget)
    for minute, (rate, rise) in enumerate(zip(rates.tolist(), rises.tolist(), strict=True)):
        information = divergence(rate, rise, world.dispersion)
        if information >= needed:
            return MINUTE_S * (minute + needed / information) + FLUSH_S
        needed -= information
    return math.inf


def wave_bound_s(rises: npt.NDArray[np.float64], world: World, budget: float) -> float:
    """Return the same where minutes come in waves: no rule can be sooner than one that sees the waves themselves.

    Counts tell no more than the multiplier that they are drawn with. Its logarithm is normal, of variance
    σ² = ln(1 + 1/r) and correlated ρ from minute to minute, and a rise shifts it by δ = ln k. So a minute tells,
    where those before it are known,

        (δ_t − ρ δ_{t−1})² / (2σ²(1 − ρ²)),

    and the first one δ²/(2σ²), each as soon as it begins. 0 where minutes are independent.

    Parameters
    ----------
    rises, world, budget
        As for ``lorden_bound_s``.

    Examples
    --------
    >>> autocorrelation = World(rate_per_min=10, dispersion=8, correlation_min=10)
    >>> round(wave_bound_s(np.full(600, 3.0), autocorrelation, 0.25) / 60)
    38
    """
    if not (world.dispersion and world.correlation_min):
        return 0.0
    variance = 2.0 * math.log1p(1.0 / world.dispersion)
    alike = math.exp(-1.0 / world.correlation_min)
    shifts = np.log(rises)
    squares = np.concatenate([shifts[:1] ** 2, (shifts[1:] - alike * shifts[:-1]) ** 2 / (1.0 - alike**2)]) / variance
    enough = np.cumsum(squares) >= math.log(WEEK_S / budget)
    return float(MINUTE_S * np.argmax(enough) + FLUSH_S) if enough.any() else math.inf


def bound_and_patience(
    ordinary: npt.NDArray[np.float64], outbreak: Outbreak, world: World, budget: float
) -> tuple[float, int]:
    """Return the bound in seconds, the later of the two, and the minutes after which an outbreak is missed."""
    rises = outbreak.rise(len(ordinary))
    independent = lorden_bound_s(ordinary, rises, world, budget)
    patience = int(min(max(LEAST_PATIENCE_MIN, PATIENCE * independent / MINUTE_S), len(ordinary)))
    return max(independent, wave_bound_s(rises, world, budget)), patience


def delays(
    world: World,
    outbreaks: Sequence[Outbreak],
    *,
    brands: int,
    onsets: int,
    budget: float,
    seed: int,
    factor: float = 1.0,
) -> list[Delays]:
    """Let each outbreak befall brands with six weeks of history, at many moments of the seventh.

    ``factor`` is what feedback has made of the budget by then; whatever it is, the same is heard.
    """
    delays_s: list[list[float]] = [[] for _ in outbreaks]
    bounds: list[list[float]] = [[] for _ in outbreaks]
    missed = [0] * len(outbreaks)
    for brand in range(brands):
        rng = np.random.default_rng([seed, brand])
        states = OutbreakDetector(budget).states
        law = quiet(world, HISTORY_WEEKS + 1, rng)
        observed = _minutes(law, rng)
        lived = int(HISTORY_WEEKS * WEEK_MIN)
        live_quietly(states, MONDAY, observed[:lived], Terms(budget, FLOOR))
        moments = np.sort(rng.integers(lived + 60, lived + WEEK_MIN - 60, onsets))
        for moment in moments.tolist():
            live_quietly(states, MONDAY + MINUTE_S * lived, observed[lived:moment], Terms(budget, FLOOR))
            lived = moment
            for place, outbreak in enumerate(outbreaks):
                one, bound = _onset(_copies(states), world, law, outbreak, moment, budget, factor, rng)
                if one is None:
                    continue
                if math.isinf(one):
                    missed[place] += 1
                else:
                    delays_s[place].append(one)
                    bounds[place].append(bound)
    return [Delays(tuple(d), tuple(b), m) for d, b, m in zip(delays_s, bounds, missed, strict=True)]


def _copies(states: States) -> States:
    return States(*(array.copy() for array in states))


def _minutes(law: Quiet, rng: np.random.Generator) -> Counts:
    authors = rng.poisson(law.rate * law.multiplier)
    return np.stack([authors, rng.binomial(authors, law.share)], axis=1).astype(np.int32)


def _onset(
    states: States,
    world: World,
    law: Quiet,
    outbreak: Outbreak,
    moment: int,
    budget: float,
    factor: float,
    rng: np.random.Generator,
) -> tuple[float | None, float]:
    """Return delay and bound in seconds; no delay where it rang before the onset, an infinite one where it did not."""
    ordinary = np.resize(law.rate[moment:], 4 * WEEK_MIN)
    bound, horizon = bound_and_patience(ordinary, outbreak, world, budget)
    offset = int(rng.integers(MINUTE_S))
    rate = ordinary[:horizon] * multiplier(world, horizon, rng)
    risen = rate * outbreak.rise(horizon)
    share = law.share[np.minimum(moment + np.arange(horizon), len(law.share) - 1)]
    observed = counts(risen, np.maximum(share, outbreak.share), rng)
    # It begins within the first minute: what came before is ordinary.
    calm = counts(rate[:1], share[:1], rng)
    observed[0, :offset] = calm[0, :offset]
    fired = replay(states, MONDAY + MINUTE_S * moment, observed, Terms(budget * factor, FLOOR), True)
    rings = np.flatnonzero((fired > 0) & (fired < 300))
    if not len(rings):
        return math.inf, bound
    fired_s = MINUTE_S * int(rings[0]) + int(fired[rings[0]]) % 100 + 1
    return (None if fired_s <= offset else float(fired_s - offset)), bound
