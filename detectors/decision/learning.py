"""What a complete bin changes: the sums always, the baselines unless it looks like an outbreak."""

# ruff: noqa: FBT001, PLR0917 - compiled functions are called by position

import numpy as np

from detectors.compiled import Numbers, Record, Records, compiled
from detectors.decision.budget import (
    GOOD_NEWS,
    HIGHEST,
    PAGE,
    forget_youth,
    learn_hour,
    learn_incident,
    suspect,
    threshold,
)
from detectors.decision.decision import READING, YOUNG_MIN, decide, good_news
from detectors.decision.joint import (
    BIN_NEGATIVES,
    BIN_SCORED,
    BIN_START,
    BIN_VOICES,
    CUSUM,
    DUE,
    DUE_VOICES,
    NEVER,
    RUN,
    RUN_LOUDEST,
    RUN_START,
    bin_evidence,
    forget_evidence,
    take_bin,
)
from detectors.decision.level import relearn_level
from detectors.decision.negativity_detector import learn_share_bin
from detectors.decision.share import relearn_share
from detectors.decision.shiryaev_roberts import COMPONENTS, RISES
from detectors.decision.volume import GRACE_MIN, has_gap, learn_volume_bin

MOST_FROZEN_MIN = 72 * 60.0
"""A level that lasts three days is the new one."""
CALM_MIN = 60.0
"""After so long without suspicion the three days are counted anew."""


@compiled
def learn(
    volumes: Records,
    negativities: Records,
    joints: Records,
    sums: Numbers,
    one: Numbers,
    span_s: int,
    ringing: bool,
    pages_per_week: float,
    floor: float,
    bins: int,
) -> None:
    """Take complete bins that are all alike: one, or a run of silent ones. What was learned before is passed over.

    Parameters
    ----------
    volumes, negativities, joints
        Arrays of one record each.
    one
        Start, elapsed seconds, voices, scored and negative voices.
    sums
        A row for each outbreak.
    span_s
        Length of a bin.
    ringing
        Whether an outbreak is under way.
    pages_per_week, floor
        As in ``assess``.
    bins
        How many, one after the other.
    """
    first = int(one[BIN_START])
    row = one.copy()
    for number in range(bins):
        row[BIN_START] = first + number * span_s
        if row[BIN_START] >= volumes[0].next_start:
            _learn(volumes[0], negativities[0], joints[0], sums, row, span_s, ringing, pages_per_week, floor)


@compiled
def _learn(
    volume: Record,
    negativity: Record,
    joint: Record,
    sums: Numbers,
    one: Numbers,
    span_s: int,
    ringing: bool,
    pages_per_week: float,
    floor: float,
) -> None:
    """Take a complete bin: into the sums always, into the baselines unless it looks like an outbreak."""
    start = int(one[BIN_START])
    minutes = span_s / 60.0
    if volume.age_min < YOUNG_MIN <= volume.age_min + minutes:
        forget_youth(joint)
    if volume.next_start > 0 and (volume.next_start - 1) // 3600 != start // 3600:
        _end_hour(joint, sums, volume.next_start)
    if has_gap(volume, start):
        forget_evidence(sums)
    score = 0.0
    told, due = np.empty(COMPONENTS), np.empty(DUE)
    bin_evidence(volume, negativity, sums, one, span_s, 0.0, told, due)
    if volume.age_min >= GRACE_MIN:
        out = np.empty(READING)
        late, late_runs = np.full(COMPONENTS, NEVER), np.empty((len(RISES), RUN))
        score = decide(joint, sums, told, one, due, late, late_runs, HIGHEST, 0.0, 0.0, floor, out)
        delight = good_news(sums, told, one, due, floor, out)
        joint.hour_highest[PAGE] = max(joint.hour_highest[PAGE], score)
        joint.hour_highest[GOOD_NEWS] = max(joint.hour_highest[GOOD_NEWS], delight)
        take_bin(sums, told, one, due)
    joint.hour_seen += one[BIN_VOICES]
    joint.hour_due += due[DUE_VOICES]
    joint.hour_min += minutes
    if ringing:
        joint.hour_spoilt = 1.0
        if joint.was_ringing == 0.0:
            joint.incident_threshold = threshold(joint, PAGE, pages_per_week)
            # What led up to an incident is part of it.
            joint.excursion[PAGE] = 0.0
        joint.incident_highest = max(joint.incident_highest, score)
    elif joint.was_ringing > 0.0 and volume.age_min >= YOUNG_MIN:
        learn_incident(joint, PAGE)
    joint.was_ringing = 1.0 if ringing else 0.0
    learning = _thaw(volume, negativity, joint, sums, ringing or score >= suspect(joint), minutes)
    learn_volume_bin(volume, start, span_s, one[BIN_VOICES], learning)
    learn_share_bin(negativity, start, span_s, one[BIN_VOICES], one[BIN_SCORED], one[BIN_NEGATIVES], learning)


@compiled
def _thaw(volume: Record, negativity: Record, joint: Record, sums: Numbers, hot: bool, minutes: float) -> bool:
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
        relearn_level(volume)
        relearn_share(negativity)
        forget_evidence(sums)
    return False


@compiled
def _end_hour(joint: Record, sums: Numbers, until: int) -> None:
    if joint.hour_min >= 45.0:
        times = joint.hour_seen / (joint.hour_due + 1.0)
        for c in range(COMPONENTS):
            if sums[c, CUSUM] > 0.0 and sums[c, RUN_START] <= until - 3600:
                sums[c, RUN_LOUDEST] = max(sums[c, RUN_LOUDEST], times)
        if joint.hour_spoilt == 0.0:
            learn_hour(joint, PAGE)
            learn_hour(joint, GOOD_NEWS)
    joint.hour_highest[:] = 0.0
    joint.hour_min = joint.hour_seen = joint.hour_due = joint.hour_spoilt = 0.0
