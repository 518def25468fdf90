"""The conditions beside the score, over a run: what makes a surprise worth waking someone for."""

# ruff: noqa: FBT001 - compiled functions are called by position

import math
from typing import NamedTuple

from detectors.assessment import Condition
from detectors.compiled import compiled
from detectors.decision.run import Run

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
PART_ERRORS, REST_AUTHORS = 1.5, 50.0
"""A run that is but a part of a larger excess must be more negative than the rest of it: among twenty handfuls of a
wave of mixed talk one is sure to be angry. The rest is taken to be ``PRAISE_SHARE`` negative until so many spoke."""
TURNED, TURNED_ERRORS, SURELY = 1.2, 2.0, 4.0
"""The talk has turned where the negative share is up by a fifth and by two standard errors; by four it surely has."""
TREBLED = 3.0
"""So loud a run rings at a young brand though the talk is what it always was."""
CLOCK_TIMES = 100.0
"""No clock explains so much: the busiest hour of an office is fifty times the night before it."""
DOUBLED = 2.0
"""The excess of an opportunity must be twice what was due, and twice the floor: good news is in no hurry."""
LEAST_SCORED = 0.5
"""Of its voices at least half must be in a language that is scored: of the others nobody knows that they praise."""
SURELY_PRAISE = -2.0
"""By two standard errors less than ``PRAISE_SHARE`` of its excess must be negative."""


class VolumeAlone(NamedTuple):
    """What the volume alone tells, in nats, and the run of its largest excess."""

    nats: float
    largest: Run


class Bar(NamedTuple):
    """What is asked of an outbreak's score and run.

    Parameters
    ----------
    needed
        The brand's threshold, nats.
    young_threshold
        That of a young brand where its talk has not turned; 0 of any other.
    knows_hour
        Whether the brand has heard such an hour before.
    known_authors
        By how many the ordinary share is known.
    floor
        Negative voices in excess below which nothing rings.
    """

    needed: float
    young_threshold: float
    knows_hour: bool
    known_authors: float
    floor: float


@compiled
def missing_for_crisis(run: Run, alone: VolumeAlone, floor: float) -> int:
    """Return the bits of the conditions that a run does not meet.

    Parameters
    ----------
    run
        The run.
    alone
        What the volume alone tells, and its largest run.
    floor
        Negative voices in excess below which nothing rings.
    """
    excess = run.negatives - run.negatives_due
    missing = 0
    if alone.nats < VOLUME_NATS or run.seen - run.due < LEAST_EXCESS * run.due:
        missing |= VOLUME
    if excess <= 0.0 or excess < LEAST_EXCESS * run.negatives_due:
        missing |= NEGATIVITY
    if excess < floor:
        missing |= FLOOR
    if negative_beyond(PRAISE_SHARE, run) < SHARE_ERRORS or not stands_out(run, alone.largest):
        missing |= SHARE
    return missing


@compiled
def negative_beyond(share: float, run: Run) -> float:
    """Return by how many standard errors more than ``share`` of the run's excess is negative."""
    calm = max(run.scored - run.negatives, 0.0)
    error = math.sqrt((1.0 - share) ** 2 * run.negatives + share**2 * calm)
    beyond = (run.negatives - run.negatives_due) - share * (run.scored - run.scored_due)
    return beyond / error if error > 0.0 else 0.0


@compiled
def stands_out(run: Run, largest: Run) -> bool:
    """Return whether a run is more negative than the rest of the excess that it is a part of.

    Of so many parts the most negative one is looked at, so that the bar is higher the more there are (of m normal
    deviates one passes √(2 ln m)).
    """
    excess, whole = run.scored - run.scored_due, largest.scored - largest.scored_due
    if whole <= excess or excess <= 0.0:
        return True
    rest = max((largest.negatives - largest.negatives_due) - (run.negatives - run.negatives_due), 0.0)
    share = min((rest + PRAISE_SHARE * REST_AUTHORS) / (whole - excess + REST_AUTHORS), PRAISE_SHARE)
    return negative_beyond(share, run) >= math.sqrt(PART_ERRORS**2 + 2.0 * math.log(whole / excess))


@compiled
def turned_by(scored: float, negatives: float, ordinary: float, known_authors: float) -> float:
    """Return by how many standard errors a negative share is above the ordinary one; 0 below a fifth more.

    Parameters
    ----------
    scored, negatives
        Authors, and the negative ones among them.
    ordinary
        The ordinary share …
    known_authors
        … and of how many authors it was learned.
    """
    error = math.sqrt(ordinary * (1.0 - ordinary) * scored * (1.0 + scored / known_authors))
    if negatives < TURNED * ordinary * scored or error <= 0.0:
        return 0.0
    return (negatives - ordinary * scored) / error


@compiled
def is_known_well_enough(run: Run, is_slow: bool, score: float, bar: Bar) -> bool:
    """Return whether a run may ring at a young brand: not by a volume that its clock may explain.

    What share of a brand's talk is negative is known within a day, how loud its days are only after weeks. So where
    the talk has turned a lower threshold serves, where it surely has in a slow burn, and in an hour of which the brand
    has heard none before: an office's is twenty times the one before it. Else the volume must have trebled, and the
    score be the ``young_threshold``.
    """
    ordinary = run.negatives_due / run.scored_due if run.scored_due > 0.0 else 0.0
    errors = turned_by(run.scored, run.negatives, ordinary, bar.known_authors)
    if errors >= SURELY:
        return True
    if not bar.knows_hour:
        return score >= bar.young_threshold and run.seen >= CLOCK_TIMES * run.due
    if errors >= TURNED_ERRORS and not is_slow:
        return True
    return score >= bar.young_threshold and (errors >= TURNED_ERRORS or run.seen >= TREBLED * run.due)


@compiled
def is_opportunity(run: Run, floor: float) -> bool:
    """Return whether a run is good news: at least three times the volume, and surely no revolt."""
    if run.seen - run.due < DOUBLED * max(run.due, floor) or run.scored - run.again < LEAST_SCORED * run.seen:
        return False
    return negative_beyond(PRAISE_SHARE, run) <= SURELY_PRAISE
