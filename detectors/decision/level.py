"""How much a brand is talked about these days, apart from the hour: a count level with forgetting."""

import math

from detectors.compiled import Record, compiled

PRIOR_SEEN, PRIOR_MINUTES = 0.3, 0.15
"""A gamma law worth nine seconds of two mentions a minute: gone after the first minutes."""
SHORTEST_MEMORY_MIN, LONGEST_MEMORY_MIN = 1440.0, 20160.0
"""A day, so that the level follows the news; a fortnight, so that a rarely mentioned brand has a level at all."""
MENTIONS_REMEMBERED = 200.0
"""Enough for a level within 7 %."""
FIRST_MEMORY_MIN = 60.0
RELEARNED_MIN = 10.0
"""What is kept of a level that has gone weighs so many minutes: within the hour it is forgotten."""

WEEKS = 4
"""So many weeks' levels are kept beside: a lull is no new level, and its end no outbreak."""
WEEK_MIN, LEAST_WEEK_MIN = 10080.0, 1440.0

LEVEL_FIELDS = [
    ("level_seen", "f8"),
    ("level_min", "f8"),
    ("level_age_min", "f8"),
    ("week_levels", "f8", (WEEKS,)),
    ("week_seen", "f8"),
    ("week_min", "f8"),
    ("week_age_min", "f8"),
]
"""Mentions and profile-weighted minutes remembered; minutes that this level has been learned; the mean levels of the
weeks before, the latest first, and the sums of the week under way."""


@compiled
def level(state: Record) -> float:
    """Return the mentions a minute at the profile's mean."""
    return float((state.level_seen + PRIOR_SEEN) / (state.level_min + PRIOR_MINUTES))


@compiled
def back_from_lull(state: Record) -> float:
    """Return how many times the level of these days the highest of the last weeks' is; 1 where none was higher."""
    highest = level(state)
    for week in range(WEEKS):
        highest = max(highest, state.week_levels[week])
    if state.week_age_min >= LEAST_WEEK_MIN:
        highest = max(highest, state.week_seen / state.week_min)
    return float(highest / level(state))


@compiled
def level_variance(state: Record, due: float, dispersion: float) -> float:
    """Return the squared relative error of the level, counts being over-dispersed at ``due`` a bin."""
    return float((1.0 + due * dispersion) / (state.level_seen + PRIOR_SEEN))


@compiled
def learn_level(state: Record, seen: float, profile: float, minutes: float) -> None:
    """Take a bin into the level.

    Parameters
    ----------
    state
        A record with the level's fields.
    seen
        Mentions of the bin, winsorised.
    profile
        What the week's profile says of the bin, 1 on average.
    minutes
        Length of the bin.

    References
    ----------
    [^1]: Harvey, A. C. and Fernandes, C. (1989). Time series models for count or qualitative observations.
    """
    wanted = min(max(SHORTEST_MEMORY_MIN, MENTIONS_REMEMBERED / level(state)), LONGEST_MEMORY_MIN)
    memory_min = min(wanted, max(FIRST_MEMORY_MIN, state.level_age_min / 2.0))
    kept = math.exp(-minutes / memory_min)
    state.level_seen = kept * state.level_seen + seen
    state.level_min = kept * state.level_min + profile * minutes
    state.level_age_min += minutes
    state.week_seen += seen
    state.week_min += profile * minutes
    state.week_age_min += minutes
    if state.week_age_min >= WEEK_MIN:
        for week in range(WEEKS - 1, 0, -1):
            state.week_levels[week] = state.week_levels[week - 1]
        state.week_levels[0] = state.week_seen / state.week_min
        state.week_seen = state.week_min = state.week_age_min = 0.0


@compiled
def doubt_level(state: Record, minutes: float) -> None:
    """Widen the level's error after ``minutes`` in which nothing was heard, or where the level is no longer true."""
    if state.level_min > 0.0:
        kept = math.exp(-minutes / max(state.level_min, FIRST_MEMORY_MIN))
        state.level_seen *= kept
        state.level_min *= kept


@compiled
def relearn_level(state: Record) -> None:
    """Keep of the level what ``RELEARNED_MIN`` weigh: another one has come to stay."""
    kept = min(1.0, RELEARNED_MIN / max(state.level_min, 1.0))
    state.level_seen *= kept
    state.level_min *= kept
    state.level_age_min = 0.0
