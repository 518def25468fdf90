"""Simulated brands for the bench: how many voices in each second, and how many of them negative."""

import math

import numpy as np
import numpy.typing as npt
from msgspec import Struct

MINUTE_S, DAY_MIN, WEEK_MIN = 60, 1440, 10080
WEEKEND_MIN = 120
MONDAY = 4 * 86_400
"""The epoch was a Thursday: the first Monday after it."""

Counts = npt.NDArray[np.int32]


class World(Struct, frozen=True, kw_only=True):
    """The law that a brand's ordinary talk follows.

    Parameters
    ----------
    rate_per_min
        Voices a minute, averaged over the week.
    dispersion
        r of the negative binomial: each minute's rate is multiplied by a gamma law of mean 1, variance 1/r.
        0 for a Poisson law.
    correlation_min
        Above 0 the minutes' multipliers are log-normal of the same variance, with this correlation time.
    share
        Negative share.
    swing
        Half the range of the day's rate, in logarithms; each brand has its own peak.
    growth_per_week
        Exponential growth.
    drift, share_drift
        Standard deviation of the logarithm of the level (correlated over twelve hours), and of the share's logit
        (over six hours).
    clock_change_week
        Week in which everybody moves one hour; 0 for never.
    """

    rate_per_min: float
    dispersion: float = 8.0
    correlation_min: float = 0.0
    share: float = 0.2
    swing: float = 0.7
    growth_per_week: float = 0.0
    drift: float = 0.0
    share_drift: float = 0.0
    clock_change_week: int = 0


class Outbreak(Struct, frozen=True, kw_only=True):
    """What befalls a brand: a rise to ``times`` the volume, at once or over ``ramp_min``, ``share`` of all negative."""

    times: float
    share: float
    ramp_min: int = 0

    def rise(self, minutes: int) -> npt.NDArray[np.float64]:
        """Return the multiple of the ordinary rate in each minute since it began."""
        if not self.ramp_min:
            return np.full(minutes, self.times)
        return 1 + (self.times - 1) * np.minimum(1.0, (np.arange(minutes) + 0.5) / self.ramp_min)


class Quiet(Struct, frozen=True):
    """A stretch of one brand's ordinary days: the rate of each minute, its random multiplier, and the share."""

    rate: npt.NDArray[np.float64]
    multiplier: npt.NDArray[np.float64]
    share: npt.NDArray[np.float64]


def quiet(world: World, weeks: float, rng: np.random.Generator) -> Quiet:
    """Return the law of one brand's ordinary weeks, from a Monday on."""
    minutes = int(weeks * WEEK_MIN)
    at = np.arange(minutes)
    clock = at + 60 * ((at // WEEK_MIN >= world.clock_change_week) & (world.clock_change_week > 0))
    hour = clock % DAY_MIN / 60
    peak = rng.uniform(11, 20)
    log_rate = world.swing * np.cos((hour - peak) * math.tau / 24)
    # Steeper than a cosine: lunch, evening, and a fourth of the brands closed at weekends.
    log_rate += world.swing * 0.3 * np.cos((hour - rng.uniform(0, 12)) * math.tau / 12)
    weekend = rng.choice([1.0, 0.9, 0.7, 0.4]) if world.swing else 1.0
    # A weekend comes over some hours, not at the stroke of midnight.
    steps = np.log(np.where(np.arange(-WEEKEND_MIN, minutes + WEEKEND_MIN) // DAY_MIN % 7 >= 5, weekend, 1.0))
    sums = np.concatenate([[0.0], np.cumsum(steps)])
    smooth = (sums[2 * WEEKEND_MIN :] - sums[: -2 * WEEKEND_MIN]) / (2 * WEEKEND_MIN)
    log_rate += smooth[np.minimum(clock, minutes)]
    log_rate -= math.log(np.exp(log_rate[: min(minutes, WEEK_MIN)]).mean())
    log_rate += math.log1p(world.growth_per_week) * at / WEEK_MIN
    if world.drift:
        log_rate += world.drift * _autoregressive(minutes, 720, rng)
    logit = np.full(minutes, math.log(world.share / (1 - world.share)))
    if world.share_drift:
        logit += world.share_drift * _autoregressive(minutes, 360, rng)
    return Quiet(world.rate_per_min * np.exp(log_rate), multiplier(world, minutes, rng), 1 / (1 + np.exp(-logit)))


def multiplier(world: World, minutes: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return the random factor of each minute's rate."""
    if not world.dispersion:
        return np.ones(minutes)
    if not world.correlation_min:
        return rng.gamma(world.dispersion, 1 / world.dispersion, minutes)
    deviation = math.sqrt(math.log1p(1 / world.dispersion))
    return np.exp(deviation * _autoregressive(minutes, world.correlation_min, rng) - deviation**2 / 2)


def counts(rate: npt.NDArray[np.float64], share: npt.NDArray[np.float64], rng: np.random.Generator) -> Counts:
    """Draw voices and negative voices: an array of (minutes, 60 seconds, 2)."""
    drawn = np.empty((len(rate), MINUTE_S, 2), np.int32)
    drawn[:, :, 0] = rng.poisson(np.repeat(rate[:, None] / MINUTE_S, MINUTE_S, axis=1))
    drawn[:, :, 1] = rng.binomial(drawn[:, :, 0], np.repeat(share[:, None], MINUTE_S, axis=1))
    return drawn


def _autoregressive(minutes: int, correlation_min: float, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return standard normal numbers, one a minute, correlated exp(−t / ``correlation_min``)."""
    step = max(1, int(correlation_min / 10))
    kept = math.exp(-step / correlation_min)
    fresh = rng.standard_normal(minutes // step + 2) * math.sqrt(1 - kept**2)
    fresh[0] = rng.standard_normal()
    walk = np.empty_like(fresh)
    last = 0.0
    for place, value in enumerate(fresh.tolist()):
        last = kept * last + value
        walk[place] = last
    return np.asarray(np.interp(np.arange(minutes) / step, np.arange(len(walk)), walk))
