"""The evidence for an outbreak."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from detectors.decision.shiryaev_roberts import (
    MOST_NATS,
    reading,
    share_evidence,
    summed,
    turned_share,
    volume_evidence,
)

UNHURRIED = settings(deadline=None)
"""The first call may compile."""
RISE = st.sampled_from([1.5, 2.0, 3.0, 5.0, 10.0, 30.0])
DUE = st.floats(1e-3, 1e4)
R = st.floats(0.5, 1e4)
SHARES = st.floats(0.005, 0.97)


def binomial_law(n: int, mean: float, r: float) -> float:
    """Logarithm of the negative binomial probability."""
    return (
        math.lgamma(n + r) - math.lgamma(r) - math.lgamma(n + 1)
        + r * math.log(r / (r + mean)) + n * math.log(mean / (r + mean))
    )  # fmt: skip


@UNHURRIED
@given(RISE, st.integers(0, 500), st.floats(0.01, 500), st.floats(0.5, 100))
def test_the_volume_tells_the_ratio_of_two_negative_binomial_laws(rise, seen, due, r):
    ratio = binomial_law(seen, rise * due, r) - binomial_law(seen, due, r)

    assert volume_evidence(rise, seen, due, r) == pytest.approx(ratio, abs=1e-6)


@UNHURRIED
@given(RISE, st.integers(0, 10_000), DUE, R)
def test_one_voice_more_never_tells_less_for_a_rise(rise, seen, due, r):
    assert volume_evidence(rise, seen + 1, due, r) >= volume_evidence(rise, seen, due, r)


@UNHURRIED
@given(st.sampled_from([0.22, 0.6]), st.integers(0, 500), st.integers(0, 500), SHARES, st.floats(0, 0.5))
def test_one_negative_voice_more_never_tells_less_for_a_turn(turn, scored, negatives, share, clumping):
    negatives = min(scored, negatives)

    def evidence(scored: int, negatives: int) -> float:
        return share_evidence(turn, scored, negatives, share, clumping)

    assert evidence(scored + 1, negatives + 1) >= evidence(scored, negatives) - 1e-9
    if negatives < scored:
        assert evidence(scored, negatives + 1) >= evidence(scored, negatives) - 1e-9


@UNHURRIED
@given(st.sampled_from([0.0, 0.22, 0.6]), SHARES)
def test_an_outbreak_is_never_less_negative_than_the_ordinary(turn, share):
    assert share <= turned_share(share, turn) < 1


@UNHURRIED
@given(st.floats(0, 100), st.floats(-1e6, 1e6))
def test_a_sum_is_finite_and_capped(log_sum, evidence):
    value = reading(log_sum, evidence)

    assert value <= MOST_NATS
    assert 0 <= summed(value) <= MOST_NATS + 0.7


def test_on_ordinary_talk_the_sum_grows_as_fast_as_time_and_no_faster():
    """The martingale that makes false alarms countable: E(R after t bins) = t."""
    rng = default_rng(5)
    bins, repeats = 20, 20_000
    sums = np.zeros(repeats)
    for _ in range(bins):
        heard = rng.negative_binomial(8, 8 / (8 + 2.0), repeats)
        evidence = np.array([volume_evidence(1.5, float(n), 2.0, 8.0) for n in range(int(heard.max()) + 1)])[heard]
        sums = (1 + sums) * np.exp(evidence)

    assert sums.mean() == pytest.approx(bins, rel=0.1)
