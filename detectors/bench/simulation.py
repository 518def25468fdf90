"""Runs the decision over simulated brands at full speed, second by second as the watch stage does."""

# ruff: noqa: FBT001 - compiled functions are called by position

import numpy as np

from detectors.bench.worlds import Counts
from detectors.compiled import compiled
from detectors.decision.batching import PARTS, learn_parts
from detectors.decision.bins import BIN_DTYPE, Bin, bin_of
from detectors.decision.decision import OPPORTUNITY, Terms, assess
from detectors.decision.learning import learn
from detectors.decision.states import States

CALM_MIN = 60
"""An incident ends after so long without ringing, as in the watch stage."""


@compiled
def replay(states: States, start: int, counts: Counts, terms: Terms, until_first: bool) -> Counts:
    """Live through minutes of one brand.

    Parameters
    ----------
    states
        Those of an ``OutbreakDetector``; changed.
    start
        Epoch second of the first minute.
    counts
        Voices and negative voices of each second: (minutes, 60, 2).
    terms
        As for the decision.
    until_first
        Stop at the first crisis or slow burn.

    Returns
    -------
    For each minute 0, or the kind that began to ring in it (1 crisis, 2 slow burn, 3 opportunity) times 100 plus the
    second of the minute at whose end it rang.
    """
    rang = np.zeros(len(counts), np.int32)
    pending = np.zeros(1, BIN_DTYPE)
    course = np.zeros(60, BIN_DTYPE)
    parts = np.zeros(PARTS)
    calm = CALM_MIN
    kind = 0
    for minute in range(len(counts)):
        one = pending[0]
        one.start, one.span_s = start + 60 * minute, 60
        one.voices = one.scored = one.negatives = 0.0
        rings = False
        moments = 0
        for second in range(60):
            heard = counts[minute, second, 0]
            one.voices += heard
            one.scored += heard
            one.negatives += counts[minute, second, 1]
            one.elapsed_s = second + 1
            last = second == 59
            if not (heard or last) or (rings and not last) or (calm < CALM_MIN and not last and kind != OPPORTUNITY):
                continue
            reading = assess(states, pending, course[:moments], terms, 1.0)
            course[moments] = one
            moments += 1
            if reading.missing == 0 and reading.kind > 0:
                found = reading.kind
                if calm >= CALM_MIN or (kind == OPPORTUNITY and found != OPPORTUNITY):
                    rang[minute] = 100 * found + second
                    if until_first and found != OPPORTUNITY:
                        return rang
                    kind = found
                    calm = 0
                if found != OPPORTUNITY or kind == OPPORTUNITY:
                    rings = True
        calm = 0 if rings else calm + 1
        if calm >= CALM_MIN:
            for part in range(PARTS):
                parts[part] = counts[minute, part * 60 // PARTS : (part + 1) * 60 // PARTS, 0].sum()
            learn_parts(states.joint, parts)
        learn(states, bin_of(one), 1, calm < CALM_MIN and kind != OPPORTUNITY, terms)
    return rang


@compiled
def live_quietly(states: States, start: int, counts: Counts, terms: Terms) -> None:
    """Learn whole minutes of (voices, negative voices) without deciding anything."""
    for minute in range(len(counts)):
        voices, negatives = float(counts[minute, 0]), float(counts[minute, 1])
        learn(states, Bin(start + 60 * minute, 60, 60, voices, voices, negatives), 1, False, terms)
