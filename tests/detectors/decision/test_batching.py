"""Voices that come in lumps, because their times are whole minutes or a source delivers in pieces."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.bench.simulation import replay
from detectors.bench.worlds import MONDAY, WEEK_MIN, Counts, World, counts, quiet
from detectors.decision.batching import learn_parts, lumpiness, part_due
from detectors.decision.decision import Terms
from detectors.decision.joint import JOINT_DTYPE
from detectors.decision.outbreak_detector import OutbreakDetector


def pages_of(heard: Counts) -> int:
    rang = replay(OutbreakDetector(0.25).states, MONDAY, heard, Terms(0.25, 8.0), False)
    return int(((rang > 0) & (rang < 300)).sum())


def published_at(heard: Counts, second: int | None, seed: int = 1) -> Counts:
    """Give all mentions of a minute the time of one second, or of a second that differs from minute to minute."""
    evidence = np.zeros_like(heard)
    seconds = np.random.default_rng(seed).integers(0, 60, len(heard)) if second is None else second
    evidence[np.arange(len(heard)), seconds] = heard.sum(axis=1)
    return evidence


@pytest.mark.parametrize("second", [0, 30, None], ids=["whole minutes", "half minutes", "pieces"])
def test_times_that_are_whole_minutes_wake_nobody(second):
    rng = np.random.default_rng(3)
    law = quiet(World(rate_per_min=10, share=0.7), 1.5, rng)
    heard = published_at(counts(law.rate * law.multiplier, law.share, rng), second)

    assert pages_of(heard) <= 1


def test_a_revolt_rings_although_its_times_are_whole_minutes():
    rng = np.random.default_rng(4)
    law = quiet(World(rate_per_min=10, share=0.2), 1, rng)
    share = law.share.copy()
    share[-30:] = 0.9
    rate = law.rate * law.multiplier
    rate[-30:] *= 10
    assert len(rate) == WEEK_MIN

    assert pages_of(published_at(counts(rate, share, rng), 0)) == 1


@pytest.mark.parametrize(
    ("parts", "expected"),
    [((2, 2, 2, 2, 2, 2), 0.0), ((12, 0, 0, 0, 0, 0), 1.0), ((0, 0, 0, 0, 6, 6), 0.4)],
    ids=["evenly", "at once", "in two pieces"],
)
def test_lumpiness_is_how_often_two_mentions_of_a_bin_share_a_sixth_of_it(parts, expected):
    state = np.zeros(1, JOINT_DTYPE)
    for _ in range(2000):
        learn_parts(state, np.array(parts, dtype=float))

    assert lumpiness(state[0]) == pytest.approx(expected, abs=0.07)


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_part_of_a_bin_holds_at_least_its_share_and_at_most_the_whole(elapsed, lumpy):
    assert elapsed - 1e-9 <= part_due(elapsed, lumpy) <= 1 + 1e-9


def test_a_bin_of_one_mention_says_nothing():
    state = np.zeros(1, JOINT_DTYPE)
    learn_parts(state, np.array([1.0, 0, 0, 0, 0, 0]))

    assert lumpiness(state[0]) == 0.0
