"""How many false pages quiet brands have, against their budget."""

import numpy as np
from msgspec import Struct

from detectors.bench.simulation import replay
from detectors.bench.worlds import MONDAY, WEEK_MIN, World, counts, quiet
from detectors.decision.decision import Terms
from detectors.decision.outbreak_detector import OutbreakDetector

FLOOR = 8.0
FIRST_WEEKS = 3
LIVED_WEEKS = 10

EASY = [World(rate_per_min=rate, dispersion=r) for rate in (0.1, 1.0, 10.0, 50.0) for r in (0.0, 2.0, 8.0, 50.0)]
"""Independent minutes, day and week seasons."""
HARD = [
    World(
        rate_per_min=rate,
        dispersion=8.0,
        correlation_min=correlation_min,
        drift=0.1,
        share_drift=0.15,
        growth_per_week=0.03,
        clock_change_week=6,
    )
    for rate in (0.1, 1.0, 10.0, 50.0)
    for correlation_min in (5.0, 20.0)
]
"""Waves of five and of twenty minutes, a level and a share that drift, growth, and the change to summer time."""


class Pages(Struct, frozen=True):
    """Pages of quiet brands: in their first three weeks, and after; and good news after."""

    early_weeks: float
    early: int
    weeks: float
    pages: int
    opportunities: int

    def multiple(self, budget: float) -> float:
        """Return the false pages after the third week, as a multiple of the budget."""
        return self.pages / self.weeks / budget

    def early_multiple(self, budget: float) -> float:
        """Return those of the first three weeks."""
        return self.early / self.early_weeks / budget


def false_pages(worlds: list[World], *, budget: float, brands: int, seed: int) -> Pages:
    """Let ``brands`` of each world live ten quiet weeks."""
    early = late = good = 0
    for place, world in enumerate(worlds):
        for brand in range(brands):
            rng = np.random.default_rng([seed, place, brand])
            law = quiet(world, LIVED_WEEKS, rng)
            observed = counts(law.rate * law.multiplier, law.share, rng)
            fired = replay(OutbreakDetector(budget).states, MONDAY, observed, Terms(budget, FLOOR), False)
            kinds = fired // 100
            cut = FIRST_WEEKS * WEEK_MIN
            early += int(((kinds[:cut] > 0) & (kinds[:cut] < 3)).sum())
            late += int(((kinds[cut:] > 0) & (kinds[cut:] < 3)).sum())
            good += int((kinds[cut:] == 3).sum())
    lived = float(len(worlds) * brands)
    return Pages(FIRST_WEEKS * lived, early, (LIVED_WEEKS - FIRST_WEEKS) * lived, late, good)
