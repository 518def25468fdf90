"""What feedback costs and buys: false pages and delay of a brand whose officer marked one incident, two, or all."""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from detectors.bench.budget import FIRST_WEEKS, FLOOR, HARD, Pages, false_pages
from detectors.bench.delay import delays
from detectors.bench.simulation import replay
from detectors.bench.worlds import DAY_MIN, MINUTE_S, MONDAY, WEEK_MIN, Outbreak, World, counts, quiet
from detectors.decision.decision import Terms
from detectors.decision.outbreak_detector import OutbreakDetector
from detectors.feedback import Opinion, OpinionKind, moved_by

OF_A_BRAND = World(rate_per_min=1.0, dispersion=8.0)
"""One voice a minute, independent minutes; its outbreaks are caught in any case, sooner or later."""
OUTBREAKS = (Outbreak(times=10.0, share=0.8), Outbreak(times=3.0, share=0.8), Outbreak(times=1.5, share=0.8))
OF_AUTOCORRELATED = World(rate_per_min=10.0, dispersion=8.0, correlation_min=10.0, share=0.7)
WEAK = Outbreak(times=1.5, share=0.7)
"""A rise by half in waves of ten minutes, with no change in what is said: a quarter of them is missed."""
SAID: tuple[tuple[OpinionKind | None, int], ...] = (
    (None, 0), ("false_alarm", 1), ("false_alarm", 2), ("false_alarm", 3), ("missed", 1), ("missed", 2), ("missed", 3),
)  # fmt: skip


class FeedbackRow(Struct, frozen=True, kw_only=True):
    """A brand right after so many marks of one kind, and as if they never faded.

    Parameters
    ----------
    kind, marks
        What was said, and how often.
    factor
        What it makes of the budget.
    brand_weeks, pages
        Quiet weeks of hard worlds after the third, and the false pages in them.
    delays_s, missed
        Mean delay for each of ``OUTBREAKS``, and how many of all their onsets never rang.
    weak_missed, weak
        How many of the weak ones never rang, and how many there were.
    """

    kind: OpinionKind | None
    marks: int
    factor: float
    brand_weeks: float
    pages: int
    delays_s: tuple[float, ...]
    missed: int
    weak_missed: int
    weak: int


def feedback_rows(*, budget: float, brands: int, onsets: int, seed: int) -> Iterator[FeedbackRow]:
    """Measure, one row at a time; all rows hear the same."""
    pages: dict[float, Pages] = {}
    for kind, marks in SAID:
        given = [Opinion(0, str(number), kind, str(number)) for number in range(marks)] if kind else []
        factor = moved_by(given, at=0).factor
        if factor not in pages:
            pages[factor] = false_pages(HARD, budget=budget * factor, brands=brands, seed=seed)
        found = delays(OF_A_BRAND, OUTBREAKS, brands=3, onsets=onsets, budget=budget, seed=seed, factor=factor)
        (weak,) = delays(OF_AUTOCORRELATED, [WEAK], brands=3, onsets=onsets, budget=budget, seed=seed, factor=factor)
        yield FeedbackRow(
            kind=kind,
            marks=marks,
            factor=factor,
            brand_weeks=pages[factor].weeks,
            pages=pages[factor].pages,
            delays_s=tuple(sum(each.delays_s) / len(each.delays_s) for each in found),
            missed=sum(each.missed for each in found),
            weak_missed=weak.missed,
            weak=weak.missed + len(weak.delays_s),
        )


def marked_pages(
    *, budget: float, weeks: int, brands: int, seed: int, worlds: Sequence[World] = HARD
) -> tuple[float, int, int]:
    """Let ``brands`` of each world live quietly for ``weeks``, and let an officer mark every page as no crisis.

    A mark counts from the next day on.

    Returns
    -------
    Brand-weeks after the third, the pages in them, and those of the same brands where nobody marks any.
    """
    marked = unmarked = 0
    for place, world in enumerate(worlds):
        for brand in range(brands):
            for marks in (True, False):
                pages = _pages(world, budget, weeks, np.random.default_rng([seed, place, brand]), marks=marks)
                marked += pages if marks else 0
                unmarked += 0 if marks else pages
    return float(len(worlds) * brands * (weeks - FIRST_WEEKS)), marked, unmarked


def _pages(world: World, budget: float, weeks: int, rng: np.random.Generator, *, marks: bool) -> int:
    law = quiet(world, weeks, rng)
    detector = OutbreakDetector(budget)
    given: list[Opinion] = []
    pages = 0
    for first in range(0, weeks * WEEK_MIN, DAY_MIN):
        day = slice(first, first + DAY_MIN)
        observed = counts(law.rate[day] * law.multiplier[day], law.share[day], rng)
        start = MONDAY + MINUTE_S * first
        fired = replay(detector.states, start, observed, Terms(budget * moved_by(given, start).factor, FLOOR), False)
        rings = int(((fired > 0) & (fired < 300)).sum())
        pages += rings if first >= FIRST_WEEKS * WEEK_MIN else 0
        until = start + MINUTE_S * DAY_MIN
        given += [Opinion(until, f"{start}-{number}", "false_alarm", "") for number in range(rings if marks else 0)]
    return pages
