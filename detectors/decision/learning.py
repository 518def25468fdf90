"""What a complete bin changes: the sums always, the baselines unless it looks like an outbreak."""

# ruff: noqa: FBT001, PLR0917 - compiled functions are called by position

from typing import NamedTuple

from detectors.compiled import compiled
from detectors.decision.bins import Bin
from detectors.decision.budget import (
    GOOD_NEWS,
    PAGE,
    forget_youth,
    learn_hour,
    learn_incident,
    suspect,
    threshold,
)
from detectors.decision.decision import YOUNG_MIN, Terms, good_news, highest_gated
from detectors.decision.gates import TURNED_ERRORS, turned_by
from detectors.decision.harm import FEELING, HARM, learn_harm_sums
from detectors.decision.joint import evidence_of_bin, forget_evidence, take_bin
from detectors.decision.level import relearn_level
from detectors.decision.negativity_detector import learn_share_bin
from detectors.decision.share import PRIOR_AUTHORS, relearn_share
from detectors.decision.shiryaev_roberts import COMPONENTS
from detectors.decision.states import States
from detectors.decision.volume import GRACE_MIN, KNOWN_HOUR_MIN, has_gap, learn_ordinary_hour, learn_volume_bin

MOST_FROZEN_MIN = 72 * 60.0
"""A level that lasts three days is the new one."""
CALM_MIN = 60.0
"""After so long without suspicion the three days are counted anew."""


class Harmful(NamedTuple):
    """What is told of harm in a bin: its harmful voices, counted as the negative ones of a ``Bin`` are.

    ``is_stated`` is false where nothing is, because a version before has counted it.
    """

    is_stated: bool
    scored: float
    harmful: float
    copied: float
    again: float
    turned: float


class BinWithHarm(NamedTuple):
    """A bin, and what is told of harm in it."""

    first: Bin
    harmful: Harmful


@compiled
def learn(states: States, first: Bin, count: int, ringing: bool, terms: Terms) -> None:
    """Take complete bins that are all alike: one, or a run of silent ones. What was learned before is passed over.

    Parameters
    ----------
    states
        All that was learned; changed.
    first
        The first of them.
    count
        How many, one after the other.
    ringing
        Whether an outbreak is under way.
    terms
        As in ``assess``.
    """
    for number in range(count):
        start = first.start + number * first.span_s
        if start >= states.volume[0].next_start:
            one = Bin(
                start,
                first.span_s,
                first.elapsed_s,
                first.authors,
                first.scored,
                first.negatives,
                first.copied,
                first.again,
                first.turned,
            )
            _learn(states, one, ringing, False, False, terms)


@compiled
def learn_with_harm(states: States, harm: States, bins: BinWithHarm, count: int, ringing: int, terms: Terms) -> None:
    """Take complete bins as ``learn`` does, with what is told of harm in them.

    Parameters
    ----------
    states, count, terms
        As in ``learn``.
    harm
        The same volume, and what the head of harm has learned; changed.
    bins
        The first of the bins, and the harmful voices of each.
    ringing
        ``FEELING`` or ``HARM`` while an outbreak is under way that was told by the one or the other, else 0.
    """
    first, harmful = bins.first, bins.harmful
    share, joint = harm.negativity[0], states.joint[0]
    for number in range(count):
        start = first.start + number * first.span_s
        if start < states.volume[0].next_start:
            continue
        one = Bin(
            start, first.span_s, first.elapsed_s, first.authors, first.scored, first.negatives, first.copied,
            first.again, first.turned,
        )  # fmt: skip
        is_silent = one.authors == 0.0 and one.scored == 0.0
        if not (harmful.is_stated or (is_silent and share.age_min > 0.0)):
            # What a version before has counted says nothing of harm: that is not calm.
            _learn(states, one, ringing == FEELING, ringing == HARM, False, terms)
            continue
        if states.volume[0].age_min < YOUNG_MIN <= states.volume[0].age_min + one.span_s / 60.0:
            forget_youth(harm.joint[0])
        of_harm = Bin(
            start, first.span_s, first.elapsed_s, first.authors, harmful.scored, harmful.harmful, harmful.copied,
            harmful.again, harmful.turned,
        )  # fmt: skip
        score = learn_harm_sums(states, harm, of_harm, ringing, terms)
        was_frozen_min = joint.frozen_min
        is_hot = score >= suspect(harm.joint[0])
        learning = _learn(states, one, ringing == FEELING, ringing == HARM, is_hot, terms)
        if was_frozen_min < MOST_FROZEN_MIN <= joint.frozen_min:
            relearn_share(share)
            forget_evidence(harm.outbreaks)
        learn_share_bin(share, of_harm, learning)


@compiled
def _learn(states: States, one: Bin, ringing: bool, elsewhere: bool, is_hot: bool, terms: Terms) -> bool:
    """Take a complete bin: into the sums always, into the baselines unless it looks like an outbreak.

    Return whether it did not. ``elsewhere``: an outbreak is under way that another head has told; ``is_hot``: what
    another head has heard looks like one.
    """
    volume, negativity, joint, outbreaks = states.volume[0], states.negativity[0], states.joint[0], states.outbreaks
    minutes = one.span_s / 60.0
    if volume.age_min < YOUNG_MIN <= volume.age_min + minutes:
        forget_youth(joint)
    if volume.next_start > 0 and (volume.next_start - 1) // 3600 != one.start // 3600:
        _end_hour(states, volume.next_start)
    if has_gap(volume, one.start):
        forget_evidence(outbreaks)
    score = 0.0
    heard = evidence_of_bin(volume, negativity, outbreaks, one, 0.0)
    if volume.age_min >= GRACE_MIN and one.start >= joint.heard_from:
        score = highest_gated(outbreaks, heard, terms.floor)
        opportunity_score = good_news(outbreaks, heard, terms.floor).score
        joint.hour_highest[PAGE] = max(joint.hour_highest[PAGE], score)
        joint.hour_highest[GOOD_NEWS] = max(joint.hour_highest[GOOD_NEWS], opportunity_score)
        take_bin(outbreaks, heard)
    joint.hour_seen += one.authors
    joint.hour_due += heard.due.authors
    joint.hour_min += minutes
    joint.hour_scored += one.scored
    joint.hour_negatives += one.negatives
    joint.hour_negatives_due += heard.due.share * one.scored
    if ringing:
        joint.hour_spoilt = 1.0
        if joint.was_ringing == 0.0:
            joint.incident_threshold = threshold(joint, PAGE, terms.pages_per_week)
            # What led up to an incident is part of it.
            joint.excursion[PAGE] = 0.0
        joint.incident_highest = max(joint.incident_highest, score)
    elif joint.was_ringing > 0.0 and volume.age_min >= YOUNG_MIN:
        learn_incident(joint, PAGE)
    joint.was_ringing = 1.0 if ringing else 0.0
    if elsewhere:
        joint.hour_spoilt = 1.0
    learning = _thaw(states, ringing or elsewhere or is_hot or score >= suspect(joint), minutes)
    learn_volume_bin(volume, one, learning)
    learn_share_bin(negativity, one, learning)
    return learning


@compiled
def _thaw(states: States, hot: bool, minutes: float) -> bool:
    """Return whether to learn; after ``MOST_FROZEN_MIN`` what lasts is learned anew, as if the level were young."""
    joint = states.joint[0]
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
        relearn_level(states.volume[0])
        relearn_share(states.negativity[0])
        forget_evidence(states.outbreaks)
    return False


@compiled
def _end_hour(states: States, until: int) -> None:
    joint, outbreaks = states.joint[0], states.outbreaks
    if states.volume[0].age_min < YOUNG_MIN and joint.hour_min > 0.0 and not _has_turned(states):
        learn_ordinary_hour(states.volume[0], until, joint.hour_seen, joint.hour_min)
    if joint.hour_min >= KNOWN_HOUR_MIN:
        times = joint.hour_seen / (joint.hour_due + 1.0)
        for c in range(COMPONENTS):
            if outbreaks[c].cusum > 0.0 and outbreaks[c].start <= until - 3600:
                outbreaks[c].loudest = max(outbreaks[c].loudest, times)
        if joint.hour_spoilt == 0.0:
            learn_hour(joint, PAGE)
            learn_hour(joint, GOOD_NEWS)
    joint.hour_highest[:] = 0.0
    joint.hour_min = joint.hour_seen = joint.hour_due = joint.hour_spoilt = 0.0
    joint.hour_scored = joint.hour_negatives = joint.hour_negatives_due = 0.0


@compiled
def _has_turned(states: States) -> bool:
    joint = states.joint[0]
    if joint.hour_scored <= 0.0:
        return False
    ordinary = joint.hour_negatives_due / joint.hour_scored
    known_authors = states.negativity[0].scored + PRIOR_AUTHORS
    return bool(turned_by(joint.hour_scored, joint.hour_negatives, ordinary, known_authors) >= TURNED_ERRORS)
