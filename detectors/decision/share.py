"""Which share of a brand's talk is negative on an ordinary day, and how surely that is known."""

# ruff: noqa: PLR0917 - compiled functions are called by position

import math

from detectors.compiled import Record, compiled
from detectors.decision.dispersion import OUTLIER

MEMORY_MIN = 14 * 1440.0
PRIOR_SHARE, PRIOR_VOICES = 0.3, 6.0
MOST_VOICES = 3000.0
"""However many were heard, the share is never known better than to a percent."""
PRIOR_CLUMPING, CLUMPING_VOICES = 0.01, 400.0
FIRST_RESIDUE, LEAST_RESIDUE = 0.06, 0.01
HOUR_PRIOR = 24.0
HOURS_MEMORY = 28 * 24.0
HOUR_VOICES = 40.0
"""Negative voices that “the share does not depend on the hour” weighs, for each hour of day."""
LEAST, MOST = 0.005, 0.97

SHARE_FIELDS = [
    ("negatives", "f8"),
    ("scored", "f8"),
    ("counted", "f8"),
    ("clumps", "f8"),
    ("clump_weight", "f8"),
    ("share_residue", "f8"),
    ("share_residue_weight", "f8"),
    ("share_hour_seen", "f4", (24,)),
    ("share_hour_due", "f4", (24,)),
]


@compiled
def ordinary_share(state: Record, at: int) -> float:
    """Return the share of the scored voices that is negative at this hour of day, 0 to 1."""
    share = (state.negatives + PRIOR_SHARE * PRIOR_VOICES) / (state.scored + PRIOR_VOICES)
    hour = at // 3600 % 24
    factor = (state.share_hour_seen[hour] + HOUR_VOICES) / (state.share_hour_due[hour] + HOUR_VOICES)
    return float(min(max(share * factor, LEAST), MOST))


@compiled
def cautious_share(state: Record, share: float) -> float:
    """Return the share with the benefit of the doubt: one standard error above what was learned."""
    known = min(state.scored + PRIOR_VOICES, MOST_VOICES)
    weight = state.share_residue_weight
    residue = (max(state.share_residue, 0.0) + HOUR_PRIOR * FIRST_RESIDUE**2 / (1.0 + weight / HOUR_PRIOR)) / (
        weight + HOUR_PRIOR
    )
    doubt = math.sqrt(share * (1.0 - share) * (1.0 + clumping(state) * 4.0) / known + residue + LEAST_RESIDUE**2)
    return min(share + doubt, MOST)


@compiled
def coverage(state: Record) -> float:
    """Return the share of the voices that could be scored at all."""
    return float((state.scored + 1.0) / (state.counted + 1.0))


@compiled
def clumping(state: Record) -> float:
    """Return ρ, how alike the voices of one bin are: the share's variance is q(1 − q)(1 + (m − 1)ρ)/m."""
    alike = (state.clumps + PRIOR_CLUMPING * CLUMPING_VOICES) / (state.clump_weight + CLUMPING_VOICES)
    return float(min(max(alike, 0.0), 0.5))


@compiled
def learn_share(state: Record, counted: float, scored: float, negatives: float, share: float, minutes: float) -> None:
    """Take a bin's voices into the ordinary share; ``share`` is what was expected of it."""
    kept = math.exp(-minutes / MEMORY_MIN)
    if scored > 0.0:
        plain = scored * share * (1.0 - share)
        pairs = plain * (scored - 1.0)
        most = scored * share + 4.0 * math.sqrt(plain + clumping(state) * pairs) + 1.0
        if pairs > 0.0:
            deviation = (negatives - scored * share) ** 2
            squared = min(deviation, OUTLIER * (plain + clumping(state) * pairs))
            # Large bins tell ρ to within itself and no better, so that they must not outweigh all others.
            weight = 1.0 / (1.0 + clumping(state) * (scored - 1.0)) / max(plain, 1e-9)
            state.clumps = kept * state.clumps + weight * (squared - plain)
            state.clump_weight = kept * state.clump_weight + weight * pairs
        negatives = min(negatives, most)
    state.counted = kept * state.counted + counted
    state.scored = kept * state.scored + scored
    state.negatives = kept * state.negatives + negatives


@compiled
def learn_share_hour(state: Record, at: int, scored: float, negatives: float, due: float, chance: float) -> None:
    """Take an hour's voices into the residue and into the shape of the day.

    Parameters
    ----------
    state
        A record with the fields.
    at
        A second of the hour.
    scored, negatives, due
        Voices scored, negative among them, and negative ones expected at the time.
    chance
        Variance of ``negatives``, were the expectation right.
    """
    if scored <= 0.0:
        return
    squared = min((negatives - due) ** 2, OUTLIER * (chance + 0.001 * scored * scored))
    weight = 1.0 / (1.0 + chance / (scored * scored * 0.01))
    kept = 1.0 - 1.0 / HOURS_MEMORY
    state.share_residue = kept * state.share_residue + weight * (squared - chance) / (scored * scored)
    state.share_residue_weight = kept * state.share_residue_weight + weight
    hour = at // 3600 % 24
    part = due / (due + HOUR_VOICES)
    kept = 1.0 - part / 14.0
    factor = (state.share_hour_seen[hour] + HOUR_VOICES) / (state.share_hour_due[hour] + HOUR_VOICES)
    informative = HOUR_VOICES / (due + HOUR_VOICES)
    state.share_hour_seen[hour] = kept * state.share_hour_seen[hour] + informative * min(negatives, 3.0 * due + 1.0)
    state.share_hour_due[hour] = kept * state.share_hour_due[hour] + informative * due / factor


@compiled
def relearn_share(state: Record) -> None:
    """Keep of the share what fifty voices weigh: another one has come to stay."""
    kept = min(1.0, 50.0 / max(state.scored, 1.0))
    state.negatives *= kept
    state.scored *= kept
    state.counted *= kept
