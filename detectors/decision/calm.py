"""How an outbreak ends, as it is kept: the run that rang, and how surely the last stretch was ordinary (``ending``)."""

from typing import NamedTuple

from detectors.assessment import Assessment

SURELY_NATS = 5.0
"""A hundred and fifty times likelier on an ordinary day: five voices would have been heard, and none was."""
MOST_NATS = 2.0 * SURELY_NATS
"""The sum is capped, so that a relapse is not outweighed by the calm before it."""
CALM_S = 3600
"""The stretch that is surely ordinary lasts an hour at least: people draw breath."""


class Own(NamedTuple):
    """What is known of the run that rang.

    Parameters
    ----------
    seen, expected
        Its negative voices and those that were due; of good news all.
    floor
        The brand's floor, voices.
    is_negative
        Whether negative voices are what it was made of.
    """

    seen: float
    expected: float
    floor: float
    is_negative: bool


class Calm(NamedTuple):
    """How surely the last stretch was ordinary.

    Parameters
    ----------
    nats
        How much likelier it is on an ordinary day, 0 and more.
    since
        Its first second, seconds since the epoch.
    """

    nats: float
    since: float


def own_run(assessment: Assessment, floor: int) -> Own:
    """Return what is known of the run that an assessment rings for, at a brand of that floor."""
    if assessment.kind == "opportunity":
        return Own(assessment.run_seen, assessment.run_expected, float(floor), is_negative=False)
    return Own(assessment.run_negatives, assessment.run_expected_negatives, float(floor), is_negative=True)


def is_surely_calm(calm: Calm, at: float) -> bool:
    """Return whether the outbreak is over at ``at``, seconds since the epoch."""
    return calm.nats >= SURELY_NATS and at - calm.since >= CALM_S
