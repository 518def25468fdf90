"""Runs the decision over simulated brands at full speed, second by second as the watch stage does."""

# ruff: noqa: FBT001 - compiled functions are called by position

import numpy as np

from detectors.bench.worlds import Counts
from detectors.compiled import compiled
from detectors.decision.batching import PARTS, learn_parts
from detectors.decision.bins import BIN_DTYPE, Bin, bin_of
from detectors.decision.calm import CALM_S, Calm, Own, is_surely_calm
from detectors.decision.decision import OPPORTUNITY, Reading, Terms, assess
from detectors.decision.ending import calmer, ordinary_evidence
from detectors.decision.joint import begin_anew
from detectors.decision.learning import learn
from detectors.decision.states import States

CALM_MIN = CALM_S // 60
"""An incident ends after so long without ringing, or where the talk is surely ordinary, as in the watch stage."""

_is_surely_calm = compiled(is_surely_calm)


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
    fired = np.zeros(len(counts), np.int32)
    pending = np.zeros(1, BIN_DTYPE)
    earlier_readings = np.zeros(60, BIN_DTYPE)
    calm, kind, is_on = 0, 0, False
    own, ordinary = Own(0.0, 0.0, terms.floor, True), Calm(0.0, 0.0)
    for minute in range(len(counts)):
        one = pending[0]
        one.start, one.span_s = start + 60 * minute, 60
        one.authors = one.scored = one.negatives = 0.0
        rings = False
        moments = 0
        for second in range(60):
            observed = counts[minute, second, 0]
            one.authors += observed
            one.scored += observed
            one.negatives += counts[minute, second, 1]
            one.elapsed_s = second + 1
            last = second == 59
            if not (observed or last) or (rings and not last) or (is_on and not last and kind != OPPORTUNITY):
                continue
            reading = assess(states, pending, earlier_readings[:moments], terms, 1.0)
            earlier_readings[moments] = one
            moments += 1
            if reading.missing == 0 and reading.kind > 0:
                found = reading.kind
                if not is_on or (kind == OPPORTUNITY and found != OPPORTUNITY):
                    fired[minute] = 100 * found + second
                    if until_first and found != OPPORTUNITY:
                        return fired
                    kind, is_on = found, True
                    own = _own(reading, terms)
                    ordinary = Calm(0.0, float(start + 60 * minute + second + 1))
                if found != OPPORTUNITY or kind == OPPORTUNITY:
                    rings = True
        calm = 0 if rings else calm + 1
        if is_on:
            end = float(start + 60 * minute + 60)
            ordinary = calmer(ordinary, ordinary_evidence(states, bin_of(one), own), end)
            if calm >= CALM_MIN or _is_surely_calm(ordinary, end):
                is_on = False
                begin_anew(states.joint[0], states.outbreaks, start + 60 * minute + 60)
        _take_parts(states, counts[minute, :, 0], is_on)
        learn(states, bin_of(one), 1, is_on and kind != OPPORTUNITY, terms)
    return fired


@compiled
def _take_parts(states: States, observed: Counts, is_on: bool) -> None:
    parts = np.zeros(PARTS)
    for part in range(PARTS):
        parts[part] = observed[part * 60 // PARTS : (part + 1) * 60 // PARTS].sum()
    if not is_on:
        learn_parts(states.joint, parts)


@compiled
def _own(reading: Reading, terms: Terms) -> Own:
    if reading.kind == OPPORTUNITY:
        return Own(reading.run_seen, reading.run_due, terms.floor, False)
    return Own(reading.run_negatives, reading.run_negatives_due, terms.floor, True)


@compiled
def live_quietly(states: States, start: int, counts: Counts, terms: Terms) -> None:
    """Learn whole minutes of (voices, negative voices) without deciding anything."""
    for minute in range(len(counts)):
        authors, negatives = float(counts[minute, 0]), float(counts[minute, 1])
        learn(states, Bin(start + 60 * minute, 60, 60, authors, authors, negatives, 0.0, 0.0, 0.0), 1, False, terms)
