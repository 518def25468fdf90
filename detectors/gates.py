"""The conditions beside the score, over a run: what makes a surprise worth waking someone for."""

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
PRAISE_SHARE = 0.4
"""Of the voices *in excess* more than this must be negative, or praise rings where a few object."""
SHARE_ERRORS = 0.5
"""… by half a standard error, so that the first handful does not decide."""
TURNED = 1.2
"""A young brand's slow burn must raise the negative share by a fifth."""
DOUBLED = 2.0
"""An opportunity must at least double the volume."""


@compiled
def missing_for_crisis(run: Numbers, volume_nats: float, floor: float) -> int:
    """Return the bits of the conditions that a run does not meet.

    Parameters
    ----------
    run
        Sums since the run began, in the order of ``runs``: voices seen and due, scored seen and due, negative
        seen and due.
    volume_nats
        Evidence of the volume alone.
    floor
        Negative voices in excess below which nothing rings.
    """
    seen, due, scored, scored_due, negatives, negatives_due = run[0], run[1], run[2], run[3], run[4], run[5]
    excess = negatives - negatives_due
    missing = 0
    if volume_nats < VOLUME_NATS or seen - due < LEAST_EXCESS * due:
        missing |= VOLUME
    if excess <= 0.0 or excess < LEAST_EXCESS * negatives_due:
        missing |= NEGATIVITY
    if excess < floor:
        missing |= FLOOR
    if share_beyond_praise(scored, scored_due, negatives, negatives_due) < SHARE_ERRORS:
        missing |= SHARE
    return missing


@compiled
def share_beyond_praise(scored: float, scored_due: float, negatives: float, negatives_due: float) -> float:
    """Return by how many standard errors more than ``PRAISE_SHARE`` of the excess is negative."""
    error = math.sqrt((1.0 - PRAISE_SHARE) ** 2 * negatives + PRAISE_SHARE**2 * max(scored - negatives, 0.0))
    beyond = (negatives - negatives_due) - PRAISE_SHARE * (scored - scored_due)
    return beyond / error if error > 0.0 else 0.0


@compiled
def turned(run: Numbers) -> bool:
    """Return whether the share of the run is clearly above the ordinary, not the volume alone.

    A brand that has heard two weekends at most is often half or twice as loud as it was expected to be for half a
    day; that is no slow burn unless the talk has turned too.
    """
    scored, scored_due, negatives, negatives_due = run[2], run[3], run[4], run[5]
    return bool(negatives * scored_due >= TURNED * negatives_due * scored)


@compiled
def is_opportunity(run: Numbers, floor: float) -> bool:
    """Return whether a run is good news: at least twice the volume, and surely no revolt."""
    seen, due, scored, scored_due, negatives, negatives_due = run[0], run[1], run[2], run[3], run[4], run[5]
    if seen - due < max(DOUBLED * due, 2.0 * floor) or scored < 0.5 * seen:
        return False
    return share_beyond_praise(scored, scored_due, negatives, negatives_due) <= -2.0
