"""The decision: which outbreak tells the most, whether its run meets the conditions, and what it is called."""

# ruff: noqa: PLR0917 - compiled functions are called by position

import numpy as np

from detectors.compiled import Numbers, Record, Records, compiled
from detectors.decision.batching import lumpiness
from detectors.decision.budget import GOOD_NEWS, PAGE, threshold, young_threshold
from detectors.decision.gates import (
    SCORE,
    SIXFOLD,
    TREBLED,
    WARM_UP,
    is_known_well_enough,
    is_opportunity,
    missing_for_crisis,
)
from detectors.decision.joint import (
    BIN_ELAPSED,
    BIN_NEGATIVES,
    BIN_SCORED,
    BIN_START,
    BIN_VOICES,
    CUSUM,
    DUE,
    DUE_CAUTIOUS,
    DUE_SHARE,
    DUE_VOICES,
    LOG_SUM,
    RUN,
    RUN_LOUDEST,
    RUN_START,
    bin_evidence,
    extend_run,
    forget_evidence,
    late_onsets,
    take_bin,
)
from detectors.decision.negativity_detector import share_reading
from detectors.decision.shiryaev_roberts import COMPONENTS, MOST_NATS, RISES, reading
from detectors.decision.volume import DAY_MIN, GRACE_MIN, has_gap, upper_edge

YOUNG_MIN = 21 * 1440.0
YOUNG_PART, TURNED_PART = 20.0, 5.0
"""A brand in its first three weeks gets a twentieth of its budget, its baseline being half a guess, and a fifth where
the talk has turned: what share of it is negative is known sooner."""
SLOW_MIN = 120.0
SLOW_TIMES = 3.0
"""A slow burn has lasted two hours, and no hour of it was three times as loud as usual."""
TIE = 1e-6
"""So little of its run's evidence is added to a score: enough to tell apart those at the cap."""

(
    SCORED, THRESHOLD, VOLUME_SCORE, NEGATIVITY_SCORE, EXPECTED, UPPER, EXPECTED_SHARE, KIND, MISSING, YOUNG, READ_RUN,
) = range(11)  # fmt: skip
READING = READ_RUN + RUN
"""A reading is a row of numbers: these, then the chosen outbreak's run."""
NOTHING, CRISIS, SLOW_BURN, OPPORTUNITY = 0, 1, 2, 3


@compiled
def decide(
    joint: Record,
    sums: Numbers,
    told: Numbers,
    one: Numbers,
    due: Numbers,
    late: Numbers,
    late_runs: Numbers,
    needed: float,
    strict: float,
    loud: float,
    floor: float,
    out: Numbers,
) -> float:
    """Find the outbreak that tells the most, and write it into ``out``: one that rings before any other.

    ``late`` and ``late_runs`` are from ``late_onsets``. ``needed`` is the brand's threshold, and ``strict`` that of a
    young brand, which must be ``loud`` besides; of any other it is 0.

    Returns the highest score of an outbreak whose run meets the conditions beside the score.
    """
    run, ringing_run, largest = np.empty(RUN), np.empty(RUN), np.zeros(RUN)
    volume_nats = _volume_alone(sums, told, one, due, late, largest)
    best, gated, missing = 0.0, 0.0, SCORE
    for c in range(COMPONENTS):
        # Where several sums are at their cap, the likeliest outbreak is the one whose evidence goes on growing.
        score = reading(sums[c, LOG_SUM], told[c]) + TIE * (sums[c, CUSUM] + told[c])
        if max(score, late[c]) <= gated:
            continue
        if late[c] > score:
            score = late[c]
            run[:] = late_runs[c % len(RISES)]
        else:
            extend_run(sums[c], one, due, run)
        unmet = missing_for_crisis(run, largest, volume_nats, floor)
        if strict > 0.0 and not is_known_well_enough(run, _is_slow(joint, one, due, run), score, strict, loud):
            unmet |= WARM_UP
        if unmet == 0:
            gated = score
            ringing_run[:] = run
        if score > best:
            best, missing = score, unmet
            out[READ_RUN:READING] = run
    out[SCORED] = min(best, MOST_NATS)
    if gated >= needed:
        missing = 0
        out[READ_RUN:READING] = ringing_run
    elif best < needed:
        missing |= SCORE
    out[VOLUME_SCORE] = volume_nats
    out[MISSING] = missing
    out[KIND] = NOTHING
    if best > 0.0:
        out[KIND] = SLOW_BURN if _is_slow(joint, one, due, out[READ_RUN:READING]) else CRISIS
    return gated


@compiled
def _volume_alone(sums: Numbers, told: Numbers, one: Numbers, due: Numbers, late: Numbers, largest: Numbers) -> float:
    """Return what the volume alone tells, in nats, and write the run of its largest excess into ``largest``."""
    run = np.empty(RUN)
    nats = 0.0
    for rise in range(len(RISES)):
        nats = max(nats, reading(sums[rise, LOG_SUM], told[rise]), late[rise])
        extend_run(sums[rise], one, due, run)
        if run[0] - run[1] > largest[0] - largest[1]:
            largest[:] = run
    return nats


@compiled
def _is_slow(joint: Record, one: Numbers, due: Numbers, run: Numbers) -> bool:
    times = (joint.hour_seen + one[BIN_VOICES]) / (joint.hour_due + due[DUE_VOICES] + 1.0)
    lasted_min = (one[BIN_START] + one[BIN_ELAPSED] - run[RUN_START]) / 60.0
    return bool(lasted_min >= SLOW_MIN and max(times, run[RUN_LOUDEST]) < SLOW_TIMES)


@compiled
def good_news(
    sums: Numbers,
    told: Numbers,
    one: Numbers,
    due: Numbers,
    floor: float,
    out: Numbers,
) -> float:
    """Return the highest score of the volume alone whose run is an opportunity, and write the run into ``out``."""
    run = np.empty(RUN)
    best = 0.0
    for rise in range(len(RISES)):
        score = reading(sums[rise, LOG_SUM], told[rise])
        if score <= best:
            continue
        extend_run(sums[rise], one, due, run)
        if is_opportunity(run, floor):
            best = score
            for place in range(RUN):
                out[place] = run[place]
    return best


@compiled
def assess(
    volumes: Records,
    negativities: Records,
    joints: Records,
    sums: Numbers,
    pending: Numbers,
    course: Numbers,
    span_s: int,
    pages_per_week: float,
    factor: float,
    floor: float,
    out: Numbers,
) -> None:
    """Read the decision off the states, were the bins of ``pending`` heard next. Changes nothing but ``out``.

    Parameters
    ----------
    volumes, negativities, joints
        Arrays of one record each.
    sums
        A row for each outbreak.
    pending
        Rows of start, elapsed seconds, voices, scored and negative voices; all complete but the last.
    course
        Such rows of the last one at earlier moments, in order; may be none.
    span_s
        Length of a whole bin.
    pages_per_week, floor
        The brand's false-page budget, and its floor.
    factor
        Times the budget, where a crisis is concerned: what feedback makes of it. Good news has the budget itself.
    out
        A row of ``READING`` numbers.
    """
    volume, negativity, joint = volumes[0], negativities[0], joints[0]
    told, due = np.empty(COMPONENTS), np.empty(DUE)
    lumpy = lumpiness(joint)
    rows = len(pending)
    sums = sums.copy()
    if has_gap(volume, int(pending[0, BIN_START])):
        forget_evidence(sums)
    grown = volume.age_min >= GRACE_MIN
    for row in range(rows - 1):
        if grown:
            bin_evidence(volume, negativity, sums, pending[row], span_s, lumpy, told, due)
            take_bin(sums, told, pending[row], due)
    one = pending[rows - 1]
    bin_evidence(volume, negativity, sums, one, span_s, lumpy, told, due)
    young = volume.age_min < YOUNG_MIN
    budget = pages_per_week / YOUNG_PART if young else pages_per_week
    if young:
        needed = young_threshold(joint, factor * pages_per_week / TURNED_PART)
        strict = young_threshold(joint, factor * budget)
    else:
        needed, strict = threshold(joint, PAGE, factor * budget), 0.0
    loud = SIXFOLD if volume.age_min < DAY_MIN else TREBLED
    for place in range(READING):
        out[place] = 0.0
    out[MISSING] = SCORE
    if grown:
        late, late_runs = np.empty(COMPONENTS), np.empty((len(RISES), RUN))
        late_onsets(volume, negativity, one, span_s, lumpy, due, course, late, late_runs)
        decide(joint, sums, told, one, due, late, late_runs, needed, strict, loud, floor, out)
        out[NEGATIVITY_SCORE] = share_reading(negativity, int(one[BIN_START]), one[BIN_SCORED], one[BIN_NEGATIVES])
        if out[MISSING] != 0.0:
            good = np.empty(RUN)
            delight = good_news(sums, told, one, due, floor, good)
            if delight >= threshold(joint, GOOD_NEWS, budget):
                out[KIND], out[MISSING] = OPPORTUNITY, 0
                for place in range(RUN):
                    out[READ_RUN + place] = good[place]
    else:
        out[MISSING] = SCORE | WARM_UP
    out[THRESHOLD] = strict if int(out[MISSING]) & WARM_UP else needed
    out[EXPECTED] = due[DUE_VOICES]
    out[UPPER] = upper_edge(volume, due[DUE_VOICES], due[DUE_CAUTIOUS])
    out[EXPECTED_SHARE] = due[DUE_SHARE]
    out[YOUNG] = young
