"""How much more a brand's counts scatter than a Poisson law's, within the hour and from hour to hour."""

import math

from detectors.compiled import Record, compiled

MEMORY_MIN = 14 * 1440.0
PRIOR_EXCESS, PRIOR_WEIGHT = 25.0, 200.0
"""1/8: counts of dispersion 8, worth as much as 200 minutes of one mention."""
OUTLIER = 25.0
"""Squared deviations are cut at so many variances (five deviations): an outbreak must not teach calm."""
WINSOR, WINSOR_AUTHORS = 4.0, 1.0
"""What is learned of a bin ends so many deviations above what was due, and one voice: the first voice of a night in
which none is due must be learned."""
LEAST_DISPERSION = 1e-4
"""Above 0, that its inverse is finite; far below what any brand has."""
HOURS_MEMORY = 28 * 24.0
HOUR_PRIOR = 24.0
"""Hours that “the baseline is right to a few per cent” weighs."""
LEAST_ERROR = 0.03
HALF_KNOWN = 0.05
"""Square of a relative error: an hour whose count strays so far by chance tells half of what a certain one would."""

BLOCK_MIN = 10.0
BLOCKS_MEMORY = 14 * 144.0
BLOCK_PRIOR = 48.0
"""Blocks that “one minute says nothing of the next” weighs."""

DISPERSION_FIELDS = [
    ("overdispersion", "f8"),
    ("overdispersion_weight", "f8"),
    ("baseline_error", "f8"),
    ("baseline_error_weight", "f8"),
    ("block_seen", "f8"),
    ("block_due", "f8"),
    ("block_chance", "f8"),
    ("block_min", "f8"),
    ("autocorrelation", "f8"),
    ("autocorrelation_weight", "f8"),
]


@compiled
def dispersion(state: Record) -> float:
    """Return φ of the law with variance μ + φμ²; its inverse is the negative binomial's r."""
    return float(
        max((state.overdispersion + PRIOR_EXCESS) / (state.overdispersion_weight + PRIOR_WEIGHT), LEAST_DISPERSION)
    )


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
    state.overdispersion = kept * state.overdispersion + squared - due
    state.overdispersion_weight = kept * state.overdispersion_weight + due * due


@compiled
def baseline_error(state: Record) -> float:
    """Return σ, the relative error of the baseline from hour to hour that chance does not explain."""
    weight = state.baseline_error_weight
    return math.sqrt(max(state.baseline_error, 0.0) / (weight + HOUR_PRIOR))


@compiled
def learn_baseline_error(state: Record, seen: float, due: float, chance: float) -> None:
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
    squared = min((seen - due) ** 2, OUTLIER * (chance + LEAST_ERROR * due * due))
    # Hours of few mentions say little of the baseline: weigh each by what it could show.
    weight = 1.0 / (1.0 + chance / (HALF_KNOWN * due * due))
    kept = 1.0 - 1.0 / HOURS_MEMORY
    state.baseline_error = kept * state.baseline_error + weight * (squared - chance) / (due * due)
    state.baseline_error_weight = kept * state.baseline_error_weight + weight


@compiled
def waviness(state: Record) -> float:
    """Return D, by how much ten minutes' talk scatters more than ten minutes of independent scatter would, at least 1.

    Where talk comes in waves of many minutes, each minute of a wave repeats what the one before has said.
    """
    return float(max((state.autocorrelation + BLOCK_PRIOR) / (state.autocorrelation_weight + BLOCK_PRIOR), 1.0))


@compiled
def evidence_weight(waviness: float, minutes: float) -> float:
    """Return which part of a minute's evidence is new, ``minutes`` into a run: all of the first, 1/D of the late ones.

    A wave that lasts for D minutes and more can be mistaken for an outbreak, but it does not come from one minute to
    the next: a sudden flood keeps its full weight.
    """
    return 1.0 / max(min(waviness, minutes + 1.0), 1.0)


@compiled
def learn_autocorrelation(state: Record, seen: float, due: float, minutes: float) -> None:
    """Take one bin into the block under way, and the block into D when it is full."""
    state.block_seen += seen
    state.block_due += due
    state.block_chance += variance(due, dispersion(state))
    state.block_min += minutes
    if state.block_min < BLOCK_MIN:
        return
    kept = 1.0 - 1.0 / BLOCKS_MEMORY
    squared = min((state.block_seen - state.block_due) ** 2 / state.block_chance, OUTLIER)
    # A block of less than a voice tells nothing, whatever came.
    weight = state.block_due / (state.block_due + 1.0)
    state.autocorrelation = kept * state.autocorrelation + weight * squared
    state.autocorrelation_weight = kept * state.autocorrelation_weight + weight
    state.block_seen = state.block_due = state.block_chance = state.block_min = 0.0
