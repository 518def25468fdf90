"""The conditions beside the score, over a run: what makes a surprise worth waking someone for."""

# ruff: noqa: FBT001 - compiled functions are called by position

import math

from detectors.assessment import Condition
from detectors.compiled import Numbers, compiled

SCORE, VOLUME, NEGATIVITY, FLOOR, SHARE, WARM_UP = 1, 2, 4, 8, 16, 32
"""One bit for each condition that is not met."""
CONDITIONS: tuple[Condition, ...] = ("score", "volume", "negativity", "floor", "share", "warm_up")
"""Names of the bits, lowest first."""

VOLUME_NATS = 3.0
"""The volume alone must be twenty times likelier under a rise."""
LEAST_EXCESS = 0.15
"""Excess over what was due, of all voices and of negative ones: less is no news, however certain."""
PRAISE_SHARE, SHARE_ERRORS = 0.4, 1.0
"""Of the voices *in excess* more than this must be negative, by a standard error, or praise rings."""
PART_ERRORS, REST_VOICES = 1.5, 50.0
"""A run that is but a part of a larger excess must be more negative than the rest of it: among twenty handfuls of a
wave of mixed talk one is sure to be angry. The rest is taken to be ``PRAISE_SHARE`` negative until so many spoke."""
TURNED, TURNED_ERRORS, SURELY = 1.2, 2.0, 4.0
"""The talk has turned where the negative share is up by a fifth and by two standard errors; by four it surely has."""
TREBLED, SIXFOLD = 3.0, 6.0
"""So loud a run rings at a young brand though the talk is what it always was; at one that is not a day old sixfold,
for it has not heard its morning, and mornings are four to six times the night."""
DOUBLED = 2.0
"""An opportunity must at least double the volume."""


@compiled
def missing_for_crisis(run: Numbers, largest: Numbers, volume_nats: float, floor: float) -> int:
    """Return the bits of the conditions that a run does not meet.

    Parameters
    ----------
    run
        Sums since the run began, in the order of ``runs``: voices seen and due, scored seen and due, negative
        seen and due.
    largest
        The run of the largest excess, in the same order.
    volume_nats
        Evidence of the volume alone.
    floor
        Negative voices in excess below which nothing rings.
    """
    seen, due, negatives, negatives_due = run[0], run[1], run[4], run[5]
    excess = negatives - negatives_due
    missing = 0
    if volume_nats < VOLUME_NATS or seen - due < LEAST_EXCESS * due:
        missing |= VOLUME
    if excess <= 0.0 or excess < LEAST_EXCESS * negatives_due:
        missing |= NEGATIVITY
    if excess < floor:
        missing |= FLOOR
    if negative_beyond(PRAISE_SHARE, run) < SHARE_ERRORS or not stands_out(run, largest):
        missing |= SHARE
    return missing


@compiled
def negative_beyond(share: float, run: Numbers) -> float:
    """Return by how many standard errors more than ``share`` of the run's excess is negative."""
    scored, scored_due, negatives, negatives_due = run[2], run[3], run[4], run[5]
    error = math.sqrt((1.0 - share) ** 2 * negatives + share**2 * max(scored - negatives, 0.0))
    beyond = (negatives - negatives_due) - share * (scored - scored_due)
    return beyond / error if error > 0.0 else 0.0


@compiled
def stands_out(run: Numbers, largest: Numbers) -> bool:
    """Return whether a run is more negative than the rest of the excess that it is a part of.

    Of so many parts the most negative one is looked at, so that the bar is higher the more there are (of m normal
    deviates one passes √(2 ln m)).
    """
    excess, whole = run[2] - run[3], largest[2] - largest[3]
    if whole <= excess or excess <= 0.0:
        return True
    rest = max((largest[4] - largest[5]) - (run[4] - run[5]), 0.0)
    share = min((rest + PRAISE_SHARE * REST_VOICES) / (whole - excess + REST_VOICES), PRAISE_SHARE)
    return negative_beyond(share, run) >= math.sqrt(PART_ERRORS**2 + 2.0 * math.log(whole / excess))


@compiled
def turned_by(run: Numbers) -> float:
    """Return by how many standard errors the negative share of the run is above the ordinary; 0 below a fifth more."""
    scored, scored_due, negatives, negatives_due = run[2], run[3], run[4], run[5]
    if scored_due <= 0.0:
        return 0.0
    ordinary = negatives_due / scored_due
    error = math.sqrt(ordinary * (1.0 - ordinary) * scored)
    if negatives < TURNED * ordinary * scored or error <= 0.0:
        return 0.0
    return float((negatives - ordinary * scored) / error)


@compiled
def is_known_well_enough(run: Numbers, is_slow: bool, score: float, strict: float, loud: float) -> bool:
    """Return whether a run may ring at a young brand: not by a volume that its next weekend may explain.

    What share of a brand's talk is negative is known within a day, how loud its days are only after weeks. So where
    the talk has turned a lower threshold serves, in a slow burn where it surely has; else the volume must be
    ``loud`` times what was due, and the score the ``strict`` one.
    """
    errors = turned_by(run)
    if errors >= SURELY or (errors >= TURNED_ERRORS and not is_slow):
        return True
    return score >= strict and (errors >= TURNED_ERRORS or run[0] >= loud * run[1])


@compiled
def is_opportunity(run: Numbers, floor: float) -> bool:
    """Return whether a run is good news: at least twice the volume, and surely no revolt."""
    seen, due, scored = run[0], run[1], run[2]
    if seen - due < max(DOUBLED * due, 2.0 * floor) or scored < 0.5 * seen:
        return False
    return negative_beyond(PRAISE_SHARE, run) <= -2.0
