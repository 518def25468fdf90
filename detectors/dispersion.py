"""How much more a brand's counts scatter than a Poisson law's, within the hour and from hour to hour."""

import math

from detectors.compiled import Record, compiled

MEMORY_MIN = 14 * 1440.0
PRIOR_EXCESS, PRIOR_WEIGHT = 25.0, 200.0
"""1/8: counts of dispersion 8, worth as much as 200 minutes of one mention."""
OUTLIER = 25.0
"""Squared deviations are cut at so many variances (five deviations): an outbreak must not teach calm."""
HOURS_MEMORY = 28 * 24.0
HOUR_PRIOR = 24.0
"""Hours that “the baseline is right to a few per cent” weighs."""
LEAST_RESIDUE = 0.03

DISPERSION_FIELDS = [("scatter", "f8"), ("scatter_weight", "f8"), ("residue", "f8"), ("residue_weight", "f8")]


@compiled
def dispersion(state: Record) -> float:
    """Return φ of the law with variance μ + φμ²; its inverse is the negative binomial's r."""
    return float(max((state.scatter + PRIOR_EXCESS) / (state.scatter_weight + PRIOR_WEIGHT), 1e-4))


@compiled
def variance(due: float, phi: float) -> float:
    """Return the variance of a bin's count."""
    return due + phi * due * due


@compiled
def learn_dispersion(state: Record, seen: float, due: float, minutes: float) -> None:
    """Take the deviation of one bin into the dispersion."""
    if due <= 0.0:
        return
    squared = min((seen - due) ** 2, OUTLIER * variance(due, dispersion(state)))
    kept = math.exp(-minutes / MEMORY_MIN)
    # Squared relative deviations scatter more than fourfold where bins hold less than one mention: μ² weighs them down.
    state.scatter = kept * state.scatter + squared - due
    state.scatter_weight = kept * state.scatter_weight + due * due


@compiled
def residue(state: Record) -> float:
    """Return σ, the relative error of the baseline from hour to hour that chance does not explain."""
    weight = state.residue_weight
    return math.sqrt(max(state.residue, 0.0) / (weight + HOUR_PRIOR))


@compiled
def learn_residue(state: Record, seen: float, due: float, chance: float) -> None:
    """Take an hour's deviation into the residue.

    Parameters
    ----------
    state
        A record with the fields.
    seen, due
        Mentions of the hour, and those expected at the time.
    chance
        Variance of the hour's count, were the baseline right.
    """
    if due <= 0.0:
        return
    squared = min((seen - due) ** 2, OUTLIER * (chance + LEAST_RESIDUE * due * due))
    # Hours of few mentions say little of the baseline: weigh each by what it could show.
    weight = 1.0 / (1.0 + chance / (0.05 * due * due))
    kept = 1.0 - 1.0 / HOURS_MEMORY
    state.residue = kept * state.residue + weight * (squared - chance) / (due * due)
    state.residue_weight = kept * state.residue_weight + weight
