"""The second head of the decision: harm to the brand, and calls to act against it, however calmly they are told.

It has a share, sums and a tail of its own, and asks the same of a run: that its score be surprising, that there be more
authors, that enough of those in excess report harm, and as many as make the floor. What it has in common with the head
of feeling is the volume, the clock by which learning is frozen, and the hours. On most days nobody reports any, so the
sums begin with the first author who does, and sleep again when the last run that holds one is over.
"""

# ruff: noqa: PLR0917 - compiled functions are called by position

from detectors.compiled import Record, Records, compiled
from detectors.decision.bins import Bin, bin_of
from detectors.decision.budget import PAGE, learn_hour, learn_incident, threshold, young_threshold
from detectors.decision.decision import (
    NO_DECISION,
    TURNED_PART,
    YOUNG_MIN,
    YOUNG_PART,
    Decision,
    Reading,
    Terms,
    decide_beside,
    reading_of,
    volume_alone,
)
from detectors.decision.gates import Bar, VolumeAlone, missing_for_crisis
from detectors.decision.joint import (
    BinEvidence,
    evidence_of_bin,
    forget_evidence,
    no_mid_bin_onsets,
    run_with,
    take_bin,
)
from detectors.decision.negativity_detector import share_reading
from detectors.decision.profile import was_heard_before
from detectors.decision.run import NO_RUN
from detectors.decision.share import PRIOR_AUTHORS
from detectors.decision.shiryaev_roberts import RISES, TURNS, reading
from detectors.decision.states import States
from detectors.decision.volume import DAY_MIN, GRACE_MIN, KNOWN_HOUR_MIN, has_gap

HARM_COMPONENTS = len(RISES) * (len(TURNS) - 1)
"""As many outbreaks as of feeling, but for those without a turn: a brand whose talk is of lawsuits on any day (a court,
a prison) is not harmed by more of the same."""
BUDGET_PART = 10.0
"""A tenth of the brand's false-page budget, beside the whole of it, which the head of feeling has. Each author who
reports harm where one in fifty does on any day tells three nats, and a tenth of the budget costs as many."""
FEELING, HARM = 1, 2
"""Which head an outbreak that is under way was told by; 0 where none is."""


@compiled
def assess_harm(states: States, pending: Records, terms: Terms, factor: float, lumpy: float, alone: float) -> Reading:
    """Read the decision of this head off the states, were the bins of ``pending`` heard next. Changes nothing.

    Parameters
    ----------
    states
        The brand's volume, and what this head has learned.
    pending
        As in ``assess``, with the harmful voices in the place of the negative ones.
    terms, factor
        As in ``assess``.
    lumpy
        How far the brand's voices come in lumps (see ``batching``).
    alone
        What the volume alone tells at this moment, nats.
    """
    volume, share, joint = states.volume[0], states.negativity[0], states.joint[0]
    outbreaks = states.outbreaks.copy()
    if has_gap(volume, pending[0].start):
        forget_evidence(outbreaks)
    is_grown = volume.age_min >= GRACE_MIN and share.age_min >= GRACE_MIN
    for row in range(len(pending) - 1):
        before = bin_of(pending[row])
        if is_grown and before.start >= joint.heard_from:
            _take(outbreaks, evidence_of_bin(volume, share, outbreaks, before, lumpy))
    heard = evidence_of_bin(volume, share, outbreaks, bin_of(pending[len(pending) - 1]), lumpy)
    bar = _bar(states, heard.bin.start, terms, factor)
    decision = Decision(0.0, alone, NO_DECISION.kind, NO_DECISION.missing, NO_RUN, 0.0)
    if is_grown:
        decision = decide_beside(joint, outbreaks, heard, no_mid_bin_onsets(), bar, VolumeAlone(alone, NO_RUN))
    return reading_of(volume, heard, bar, decision, share_reading(share, heard.bin))


@compiled
def _bar(states: States, start: int, terms: Terms, factor: float) -> Bar:
    volume, joint, share = states.volume[0], states.joint[0], states.negativity[0]
    budget = factor * terms.pages_per_week / BUDGET_PART
    if volume.age_min < YOUNG_MIN or share.age_min < DAY_MIN:
        # A known brand of whose harm little is known has heard its hours; what is asked is that it has surely turned.
        knows_hour = volume.age_min >= YOUNG_MIN or was_heard_before(volume, start)
        needed = young_threshold(joint, budget / TURNED_PART)
        known_authors = share.scored + PRIOR_AUTHORS
        return Bar(needed, young_threshold(joint, budget / YOUNG_PART), knows_hour, known_authors, terms.floor)
    return Bar(threshold(joint, PAGE, budget), 0.0, True, 0.0, terms.floor)


@compiled
def is_awake(outbreaks: Records) -> bool:
    """Return whether a run lasts in which anybody has reported harm."""
    awake = False
    for c in range(len(outbreaks)):
        awake |= bool(outbreaks[c].cusum > 0.0 and outbreaks[c].negatives > 0.0)
    return awake


@compiled
def _take(outbreaks: Records, heard: BinEvidence) -> None:
    if heard.bin.negatives <= 0.0 and not is_awake(outbreaks):
        return
    take_bin(outbreaks, heard)
    if not is_awake(outbreaks):
        forget_evidence(outbreaks)


@compiled
def learn_harm_sums(feeling: States, states: States, one: Bin, ringing: int, terms: Terms) -> float:
    """Take a complete bin into this head's sums and tail, before the volume learns from it; return its score.

    Parameters
    ----------
    feeling
        What the head of feeling has learned: what the volume alone tells stands in its sums.
    states
        What this head has.
    one
        The bin, with the harmful voices in the place of the negative ones.
    ringing
        ``FEELING`` or ``HARM`` while an outbreak is under way that was told by the one or the other, else 0.
    terms
        As in ``assess``.
    """
    volume, joint, outbreaks = states.volume[0], states.joint[0], states.outbreaks
    if volume.next_start > 0 and (volume.next_start - 1) // 3600 != one.start // 3600:
        _end_hour(feeling.joint[0], joint, outbreaks, volume.next_start)
    if has_gap(volume, one.start):
        forget_evidence(outbreaks)
    score = 0.0
    is_grown = volume.age_min >= GRACE_MIN and states.negativity[0].age_min >= GRACE_MIN
    if is_grown and one.start >= joint.heard_from and (one.negatives > 0.0 or is_awake(outbreaks)):
        heard = evidence_of_bin(volume, states.negativity[0], outbreaks, one, 0.0)
        score = _highest_gated(feeling, outbreaks, heard, one, terms.floor)
        joint.hour_highest[PAGE] = max(joint.hour_highest[PAGE], score)
        _take(outbreaks, heard)
    joint.hour_min += one.span_s / 60.0
    if ringing != 0:
        joint.hour_spoilt = 1.0
    if ringing == HARM:
        if joint.was_ringing == 0.0:
            joint.incident_threshold = threshold(joint, PAGE, terms.pages_per_week / BUDGET_PART)
            joint.excursion[PAGE] = 0.0
        joint.incident_highest = max(joint.incident_highest, score)
    elif joint.was_ringing > 0.0 and volume.age_min >= YOUNG_MIN:
        learn_incident(joint, PAGE)
    joint.was_ringing = 1.0 if ringing == HARM else 0.0
    return score


@compiled
def _highest_gated(feeling: States, outbreaks: Records, heard: BinEvidence, one: Bin, floor: float) -> float:
    """Return the highest score of an outbreak whose run meets the conditions beside the score."""
    gated, alone = 0.0, -1.0
    for c in range(len(outbreaks)):
        run = run_with(outbreaks[c], heard)
        score = reading(outbreaks[c].log_sum, heard.evidence[c])
        if score <= gated or run.negatives - run.negatives_due < floor:
            continue
        if alone < 0.0:
            alone = _volume_alone(feeling, one)
        if missing_for_crisis(run, VolumeAlone(alone, NO_RUN), floor) == 0:
            gated = score
    return gated


@compiled
def _volume_alone(feeling: States, one: Bin) -> float:
    heard = evidence_of_bin(feeling.volume[0], feeling.negativity[0], feeling.outbreaks, one, 0.0)
    return volume_alone(feeling.outbreaks, heard, no_mid_bin_onsets()).nats


@compiled
def _end_hour(of_feeling: Record, joint: Record, outbreaks: Records, until: int) -> None:
    if joint.hour_min >= KNOWN_HOUR_MIN:
        times = of_feeling.hour_seen / (of_feeling.hour_due + 1.0)
        for c in range(len(outbreaks)):
            if outbreaks[c].cusum > 0.0 and outbreaks[c].start <= until - 3600:
                outbreaks[c].loudest = max(outbreaks[c].loudest, times)
        if joint.hour_spoilt == 0.0:
            learn_hour(joint, PAGE)
    joint.hour_highest[:] = 0.0
    joint.hour_min = joint.hour_spoilt = 0.0
