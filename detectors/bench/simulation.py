"""Runs the decision over simulated brands at full speed, second by second as the watch stage does."""

# ruff: noqa: FBT001, PLR0917 - compiled functions are called by position

import numpy as np
import numpy.typing as npt

from detectors.compiled import Numbers, Records, compiled
from detectors.decision.batching import PARTS, learn_parts
from detectors.decision.decision import KIND, MISSING, OPPORTUNITY, READING, assess
from detectors.decision.joint import BIN, BIN_ELAPSED, BIN_NEGATIVES, BIN_SCORED, BIN_START, BIN_VOICES
from detectors.decision.learning import learn

CALM_MIN = 60
"""An incident ends after so long without ringing, as in the watch stage."""

Counts = npt.NDArray[np.int32]


@compiled
def replay(
    volumes: Records,
    negativities: Records,
    joints: Records,
    sums: Numbers,
    start: int,
    counts: Counts,
    pages_per_week: float,
    floor: float,
    rang: Counts,
    until_first: bool,
) -> int:
    """Live through minutes of one brand; return how many were lived through.

    Parameters
    ----------
    volumes, negativities, joints, sums
        The states of an ``OutbreakDetector``; changed.
    start
        Epoch second of the first minute.
    counts
        Voices and negative voices of each second: (minutes, 60, 2).
    pages_per_week, floor
        As for the decision.
    rang
        For each minute: filled with 0, or with the kind that began to ring in it (1 crisis, 2 slow burn,
        3 opportunity) times 100 plus the second of the minute at whose end it rang.
    until_first
        Stop at the first crisis or slow burn.
    """
    pending = np.zeros((1, BIN))
    course = np.zeros((60, BIN))
    parts = np.zeros(PARTS)
    out = np.empty(READING)
    calm = CALM_MIN
    kind = 0
    for minute in range(len(counts)):
        row = pending[0]
        row[:] = 0.0
        row[BIN_START] = start + 60 * minute
        rings = False
        moments = 0
        for second in range(60):
            heard = counts[minute, second, 0]
            row[BIN_VOICES] += heard
            row[BIN_SCORED] += heard
            row[BIN_NEGATIVES] += counts[minute, second, 1]
            row[BIN_ELAPSED] = second + 1
            last = second == 59
            if not (heard or last) or (rings and not last) or (calm < CALM_MIN and not last and kind != OPPORTUNITY):
                continue
            earlier = course[:moments]
            assess(volumes, negativities, joints, sums, pending, earlier, 60, pages_per_week, 1.0, floor, out)
            course[moments] = row
            moments += 1
            if out[MISSING] == 0.0 and out[KIND] > 0.0:
                found = int(out[KIND])
                if calm >= CALM_MIN or (kind == OPPORTUNITY and found != OPPORTUNITY):
                    rang[minute] = 100 * found + second
                    if until_first and found != OPPORTUNITY:
                        return minute + 1
                    kind = found
                    calm = 0
                if found != OPPORTUNITY or kind == OPPORTUNITY:
                    rings = True
        calm = 0 if rings else calm + 1
        if calm >= CALM_MIN:
            for part in range(PARTS):
                parts[part] = counts[minute, part * 60 // PARTS : (part + 1) * 60 // PARTS, 0].sum()
            learn_parts(joints, parts)
        learn(
            volumes,
            negativities,
            joints,
            sums,
            row,
            60,
            calm < CALM_MIN and kind != OPPORTUNITY,
            pages_per_week,
            floor,
            1,
        )
    return len(counts)


@compiled
def live_quietly(
    volumes: Records,
    negativities: Records,
    joints: Records,
    sums: Numbers,
    start: int,
    counts: Counts,
    pages_per_week: float,
    floor: float,
) -> None:
    """Learn whole minutes of (voices, negative voices) without deciding anything."""
    row = np.zeros(BIN)
    row[BIN_ELAPSED] = 60.0
    for minute in range(len(counts)):
        row[BIN_START] = start + 60 * minute
        row[BIN_VOICES] = row[BIN_SCORED] = counts[minute, 0]
        row[BIN_NEGATIVES] = counts[minute, 1]
        learn(volumes, negativities, joints, sums, row, 60, False, pages_per_week, floor, 1)
