"""A bin as compiled functions take it, and what was due of it."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from detectors.compiled import Record, Records, compiled
from detectors.decision.exposure import heard_span
from detectors.observation import Observation


class Bin(NamedTuple):
    """Counts of one bin, or of its part that has passed.

    Parameters
    ----------
    start
        First second, seconds since the epoch.
    span_s, elapsed_s
        Length of the whole bin, and of the part that these counts cover; shorter where less was heard (``exposure``).
    authors, scored, negatives
        Distinct authors, each once a day; authors read in a language that is scored, each once a bin until it was
        negative; of those the negative ones.
    copied
        So many negative authors more there were, and are in neither of the last two: they said what others had said.
    again
        So many of the scored were heard earlier in the day: they are in ``authors`` no more.
    turned
        So many of those are negative.
    """

    start: int
    span_s: int
    elapsed_s: int
    authors: float
    scored: float
    negatives: float
    copied: float = 0.0
    again: float = 0.0
    turned: float = 0.0


BIN_DTYPE = np.dtype([(name, "i8" if name in Bin._fields[:3] else "f8") for name in Bin._fields])


class Due(NamedTuple):
    """What was expected of a bin, or of its part that has passed.

    Parameters
    ----------
    authors, scored, negatives
        As in ``Bin``.
    upper
        Voices with the benefit of the doubt.
    share
        Ordinary negative share, 0 to 1.
    turned
        Of the negatives those who were heard earlier in the day: they are due as they speak.
    """

    authors: float
    scored: float
    negatives: float
    upper: float
    share: float
    turned: float


NO_BINS = np.empty(0, BIN_DTYPE)


def as_records(bins: Sequence[Bin]) -> Records:
    """Return bins on their way into compiled functions, where each number must be of one type, whatever was given."""
    return np.array(list(bins), BIN_DTYPE)


def observed(observations: Sequence[Observation], span_s: int) -> Records:
    """Return the same of observations; ``span_s`` is the length of a whole bin."""
    return as_records([bin_from(one, span_s) for one in observations]) if observations else NO_BINS


def bin_from(one: Observation, span_s: int) -> Bin:
    """Return an observation as the decision takes it; ``span_s`` is the length of a whole bin."""
    span_s, elapsed_s = heard_span(span_s, one.elapsed_s, one.heard)
    negatives = one.negative_authors - one.copied
    if one.rescored:
        negatives = min(max(negatives + one.rescored, 0.0), one.readings)
    return Bin(
        one.start,
        span_s,
        elapsed_s,
        float(one.authors - one.turned),
        float(one.readings),
        float(negatives),
        float(one.copied),
        float(one.again + one.turned),
        float(min(one.turned, negatives) if one.rescored else one.turned),
    )


@compiled
def bin_of(record: Record) -> Bin:
    """Return a record of ``BIN_DTYPE`` as a value."""
    return Bin(
        record.start,
        record.span_s,
        record.elapsed_s,
        record.authors,
        record.scored,
        record.negatives,
        record.copied,
        record.again,
        record.turned,
    )
