"""A young brand never rings by its clock alone, and its first outbreak is not taken for its clock."""

import pytest

from tests.detectors.brand_life import BrandLife, Ring

NIGHT_MIN, OPEN_MIN, EVENING_MIN = 9 * 60, 9 * 60, 6 * 60
SHARE = 0.5


def office(rate: float, seed: int) -> BrandLife:
    """Return a brand at its first midnight, a Monday's; by night it will be a twentieth as loud as by day."""
    return BrandLife(rate, SHARE, seed=seed, days=0)


def day(life: BrandLife) -> list[Ring]:
    """Live a working day: nine hours of night, nine sharp, and the evening."""
    return [
        ring
        for minutes, times in ((NIGHT_MIN, 0.05), (OPEN_MIN, 1.0), (EVENING_MIN, 0.05))
        for ring in life.live(minutes, times=times)
    ]


@pytest.mark.parametrize(("rate", "seed"), [(0.5, 1), (2.0, 2), (12.0, 3)])
def test_an_office_that_opens_at_nine_sharp_wakes_nobody_from_its_first_morning_on(rate, seed):
    life = office(rate, seed)

    rings = [ring for _ in range(5) for ring in day(life)]
    rings += life.live(2 * 1440, times=0.05)
    rings += [ring for _ in range(2) for ring in day(life)]

    assert [ring.kind for ring in rings] == []


def test_a_weekend_teaches_nothing_of_the_monday_after_it():
    life = office(4.0, 4)
    life.now += 5 * 86_400

    assert life.live(2 * 1440, times=0.05) == []
    assert day(life) == []


@pytest.mark.parametrize("days", [0, 1, 3])
def test_an_office_whose_people_turn_rings_within_the_hour_on_its_first_morning_as_on_its_fourth(days):
    life = office(4.0, 5)
    for _ in range(days):
        day(life)
    life.live(NIGHT_MIN, times=0.05)

    rings = life.live(60, times=3.0, share=0.9)

    assert [ring.kind for ring in rings][:1] == ["crisis"]


def test_a_loud_hour_is_known_on_the_next_day_unless_people_had_turned_in_it():
    upper = []
    for share in (SHARE, 0.95):
        life = office(4.0, 6)
        life.live(NIGHT_MIN, times=0.05)
        life.live(60, times=1.0, share=share)
        life.live(1440 - NIGHT_MIN - 60 + NIGHT_MIN, times=0.05)
        (nine,) = [life._draw(0.05, SHARE)]
        upper.append(life.detector.assess([nine]).upper)

    assert upper[0] > 2 * upper[1]
