"""Stories: what wakes someone, and what must not."""

import msgspec
import pytest
from numpy.random import default_rng

from detectors.decision.brand_detector import BrandDetector
from detectors.observation import Observation
from tests.detectors.brand_life import MINUTE_S, BrandLife, bin_at

CRISES = {"crisis", "slow_burn"}


@pytest.mark.parametrize("rate", [0.2, 2, 20, 200])
@pytest.mark.parametrize("seed", range(3))
def test_a_storm_of_praise_is_an_opportunity_and_no_crisis(rate, seed):
    life = BrandLife(rate, share=0.2, seed=seed)

    rings = life.live(60, times=12, share=0.03)

    assert [ring.kind for ring in rings] == ["opportunity"]


def test_a_brand_that_people_complain_about_anyway_is_silent_on_an_ordinary_day():
    life = BrandLife(10, share=0.75)

    assert life.live(1440) == []


def test_a_brand_that_people_complain_about_anyway_rings_when_the_complaints_multiply():
    life = BrandLife(10, share=0.75)

    rings = life.live(15, times=3, share=0.75)

    assert [ring.kind for ring in rings] == ["crisis"]


def test_more_anger_among_no_more_people_is_silent():
    life = BrandLife(10, share=0.3)

    assert life.live(20, times=0.9, share=0.5) == []


@pytest.mark.parametrize("rate", [1, 10, 100])
@pytest.mark.parametrize("seed", range(3))
def test_a_tenfold_revolt_rings_within_two_minutes(rate, seed):
    life = BrandLife(rate, share=0.2, seed=seed)

    rings = life.live(10, times=10, share=0.8)

    assert [ring.kind for ring in rings] == ["crisis"]
    assert rings[0].minute <= 2


def test_a_revolt_rings_before_its_first_minute_is_over():
    life = BrandLife(10, share=0.2)

    readings = [life.detector.assess([life.bin(second, second - 2, elapsed_s=second)]) for second in range(5, 30)]

    assert readings[-1].rings
    assert not readings[0].rings
    assert "floor" in readings[0].missing


def test_a_flood_that_begins_in_mid_minute_is_not_diluted_by_the_calm_before_it():
    detector = BrandDetector()
    for minute, authors in enumerate(default_rng(1).poisson(600, 22 * 1440).tolist()):
        detector.learn(bin_at(minute * MINUTE_S, authors, round(0.7 * authors)))

    def seconds_until_it_rings(begins_s: int, *, from_mid_minute: bool) -> int | None:
        earlier_readings: list[Observation] = []
        for second in range(1, 61):
            authors = 10 * second + 10 * max(0, second - begins_s)
            earlier_readings.append(bin_at(22 * 1440 * MINUTE_S, authors, round(0.7 * authors), elapsed_s=second))
            if detector.assess(
                earlier_readings[-1:], earlier_readings=earlier_readings[:-1] if from_mid_minute else ()
            ).rings:
                return second - begins_s
        return None

    assert seconds_until_it_rings(40, from_mid_minute=False) is None
    assert (seconds_until_it_rings(40, from_mid_minute=True) or 60) < 15
    assert seconds_until_it_rings(0, from_mid_minute=True) == seconds_until_it_rings(0, from_mid_minute=False)


def test_four_angry_posts_at_a_tiny_brand_are_silent():
    life = BrandLife(0.02, share=0.3)

    reading = life.detector.assess([life.bin(4, 4)])

    assert not reading.rings
    assert "floor" in reading.missing


def test_one_author_posting_four_hundred_times_is_silent():
    life = BrandLife(1, share=0.2)

    reading = life.detector.assess([life.bin(1, 1, mentions=400)])

    assert not reading.rings


def test_a_relapse_rings_again():
    life = BrandLife(20, share=0.2)
    life.live(60, times=10, share=0.8)
    life.live(180)

    rings = life.live(10, times=10, share=0.8)

    assert [ring.kind for ring in rings] == ["crisis"]
    assert rings[0].minute <= 2


@pytest.mark.parametrize("seed", [2, 3])
def test_a_slow_burn_rings_and_is_called_so(seed):
    life = BrandLife(0.1, share=0.2, seed=seed)

    rings = life.live(600, times=2, share=0.4)

    assert [ring.kind for ring in rings] == ["slow_burn"]


@pytest.mark.parametrize("seed", range(3))
def test_hours_of_small_excess_ring(seed):
    life = BrandLife(1, share=0.2, seed=seed)

    assert life.live(1440, times=1.5, share=0.35)


def test_when_praise_turns_into_anger_it_rings():
    life = BrandLife(5, share=0.2)
    life.live(180, times=8, share=0.03)

    rings = life.live(60, times=8, share=0.7)

    assert [ring.kind for ring in rings] == ["crisis"]
    assert rings[0].minute <= 15


def test_the_beginning_is_found_backwards():
    life = BrandLife(5, share=0.2)
    began_at = life.now

    ring = life.live(120, times=2, share=0.4)[0]

    assert abs(ring.began_at - began_at) <= 10 * MINUTE_S
    assert ring.minute >= 2


def test_a_level_that_stays_is_the_new_ordinary():
    life = BrandLife(5, share=0.2)
    life.live(4 * 1440, times=8, share=0.6)

    assert life.live(3 * 1440, times=8, share=0.6) == []

    expected = life.detector.assess([life.bin(40, 24)]).expected
    assert 30 < expected < 50


def test_a_crisis_does_not_become_the_ordinary_while_it_rings():
    life = BrandLife(5, share=0.2)
    before = life.detector.assess([life.bin(5, 1)])

    life.live(600, times=10, share=0.8)

    during = life.detector.assess([life.bin(5, 1)])
    assert during.expected < 1.3 * before.expected
    assert during.expected_share < before.expected_share + 0.05


def test_a_crisis_does_not_make_the_next_one_ring_later():
    life = BrandLife(5, share=0.2)
    before = life.detector.assess([life.bin(5, 1)]).threshold

    for _ in range(5):
        life.live(60, times=10, share=0.8)
        life.live(600)

    assert life.detector.assess([life.bin(5, 1)]).threshold < before + 1


def test_nothing_rings_in_the_first_twenty_minutes_of_a_brand():
    detector = BrandDetector()
    for minute in range(19):
        assert "warm_up" in detector.assess([bin_at(minute * 60, 500, 400)]).missing
        detector.learn(bin_at(minute * 60, 5, 1))


def test_the_overwhelming_rings_in_the_first_hour_of_a_brand():
    life = BrandLife(5, share=0.2, days=0)
    life.live(45)

    rings = life.live(5, times=20, share=0.9)

    assert [ring.kind for ring in rings] == ["crisis"]


@pytest.mark.parametrize("seed", range(10))
def test_a_new_brand_has_no_false_page_in_its_first_four_days(seed):
    life = BrandLife(4, share=0.3, seed=seed, days=0)

    rings = life.live(4 * 1440)

    assert [ring for ring in rings if ring.kind in CRISES] == []


def test_what_nobody_could_score_is_no_calm():
    life = BrandLife(5, share=0.2)
    angry = life.bin(60, 40)

    reading = life.detector.assess([angry])
    masked = life.detector.assess([msgspec.structs.replace(angry, scored_authors=42)])

    assert reading.rings
    assert masked.rings


def test_after_hours_without_knowing_the_evidence_of_before_is_gone():
    life = BrandLife(5, share=0.2)
    life.live(3, times=2, share=0.5)
    before = life.detector.assess([life.bin(8, 4)]).score

    life.now += 6 * 3600
    after = life.detector.assess([life.bin(8, 4)]).score

    assert after < before


@pytest.mark.parametrize("seed", range(3))
def test_the_end_of_quiet_holidays_is_no_outbreak(seed):
    life = BrandLife(2, share=0.3, seed=seed)
    life.live(8 * 1440, times=0.15)

    assert [ring for ring in life.live(1440) if ring.kind in CRISES] == []


@pytest.mark.parametrize("seed", range(3))
def test_an_angry_handful_within_a_wave_of_mixed_talk_is_silent(seed):
    life = BrandLife(1, share=0.2, seed=seed)
    life.live(30, times=8, share=0.1)

    assert [ring for ring in life.live(240, times=8, share=0.3) if ring.kind in CRISES] == []


def test_a_new_brand_whose_talk_turns_rings_before_its_volume_overwhelms():
    turned = BrandLife(1, share=0.3, days=5).live(240, times=1.8, share=0.7)
    louder = BrandLife(1, share=0.3, days=5).live(240, times=1.8, share=0.3)

    assert [ring.kind for ring in turned if ring.kind in CRISES] != []
    assert louder == []


def pages_on_the_first_morning(times: float, share: float, seed: int) -> int:
    rng = default_rng(seed)
    detector = BrandDetector()
    pages = 0
    for minute in range(13 * 60):
        authors = int(rng.poisson(0.6 * (times if minute >= 10 * 60 else 1.0)))
        bin_ = bin_at(minute * MINUTE_S, authors, int(rng.binomial(authors, share)))
        pages += detector.assess([bin_]).rings
        detector.learn(bin_)
    return pages


@pytest.mark.parametrize("share", [0.6, 0.75])
def test_the_first_morning_of_a_brand_that_was_born_at_night_wakes_nobody(share):
    assert sum(pages_on_the_first_morning(times, share, seed) for times in (5.0, 15.0, 25.0) for seed in range(4)) == 0
