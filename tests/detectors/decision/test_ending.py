"""An outbreak is over when the talk is surely ordinary, and what was over rings no second time."""

from base64 import b64decode
from collections.abc import Iterator
from json import loads
from pathlib import Path

import msgspec
import pytest

from detectors.decision.brand_detector import VERSION, BrandDetector
from detectors.decision.calm import Calm, Own, is_surely_calm
from tests.detectors.brand_life import MINUTE_S, BrandLife, bin_at
from tests.detectors.decision.recorded_lives import LIVES

STATES_BEFORE = loads(Path(__file__).with_name("states_before.json").read_text())
"""By version: the states of the recorded lives, as the program of that version left them."""
RARE = 0.01
"""Voices a minute: fifteen a day."""
HOUR_MIN = 60
AFTERNOON_MIN, NIGHT_MIN = 14 * HOUR_MIN, 2 * HOUR_MIN
CRISIS = Own(12.0, 0.1, 8.0, is_negative=True)


def rare_brand(seed: int = 1) -> BrandLife:
    brand = BrandLife(RARE, 0.2, seed=seed)
    brand.live(AFTERNOON_MIN)
    return brand


def minutes_until_calm(brand: BrandLife, heard: Iterator[tuple[int, int]], own: Own = CRISIS) -> int | None:
    """Return after how many minutes of what is heard an outbreak is over that rang just now, ``None`` for never."""
    calm = Calm(0.0, float(brand.now))
    for minute, (authors, negative) in enumerate(heard, 1):
        bin_ = brand.bin(authors, negative)
        calm = brand.detector.calm(calm, bin_, own)
        brand.detector.learn(bin_, ringing=True)
        brand.now = bin_.end
        if is_surely_calm(calm, float(bin_.end)):
            return minute
    return None


def silence(minutes: int) -> Iterator[tuple[int, int]]:
    return iter([(0, 0)] * minutes)


def every(minutes: int, *, until: int) -> Iterator[tuple[int, int]]:
    """Yield minutes of which each so many-th holds one negative voice."""
    return ((1, 1) if minute % minutes == 0 else (0, 0) for minute in range(until))


@pytest.mark.parametrize("seed", range(3))
def test_a_flood_of_minutes_at_a_rare_brand_is_over_within_half_a_day(seed):
    brand = rare_brand(seed)
    rings = [ring for _ in range(12) for ring in brand.evidence_of_bin(brand.bin(1, 1))]
    assert [ring.kind for ring in rings] == ["crisis"]

    after = minutes_until_calm(brand, silence(72 * HOUR_MIN))

    assert after is not None
    assert HOUR_MIN <= after <= 12 * HOUR_MIN


def test_what_makes_the_floor_every_few_hours_goes_on():
    assert minutes_until_calm(rare_brand(), every(15, until=72 * HOUR_MIN)) is None


def test_what_never_makes_the_floor_within_the_day_is_over():
    assert minutes_until_calm(rare_brand(), every(8 * HOUR_MIN, until=24 * HOUR_MIN)) is not None


def test_a_silent_night_says_less_than_a_silent_afternoon():
    by_day = minutes_until_calm(rare_brand(), silence(24 * HOUR_MIN))
    brand = rare_brand()
    brand.live(NIGHT_MIN - AFTERNOON_MIN + 24 * HOUR_MIN)
    by_night = minutes_until_calm(brand, silence(24 * HOUR_MIN))

    assert by_day is not None
    assert by_night is not None
    assert by_night > 1.2 * by_day


def test_praise_of_other_matters_does_not_keep_a_crisis_going():
    praise = ((1, 0) if minute % 10 == 0 else (0, 0) for minute in range(24 * HOUR_MIN))

    assert minutes_until_calm(rare_brand(), praise) is not None


def test_good_news_goes_on_while_people_talk_though_none_of_it_is_negative():
    praise = [(1, 0) if minute % 10 == 0 else (0, 0) for minute in range(24 * HOUR_MIN)]
    news = Own(30.0, 0.1, 8.0, is_negative=False)

    assert minutes_until_calm(rare_brand(), iter(praise), news) is None
    assert minutes_until_calm(rare_brand(), silence(24 * HOUR_MIN), news) is not None


def test_a_loud_brand_needs_an_hour_of_ordinary_talk():
    brand = BrandLife(20.0, 0.2, days=10)
    ordinary = ((20, 4) for _ in range(6 * HOUR_MIN))

    assert minutes_until_calm(brand, ordinary, Own(900.0, 100.0, 8.0, is_negative=True)) == HOUR_MIN


def test_twice_as_many_negative_ones_are_no_calm_at_a_loud_brand():
    brand = BrandLife(20.0, 0.2, days=10)
    still = ((32, 8) for _ in range(6 * HOUR_MIN))

    assert minutes_until_calm(brand, still, Own(900.0, 100.0, 8.0, is_negative=True)) is None


def flooded() -> BrandLife:
    brand = rare_brand()
    for _ in range(12):
        brand.detector.learn(brand.bin(1, 1), ringing=True)
        brand.now += MINUTE_S
    return brand


def test_a_run_that_is_over_rings_no_second_time():
    brand = flooded()
    assert brand.detector.assess([brand.bin(1, 1)]).rings

    brand.detector.begin_anew(brand.now)

    after = brand.detector.assess([brand.bin(1, 1)])
    assert not after.rings
    assert after.run_began_at is None or after.run_began_at >= brand.now


def test_bins_that_are_learned_after_the_end_count_for_no_sum():
    brand = flooded()
    unlearned = [bin_at(brand.now + place * MINUTE_S, 1, 1) for place in range(3)]
    brand.detector.begin_anew(brand.now + 2 * MINUTE_S)

    before = brand.detector.assess(unlearned)
    brand.detector.learn(unlearned[0])
    brand.detector.learn(unlearned[1])
    after = brand.detector.assess(unlearned[2:])

    assert before.run_seen == after.run_seen == 1.0
    assert before.run_began_at == after.run_began_at == unlearned[2].start
    assert before.score == pytest.approx(after.score, rel=0.05)


def test_a_second_flood_after_the_end_rings():
    brand = flooded()
    brand.detector.begin_anew(brand.now)
    brand.live(HOUR_MIN)

    assert [ring.kind for _ in range(12) for ring in brand.evidence_of_bin(brand.bin(1, 1))] == ["crisis"]


def test_the_end_of_an_outbreak_is_kept_in_the_state():
    brand = flooded()
    brand.detector.begin_anew(brand.now + 5 * MINUTE_S)

    again = BrandDetector.from_bytes(brand.detector.to_bytes())

    again.learn(brand.bin(5, 5))
    assert again.assess([bin_at(brand.now + 5 * MINUTE_S, 1, 1)]).run_seen == 1.0


@pytest.mark.parametrize(("version", "name"), [(version, name) for version in STATES_BEFORE for name in LIVES])
def test_a_state_of_a_version_before_goes_on_as_if_nothing_had_ended(version, name):
    kept = b64decode(STATES_BEFORE[version][name])
    assert msgspec.msgpack.decode(kept)[0] == int(version)

    taken_up = BrandDetector.from_bytes(kept)

    assert msgspec.msgpack.decode(taken_up.to_bytes())[0] == VERSION
    assert taken_up.age_s > LIVES[name] * MINUTE_S
