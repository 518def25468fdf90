"""Volume and negativity together: the sums of eighteen outbreaks, the run of each, and the decision."""

import math

import numpy as np

from detectors.budget import GOOD_NEWS, HIGHEST, PAGE, TAIL_FIELDS, learn_tail, suspect, threshold
from detectors.compiled import compiled
from detectors.dispersion import dispersion
from detectors.gates import SCORE, WARM_UP, is_opportunity, missing_for_crisis
from detectors.negativity_detector import learn_share_bin, share_reading
from detectors.share import cautious_share, clumping, coverage, ordinary_share
from detectors.shiryaev_roberts import (
    COMPONENTS,
    MOST_NATS,
    RISES,
    TURNS,
    reading,
    share_evidence,
    summed,
    volume_evidence,
)
from detectors.volume import (
    GRACE_MIN,
    doubtful,
    has_gap,
    learn_volume_bin,
    upper_edge,
    voices_due,
)

YOUNG_MIN = 21 * 1440.0
YOUNG_PART = 20.0
"""A brand in its first three weeks gets a twentieth of its budget: its baseline is still half a guess."""
MOST_FROZEN_MIN = 72 * 60.0
"""A level that lasts three days is the new one."""
CALM_MIN = 60.0
TIE = 1e-6
SLOW_MIN = 180.0
SLOW_TIMES = 3.0
"""A slow burn has lasted three hours, and no hour of it was three times as loud as usual."""

RUN_SUMS = 6
"""Voices seen, due; scored seen, due; negative seen, due."""
RUN_START, RUN_LOUDEST = 6, 7
"""Then: where the run began, and how many times the ordinary its loudest full hour was."""

JOINT_DTYPE = np.dtype(
    [
        *TAIL_FIELDS,
        ("log_sums", "f8", (COMPONENTS,)),
        ("cusums", "f8", (COMPONENTS,)),
        ("runs", "f8", (COMPONENTS, 8)),
        ("frozen_min", "f8"),
        ("calm_min", "f8"),
        ("hour_min", "f8"),
        ("hour_spoilt", "f8"),
        ("hour_began", "f8"),
        ("was_ringing", "f8"),
        ("hour_seen", "f8"),
        ("hour_due", "f8"),
    ]
)

(
    SCORED, THRESHOLD, VOLUME_SCORE, NEGATIVITY_SCORE, EXPECTED, UPPER, EXPECTED_SHARE, KIND, MISSING, YOUNG,
    RUN,
) = range(11)  # fmt: skip
READING = RUN + 8
"""A reading is a row of numbers: these, then the winning component's run."""
NOTHING, CRISIS, SLOW_BURN, OPPORTUNITY = 0, 1, 2, 3

BIN_START, BIN_ELAPSED, BIN_VOICES, BIN_SCORED, BIN_NEGATIVES = range(5)


@compiled
def _evidence(volume, negativity, one, span_s, told, due):
    """Fill ``told`` with what a bin (or part of one) tells for each outbreak, and ``due`` with what was due."""
    start = int(one[BIN_START])
    part = one[BIN_ELAPSED] / span_s
    expected = voices_due(volume, start, span_s)
    cautious = doubtful(volume, expected) * part
    r = 1.0 / dispersion(volume)
    share = ordinary_share(negativity, start)
    cautiously = cautious_share(negativity, share)
    rho = clumping(negativity)
    due[0] = expected * part
    due[1] = due[0] * coverage(negativity)
    due[2] = due[1] * share
    due[3] = cautious
    due[4] = share
    for turn in range(len(TURNS)):
        turned = share_evidence(TURNS[turn], one[BIN_SCORED], one[BIN_NEGATIVES], cautiously, rho)
        for rise in range(len(RISES)):
            told[turn * len(RISES) + rise] = turned
    for rise in range(len(RISES)):
        risen = volume_evidence(RISES[rise], one[BIN_VOICES], cautious, r)
        for turn in range(len(TURNS)):
            told[turn * len(RISES) + rise] += risen


@compiled
def _extend(run, fresh, one, due, into):
    """Write into ``into`` a run with one bin more, or a new run of this bin alone."""
    for place in range(8):
        into[place] = 0.0 if fresh else run[place]
    if fresh:
        into[RUN_START] = one[BIN_START]
    into[0] += one[BIN_VOICES]
    into[1] += due[0]
    into[2] += one[BIN_SCORED]
    into[3] += due[1]
    into[4] += one[BIN_NEGATIVES]
    into[5] += due[2]


@compiled
def _step(log_sums, cusums, runs, told, one, due):
    """Take a complete bin into the sums and runs."""
    for c in range(COMPONENTS):
        log_sums[c] = summed(reading(log_sums[c], told[c]))
        _extend(runs[c], cusums[c] <= 0.0, one, due, runs[c])
        cusums[c] += told[c]
        if cusums[c] <= 0.0:
            cusums[c] = 0.0


@compiled
def _decide(joint, log_sums, cusums, runs, told, one, due, needed, floor, out):
    """Find the outbreak that tells the most, and write it into ``out``: one that rings before any other.

    Returns the highest score of an outbreak whose run meets the conditions beside the score.
    """
    run, ringing_run = np.empty(8), np.empty(8)
    volume_nats = 0.0
    for rise in range(len(RISES)):
        volume_nats = max(volume_nats, reading(log_sums[rise], told[rise]))
    best, gated, missing = 0.0, 0.0, SCORE
    for c in range(COMPONENTS):
        # Where several sums are at their cap, the likeliest outbreak is the one whose evidence goes on growing.
        score = reading(log_sums[c], told[c]) + TIE * (cusums[c] + told[c])
        if score <= gated:
            continue
        _extend(runs[c], cusums[c] <= 0.0, one, due, run)
        unmet = missing_for_crisis(run, volume_nats, floor)
        if unmet == 0:
            gated = score
            ringing_run[:] = run
        if score > best:
            best, missing = score, unmet
            out[RUN:READING] = run
    if gated >= needed:
        best, missing = gated, 0
        out[RUN:READING] = ringing_run
    elif best < needed:
        missing |= SCORE
    out[SCORED] = min(best, MOST_NATS)
    out[VOLUME_SCORE] = volume_nats
    out[MISSING] = missing
    out[KIND] = NOTHING
    if best > 0.0:
        times = (joint.hour_seen + one[BIN_VOICES]) / (joint.hour_due + due[0] + 1.0)
        lasted_min = (one[BIN_START] + one[BIN_ELAPSED] - out[RUN + RUN_START]) / 60.0
        slow = lasted_min >= SLOW_MIN and max(times, out[RUN + RUN_LOUDEST]) < SLOW_TIMES
        out[KIND] = SLOW_BURN if slow else CRISIS
    return gated


@compiled
def _good_news(log_sums, cusums, runs, told, one, due, floor, out):
    """Return the highest score of the volume alone whose run is an opportunity, and write the run into ``out``."""
    run = np.empty(8)
    best = 0.0
    for rise in range(len(RISES)):
        score = reading(log_sums[rise], told[rise])
        if score <= best:
            continue
        _extend(runs[rise], cusums[rise] <= 0.0, one, due, run)
        if is_opportunity(run, floor):
            best = score
            for place in range(8):
                out[place] = run[place]
    return best


@compiled
def assess(volumes, negativities, joints, pending, span_s, pages_per_week, floor, out):
    """Read the decision off the states, were the bins of ``pending`` heard next. Changes nothing but ``out``.

    Parameters
    ----------
    volumes, negativities, joints
        Arrays of one record each.
    pending
        Rows of start, elapsed seconds, voices, scored and negative voices; all complete but the last.
    span_s
        Length of a whole bin.
    pages_per_week, floor
        The brand's false-page budget, and its floor.
    out
        A row of ``READING`` numbers.
    """
    volume, negativity, joint = volumes[0], negativities[0], joints[0]
    told, due = np.empty(COMPONENTS), np.empty(5)
    rows = len(pending)
    log_sums, cusums, runs = joint.log_sums.copy(), joint.cusums.copy(), joint.runs.copy()
    if has_gap(volume, int(pending[0, BIN_START])):
        log_sums[:] = 0.0
        cusums[:] = 0.0
    grown = volume.age_min >= GRACE_MIN
    for row in range(rows - 1):
        if grown:
            _evidence(volume, negativity, pending[row], span_s, told, due)
            _step(log_sums, cusums, runs, told, pending[row], due)
    one = pending[rows - 1]
    _evidence(volume, negativity, one, span_s, told, due)
    young = volume.age_min < YOUNG_MIN
    budget = pages_per_week / YOUNG_PART if young else pages_per_week
    needed = threshold(joint, PAGE, budget)
    for place in range(READING):
        out[place] = 0.0
    out[MISSING] = SCORE
    if grown:
        _decide(joint, log_sums, cusums, runs, told, one, due, needed, floor, out)
        out[NEGATIVITY_SCORE] = share_reading(negativity, int(one[BIN_START]), one[BIN_SCORED], one[BIN_NEGATIVES])
        if out[MISSING] != 0.0:
            good = np.empty(8)
            delight = _good_news(log_sums, cusums, runs, told, one, due, floor, good)
            if delight >= threshold(joint, GOOD_NEWS, budget):
                out[KIND], out[MISSING] = OPPORTUNITY, 0
                for place in range(8):
                    out[RUN + place] = good[place]
        if young and int(out[MISSING]) & SCORE and out[SCORED] >= threshold(joint, PAGE, pages_per_week):
            out[MISSING] = int(out[MISSING]) - SCORE | WARM_UP
    else:
        out[MISSING] = SCORE | WARM_UP
    out[THRESHOLD] = needed
    out[EXPECTED] = due[0]
    out[UPPER] = upper_edge(volume, due[0], due[3])
    out[EXPECTED_SHARE] = due[4]
    out[YOUNG] = young


@compiled
def learn(volumes, negativities, joints, one, span_s, ringing, pages_per_week, floor):
    """Take a complete bin: into the sums always, into the baselines unless it looks like an outbreak.

    Parameters
    ----------
    volumes, negativities, joints
        Arrays of one record each.
    one
        Start, elapsed seconds, voices, scored and negative voices.
    span_s
        Length of the bin.
    ringing
        Whether an outbreak is under way.
    pages_per_week, floor
        As in ``assess``.

    Returns
    -------
    Whether the bin was new: one from before the last is passed over.
    """
    volume, negativity, joint = volumes[0], negativities[0], joints[0]
    start = int(one[BIN_START])
    if start < volume.next_start:
        return False
    minutes = span_s / 60.0
    if volume.next_start > 0 and (volume.next_start - 1) // 3600 != start // 3600:
        _end_hour(joint, volume.next_start)
    if has_gap(volume, start):
        joint.log_sums[:] = 0.0
        joint.cusums[:] = 0.0
    hot = ringing
    told, due = np.empty(COMPONENTS), np.empty(5)
    _evidence(volume, negativity, one, span_s, told, due)
    if volume.age_min >= GRACE_MIN:
        out = np.empty(READING)
        score = _decide(joint, joint.log_sums, joint.cusums, joint.runs, told, one, due, HIGHEST, floor, out)
        delight = _good_news(joint.log_sums, joint.cusums, joint.runs, told, one, due, floor, out)
        joint.hour_highest[PAGE] = max(joint.hour_highest[PAGE], score)
        joint.hour_highest[GOOD_NEWS] = max(joint.hour_highest[GOOD_NEWS], delight)
        hot = ringing or score >= suspect(joint)
        _step(joint.log_sums, joint.cusums, joint.runs, told, one, due)
    joint.hour_seen += one[BIN_VOICES]
    joint.hour_due += due[0]
    joint.hour_min += minutes
    if ringing:
        joint.hour_spoilt = 1.0
        if joint.was_ringing == 0.0:
            joint.hour_began = threshold(joint, PAGE, pages_per_week)
    joint.was_ringing = 1.0 if ringing else 0.0
    learning = _thaw(volume, joint, hot, minutes)
    learn_volume_bin(volume, start, span_s, one[BIN_VOICES], learning)
    learn_share_bin(negativity, start, span_s, one[BIN_VOICES], one[BIN_SCORED], one[BIN_NEGATIVES], learning)
    return True


@compiled
def _thaw(volume, joint, hot, minutes):
    """Return whether to learn; after ``MOST_FROZEN_MIN`` what lasts is learned anew, as if the level were young."""
    if not hot:
        joint.calm_min += minutes
        if joint.calm_min >= CALM_MIN:
            joint.frozen_min = 0.0
        return True
    joint.calm_min = 0.0
    if joint.frozen_min >= MOST_FROZEN_MIN:
        return True
    joint.frozen_min += minutes
    if joint.frozen_min >= MOST_FROZEN_MIN:
        shrink = 10.0 / max(volume.level_min, 10.0)
        volume.level_seen *= shrink
        volume.level_min *= shrink
        volume.level_age_min = 0.0
        joint.log_sums[:] = 0.0
        joint.cusums[:] = 0.0
    return False


@compiled
def _end_hour(joint, until):
    if joint.hour_min >= 45.0:
        times = joint.hour_seen / (joint.hour_due + 1.0)
        for c in range(COMPONENTS):
            if joint.cusums[c] > 0.0 and joint.runs[c, RUN_START] <= until - 3600:
                joint.runs[c, RUN_LOUDEST] = max(joint.runs[c, RUN_LOUDEST], times)
        if joint.hour_spoilt == 0.0 or joint.hour_began > 0.0:
            learn_tail(joint, PAGE, joint.hour_began)
            learn_tail(joint, GOOD_NEWS, 0.0)
    joint.hour_highest[:] = 0.0
    joint.hour_min = joint.hour_seen = joint.hour_due = joint.hour_spoilt = joint.hour_began = 0.0


@compiled
def learn_quiet(volumes, negativities, joints, start, bins, span_s, pages_per_week, floor):
    """Take a run of bins in which nobody spoke."""
    one = np.zeros(5)
    one[BIN_ELAPSED] = span_s
    for number in range(bins):
        one[BIN_START] = start + number * span_s
        learn(volumes, negativities, joints, one, span_s, False, pages_per_week, floor)
