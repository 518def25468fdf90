"""Volume and negativity together: the sums of eighteen outbreaks, and the run of each."""

from typing import NamedTuple

import numpy as np

from detectors.compiled import Numbers, Record, Records, compiled
from detectors.decision.batching import BATCHING_FIELDS, part_due
from detectors.decision.bins import Bin, Due, bin_of
from detectors.decision.budget import TAIL_FIELDS
from detectors.decision.dispersion import dispersion, evidence_weight, waviness
from detectors.decision.run import NO_RUN, RUN_FIELDS, Run, begun, extended, run_of, write_run
from detectors.decision.share import clumping, coverage, ordinary_share, upper_share
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
from detectors.decision.volume import expected_authors_in, expected_upper

NEVER = -1e300
"""What an outbreak tells that did not begin within the bin."""

RUN_DTYPE = np.dtype(RUN_FIELDS)
OUTBREAK_DTYPE = np.dtype([*RUN_FIELDS, ("log_sum", "f8"), ("cusum", "f8")])
"""An outbreak's run, its Shiryaev–Roberts sum as ln(1 + R), and its CUSUM, above 0 while the run lasts."""
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
        *BATCHING_FIELDS,
        ("heard_from", "f8"),
        ("hour_scored", "f8"),
        ("hour_negatives", "f8"),
        ("hour_negatives_due", "f8"),
    ]
)
"""The tail of quiet hours, how long learning was frozen, the hour under way, how evenly mentions come, and
``heard_from``: bins that began before it are of an outbreak that is over, and count for no sum any more."""


class BinEvidence(NamedTuple):
    """A bin (or part of one), what was due of it, and what it tells for each outbreak, in nats."""

    bin: Bin
    due: Due
    evidence: Numbers


class MidBinOnsets(NamedTuple):
    """Outbreaks that began within the bin: nats for each (or ``NEVER``), and for each rise a record of its run."""

    evidence: Numbers
    runs: Records


@compiled
def evidence_of_bin(volume: Record, negativity: Record, outbreaks: Records, one: Bin, lumpy: float) -> BinEvidence:
    """Return what a bin (or part of one) tells for each outbreak.

    Parameters
    ----------
    volume, negativity
        The baselines.
    outbreaks
        Their runs say how long each has lasted. There are as many for each turn of the share as there are rises; where
        those of the first are missing, those of the others are meant.
    one
        The bin.
    lumpy
        How far the brand's voices come in lumps, 0 to 1 (see ``batching``).
    """
    part = part_due(one.elapsed_s / one.span_s, lumpy)
    expected = expected_authors_in(volume, one.start, one.span_s)
    upper = expected_upper(volume, expected, one.start, one.span_s) * part
    r = 1.0 / dispersion(volume)
    autocorrelation = waviness(volume)
    share = ordinary_share(negativity, one.start)
    cautiously = upper_share(negativity, share)
    rho = clumping(negativity)
    authors = expected * part
    # Who was heard earlier in the day is due as it speaks, each time as likely negative as any other post.
    scored = authors * coverage(negativity) + one.again
    turned = np.empty(len(TURNS))
    for turn in range(len(TURNS)):
        turned[turn] = share_evidence(TURNS[turn], one.scored, one.negatives, cautiously, rho)
    evidence = np.empty(len(outbreaks))
    first = len(TURNS) - len(outbreaks) // len(RISES)
    for rise in range(len(RISES)):
        risen = volume_evidence(RISES[rise], one.authors, upper, r)
        for turn in range(first, len(TURNS)):
            c = (turn - first) * len(RISES) + rise
            minutes = (one.start - outbreaks[c].start) / 60.0 if outbreaks[c].cusum > 0.0 else 0.0
            evidence[c] = risen * evidence_weight(autocorrelation, minutes) + turned[turn]
    return BinEvidence(one, Due(authors, scored, scored * share, upper, share, one.again * share), evidence)


@compiled
def run_with(outbreak: Record, heard: BinEvidence) -> Run:
    """Return the run of an outbreak with one bin more, or a new run of this bin alone."""
    if outbreak.cusum > 0.0:
        return extended(run_of(outbreak), heard.bin, heard.due)
    return begun(heard.bin, heard.due)


@compiled
def mid_bin_onsets(
    volume: Record, negativity: Record, heard: BinEvidence, earlier_readings: Records, lumpy: float
) -> MidBinOnsets:
    """Return the most that each outbreak's evidence is where it began within the bin, not with it.

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
    volume, negativity
        The baselines.
    heard
        The bin so far.
    earlier_readings
        Records of ``BIN_DTYPE``: the same bin at earlier moments, in order.
    lumpy
        As for ``evidence_of_bin``.
    """
    late = no_mid_bin_onsets()
    one, due = heard.bin, heard.due
    elapsed = one.elapsed_s
    so_far = part_due(elapsed / one.span_s, lumpy)
    of_bin = due.authors / so_far
    if len(earlier_readings) == 0 or of_bin < 1.0:
        return late
    whole = due.upper / so_far
    r = 1.0 / dispersion(volume)
    share = upper_share(negativity, ordinary_share(negativity, one.start))
    rho = clumping(negativity)
    for rise in range(len(RISES)):
        of_time = np.log((r + RISES[rise] * whole) / (r + whole))
        of_author = np.log(RISES[rise]) - of_time
        lowest, place = 0.0, -1
        for row in range(len(earlier_readings)):
            if (elapsed - earlier_readings[row].elapsed_s) * of_bin < one.span_s:
                break
            level = (
                of_author * earlier_readings[row].authors - r * of_time * earlier_readings[row].elapsed_s / one.span_s
            )
            if level < lowest:
                lowest, place = level, row
        if place < 0:
            continue
        before = bin_of(earlier_readings[place])
        part = part_due((elapsed - before.elapsed_s) / one.span_s, lumpy)
        risen = of_author * (one.authors - before.authors) - r * of_time * part
        again = max(one.again - before.again, 0.0)
        scored_due = (due.scored - one.again) * part / so_far + again
        run = Run(
            one.authors - before.authors,
            due.authors * part / so_far,
            max(one.scored - before.scored, 0.0),
            scored_due,
            max(one.negatives - before.negatives, 0.0),
            scored_due * due.share,
            float(one.start + before.elapsed_s),
            0.0,
            max(one.copied - before.copied, 0.0),
            again,
            max(one.turned - before.turned, 0.0),
            again * due.share,
        )
        write_run(late.runs[rise], run)
        for turn in range(len(TURNS)):
            turned = share_evidence(TURNS[turn], run.scored, run.negatives, share, rho)
            late.evidence[turn * len(RISES) + rise] = min(risen + turned, MOST_NATS)
    return late


@compiled
def no_mid_bin_onsets() -> MidBinOnsets:
    """Return what there is where no outbreak began within the bin."""
    return MidBinOnsets(np.full(COMPONENTS, NEVER), np.empty(len(RISES), RUN_DTYPE))


@compiled
def take_bin(outbreaks: Records, heard: BinEvidence) -> None:
    """Take a complete bin into the sums and runs. A run lasts while its outbreak's evidence (a CUSUM) is above 0."""
    for c in range(len(outbreaks)):
        outbreak, evidence = outbreaks[c], heard.evidence[c]
        write_run(outbreak, run_with(outbreak, heard))
        outbreak.log_sum = summed(reading(outbreak.log_sum, evidence))
        outbreak.cusum = max(0.0, min(outbreak.cusum + evidence, 2.0 * MOST_NATS))


@compiled
def begin_anew(joint: Record, outbreaks: Records, start: int) -> None:
    """Begin all sums and runs anew with the bin that begins at ``start``, though some before it be yet to be taken."""
    joint.heard_from = max(joint.heard_from, float(start))
    forget_evidence(outbreaks)


@compiled
def forget_evidence(outbreaks: Records) -> None:
    """Begin all sums and runs anew."""
    for c in range(len(outbreaks)):
        write_run(outbreaks[c], NO_RUN)
        outbreaks[c].log_sum = outbreaks[c].cusum = 0.0
