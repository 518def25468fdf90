"""The figures on labelled series: the rule that scores them, and the choice that leaves one out."""

import json
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import DetectorsError
from detectors.series.benchmark import load_labelled, measure_series, table
from detectors.series.peers import PEERS
from detectors.series.score import PROFILES, Tally, tally, weight

ROWS, STEP_S = 1000, 300
WINDOW = (400, 500)
STANDARD, LOW_FP, LOW_FN = (PROFILES[name] for name in ("standard", "low_fp", "low_fn"))


def rung(*rows: int, windows: Sequence[tuple[int, int]] = (WINDOW,)) -> Tally:
    return tally([row in rows for row in range(ROWS)], list(windows), STEP_S)


def test_an_alarm_at_the_start_of_every_window_is_a_hundred():
    total = rung(400, 700, windows=[WINDOW, (700, 800)])

    assert [total.score(profile) for profile in PROFILES.values()] == pytest.approx([100.0] * 3)


def test_silence_is_nought():
    assert [rung().score(profile) for profile in PROFILES.values()] == [0.0] * 3


def test_a_false_alarm_before_any_window_costs_eleven_hundredths_of_a_window():
    assert rung(200, 400).score(STANDARD) == pytest.approx(100 * (2 - 0.11) / 2)
    assert rung(200, 400).score(LOW_FP) == pytest.approx(100 * (2 - 0.22) / 2)
    assert rung(200, 400).score(LOW_FN) == pytest.approx(100 * (3 - 0.11) / 3)


def test_right_after_a_window_a_false_alarm_costs_next_to_nothing():
    assert rung(400, 501).score(STANDARD) > 99.5 > rung(400, 900).score(STANDARD)


def test_only_the_first_alarm_in_a_window_counts():
    assert rung(420, 430, 499) == rung(420)


def test_the_first_part_is_not_scored():
    assert rung(10, 149, 400) == rung(400)
    assert rung(150, 400) != rung(400)
    assert rung(50, windows=[(20, 60)]).windows == 0


def test_days_are_those_that_are_scored():
    assert rung().days == pytest.approx(850 * STEP_S / 86_400)
    assert (rung(600) + rung(600)).false_alarms_per_week == pytest.approx(rung(600).false_alarms_per_week)


@given(st.integers(400, 499))
def test_earlier_in_a_window_is_never_worth_less(row):
    assert rung(row).score(STANDARD) > rung(row + 1).score(STANDARD) > 0


@given(st.floats(-1.0, 10.0))
def test_what_an_alarm_is_worth_lies_between_minus_one_and_one(position):
    assert -1.0 <= weight(position) < 1.0


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(5)
    windows = {}
    for name in ("one", "two"):
        values = rng.poisson(20, 6 * 288)
        values[1400:1440] *= 10
        moments = np.datetime64("2020-01-01T00:00:00") + np.arange(len(values)) * np.timedelta64(300, "s")
        times = [str(moment).replace("T", " ") for moment in moments]
        lines = [f"{time},{value}" for time, value in zip(times, values, strict=True)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["timestamp,value", *lines]), encoding="utf-8")
        windows[f"{name}.csv"] = [[f"{times[1300]}.000000", f"{times[1500]}.000000"]]
    (tmp_path / "windows.json").write_text(json.dumps(windows), encoding="utf-8")
    return tmp_path


def test_the_table_holds_the_detector_and_its_peers_fitted_and_leaving_one_out(folder):
    figures = measure_series(folder)

    chosen = [(one.detector, one.chosen) for one in figures]
    assert chosen[0] == ("Tocsin", "shipped")
    assert chosen[1:] == [(name, how) for name in ("Tocsin", *PEERS) for how in ("fitted", "leaving one out")]
    assert figures[0].found == figures[0].windows == 2
    assert figures[0].standard > 80
    assert len(list(table(figures))) == 2 + len(figures)


def test_fitting_never_scores_less_than_leaving_one_out(folder):
    by_detector: dict[str, dict[str, float]] = {}
    for one in measure_series(folder):
        by_detector.setdefault(one.detector, {})[one.chosen] = one.standard

    assert all(each["fitted"] >= each["leaving one out"] for each in by_detector.values())


def test_a_folder_without_labels_is_named(tmp_path):
    with pytest.raises(DetectorsError, match=r"windows.json: cannot be read"):
        load_labelled(tmp_path)


def test_a_label_that_no_row_has_is_named(folder):
    (folder / "windows.json").write_text(
        '{"one.csv": [["1999-01-01 00:00:00", "1999-01-02 00:00:00"]]}', encoding="utf-8"
    )

    with pytest.raises(DetectorsError, match=r"one.csv has no row at '1999-01-01 00:00:00'"):
        load_labelled(folder)


@pytest.mark.parametrize("scorer", PEERS.values(), ids=PEERS)
def test_a_peer_knows_the_values_before_alone(scorer):
    values = np.random.default_rng(2).poisson(9, 700).astype(float).tolist()

    assert list(scorer(values))[:400] == list(scorer(values[:400]))


def test_tallies_add_up():
    assert rung(200, 450) + Tally() == rung(200, 450)
