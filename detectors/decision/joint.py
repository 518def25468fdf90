"""Volume and negativity together: the sums of eighteen outbreaks, and the run of each."""

# ruff: noqa: PLR0917 - compiled functions are called by position

import numpy as np

from detectors.compiled import Numbers, Record, compiled
from detectors.decision.batching import LUMPS_FIELDS, part_due
from detectors.decision.budget import TAIL_FIELDS
from detectors.decision.dispersion import dispersion, told_anew, waviness
from detectors.decision.share import cautious_share, clumping, coverage, ordinary_share
from detectors.decision.shiryaev_roberts import (
    COMPONENTS,
    MOST_NATS,
    RISES,
    TURNS,
    reading,
    share_evidence,
    summed,
    volume_evidence,
)
from detectors.decision.volume import doubtful, voices_due

RUN_START, RUN_LOUDEST, RUN = 6, 7, 8
"""A run is a row: voices seen and due, scored seen and due, negative seen and due, in bins since it began; then its
first second, and how many times the ordinary its loudest full hour was."""
LOG_SUM, CUSUM, SUMS = 8, 9, 10
"""An outbreak's row is its run, its Shiryaev–Roberts sum as ln(1 + R), and its CUSUM, above 0 while the run lasts."""
BIN_START, BIN_ELAPSED, BIN_VOICES, BIN_SCORED, BIN_NEGATIVES, BIN = range(6)
"""A bin is a row of five numbers."""
DUE_VOICES, DUE_SCORED, DUE_NEGATIVES, DUE_CAUTIOUS, DUE_SHARE, DUE = range(6)
"""So is what was expected of it: ``DUE_CAUTIOUS`` are the voices with the benefit of the doubt."""
NEVER = -1e300
"""What an outbreak tells that did not begin within the bin."""

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
        *LUMPS_FIELDS,
    ]
)


@compiled
def bin_evidence(
    volume: Record,
    negativity: Record,
    sums: Numbers,
    one: Numbers,
    span_s: int,
    lumpy: float,
    told: Numbers,
    due: Numbers,
) -> None:
    """Fill ``told`` with what a bin (or part of one) tells for each outbreak, and ``due`` with what was due.

    ``lumpy`` is how far the brand's voices come in lumps (see ``lumps``).
    """
    start = int(one[BIN_START])
    part = part_due(one[BIN_ELAPSED] / span_s, lumpy)
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
def late_onsets(
    volume: Record,
    negativity: Record,
    one: Numbers,
    span_s: int,
    lumpy: float,
    due: Numbers,
    course: Numbers,
    told: Numbers,
    runs: Numbers,
) -> None:
    """Fill ``told`` with the most that each outbreak's evidence is where it began within the bin, not with it.

    A flood that begins in mid-minute is diluted by the calm part of its minute. So the bin is also read from each
    moment of its course on, as if its scatter came anew with every second (a negative binomial process, in which a
    part e of a minute has the dispersion r·e): the n voices since then tell

        n ln k − (n + r e) ln[(r + k μ₀) / (r + μ₀)].

    Of what lasts within a minute nothing is known, and a stretch may be all of one wave; where talk scatters little
    this is what a bin that began just then would tell, where it scatters much it is next to nothing. It adds up over
    the bin, so the best moment is where its CUSUM was lowest. Moments since which less than one voice was due are
    passed over: a shorter stretch is no measure of time for this brand.

    Parameters
    ----------
    one, span_s, lumpy, due
        The bin so far, its whole length, how far voices come in lumps, and what was due of the bin so far.
    course
        Rows as ``one``: the same bin at earlier moments.
    told, runs
        Nats for each outbreak (``NEVER`` where there is no such moment), and for each rise the run since that moment.
    """
    told[:] = NEVER
    elapsed = one[BIN_ELAPSED]
    so_far = part_due(elapsed / span_s, lumpy)
    of_bin = due[DUE_VOICES] / so_far
    if len(course) == 0 or of_bin < 1.0:
        return
    whole = due[DUE_CAUTIOUS] / so_far
    r = 1.0 / dispersion(volume)
    share = cautious_share(negativity, ordinary_share(negativity, int(one[BIN_START])))
    rho = clumping(negativity)
    for rise in range(len(RISES)):
        of_time = np.log((r + RISES[rise] * whole) / (r + whole))
        of_voice = np.log(RISES[rise]) - of_time
        lowest, place = 0.0, -1
        for row in range(len(course)):
            if (elapsed - course[row, BIN_ELAPSED]) * of_bin < span_s:
                break
            level = of_voice * course[row, BIN_VOICES] - r * of_time * course[row, BIN_ELAPSED] / span_s
            if level < lowest:
                lowest, place = level, row
        if place < 0:
            continue
        before = course[place]
        part = part_due((elapsed - before[BIN_ELAPSED]) / span_s, lumpy)
        risen = of_voice * (one[BIN_VOICES] - before[BIN_VOICES]) - r * of_time * part
        run = runs[rise]
        run[0], run[1] = one[BIN_VOICES] - before[BIN_VOICES], due[DUE_VOICES] * part / so_far
        run[2], run[3] = one[BIN_SCORED] - before[BIN_SCORED], due[DUE_SCORED] * part / so_far
        run[4], run[5] = one[BIN_NEGATIVES] - before[BIN_NEGATIVES], due[DUE_NEGATIVES] * part / so_far
        run[RUN_START], run[RUN_LOUDEST] = one[BIN_START] + before[BIN_ELAPSED], 0.0
        for turn in range(len(TURNS)):
            turned = share_evidence(TURNS[turn], run[2], run[4], share, rho)
            told[turn * len(RISES) + rise] = min(risen + turned, MOST_NATS)


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
