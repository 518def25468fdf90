"""What the two estimators learn: level, week, scatter, waves, share; and that outbreaks teach them nothing."""

import numpy as np
import numpy.typing as npt
import pytest
from numpy.random import default_rng

from detectors.decision.dispersion import dispersion, evidence_weight, waviness
from detectors.decision.negativity_detector import NegativityDetector
from detectors.decision.profile import hour_of_week, profile_at
from detectors.decision.volume import VolumeDetector

DAY_MIN = 1440
MONDAY = 4 * 86_400


def learned(rates: npt.NDArray[np.float64], *, seed: int = 1, dispersion_r: float = 0.0) -> VolumeDetector:
    rng = default_rng(seed)
    detector = VolumeDetector()
    noise = rng.gamma(dispersion_r, 1 / dispersion_r, len(rates)) if dispersion_r else 1.0
    for minute, authors in enumerate(rng.poisson(np.asarray(rates) * noise)):
        detector.learn_one({"start": MONDAY + minute * 60, "authors": int(authors)})
    return detector


@pytest.mark.parametrize("rate", [0.1, 3.0, 400.0])
def test_the_level_is_found_within_a_few_days(rate):
    detector = learned(np.full(5 * DAY_MIN, rate))

    expected = np.mean([detector.expected(MONDAY + 5 * 86_400 + 3600 * hour)[0] for hour in range(24)])

    assert expected == pytest.approx(rate, rel=0.25)


def test_the_shape_of_the_day_is_found_within_two_weeks():
    day = 10 * np.exp(np.cos((np.arange(DAY_MIN) / 60 - 4) * np.pi / 12))
    detector = learned(np.tile(day, 14))

    for hour in (1, 4, 9, 16, 22):
        expected, _ = detector.expected(MONDAY + 14 * 86_400 + 3600 * hour + 1800)
        assert expected == pytest.approx(day[60 * hour + 30], rel=0.2)


def test_a_quiet_weekend_is_expected_after_three_weeks():
    week = np.concatenate([np.full(5 * DAY_MIN, 20.0), np.full(2 * DAY_MIN, 6.0)])
    detector = learned(np.tile(week, 3))

    monday = MONDAY + 21 * 86_400
    weekday, weekend = (detector.expected(monday + day * 86_400 + 43_200)[0] for day in (2, 5))

    assert weekend / weekday < 0.5


def test_an_hour_without_a_mention_is_no_zero_for_ever():
    detector = learned(np.tile(np.repeat([0.0, 2.0], DAY_MIN // 2), 10))

    assert all(detector.expected(MONDAY + 864_000 + 3600 * hour)[0] > 0 for hour in range(24))


@pytest.mark.parametrize("r", [2.0, 8.0, 50.0])
def test_the_scatter_within_the_hour_is_found(r):
    detector = learned(np.full(10 * DAY_MIN, 30.0), dispersion_r=r)

    # What the first day's guess at the shape of the day got wrong is still in it.
    assert dispersion(detector.state[0]) == pytest.approx(1 / r, rel=0.3, abs=0.015)


def test_waves_of_twenty_minutes_are_told_from_independent_minutes():
    rng = default_rng(3)
    autocorrelation = np.repeat(rng.gamma(8, 1 / 8, DAY_MIN), 20)
    calm, wavy = learned(np.full(20 * DAY_MIN, 20.0), dispersion_r=8.0), learned(20 * autocorrelation)

    assert waviness(calm.state[0]) < 1.4
    assert waviness(wavy.state[0]) > 3


def test_the_first_minute_of_a_wave_keeps_its_full_weight():
    assert evidence_weight(5.0, 0.0) == 1.0
    assert evidence_weight(5.0, 2.0) == pytest.approx(1 / 3)
    assert evidence_weight(5.0, 600.0) == pytest.approx(1 / 5)
    assert evidence_weight(1.0, 600.0) == 1.0


def test_one_flood_teaches_next_to_nothing():
    calm, flooded = (learned(np.full(5 * DAY_MIN, 5.0)) for _ in range(2))

    calm.learn_one({"authors": 5})
    flooded.learn_one({"authors": 1_000_000})

    expected, _ = calm.expected(MONDAY + 5 * 86_400 + 60)
    after, _ = flooded.expected(MONDAY + 5 * 86_400 + 60)
    assert after == pytest.approx(expected, rel=0.01)


def test_the_ordinary_share_is_found_whatever_the_volume():
    rng = default_rng(2)
    detector = NegativityDetector()
    for minute in range(5 * DAY_MIN):
        authors = int(rng.poisson(6))
        detector.learn_one(
            {"start": minute * 60, "authors": authors, "negative_authors": int(rng.binomial(authors, 0.35))}
        )

    assert detector.expected_share(5 * 86_400) == pytest.approx(0.35, abs=0.02)


def test_voices_that_nobody_could_score_do_not_lower_the_share():
    scored, masked = NegativityDetector(), NegativityDetector()
    for minute in range(DAY_MIN):
        one = {"start": minute * 60, "authors": 4, "scored_authors": 4, "negative_authors": 2}
        scored.learn_one(one)
        masked.learn_one(one | {"authors": 9})

    assert masked.expected_share(86_400) == scored.expected_share(86_400)


@pytest.mark.parametrize(("at", "hour"), [(MONDAY, 0), (MONDAY - 1, 167), (0, 72), (MONDAY + 7 * 86_400 + 3599, 0)])
def test_the_week_begins_on_monday(at, hour):
    assert hour_of_week(at) == hour


def test_the_profile_has_no_steps():
    state = VolumeDetector().state[0]
    values = np.array([profile_at(state, MONDAY + minute * 60) for minute in range(7 * DAY_MIN)])

    assert np.abs(np.diff(np.log(values))).max() < 0.01
    assert values.mean() == pytest.approx(1, abs=0.02)
