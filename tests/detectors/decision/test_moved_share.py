"""The ordinary share where another scorer reads the brand from now on."""

import random

import pytest

from detectors.decision.brand_detector import BrandDetector
from detectors.observation import Observation
from detectors.scorer_change import ScorerChange

DAY = 1440
MORE = ScorerChange(wronged=(0.1, 0.2), found=(0.7, 0.8), wronged_error=0.0, found_error=0.0)


def minute(number: int, negatives: int, authors: int = 6) -> Observation:
    return Observation(
        start=60 * number, mentions=authors, authors=authors, scored_authors=authors, negative_authors=negatives
    )


def taught(days: int = 3, share: float = 0.2) -> BrandDetector:
    rng, detector = random.Random(5), BrandDetector()
    for number in range(days * DAY):
        negative = share * (1.6 if number // 60 % 24 >= 18 else 1.0)
        detector.learn(minute(number, sum(rng.random() < negative for _ in range(6))))
    return detector


def surprise(detector: BrandDetector, negatives: int) -> float:
    return detector.assess([minute(3 * DAY + i, negatives, 12) for i in range(5)]).negativity_score


def test_the_share_and_its_swing_over_the_day_are_those_that_the_new_scorer_measures():
    detector = taught()
    noon, evening = 3 * DAY * 60 + 12 * 3600, 3 * DAY * 60 + 20 * 3600
    before = detector.share_at(noon), detector.share_at(evening)

    detector.move_share(MORE)

    assert detector.share_at(noon) == pytest.approx(MORE.of(before[0]), abs=0.002)
    assert detector.share_at(evening) == pytest.approx(MORE.of(before[1]), abs=0.002)
    assert detector.share_at(evening) > detector.share_at(noon) + 0.05


def test_what_the_change_explains_is_no_turn_and_what_it_does_not_explain_is():
    still, moved = taught(), taught()

    moved.move_share(MORE)

    assert surprise(moved, 4) == pytest.approx(surprise(still, 3), abs=0.15)
    assert surprise(moved, 6) < surprise(still, 6) - 0.5
    assert surprise(moved, 11) > surprise(moved, 4) + 3


def test_a_change_that_is_exactly_known_and_nothing_leaves_the_state_as_it_is():
    detector = taught()
    before = detector.share_at(DAY * 180), surprise(detector, 5)

    detector.move_share(ScorerChange(wronged=(0.1, 0.1), found=(0.7, 0.7), wronged_error=0.0, found_error=0.0))

    assert (detector.share_at(DAY * 180), surprise(detector, 5)) == pytest.approx(before, rel=1e-4)


def test_after_an_unknown_scorer_the_share_is_doubted_and_learned_anew_within_a_day():
    detector, still = taught(), taught()
    detector.move_share(None)

    assert detector.share_at(3 * DAY * 60) == pytest.approx(still.share_at(3 * DAY * 60), abs=0.005)
    assert surprise(detector, 6) < surprise(still, 6) - 0.5
    rng = random.Random(6)
    for number in range(3 * DAY, 4 * DAY):
        detector.learn(minute(number, sum(rng.random() < 0.35 for _ in range(6))))
    assert detector.share_at(4 * DAY * 60 + 12 * 3600) == pytest.approx(0.35, abs=0.05)


def test_a_brand_that_has_read_nothing_is_not_touched():
    detector = BrandDetector()
    before = detector.to_bytes()

    detector.move_share(MORE)
    detector.move_share(None)

    assert detector.to_bytes() == before
    assert not detector.has_read


def test_a_moved_state_is_stored_and_taken_up_like_any():
    detector = taught(1)
    detector.move_share(MORE)

    assert BrandDetector.from_bytes(detector.to_bytes()).to_bytes() == detector.to_bytes()
