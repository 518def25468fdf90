"""The sections that the detectors measure themselves: their rows arrive whole, and what lacks data says so."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from alerts.simulation.benchmark import decision, public_data
from alerts.simulation.benchmark.figures import Bench, LeftOut
from detectors.bench.benchmark import BudgetRow, DelayRow
from detectors.bench.peers import PEERS

QUIET = Bench(log=lambda _: None)
DELAY = DelayRow(
    rate_per_min=1.0, dispersion=8.0, waves_min=0.0, times=10.0, ramp_min=0, share=0.2, turned=0.8, delay_s=42.0,
    bound_s=30.0, ratio=1.4, missed=0, onsets=20, peers=dict.fromkeys(PEERS, 2.0), peers_missed=dict.fromkeys(PEERS, 3),
)  # fmt: skip
BUDGET = BudgetRow(
    world="easy", budget=0.25, brand_weeks=70.0, pages=10, multiple=0.57, first_weeks_multiple=0.1,
    opportunities_a_week=0.0,
)  # fmt: skip


def cells(table: Any) -> list[Any]:
    return [cell for column in table.columns for cell in column.cells]


@pytest.mark.parametrize("quick", [True, False])
def test_delays_are_asked_for_as_quickly_as_was_wished_and_all_shown(monkeypatch, quick):
    asked = []

    def rows(*, quick: bool) -> Iterator[DelayRow]:
        asked.append(quick)
        yield from (DELAY, DELAY)

    monkeypatch.setattr(decision, "delay_rows", rows)

    found = decision.measure_delay(Bench(quick=quick, log=lambda _: None))

    assert asked == [quick]
    assert found.rows == (DELAY, DELAY)
    (table,) = found.shown()
    assert "2.00 (3 missed)" in cells(table)
    assert "1.40" in cells(table)


def test_a_peer_that_never_rang_has_no_ratio():
    never = msgspec.structs.replace(DELAY, peers=dict.fromkeys(PEERS, float("nan")))

    (table,) = decision.DelayFigures((never,)).shown()

    assert "– (3 missed)" in cells(table)


def test_budgets_are_shown_as_multiples(monkeypatch):
    monkeypatch.setattr(decision, "budget_rows", lambda **_: iter([BUDGET]))

    found = decision.measure_budget(QUIET)

    (table,) = found.shown()
    assert "×0.57" in cells(table)


def test_series_are_left_out_with_a_word_where_there_are_none(tmp_path):
    for data in (None, tmp_path):
        found = public_data.measure_labelled_series(Bench(data=data, log=lambda _: None))

        assert isinstance(found, LeftOut)
        assert "--data FOLDER" in found.left_out


def test_series_are_measured_where_there_are_some(tmp_path):
    folder = tmp_path / "nab"
    folder.mkdir()
    stamps = [f"2015-02-{1 + row // 288:02}T{row % 288 // 12:02}:{row % 12 * 5:02}:00" for row in range(900)]
    values = [30 + row % 7 + (400 if 800 <= row < 806 else 0) for row in range(900)]
    lines = [f"{stamp.replace('T', ' ')},{value}" for stamp, value in zip(stamps, values, strict=True)]
    (folder / "made-up.csv").write_text("timestamp,value\n" + "\n".join(lines) + "\n", encoding="utf-8")
    spans = [[stamps[795].replace("T", " "), stamps[810].replace("T", " ")]]
    (folder / "windows.json").write_text(json.dumps({"made-up.csv": spans}), encoding="utf-8")

    found = public_data.measure_labelled_series(Bench(data=tmp_path, log=lambda _: None))

    assert isinstance(found, public_data.SeriesTable)
    assert found.rows[0].detector == "Tocsin"
    assert {row.windows for row in found.rows} == {1}
    assert len(found.rows) > 2


def test_labelled_texts_are_found_below_the_folder(tmp_path):
    for name in ("negativity/one.tsv", "airline/two.csv", "airline/README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")

    assert [path.name for path in public_data.labelled_files(tmp_path)] == ["one.tsv", "two.csv"]
    assert public_data.labelled_files(None) == []


def test_the_scorers_accuracy_stands_beside_vaders_where_texts_are_given(tmp_path):
    folder = tmp_path / "negativity"
    folder.mkdir()
    rows = [f"{n}\tnegative\tthis is a terrible disgrace {n}\n{n}x\tpositive\ta lovely day {n}\n" for n in range(40)]
    (folder / "made-up.tsv").write_text("".join(rows), encoding="utf-8")

    found = public_data.measure_negativity(Bench(data=tmp_path, log=lambda _: None))

    ours, vader = found.rows[:2]
    assert (ours.scorer, vader.scorer) == ("tocsin", "vader")
    assert ours.texts == "made-up.tsv"
    assert (ours.average_precision or 0.0) > 0.9
    assert found.hint == ""
    assert public_data.TAUGHT_NOTE in list(found.shown())
