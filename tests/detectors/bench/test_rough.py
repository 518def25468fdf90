"""The rough world: each roughness is there, outbreaks can always be heard, pages are counted where they belong."""

import math

import numpy as np
import pytest
from numpy.random import default_rng

from detectors.bench import rough
from detectors.bench.benchmark import main
from detectors.bench.rough import (
    AFTERMATH_MIN,
    OUTBREAK_MIN,
    PERIODS,
    ROUGH,
    Tally,
    base_world,
    in_lumps,
    life,
    nine_sharp,
    pages_of_counts,
    period_cells,
    poisson_interval,
)
from detectors.bench.worlds import DAY_MIN, WEEK_MIN

_STEP = {"none": 1.1, "nine sharp": 5.0, "weekly show": 5.0, "neutral news ×8": 1.5, "fiscal day": 3.0, "holidays": 2.5}


@pytest.mark.parametrize("roughness", _STEP)
def test_a_rough_talk_rises_from_one_minute_to_the_next(roughness):
    rate = ROUGH[roughness](base_world(1), 3, default_rng(2)).rate

    rise = (rate[1:] / rate[:-1]).max()

    assert rise <= 1.1 if roughness == "none" else rise >= _STEP[roughness]


def test_an_office_is_as_loud_in_the_mean_as_any_brand_and_silent_on_sundays():
    law = nine_sharp(base_world(1), 1, default_rng(3))

    assert law.rate.mean() == pytest.approx(base_world(1).rate_per_min, rel=0.3)
    assert law.rate[6 * DAY_MIN :].mean() < law.rate[2 * DAY_MIN : 3 * DAY_MIN].mean() / 2


def test_lumps_hold_the_same_voices_at_whole_hours():
    observed = default_rng(4).integers(0, 3, (180, 60, 2), np.int32)

    lumped = in_lumps(observed)

    assert lumped.sum() == observed.sum()
    assert lumped[::60, 0].sum() == lumped.sum()


@pytest.mark.parametrize("roughness", ["outages", "all but lumps and news"])
def test_an_outbreak_never_lies_in_an_outage(roughness):
    for brand in range(4):
        lived = life(roughness, brand, 3, 5)
        assert lived.unheard
        for onset in lived.onsets:
            rate = lived.observed[onset : onset + OUTBREAK_MIN, :, 0].sum() / OUTBREAK_MIN
            assert rate > 2 * lived.world.rate_per_min
            assert not any(began < onset + OUTBREAK_MIN and onset < ended for began, ended in lived.unheard)


def test_the_same_arguments_give_the_same_life():
    one, again, other = (life("holidays", 1, 1, seed) for seed in (1, 1, 2))

    assert (one.observed == again.observed).all()
    assert one.onsets == again.onsets != other.onsets


def test_the_decision_rings_for_the_outbreak_of_a_smooth_life():
    lived = life("none", 1, 1, 1)

    assert any(lived.onsets[0] <= page < lived.onsets[0] + OUTBREAK_MIN for page in pages_of_counts(lived, 0.25))


def test_pages_of_an_outbreak_are_not_false_and_those_of_its_aftermath_are_no_answer():
    tally = Tally()
    onset, late = WEEK_MIN // 2, 2 * WEEK_MIN

    tally.take([5, onset + 9, onset + OUTBREAK_MIN + 5, late + OUTBREAK_MIN + AFTERMATH_MIN], (onset, late), 3)

    first, second = tally.row("any", "counts").periods
    assert (first.name, first.brand_weeks, first.pages, first.missed, first.delay_min) == (PERIODS[0][0], 1, 1, 0, 10)
    assert (second.brand_weeks, second.pages, second.missed) == (2, 1, 1)
    assert math.isnan(second.delay_min)
    assert period_cells(second)[1] == "–, 1/1 missed"


@pytest.mark.parametrize("seen", [0, 3, 40])
def test_the_interval_holds_what_was_seen_and_narrows(seen):
    low, high = poisson_interval(seen)

    assert low <= seen < high
    assert (high - low) / (seen + 1) < 4


def test_the_bench_prints_a_row_for_each_roughness(monkeypatch, capsys):
    monkeypatch.setattr(rough, "ROUGH", {"none": ROUGH["none"]})
    monkeypatch.setattr("detectors.bench.benchmark.rough_size", lambda **_: (1, 1))

    main(["--only", "rough", "--quick"])

    assert "| none | " in capsys.readouterr().out
