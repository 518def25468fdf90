"""The decision: which outbreak tells the most, whether its run meets the conditions, and what it is called."""

# ruff: noqa: PLR0917 - compiled functions are called by position

from typing import NamedTuple

from detectors.compiled import Record, Records, compiled
from detectors.decision.batching import lumpiness
from detectors.decision.bins import bin_of
from detectors.decision.budget import GOOD_NEWS, PAGE, threshold, young_threshold
from detectors.decision.gates import (
    SCORE,
    WARM_UP,
    Bar,
    VolumeAlone,
    is_known_well_enough,
    is_opportunity,
    missing_for_crisis,
)
from detectors.decision.joint import (
    BinEvidence,
    MidBinOnsets,
    evidence_of_bin,
    forget_evidence,
    mid_bin_onsets,
    no_mid_bin_onsets,
    run_with,
    take_bin,
)
from detectors.decision.negativity_detector import share_reading
from detectors.decision.profile import was_heard_before
from detectors.decision.run import NO_RUN, Run, run_of
from detectors.decision.share import PRIOR_AUTHORS
from detectors.decision.shiryaev_roberts import COMPONENTS, MOST_NATS, RISES, reading
from detectors.decision.states import States
from detectors.decision.volume import GRACE_MIN, has_gap, upper_edge

YOUNG_MIN = 21 * 1440.0
YOUNG_PART, TURNED_PART = 20.0, 5.0
"""A brand in its first three weeks gets a twentieth of its budget, its baseline being half a guess, and a fifth where
the talk has turned: what share of it is negative is known sooner."""
SLOW_MIN = 120.0
SLOW_TIMES = 3.0
"""A slow burn has lasted two hours, and no hour of it was three times as loud as usual."""
TIE = 1e-6
"""So little of its run's evidence is added to a score: enough to tell apart those at the cap."""

NOTHING, CRISIS, SLOW_BURN, OPPORTUNITY = 0, 1, 2, 3
"""Kinds."""


class Terms(NamedTuple):
    """What the officer asks of the decision: a false-page budget, and negative voices below which nothing rings."""

    pages_per_week: float
    floor: float


class Decision(NamedTuple):
    """The outbreak that tells the most: one that rings before any other.

    Parameters
    ----------
    score, volume_nats
        Its score, and that of the volume alone, nats.
    kind, missing
        What it would be called, and the bits of the conditions that it does not meet.
    run
        Its run.
    gated
        The highest score of an outbreak whose run meets the conditions beside the score.
    """

    score: float
    volume_nats: float
    kind: int
    missing: int
    run: Run
    gated: float


class GoodNews(NamedTuple):
    """The highest score of the volume alone whose run is an opportunity, and the run; 0 where there is none."""

    score: float
    run: Run


class Reading(NamedTuple):
    """All that the rule says at one moment; fields as in ``Assessment``, ``kind`` and ``missing`` as numbers."""

    score: float
    threshold: float
    volume_score: float
    negativity_score: float
    expected: float
    upper: float
    expected_share: float
    kind: int
    missing: int
    is_young: bool
    run_seen: float
    run_due: float
    run_scored: float
    run_scored_due: float
    run_negatives: float
    run_negatives_due: float
    run_start: float
    run_copied: float
    run_again: float
    run_turned: float
    run_turned_due: float
    negatives_due: float
    turned_due: float


NO_DECISION = Decision(0.0, 0.0, NOTHING, SCORE | WARM_UP, NO_RUN, 0.0)
"""Of a brand that has no baseline yet."""


@compiled
def decide(joint: Record, outbreaks: Records, heard: BinEvidence, late: MidBinOnsets, bar: Bar) -> Decision:
    """Return the outbreak that tells the most.

    Parameters
    ----------
    joint, outbreaks
        The states.
    heard
        The bin.
    late
        Outbreaks that began within it.
    bar
        What is asked of one that rings.
    """
    return decide_beside(joint, outbreaks, heard, late, bar, volume_alone(outbreaks, heard, late))


@compiled
def decide_beside(
    joint: Record, outbreaks: Records, heard: BinEvidence, late: MidBinOnsets, bar: Bar, alone: VolumeAlone
) -> Decision:
    """Return the same, where it is known what the volume alone tells."""
    best, gated, missing = 0.0, 0.0, SCORE
    chosen = ringing = NO_RUN
    for c in range(len(outbreaks)):
        evidence = heard.evidence[c]
        # Where several sums are at their cap, the likeliest outbreak is the one whose evidence goes on growing.
        score = reading(outbreaks[c].log_sum, evidence) + TIE * (outbreaks[c].cusum + evidence)
        if max(score, late.evidence[c]) <= gated:
            continue
        if late.evidence[c] > score:
            score = late.evidence[c]
            run = run_of(late.runs[c % len(RISES)])
        else:
            run = run_with(outbreaks[c], heard)
        unmet = missing_for_crisis(run, alone, bar.floor)
        if bar.young_threshold > 0.0 and not is_known_well_enough(run, _is_slow(joint, heard, run), score, bar):
            unmet |= WARM_UP
        if unmet == 0:
            gated, ringing = score, run
        if score > best:
            best, missing, chosen = score, unmet, run
    if gated >= bar.needed:
        missing, chosen = 0, ringing
    elif best < bar.needed:
        missing |= SCORE
    kind = NOTHING
    if best > 0.0:
        kind = SLOW_BURN if _is_slow(joint, heard, chosen) else CRISIS
    return Decision(min(best, MOST_NATS), alone.nats, kind, missing, chosen, gated)


@compiled
def highest_gated(outbreaks: Records, heard: BinEvidence, floor: float) -> float:
    """Return the highest score of an outbreak whose run meets the conditions beside the score: ``decide``'s ``gated``.

    Of a complete bin that is learned nothing else is asked, and of most bins that none can meet the floor.
    """
    alone = VolumeAlone(0.0, NO_RUN)
    is_asked = False
    gated = 0.0
    for c in range(COMPONENTS):
        outbreak = outbreaks[c]
        negatives, due = heard.bin.negatives, heard.due.negatives
        if outbreak.cusum > 0.0:
            negatives, due = outbreak.negatives + negatives, outbreak.negatives_due + due
        if negatives - due < floor:
            continue
        evidence = heard.evidence[c]
        score = reading(outbreak.log_sum, evidence) + TIE * (outbreak.cusum + evidence)
        if score <= gated:
            continue
        if not is_asked:
            alone, is_asked = volume_alone(outbreaks, heard, no_mid_bin_onsets()), True
        if missing_for_crisis(run_with(outbreak, heard), alone, floor) == 0:
            gated = score
    return gated


@compiled
def volume_alone(outbreaks: Records, heard: BinEvidence, late: MidBinOnsets) -> VolumeAlone:
    """Return what the volume alone tells, over the sums of all rises."""
    nats, largest = 0.0, NO_RUN
    for rise in range(len(RISES)):
        nats = max(nats, reading(outbreaks[rise].log_sum, heard.evidence[rise]), late.evidence[rise])
        run = run_with(outbreaks[rise], heard)
        if run.seen - run.due > largest.seen - largest.due:
            largest = run
    return VolumeAlone(nats, largest)


@compiled
def _is_slow(joint: Record, heard: BinEvidence, run: Run) -> bool:
    times = (joint.hour_seen + heard.bin.authors) / (joint.hour_due + heard.due.authors + 1.0)
    lasted_min = (heard.bin.start + heard.bin.elapsed_s - run.start) / 60.0
    return lasted_min >= SLOW_MIN and max(times, run.loudest) < SLOW_TIMES


@compiled
def good_news(outbreaks: Records, heard: BinEvidence, floor: float) -> GoodNews:
    """Return the opportunity that tells the most."""
    best, chosen = 0.0, NO_RUN
    for rise in range(len(RISES)):
        score = reading(outbreaks[rise].log_sum, heard.evidence[rise])
        if score <= best:
            continue
        run = run_with(outbreaks[rise], heard)
        if is_opportunity(run, floor):
            best, chosen = score, run
    return GoodNews(best, chosen)


@compiled
def assess(states: States, pending: Records, earlier_readings: Records, terms: Terms, factor: float) -> Reading:
    """Read the decision off the states, were the bins of ``pending`` heard next. Changes nothing.

    Parameters
    ----------
    states
        All that was learned.
    pending
        Records of ``BIN_DTYPE``, in order; all complete but the last.
    earlier_readings
        Such records of the last one at earlier moments, in order; may be none.
    terms
        The brand's budget and floor.
    factor
        Times the budget, where a crisis is concerned: what feedback makes of it. Good news has the budget itself.
    """
    volume, negativity, joint = states.volume[0], states.negativity[0], states.joint[0]
    lumpy = lumpiness(joint)
    outbreaks = states.outbreaks.copy()
    if has_gap(volume, pending[0].start):
        forget_evidence(outbreaks)
    grown = volume.age_min >= GRACE_MIN
    if grown:
        for row in range(len(pending) - 1):
            before = bin_of(pending[row])
            if before.start >= joint.heard_from:
                take_bin(outbreaks, evidence_of_bin(volume, negativity, outbreaks, before, lumpy))
    heard = evidence_of_bin(volume, negativity, outbreaks, bin_of(pending[len(pending) - 1]), lumpy)
    bar = _bar(states, heard.bin.start, terms, factor)
    decision, negativity_nats = NO_DECISION, 0.0
    if grown:
        late = mid_bin_onsets(volume, negativity, heard, earlier_readings, lumpy)
        decision = decide(joint, outbreaks, heard, late, bar)
        negativity_nats = share_reading(negativity, heard.bin)
        if decision.missing != 0:
            news = good_news(outbreaks, heard, terms.floor)
            if news.score >= threshold(joint, GOOD_NEWS, _budget(volume, terms)):
                decision = Decision(decision.score, decision.volume_nats, OPPORTUNITY, 0, news.run, decision.gated)
    return reading_of(volume, heard, bar, decision, negativity_nats)


@compiled
def reading_of(volume: Record, heard: BinEvidence, bar: Bar, decision: Decision, negativity_nats: float) -> Reading:
    """Return what is read off a decision and the bin that it was made of."""
    run = decision.run
    return Reading(
        decision.score,
        bar.young_threshold if decision.missing & WARM_UP else bar.needed,
        decision.volume_nats,
        negativity_nats,
        heard.due.authors,
        upper_edge(volume, heard.due.authors, heard.due.upper),
        heard.due.share,
        decision.kind,
        decision.missing,
        volume.age_min < YOUNG_MIN,
        run.seen,
        run.due,
        run.scored,
        run.scored_due,
        run.negatives,
        run.negatives_due,
        run.start,
        run.copied,
        run.again,
        run.turned,
        run.turned_due,
        heard.due.negatives,
        heard.due.turned,
    )


@compiled
def _budget(volume: Record, terms: Terms) -> float:
    return terms.pages_per_week / YOUNG_PART if volume.age_min < YOUNG_MIN else terms.pages_per_week


@compiled
def _bar(states: States, start: int, terms: Terms, factor: float) -> Bar:
    volume, joint = states.volume[0], states.joint[0]
    budget = factor * _budget(volume, terms)
    if volume.age_min < YOUNG_MIN:
        needed = young_threshold(joint, factor * terms.pages_per_week / TURNED_PART)
        known_authors = states.negativity[0].scored + PRIOR_AUTHORS
        return Bar(needed, young_threshold(joint, budget), was_heard_before(volume, start), known_authors, terms.floor)
    return Bar(threshold(joint, PAGE, budget), 0.0, True, 0.0, terms.floor)
