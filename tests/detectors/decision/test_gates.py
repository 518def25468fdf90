"""Which conditions a minute does not meet, on both sides of each of them."""

import pytest
from numpy.random import default_rng

from detectors.decision.brand_detector import BrandDetector
from detectors.observation import Observation
from tests.detectors.brand_life import MINUTE_S, BrandLife, bin_at

ALL_BUT_WARM_UP = {"score", "volume", "negativity", "floor", "share"}


def large_and_even() -> tuple[BrandDetector, int]:
    """Return a brand of 600 voices a minute, always half of them negative, and the minute that comes next."""
    detector = BrandDetector()
    for minute, authors in enumerate(default_rng(1).poisson(600, 22 * 1440).tolist()):
        detector.learn(bin_at(minute * MINUTE_S, authors, round(0.5 * authors)))
    return detector, 22 * 1440 * MINUTE_S


@pytest.fixture(scope="module")
def brands() -> dict[str, tuple[BrandDetector, int]]:
    lives = {
        "known": BrandLife(10, 0.2),
        "three days old": BrandLife(10, 0.2, days=3),
        "unheard": BrandLife(10, 0.2, days=0),
        "complained of": BrandLife(10, 0.75),
    }
    return {name: (life.detector, life.now) for name, life in lives.items()} | {"large": large_and_even()}


@pytest.mark.parametrize(
    ("brand", "authors", "negative", "missing", "kind"),
    [
        # Nothing is unusual; then the talk alone, which half as many voices more would not change.
        ("known", 10, 2, ALL_BUT_WARM_UP, "crisis"),
        ("known", 12, 12, {"volume"}, "crisis"),
        ("known", 16, 9, {"score", "volume", "floor"}, "crisis"),
        # Volume: the same share of anger among twice and among three times as many.
        ("known", 20, 14, {"volume"}, "crisis"),
        ("known", 30, 21, set(), "crisis"),
        # Score.
        ("known", 30, 14, {"score"}, "crisis"),
        ("known", 30, 16, set(), "crisis"),
        # Floor: at the same volume.
        ("known", 30, 6, {"score", "floor", "share"}, "crisis"),
        ("known", 30, 11, {"score", "share"}, "crisis"),
        # Share: of the voices in excess, a third and nearly a half.
        ("known", 60, 21, {"share"}, "crisis"),
        ("known", 60, 26, set(), "crisis"),
        # Negativity: more than an ordinary minute's by a tenth, and by a fifth.
        ("large", 900, 330, {"negativity", "share"}, "crisis"),
        ("large", 900, 365, {"share"}, "crisis"),
        ("large", 900, 460, set(), "crisis"),
        # Good news at least trebles the volume; bad news is told from it by the share.
        ("large", 1500, 365, {"share"}, "crisis"),
        ("large", 2000, 365, set(), "opportunity"),
        ("known", 31, 3, {"score", "floor", "share"}, "crisis"),
        ("known", 60, 3, set(), "opportunity"),
        ("known", 60, 12, set(), "opportunity"),
        # Warm-up: a young brand rings by talk that has turned, not by a volume that its weekend may explain.
        ("three days old", 60, 12, {"score", "share", "warm_up"}, "crisis"),
        ("three days old", 25, 19, {"volume"}, "crisis"),
        ("three days old", 60, 24, {"share"}, "crisis"),
        ("three days old", 60, 30, set(), "crisis"),
        ("unheard", 300, 300, {"score", "warm_up"}, None),
        # Where three in four are always negative, it is the volume that says something.
        ("complained of", 10, 10, {"score", "volume", "floor"}, "crisis"),
        ("complained of", 30, 23, {"score"}, "crisis"),
        ("complained of", 60, 45, set(), "crisis"),
    ],
)
def test_a_minute_meets_all_conditions_but_these(brands, brand, authors, negative, missing, kind):
    detector, now = brands[brand]

    reading = detector.assess([bin_at(now, authors, negative)])

    assert set(reading.missing) == missing
    assert reading.kind == kind


@pytest.mark.parametrize(("scored", "kind"), [(20, "crisis"), (40, "opportunity")])
def test_good_news_is_known_to_be_good_where_half_of_it_is_scored(brands, scored, kind):
    detector, now = brands["known"]
    minute = Observation(start=now, mentions=60, authors=60, negatives=1, scored_authors=scored, negative_authors=1)

    assert detector.assess([minute]).kind == kind
