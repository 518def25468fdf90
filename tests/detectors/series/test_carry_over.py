"""Altered copies of labelled series, and what they say of a detector."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest

from detectors.series.altered import ALTERATIONS, altered
from detectors.series.benchmark import LabelledSeries, load_labelled
from detectors.series.carry_over import measure_carry_over, table
from detectors.series.peers import PEERS

DAY = 288


@pytest.fixture
def folder(tmp_path):
    rng = np.random.default_rng(5)
    windows = {}
    for name, mean in (("one", 20.0), ("two", 3.0)):
        values = rng.poisson(mean, 9 * DAY)
        values[6 * DAY : 6 * DAY + 40] *= 10
        moments = np.datetime64("2020-01-01T00:00:00") + np.arange(len(values)) * np.timedelta64(300, "s")
        times = [str(moment).replace("T", " ") for moment in moments]
        lines = [f"{time},{value}" for time, value in zip(times, values, strict=True)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["timestamp,value", *lines]), encoding="utf-8")
        windows[f"{name}.csv"] = [[f"{times[6 * DAY - 50]}.000000", f"{times[6 * DAY + 150]}.000000"]]
    (tmp_path / "windows.json").write_text(json.dumps(windows), encoding="utf-8")
    return tmp_path


def copies(folder: Path, kind: str) -> list[tuple[LabelledSeries, LabelledSeries]]:
    data = load_labelled(folder)
    return [(data[number], altered(kind, data, number, seed)) for number in range(len(data)) for seed in range(4)]


@pytest.mark.parametrize("kind", ALTERATIONS)
def test_a_copy_is_a_series_of_counts_at_an_even_step(folder, kind):
    for _, copy in copies(folder, kind):
        steps = {(later.at - row.at) / copy.step_s for row, later in itertools.pairwise(copy.rows)}
        assert all(step == int(step) >= 1 for step in steps)
        assert all(row.value >= 0.0 and row.value == int(row.value) for row in copy.rows)
        assert all(0 <= first < last < len(copy.rows) for first, last in copy.windows)


@pytest.mark.parametrize("kind", ALTERATIONS)
def test_the_outbreak_of_a_copy_lies_in_its_window(folder, kind):
    for _, copy in copies(folder, kind):
        values = np.array([row.value for row in copy.rows])
        for first, last in copy.windows:
            outside = np.delete(values, range(first, last + 1))
            assert values[first : last + 1].mean() > 1.3 * outside.mean()


@pytest.mark.parametrize("kind", ALTERATIONS)
def test_a_seed_gives_one_copy_and_another_seed_another(folder, kind):
    data = load_labelled(folder)

    assert altered(kind, data, 0, 1) == altered(kind, data, 0, 1)
    assert any(altered(kind, data, 0, 1) != altered(kind, data, 0, seed) for seed in (2, 3, 4))


def test_only_what_begins_later_loses_windows(folder):
    kept = {kind: all(len(copy.windows) == 1 for _, copy in copies(folder, kind)) for kind in ALTERATIONS}

    assert [kind for kind, all_there in kept.items() if not all_there] == ["later start"]


def test_gaps_are_rows_left_out(folder):
    assert all(len(copy.rows) < len(original.rows) for original, copy in copies(folder, "gaps"))


def test_the_table_holds_the_detector_and_its_peers_on_series_and_copies(folder):
    figures = measure_carry_over(folder, copies=1)

    assert [(one.detector, one.chosen) for one in figures] == [
        ("Tocsin", "shipped"),
        *((name, "leaving one out") for name in ("Tocsin", *PEERS)),
    ]
    for one in figures:
        assert one.altered_between[0] <= one.altered <= one.altered_between[1]
        assert one.gap == pytest.approx(one.original - one.altered)
        assert list(one.by_kind) == list(ALTERATIONS)
        assert not math.isnan(one.original)
    assert figures[0].altered > 50
    assert len(list(table(figures))) == 2 + len(figures) + 1 + 2 + len(ALTERATIONS)
