"""From a false-page budget to a threshold: how high the brand's own quiet hours have scored."""

import math

from detectors.compiled import Record, compiled

KNEE = 6.4
"""Scores above this are the tail, which falls exponentially (Kesten 1973, Goldie 1991: of index near 1)."""
PRIOR_OVER, PRIOR_HOURS = 4.8, 48.0
"""A tenth of all hours above the knee, worth two days: more than any brand has, so that the first weeks are strict."""
PRIOR_INDEX, PRIOR_COUNT = 0.7, 4.0
LONGEST_EXCESS = 8.0
"""Excesses are censored here: one incident nobody noticed must not flatten the tail."""
MARGINAL = 8.0
"""In the tail of a quiet brand, one page in a hundred is so far above the threshold."""
YOUTH_KEPT = 0.1
HOURS_KEPT = 8 * 168.0
HIGHEST = 24.0
"""Just under the cap of the sums: the overwhelming always rings."""
HOURS_A_WEEK = 168.0
RARE_H = 48.0
"""What is reached once in so many hours is suspect enough not to be learned from."""

TAIL_FIELDS = [
    ("tail_hours", "f8", (2,)),
    ("tail_over", "f8", (2,)),
    ("tail_under", "f8", (2,)),
    ("tail_excess", "f8", (2,)),
    ("hour_highest", "f8", (2,)),
    ("excursion", "f8", (2,)),
    ("incident_highest", "f8"),
    ("incident_threshold", "f8"),
]
"""Two tails: scores that would page, and those of an opportunity."""
PAGE, GOOD_NEWS = 0, 1


@compiled
def threshold(state: Record, tail: int, pages_per_week: float) -> float:
    """Return the score, in nats, that quiet hours pass ``pages_per_week`` times a week.

    With λ the rate of hours above the knee u and θ the tail's index, h = u + ln(λ·168/b)/θ.

    References
    ----------
    [^1]: Siffer, A. et al. (2017). Anomaly detection in streams with extreme value theory (KDD).
    """
    over = (state.tail_over[tail] + PRIOR_OVER) / (state.tail_hours[tail] + PRIOR_HOURS)
    index = (state.tail_under[tail] + PRIOR_COUNT) / (state.tail_excess[tail] + PRIOR_COUNT / PRIOR_INDEX)
    return _solved(over, index, pages_per_week)


@compiled
def young_threshold(state: Record, pages_per_week: float) -> float:
    """Return the score asked of a young brand: what its baseline, half a guess, has scored makes it no stricter."""
    return min(threshold(state, PAGE, pages_per_week), _solved(PRIOR_OVER / PRIOR_HOURS, PRIOR_INDEX, pages_per_week))


@compiled
def _solved(over: float, index: float, pages_per_week: float) -> float:
    height = KNEE + math.log(over * HOURS_A_WEEK / pages_per_week) / index
    return float(min(max(height, KNEE), HIGHEST))


@compiled
def suspect(state: Record) -> float:
    """Return the score that quiet hours pass once in ``RARE_H``."""
    return threshold(state, PAGE, HOURS_A_WEEK / RARE_H)


@compiled
def learn_hour(state: Record, tail: int) -> None:
    """Take the highest score of the quiet hour that ended.

    Hours above the knee that follow each other are one excursion, as they would be one page: the highest of them
    counts, once it is over.
    """
    kept = 1.0 - 1.0 / HOURS_KEPT
    state.tail_hours[tail] = kept * state.tail_hours[tail] + 1.0
    state.tail_over[tail] *= kept
    state.tail_under[tail] *= kept
    state.tail_excess[tail] *= kept
    if state.hour_highest[tail] > KNEE:
        state.excursion[tail] = max(state.excursion[tail], state.hour_highest[tail])
    elif state.excursion[tail] > 0.0:
        learn_excursion(state, tail, state.excursion[tail])
        state.excursion[tail] = 0.0


@compiled
def learn_excursion(state: Record, tail: int, highest: float) -> None:
    """Take one excursion, or a marginal incident, into the tail."""
    excess = highest - KNEE
    state.tail_over[tail] += 1.0
    state.tail_under[tail] += 1.0 if excess < LONGEST_EXCESS else 0.0
    state.tail_excess[tail] += min(excess, LONGEST_EXCESS)


@compiled
def forget_youth(state: Record) -> None:
    """Keep of both tails a tenth: a baseline that was half a guess has scored higher than it ever will again."""
    for tail in range(2):
        state.tail_hours[tail] *= YOUTH_KEPT
        state.tail_over[tail] *= YOUTH_KEPT
        state.tail_under[tail] *= YOUTH_KEPT
        state.tail_excess[tail] *= YOUTH_KEPT


@compiled
def learn_incident(state: Record, tail: int) -> None:
    """Take the incident that ended into the tail, where it barely rang.

    Without them the tail would seem to end at the threshold, and a brand whose talk comes in waves would have twice
    the pages that its budget allows. A true crisis soars far beyond the threshold and is left out: it says nothing
    of quiet hours, and the next one must not ring later for it.
    """
    if 0.0 < state.incident_highest < state.incident_threshold + MARGINAL:
        learn_excursion(state, tail, state.incident_highest)
    state.incident_highest = 0.0
