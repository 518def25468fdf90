"""Where less is heard less is due, less is learned, and the floor of a sample is smaller."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.decision.brand_detector import BrandDetector
from detectors.decision.exposure import LEAST_FLOOR, heard_span, sampled_floor
from detectors.observation import Observation

HOUR, DAY = 60, 1440


def minute(number: int, authors: int, negatives: int = 0, *, heard: float = 1.0, elapsed_s: int = 60) -> Observation:
    return Observation(
        start=60 * number, elapsed_s=elapsed_s, mentions=authors, negatives=negatives, authors=authors,
        scored_authors=authors, negative_authors=negatives, heard=heard,
    )  # fmt: skip


def taught(minutes: int, *, heard: float = 1.0, a_minute: float = 8.0) -> BrandDetector:
    rng, detector = random.Random(3), BrandDetector()
    for number in range(minutes):
        authors = sum(rng.random() < a_minute * heard / 40 for _ in range(40))
        detector.learn(minute(number, authors, sum(rng.random() < 0.1 for _ in range(authors)), heard=heard))
    return detector


def due(detector: BrandDetector, number: int, *, heard: float = 1.0) -> float:
    return detector.assess([minute(number, 0, heard=heard)]).expected


def test_of_half_that_is_heard_half_is_due():
    detector = taught(2 * DAY)

    assert due(detector, 2 * DAY, heard=0.5) == pytest.approx(0.5 * due(detector, 2 * DAY), rel=0.01)


def test_a_brand_that_is_heard_in_part_from_the_first_day_on_is_known_as_a_whole():
    whole, part = taught(3 * DAY), taught(3 * DAY, heard=0.25)

    assert due(part, 3 * DAY) == pytest.approx(due(whole, 3 * DAY), rel=0.08)


def test_a_time_of_which_nothing_was_heard_is_not_learned_as_calm():
    unheard, silent = taught(2 * DAY), taught(2 * DAY)
    before = due(unheard, 2 * DAY)
    for number in range(2 * DAY, 2 * DAY + 6 * HOUR):
        unheard.learn(minute(number, 0, heard=0.0))
        silent.learn(minute(number, 0))
    unheard.learn_quiet(60 * (2 * DAY + 6 * HOUR), 6 * HOUR, 0.0)
    silent.learn_quiet(60 * (2 * DAY + 6 * HOUR), 6 * HOUR)

    assert due(unheard, 2 * DAY + 12 * HOUR) == pytest.approx(before, rel=0.1)
    assert due(silent, 2 * DAY + 12 * HOUR) < 0.7 * before


def test_bins_in_which_nobody_spoke_and_half_was_heard_are_learned_as_half():
    one, other = taught(DAY), taught(DAY)
    one.learn_quiet(60 * DAY, HOUR, 0.5)
    for number in range(DAY, DAY + HOUR):
        other.learn(minute(number, 0, heard=0.5))

    assert one.to_bytes() == other.to_bytes()


def test_the_floor_is_of_all_that_was_said():
    detector = taught(3 * DAY, heard=0.2)
    revolt = [minute(3 * DAY, 6, 6, heard=0.2)]

    assert "floor" in detector.assess(revolt).missing
    assert "floor" not in detector.assess(revolt, sampled=0.2).missing


@given(st.integers(1, 600), st.floats(0.0, 1.0), st.data())
def test_the_part_of_a_bin_that_has_passed_stays_that_part(span_s, heard, data):
    elapsed_s = data.draw(st.integers(1, span_s))
    span, elapsed = heard_span(span_s, elapsed_s, heard)

    assert 1 <= elapsed <= span <= span_s
    assert heard_span(span_s, span_s, heard) == (span, span)
    assert abs(elapsed / span - elapsed_s / span_s) <= 1 / span


@given(st.floats(1.0, 100.0), st.floats(0.0, 1.0))
def test_no_sample_makes_a_crisis_of_fewer_than_three(floor, sampled):
    assert min(floor, LEAST_FLOOR) <= sampled_floor(floor, sampled) <= floor
