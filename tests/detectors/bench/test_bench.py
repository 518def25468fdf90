"""The bench itself: its worlds, its bound, and that the replay is the decision of the product."""

import math

import numpy as np
import pytest
from numpy.random import default_rng

from detectors.assessment import Assessment
from detectors.bench.budget import Pages
from detectors.bench.delay import delays, divergence, lorden_bound_s
from detectors.bench.peers import thresholds
from detectors.bench.simulation import replay
from detectors.bench.worlds import MONDAY, WEEK_MIN, Outbreak, World, counts, quiet
from detectors.decision.brand_detector import BrandDetector
from detectors.decision.decision import Terms
from detectors.decision.outbreak_detector import OutbreakDetector
from tests.detectors.brand_life import bin_at


@pytest.mark.parametrize(("times", "seconds"), [(10, 0.95), (3, 10.3), (1.5, 123)])
def test_the_bound_is_lordens(times, seconds):
    """Published for one mention a second and one false alarm a week; the flush is ours."""
    bound = lorden_bound_s(np.full(10, 60.0), np.full(10, float(times)), World(rate_per_min=60, dispersion=0), 1.0)

    assert bound - 1 == pytest.approx(seconds, rel=0.01)


def test_scatter_makes_any_detector_later():
    assert divergence(60, 3, 2) < divergence(60, 3, 50) < divergence(60, 3, 0)


@pytest.mark.parametrize("world", [
    World(rate_per_min=20, dispersion=2),
    World(rate_per_min=20, dispersion=8, correlation_min=20, drift=0.1, share_drift=0.1, clock_change_week=1),
])  # fmt: skip
def test_a_world_has_the_rate_and_the_share_that_it_says(world):
    law = quiet(world, 2, default_rng(1))
    observed = counts(law.rate * law.multiplier, law.share, default_rng(2))

    assert observed[..., 0].sum() / (2 * WEEK_MIN) == pytest.approx(20, rel=0.15)
    assert observed[..., 1].sum() / observed[..., 0].sum() == pytest.approx(0.2, rel=0.15)


def test_the_replay_rings_at_the_second_at_which_the_product_would():
    rng = default_rng(3)
    world = World(rate_per_min=8, swing=0)
    law = quiet(world, 0.5, rng)
    rate = np.concatenate([law.rate, np.full(5, 80.0)])
    share = np.concatenate([law.share, np.full(5, 0.8)])
    observed = counts(rate, share, rng)

    fired = replay(OutbreakDetector(0.25).states, MONDAY, observed, Terms(0.25, 8.0), True)

    minute = int(np.flatnonzero(fired)[0])
    second = int(fired[minute]) % 100
    product = BrandDetector()
    for place in range(minute):
        authors, negative = observed[place].sum(axis=0).tolist()
        product.learn(bin_at(MONDAY + 60 * place, authors, negative))

    def reading(seconds: int) -> Assessment:
        authors, negative = observed[minute, :seconds].sum(axis=0).tolist()
        return product.assess([bin_at(MONDAY + 60 * minute, authors, negative, elapsed_s=seconds)])

    assert minute >= len(law.rate)
    assert reading(second + 1).rings
    assert not reading(max(1, second)).rings


def test_a_tenfold_revolt_is_measured_in_seconds():
    (found,) = delays(
        World(rate_per_min=10), [Outbreak(times=10, share=0.8)], brands=1, onsets=4, budget=0.25, seed=1
    )  # fmt: skip

    assert found.missed == 0
    assert 0 < found.ratio < 1.5


def test_a_peer_needs_a_higher_threshold_for_a_smaller_budget():
    world = World(rate_per_min=5)
    strict, lax = thresholds(world, 0.05, 1), thresholds(world, 5.0, 1)

    assert all(strict[name] > lax[name] for name in lax)


def test_pages_are_counted_against_the_budget():
    found = Pages(early_weeks=30, early=0, weeks=70, pages=35, opportunities=7)

    assert found.multiple(0.5) == 1.0
    assert not math.isnan(found.early_multiple(0.5))
