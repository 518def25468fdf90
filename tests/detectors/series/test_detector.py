"""The series detector: what it finds, what it leaves alone, and what may never matter."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from river import checks

from detectors.series.detector import SeriesDetector, SeriesReading

DAY, WEEK = 288, 2016
STEP_S = 300
WEEK_S = 604_800
START = 1_424_995_200

series = st.lists(
    st.one_of(
        st.integers(0, 1_000_000_000).map(float),
        st.floats(0.0, 1e12, allow_nan=False),
        st.sampled_from([0.0, 1.0, 5e-324, 1e-9, 1e12]),
    ),
    min_size=1,
    max_size=60,
)
steps = st.sampled_from([1.0, 60.0, 300.0, 900.0, 3600.0, 21_600.0, 86_400.0, 604_800.0])


def listen(
    values: list[float], *, step_s: float = STEP_S, start: int = START, **settings_: float
) -> list[SeriesReading]:
    detector = SeriesDetector(step_s=step_s, **settings_)
    said = []
    for row, value in enumerate(values):
        x = {"time": start + row * step_s, "value": value}
        said.append(detector.assess(x))
        detector.learn_one(x)
    return said


def ordinary_days(days: int, *, mean: float = 20.0, seed: int = 3, step_s: int = STEP_S) -> list[float]:
    rng = np.random.default_rng(seed)
    rows = int(days * 86_400 / step_s)
    hours = np.arange(rows) * step_s / 3600 % 24
    values: list[float] = rng.poisson(mean * np.exp(0.7 * np.sin(2 * np.pi * hours / 24))).astype(float).tolist()
    return values


def alarms(said: list[SeriesReading]) -> list[int]:
    return [row for row, reading in enumerate(said) if reading.alarm]


def bursty_weeks(seed: int, weeks: int, *, mean: float, spread: float, hours: float) -> list[float]:
    """Poisson counts whose rate drifts: a logarithm with this standard deviation, forgetting within so many hours."""
    rng = np.random.default_rng(seed)
    rows = weeks * WEEK
    kept = math.exp(-1 / (12 * hours))
    drift = np.empty(rows)
    state = 0.0
    for row, shock in enumerate(rng.normal(0.0, spread * math.sqrt(1 - kept**2), rows)):
        state = kept * state + shock
        drift[row] = state
    swing = 0.8 * np.sin(2 * np.pi * np.arange(rows) / DAY)
    values: list[float] = rng.poisson(mean * np.exp(swing + drift)).astype(float).tolist()
    return values


@pytest.mark.parametrize("step_s", [60, 300, 900, 3600])
def test_an_outbreak_rings_within_the_hour_whatever_the_step(step_s):
    values = ordinary_days(10, mean=20 * step_s / 300, step_s=step_s)
    onset = len(values) - 6 * 3600 // step_s
    for row in range(onset, len(values)):
        values[row] *= 6

    rung = alarms(listen(values, step_s=step_s))

    assert rung
    assert onset <= rung[-1] <= onset + 3600 // step_s


def test_a_slow_burn_rings_though_no_row_stands_out():
    values = ordinary_days(20)
    onset = len(values) - DAY
    for row in range(onset, len(values)):
        values[row] *= 1.4

    said = listen(values)

    assert any(row >= onset for row in alarms(said))
    assert said[alarms(said)[-1]].upper > values[alarms(said)[-1]]


def test_one_outbreak_rings_once():
    values = ordinary_days(12)
    for row in range(10 * DAY, 10 * DAY + 200):
        values[row] *= 10

    assert len([row for row in alarms(listen(values)) if row >= 10 * DAY]) == 1


def test_a_second_outbreak_far_louder_than_the_first_rings_on_the_same_day():
    values = ordinary_days(12)
    for row in range(10 * DAY, 10 * DAY + 20):
        values[row] *= 4
    for row in range(10 * DAY + 100, 10 * DAY + 120):
        values[row] *= 400

    rung = [row for row in alarms(listen(values)) if row >= 10 * DAY]

    assert len(rung) == 2
    assert rung[1] - rung[0] < DAY


def test_a_crisis_on_the_first_day_rings():
    values = ordinary_days(1)
    for row in range(200, 220):
        values[row] *= 30

    assert alarms(listen(values)) == [200]


def test_the_daily_rise_of_the_morning_never_rings():
    values = [2.0 if row % DAY < 100 else 200.0 for row in range(14 * DAY)]

    assert [row for row in alarms(listen(values)) if row >= 2 * DAY] == []


def test_one_mention_after_long_silence_is_no_crisis():
    assert alarms(listen([0.0] * (14 * DAY) + [1.0, 0.0, 1.0])) == []


@pytest.mark.parametrize("value", [0.0, 1.0, 0.004, 1e9])
@pytest.mark.parametrize("budget", [0.001, 0.5, 100.0])
def test_a_series_that_never_changes_never_rings(value, budget):
    said = listen([value] * (9 * DAY), false_alarms_per_week=budget)

    assert alarms(said) == []
    assert {round(reading.expected, 9) for reading in said} == {value}


def test_rates_far_below_one_ring_as_counts_do():
    values = ordinary_days(10)
    for row in range(len(values) - 20, len(values)):
        values[row] *= 8
    counted = alarms(listen(values))

    rates = alarms(listen([value / 1000 for value in values]))

    assert counted
    assert abs(rates[-1] - counted[-1]) <= 4


def test_a_gap_is_neither_silence_nor_noise():
    values = ordinary_days(9)
    detector = SeriesDetector()
    for row, value in enumerate(values):
        if not 8 * DAY <= row < 8 * DAY + 100:
            x = {"time": START + row * STEP_S, "value": value}
            assert not detector.assess(x).alarm
            detector.learn_one(x)


def test_after_a_gap_of_a_day_the_outbreak_before_it_is_forgotten():
    detector = SeriesDetector()
    values = ordinary_days(9)
    for row, value in enumerate(values):
        loud = 20 if row >= len(values) - 30 else 1
        detector.learn_one({"time": START + row * STEP_S, "value": value * loud})

    after = {"time": START + (len(values) + DAY) * STEP_S, "value": 20.0}

    assert detector.score_one({"value": 20.0}) > 3
    assert detector.score_one(after) < 0.5


def test_the_score_does_not_depend_on_the_budget():
    values = [*ordinary_days(5), 300.0, 300.0]

    said = {tuple(one.score for one in listen(values, false_alarms_per_week=budget)) for budget in (0.01, 0.5, 100.0)}

    assert len(said) == 1


def test_a_level_that_stays_rings_at_once_seldom_and_becomes_the_ordinary():
    values = ordinary_days(20) + [value * 4 for value in ordinary_days(60, seed=4)]

    said = listen(values)

    days = [row // DAY for row in alarms(said) if row >= 20 * DAY]
    assert days[0] == 20
    assert len(days) <= 3
    assert days[-1] < 40
    assert said[-1].expected == pytest.approx(4 * said[20 * DAY - 1].expected, rel=0.25)


@settings(deadline=None, max_examples=60)
@given(series, steps, st.data())
def test_a_row_depends_on_rows_up_to_it_alone(values, step_s, data):
    cut = data.draw(st.integers(0, len(values)))

    assert listen(values[:cut], step_s=step_s) == listen(values, step_s=step_s)[:cut]


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 10_000), st.integers(0, 4 * DAY), st.floats(0.0, 1e6))
def test_after_days_of_learning_too_the_future_changes_nothing(seed, cut, jump):
    values = ordinary_days(4, seed=seed)
    changed = values[:cut] + [value + jump for value in values[cut:]]

    assert listen(values)[:cut] == listen(changed)[:cut]


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 10_000), st.integers(1, 500))
def test_the_same_series_some_weeks_later_is_judged_alike(seed, weeks):
    values = ordinary_days(4, seed=seed)
    values[-20:] = [value * 9 for value in values[-20:]]

    assert listen(values) == listen(values, start=START + weeks * WEEK_S)


@settings(deadline=None, max_examples=150)
@given(series, steps, st.floats(0.001, 100.0))
def test_whatever_is_counted_the_figures_are_numbers(values, step_s, budget):
    for reading in listen(values, step_s=step_s, false_alarms_per_week=budget):
        assert math.isfinite(reading.score)
        assert 0.0 <= reading.expected <= reading.upper < math.inf


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000), st.floats(1.0, 50.0))
def test_a_louder_row_never_scores_lower(seed, more):
    detector = SeriesDetector()
    for row, value in enumerate(ordinary_days(3, seed=seed)):
        detector.learn_one({"time": START + row * STEP_S, "value": value})

    scores = [detector.score_one({"value": value}) for value in (5.0, 5.0 + more, 5.0 + 2 * more)]

    assert scores == sorted(scores)


@pytest.mark.parametrize(
    ("mean", "spread", "hours"), [(0.3, 0.0, 1), (5.0, 0.35, 1), (80.0, 0.35, 6)], ids=["sparse", "hourly", "drifting"]
)
def test_quiet_weeks_keep_the_budget(mean, spread, hours):
    weeks = 16
    values = bursty_weeks(11, weeks, mean=mean, spread=spread, hours=hours)

    a_week = {budget: len(alarms(listen(values, false_alarms_per_week=budget))) / weeks for budget in (0.1, 0.5, 2.0)}

    assert a_week[0.1] <= 0.2
    assert a_week[0.5] <= 1.0
    assert 0.5 <= a_week[2.0] <= 4.0
    assert a_week[0.1] <= a_week[0.5] < a_week[2.0]


class Rows:
    """Five days of rows at a step of an hour, labelled: each fortieth is part of an outbreak."""

    def __init__(self, count: int = 200) -> None:
        rng = np.random.default_rng(7)
        self._rows = []
        for row in range(count):
            odd = row >= 40 and row % 40 < 2
            self._rows.append(
                ({"time": row * 3600, "value": float(rng.poisson(90 if odd else 10)), "a": 1, "b": 2}, odd)
            )

    def __iter__(self) -> Iterator[tuple[dict[str, float], bool]]:
        return iter(self._rows)


def all_checks() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        # River would download a table of credit cards.
        patch.setattr(checks, "_yield_datasets", lambda _model, scale=1: iter([Rows(200 * scale)]))
        for check in checks.yield_checks(SeriesDetector(step_s=3600)):
            # The one that needs scikit-learn is the test below.
            if check.__name__ != "check_roc_auc":
                yield pytest.param(check, id=check.__name__)


@pytest.mark.parametrize("check", list(all_checks()))
def test_it_passes_the_check_of_river(check):
    check(SeriesDetector(step_s=3600).clone())


def test_outbreaks_score_higher_than_ordinary_rows():
    detector = SeriesDetector(step_s=3600)
    scores: dict[bool, list[float]] = {True: [], False: []}
    for x, odd in Rows():
        scores[odd].append(detector.score_one(x))
        detector.learn_one(x)

    assert np.median(scores[True]) > np.quantile(scores[False], 0.95)


def test_assessing_changes_nothing():
    detector = SeriesDetector()
    for row, value in enumerate(ordinary_days(2)):
        detector.learn_one({"time": START + row * STEP_S, "value": value})

    once = detector.assess({"value": 400.0})

    assert isinstance(once, SeriesReading)
    assert detector.assess({"value": 400.0}) == once
