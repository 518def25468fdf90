"""Volume and negativity together: the sums of eighteen outbreaks, and the run of each."""

# ruff: noqa: PLR0917 - compiled functions are called by position

import numpy as np

from detectors.budget import TAIL_FIELDS
from detectors.compiled import Numbers, Record, compiled
from detectors.dispersion import dispersion, told_anew, waviness
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
from detectors.volume import doubtful, voices_due

RUN_START, RUN_LOUDEST, RUN = 6, 7, 8
"""A run is a row: voices seen and due, scored seen and due, negative seen and due, in bins since it began; then its
first second, and how many times the ordinary its loudest full hour was."""
LOG_SUM, CUSUM, SUMS = 8, 9, 10
"""An outbreak's row is its run, its Shiryaev–Roberts sum as ln(1 + R), and its CUSUM, above 0 while the run lasts."""
BIN_START, BIN_ELAPSED, BIN_VOICES, BIN_SCORED, BIN_NEGATIVES, BIN = range(6)
"""A bin is a row of five numbers."""
DUE_VOICES, DUE_SCORED, DUE_NEGATIVES, DUE_CAUTIOUS, DUE_SHARE, DUE = range(6)
"""So is what was expected of it: ``DUE_CAUTIOUS`` are the voices with the benefit of the doubt."""

JOINT_DTYPE = np.dtype(
    [
        *TAIL_FIELDS,
        ("frozen_min", "f8"),
        ("calm_min", "f8"),
        ("hour_min", "f8"),
        ("hour_spoilt", "f8"),
        ("was_ringing", "f8"),
        ("hour_seen", "f8"),
        ("hour_due", "f8"),
    ]
)


@compiled
def bin_evidence(
    volume: Record,
    negativity: Record,
    sums: Numbers,
    one: Numbers,
    span_s: int,
    told: Numbers,
    due: Numbers,
) -> None:
    """Fill ``told`` with what a bin (or part of one) tells for each outbreak, and ``due`` with what was due."""
    start = int(one[BIN_START])
    part = one[BIN_ELAPSED] / span_s
    expected = voices_due(volume, start, span_s)
    cautious = doubtful(volume, expected) * part
    r = 1.0 / dispersion(volume)
    waves = waviness(volume)
    share = ordinary_share(negativity, start)
    cautiously = cautious_share(negativity, share)
    rho = clumping(negativity)
    due[DUE_VOICES] = expected * part
    due[DUE_SCORED] = due[DUE_VOICES] * coverage(negativity)
    due[DUE_NEGATIVES] = due[DUE_SCORED] * share
    due[DUE_CAUTIOUS] = cautious
    due[DUE_SHARE] = share
    turned = np.empty(len(TURNS))
    for turn in range(len(TURNS)):
        turned[turn] = share_evidence(TURNS[turn], one[BIN_SCORED], one[BIN_NEGATIVES], cautiously, rho)
    for rise in range(len(RISES)):
        risen = volume_evidence(RISES[rise], one[BIN_VOICES], cautious, r)
        for turn in range(len(TURNS)):
            c = turn * len(RISES) + rise
            minutes = (start - sums[c, RUN_START]) / 60.0 if sums[c, CUSUM] > 0.0 else 0.0
            told[c] = risen * told_anew(waves, minutes) + turned[turn]


@compiled
def extend_run(run: Numbers, one: Numbers, due: Numbers, into: Numbers) -> None:
    """Write into ``into`` the run of an outbreak's row with one bin more, or a new run of this bin alone."""
    lasts = run[CUSUM] > 0.0
    for place in range(RUN):
        into[place] = run[place] if lasts else 0.0
    if not lasts:
        into[RUN_START] = one[BIN_START]
    into[0] += one[BIN_VOICES]
    into[1] += due[DUE_VOICES]
    into[2] += one[BIN_SCORED]
    into[3] += due[DUE_SCORED]
    into[4] += one[BIN_NEGATIVES]
    into[5] += due[DUE_NEGATIVES]


@compiled
def take_bin(sums: Numbers, told: Numbers, one: Numbers, due: Numbers) -> None:
    """Take a complete bin into the sums and runs. A run lasts while its outbreak's evidence (a CUSUM) is above 0."""
    for c in range(COMPONENTS):
        row = sums[c]
        extend_run(row, one, due, row)
        row[LOG_SUM] = summed(reading(row[LOG_SUM], told[c]))
        row[CUSUM] = max(0.0, min(row[CUSUM] + told[c], 2.0 * MOST_NATS))


@compiled
def forget_evidence(sums: Numbers) -> None:
    """Begin all sums and runs anew."""
    sums[:] = 0.0
