"""Which share of a brand's talk is negative on an ordinary day, and how surely that is known."""

import math

from detectors.compiled import Record, compiled
from detectors.decision.bins import Bin
from detectors.decision.dispersion import OUTLIER, WINSOR, WINSOR_AUTHORS

MEMORY_MIN = 14 * 1440.0
"""A fortnight holds every day of the week twice."""
PRIOR_SHARE, PRIOR_AUTHORS = 0.3, 6.0
"""Of a brand not yet known three voices in ten are negative; that weighs as much as six."""
PRIOR_COVERAGE_AUTHORS = 1.0
"""One voice, scored, before any was heard: all can be scored until some could not."""
MOST_AUTHORS = 3000.0
"""However many were heard, the share is never known better than to a percent."""
RELEARNED_AUTHORS = 50.0
"""What is kept of a share that has gone weighs so many voices: a few busy minutes replace it."""
LEAST, MOST = 0.005, 0.97
"""No share is taken for so small that one negative voice proves an outbreak, nor for larger than an outbreak's own."""

PRIOR_CLUMPING, CLUMPING_AUTHORS = 0.01, 400.0
"""ρ of a brand not yet known, and the weight of that, in voices that had others of their bin beside them."""
MOST_CLUMPING = 0.5
"""Above it a bin of any size would count as less than two voices, and no revolt could be heard."""
DOUBTED_NEIGHBOURS = 4.0
"""The learned share is doubted as if each voice had come with so many others of its bin: 1 + (m − 1)ρ at m = 5."""
LEAST_VARIANCE = 1e-9
"""Voices²: keeps a bin in which next to nothing could vary from dividing by nothing."""

FIRST_ERROR, LEAST_ERROR = 0.06, 0.01
"""How far the share strays from hour to hour beyond chance, one standard deviation: of a brand not yet known, and at
least."""
HOUR_PRIOR = 24.0
"""Hours that ``FIRST_ERROR`` weighs; it fades within as many."""
HOURS_MEMORY = 28 * 24.0
"""Four weeks: the residue is of weeks, the share of days."""
HALF_KNOWN = 0.01
"""Square of the share: an hour in which chance alone strays by ten percent tells half of what a certain one would."""
OUTLIER_STRAY = 0.001
"""Square of the share: an hour is an outlier beyond five deviations of chance and of a stray by three percent."""

HOUR_AUTHORS = 40.0
"""Negative voices that “the share does not depend on the hour” weighs, for each hour of day."""
HOUR_DAYS = 14.0
"""The memory of an hour of day, in days, where it is full of voices; longer where it is not."""
HOUR_TIMES, HOUR_SPARE = 3.0, 1.0
"""An hour teaches the shape of the day no more than three times the negative voices due, and one more where next to
none were: what is beyond that is an outbreak."""

SHARE_FIELDS = [
    ("negatives", "f8"),
    ("scored", "f8"),
    ("counted", "f8"),
    ("again", "f8"),
    ("clumps", "f8"),
    ("clump_weight", "f8"),
    ("share_error", "f8"),
    ("share_error_weight", "f8"),
    ("share_hour_seen", "f4", (24,)),
    ("share_hour_due", "f4", (24,)),
]
HOUR_FIELDS = [("now_scored", "f8"), ("now_negatives", "f8"), ("now_due", "f8"), ("now_chance", "f8")]
"""The hour under way: voices scored, negative among them, negative ones due, and the variance of that by chance."""


@compiled
def ordinary_share(state: Record, at: int) -> float:
    """Return the share of the scored voices that is negative at this hour of day, 0 to 1."""
    share = (state.negatives + PRIOR_SHARE * PRIOR_AUTHORS) / (state.scored + PRIOR_AUTHORS)
    hour = at // 3600 % 24
    factor = (state.share_hour_seen[hour] + HOUR_AUTHORS) / (state.share_hour_due[hour] + HOUR_AUTHORS)
    return float(min(max(share * factor, LEAST), MOST))


@compiled
def upper_share(state: Record, share: float) -> float:
    """Return the share with the benefit of the doubt: one standard error above what was learned."""
    known = min(state.scored + PRIOR_AUTHORS, MOST_AUTHORS)
    weight = state.share_error_weight
    baseline_error = (max(state.share_error, 0.0) + HOUR_PRIOR * FIRST_ERROR**2 / (1.0 + weight / HOUR_PRIOR)) / (
        weight + HOUR_PRIOR
    )
    doubt = math.sqrt(
        share * (1.0 - share) * (1.0 + clumping(state) * DOUBTED_NEIGHBOURS) / known + baseline_error + LEAST_ERROR**2
    )
    return min(share + doubt, MOST)


@compiled
def coverage(state: Record) -> float:
    """Return the share of the voices that could be scored at all."""
    once = max(state.scored - state.again, 0.0)
    return float((once + PRIOR_COVERAGE_AUTHORS) / (state.counted + PRIOR_COVERAGE_AUTHORS))


@compiled
def clumping(state: Record) -> float:
    """Return ρ, how alike the voices of one bin are: the share's variance is q(1 − q)(1 + (m − 1)ρ)/m."""
    alike = (state.clumps + PRIOR_CLUMPING * CLUMPING_AUTHORS) / (state.clump_weight + CLUMPING_AUTHORS)
    return float(min(max(alike, 0.0), MOST_CLUMPING))


@compiled
def learn_share(state: Record, one: Bin, share: float) -> None:
    """Take a bin's voices into the ordinary share; ``share`` is what was expected of it."""
    kept = math.exp(-(one.span_s / 60.0) / MEMORY_MIN)
    scored, negatives = one.scored, one.negatives
    if scored > 0.0:
        plain = scored * share * (1.0 - share)
        pairs = plain * (scored - 1.0)
        most = scored * share + WINSOR * math.sqrt(plain + clumping(state) * pairs) + WINSOR_AUTHORS
        if pairs > 0.0:
            deviation = (negatives - scored * share) ** 2
            squared = min(deviation, OUTLIER * (plain + clumping(state) * pairs))
            # Large bins tell ρ to within itself and no better, so that they must not outweigh all others.
            weight = 1.0 / (1.0 + clumping(state) * (scored - 1.0)) / max(plain, LEAST_VARIANCE)
            state.clumps = kept * state.clumps + weight * (squared - plain)
            state.clump_weight = kept * state.clump_weight + weight * pairs
        negatives = min(negatives, most)
    state.counted = kept * state.counted + one.authors
    state.scored = kept * state.scored + scored
    state.again = kept * state.again + one.again
    state.negatives = kept * state.negatives + negatives


@compiled
def take_into_hour(state: Record, one: Bin, share: float) -> None:
    """Add a bin to the hour under way; ``share`` is what was expected of it."""
    alike = 1.0 + max(one.scored - 1.0, 0.0) * clumping(state)
    state.now_scored += one.scored
    state.now_negatives += one.negatives
    state.now_due += one.scored * share
    state.now_chance += one.scored * share * (1.0 - share) * alike


@compiled
def learn_share_hour(state: Record, at: int) -> None:
    """Take the hour that ended into the residue and into the shape of the day, and begin the next.

    Parameters
    ----------
    state
        A record with the fields, and those of the hour.
    at
        A second of the hour.
    """
    if state.now_scored > 0.0:
        _learn_share_error(state)
        _learn_hour_of_day(state, at // 3600 % 24)
    state.now_scored = state.now_negatives = state.now_due = state.now_chance = 0.0


@compiled
def _learn_share_error(state: Record) -> None:
    scored, chance = state.now_scored, state.now_chance
    deviation = (state.now_negatives - state.now_due) ** 2
    squared = min(deviation, OUTLIER * (chance + OUTLIER_STRAY * scored * scored))
    weight = 1.0 / (1.0 + chance / (scored * scored * HALF_KNOWN))
    kept = 1.0 - 1.0 / HOURS_MEMORY
    state.share_error = kept * state.share_error + weight * (squared - chance) / (scored * scored)
    state.share_error_weight = kept * state.share_error_weight + weight


@compiled
def _learn_hour_of_day(state: Record, hour: int) -> None:
    due = state.now_due
    kept = 1.0 - due / (due + HOUR_AUTHORS) / HOUR_DAYS
    factor = (state.share_hour_seen[hour] + HOUR_AUTHORS) / (state.share_hour_due[hour] + HOUR_AUTHORS)
    informative = HOUR_AUTHORS / (due + HOUR_AUTHORS)
    seen = min(state.now_negatives, HOUR_TIMES * due + HOUR_SPARE)
    state.share_hour_seen[hour] = kept * state.share_hour_seen[hour] + informative * seen
    state.share_hour_due[hour] = kept * state.share_hour_due[hour] + informative * due / factor


@compiled
def relearn_share(state: Record) -> None:
    """Keep of the share what ``RELEARNED_AUTHORS`` weigh: another one has come to stay."""
    kept = min(1.0, RELEARNED_AUTHORS / max(state.scored, 1.0))
    state.negatives *= kept
    state.scored *= kept
    state.counted *= kept
    state.again *= kept
