"""The run of an outbreak: what was heard, and what was due, since its evidence was last nothing."""

from typing import NamedTuple

import numpy as np

from detectors.compiled import Record, compiled
from detectors.decision.bins import Bin, Due


class Run(NamedTuple):
    """Sums over the bins of a run.

    Parameters
    ----------
    seen, due
        Voices, and those that were due.
    scored, scored_due, negatives, negatives_due
        The same of voices that were scored, and of negative ones.
    copied
        So many more scored, and negative, voices there were, which said what others had said.
    again, turned, turned_due
        So many of the scored, of the negative and of the negative ones due were heard earlier in the day.
    start
        First second, seconds since the epoch.
    loudest
        How many times the ordinary its loudest full hour was.
    """

    seen: float
    due: float
    scored: float
    scored_due: float
    negatives: float
    negatives_due: float
    start: float
    loudest: float
    copied: float
    again: float
    turned: float
    turned_due: float


RUN_FIELDS = [(name, "f4" if place > Run._fields.index("loudest") else "f8") for place, name in enumerate(Run._fields)]
"""What people are told, and no sum rests on, takes half the room."""
NO_RUN = Run(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@compiled
def run_of(record: Record) -> Run:
    """Return the run that a record holds."""
    return Run(
        record.seen,
        record.due,
        record.scored,
        record.scored_due,
        record.negatives,
        record.negatives_due,
        record.start,
        record.loudest,
        np.float64(record.copied),
        np.float64(record.again),
        np.float64(record.turned),
        np.float64(record.turned_due),
    )


@compiled
def write_run(record: Record, run: Run) -> None:
    """Write a run into a record that holds one."""
    record.seen, record.due = run.seen, run.due
    record.scored, record.scored_due = run.scored, run.scored_due
    record.negatives, record.negatives_due = run.negatives, run.negatives_due
    record.start, record.loudest, record.copied = run.start, run.loudest, run.copied
    record.again, record.turned, record.turned_due = run.again, run.turned, run.turned_due


@compiled
def extended(run: Run, one: Bin, due: Due) -> Run:
    """Return a run with one bin more."""
    return Run(
        run.seen + one.authors,
        run.due + due.authors,
        run.scored + one.scored,
        run.scored_due + due.scored,
        run.negatives + one.negatives,
        run.negatives_due + due.negatives,
        run.start,
        run.loudest,
        run.copied + one.copied,
        run.again + one.again,
        run.turned + one.turned,
        run.turned_due + due.turned,
    )


@compiled
def begun(one: Bin, due: Due) -> Run:
    """Return a run of one bin alone."""
    return Run(
        one.authors,
        due.authors,
        one.scored,
        due.scored,
        one.negatives,
        due.negatives,
        float(one.start),
        0.0,
        one.copied,
        one.again,
        one.turned,
        due.turned,
    )
