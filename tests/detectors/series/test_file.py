"""``tocsin detect``: a table in, a table out, row by row, and clear words where a row cannot be used."""

import csv
import datetime as dt
import itertools
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.errors import DetectorsError
from detectors.series.file import detect_file, readings
from detectors.series.rows import series_rows

HEADER = "timestamp,value"
COMMAND = [sys.executable, "-c", "import tocsin; tocsin.main()", "detect"]


def table(values: Iterable[float], *, step_min: int = 5) -> list[str]:
    start = dt.datetime.fromisoformat("2015-02-26 00:00:00")
    return [HEADER, *(f"{start + row * dt.timedelta(minutes=step_min)},{value}" for row, value in enumerate(values))]


def detect(tmp_path: Path, lines: Iterable[str], budget: float = 0.5) -> list[dict[str, str]]:
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    detect_file(str(source), str(output), false_alarms_per_week=budget)
    with output.open(newline="", encoding="utf-8") as rows:
        return list(csv.DictReader(rows))


@pytest.fixture
def loud_end():
    return [10 + row % 7 for row in range(3 * 288)] + [300] * 6


def test_each_row_in_gives_one_row_out_with_its_own_texts(tmp_path, loud_end):
    rows = detect(tmp_path, table(loud_end))

    assert list(rows[0]) == ["timestamp", "value", "expected", "upper", "score", "alarm"]
    assert [f"{row['timestamp']},{row['value']}" for row in rows] == table(loud_end)[1:]
    assert [row["alarm"] for row in rows].count("1") == 1
    assert rows[-6]["alarm"] == "1"


@pytest.mark.parametrize("count", [0, 1, 2])
def test_the_shortest_series_are_served_too(tmp_path, count):
    rows = detect(tmp_path, table([5] * count))

    assert [(row["expected"], row["score"], row["alarm"]) for row in rows] == [("5", "0", "0")] * count


def test_other_columns_their_order_a_mark_of_utf_8_and_blank_lines_do_no_harm(tmp_path):
    rows = detect(
        tmp_path, ["\ufeffbrand,value,timestamp", "north,5,2015-02-26T00:00:00Z", "", "north,6,2015-02-26T01:00Z"]
    )

    assert [(row["timestamp"], row["value"]) for row in rows] == [
        ("2015-02-26T00:00:00Z", "5"),
        ("2015-02-26T01:00Z", "6"),
    ]


def test_rows_left_out_are_a_gap(tmp_path):
    lines = table(range(10, 30))

    assert len(detect(tmp_path, lines[:5] + lines[12:])) == 13


def test_a_larger_budget_rings_more_often(tmp_path):
    values = [10 + (row * row) % 23 + (40 + row // 288 * 3 if row % 288 == 150 else 0) for row in range(20 * 288)]

    rung = [
        [row["alarm"] for row in detect(tmp_path, table(values), budget=budget)].count("1")
        for budget in (0.001, 0.5, 20)
    ]

    assert rung == sorted(rung)
    assert rung[0] < rung[-1]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=40), st.sampled_from([1, 5, 60, 1440]), st.data())
def test_a_row_of_a_prefix_is_the_row_of_the_whole(values, step_min, data):
    cut = data.draw(st.integers(1, len(values)))
    lines = table(values, step_min=step_min)

    whole = list(readings(series_rows(lines, "in.csv"), 0.5))
    prefix = list(readings(series_rows(lines[: cut + 1], "in.csv"), 0.5))

    assert [reading for _, reading in prefix] == [reading for _, reading in whole[:cut]]


def test_a_row_goes_out_before_the_next_comes_in():
    asked: list[str] = []

    def lines() -> Iterator[str]:
        for line in table([5, 6, 7]):
            asked.append(line)
            yield line

    evidence = [len(asked) for _ in readings(series_rows(lines(), "in.csv"), 0.5)]

    assert evidence == [2, 3, 4]


def test_a_pipe_is_answered_row_by_row():
    with subprocess.Popen([*COMMAND, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        answers = []
        for line in table([5, 6, 7]):
            process.stdin.write(line + "\n")
            process.stdin.flush()
            answers.append(process.stdout.readline())
        process.stdin.close()

        assert process.wait() == 0
    assert [answer.split(",")[1] for answer in answers] == ["value", "5", "6", "7"]


def test_the_command_says_in_one_line_what_is_wrong(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text(f"{HEADER}\n2015-02-26 00:00:00,many\n", encoding="utf-8")

    done = subprocess.run([*COMMAND, str(source)], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == f"tocsin: {source}:2: 'many' is no number; where it is unknown, leave the row out\n"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([], "in.csv:1: no column 'timestamp', there is nothing"),
        (["time,value"], "in.csv:1: no column 'timestamp', there is time, value"),
        (["timestamp,count"], "in.csv:1: no column 'value'"),
        ([HEADER, "2015-02-26"], "in.csv:2: only 1 cells; complete the row"),
        ([HEADER, "yesterday,5"], "in.csv:2: 'yesterday' is no timestamp; write it as"),
        ([HEADER, "2015-02-26,"], "in.csv:2: '' is no number"),
        ([HEADER, "2015-02-26,NaN"], "in.csv:2: 'NaN' is no number"),
        ([HEADER, "2015-02-26,1_000"], "in.csv:2: '1_000' is no number"),
        ([HEADER, "2015-02-26,-1"], "in.csv:2: -1 is negative"),
        ([HEADER, "2015-02-26,inf"], "in.csv:2: inf is more than 1e+12"),
        ([HEADER, "2015-02-26,5", "2015-02-25,5"], "in.csv:3: 2015-02-25 is not after the row before; sort"),
        ([HEADER, "2015-02-26,5", "2015-02-26,5"], "in.csv:3: 2015-02-26 is not after the row before"),
        (
            [HEADER, "2015-02-26,5", "2015-02-26 00:00:00.25,5"],
            "in.csv:3: 2015-02-26 00:00:00.25 is less than a second",
        ),
        (
            [HEADER, "2015-02-26 00:00,5", "2015-02-26 00:05,5", "2015-02-26 00:12,5"],
            "in.csv:4: 2015-02-26 00:12 comes 420 s after the row before, which is no multiple of the step of 300 s",
        ),
        ([HEADER, '2015-02-26,"5', "2015-02-27,6"], "in.csv:3: '5\\n2015-02-27,6' is no number"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_used_is_named_with_its_line(tmp_path, lines, words):
    with pytest.raises(DetectorsError, match=re.escape(words)):
        detect(tmp_path, lines)


def test_what_came_before_a_bad_row_has_been_written(tmp_path):
    with pytest.raises(DetectorsError):
        detect(tmp_path, [*table([5, 6]), "broken,7"])

    assert len((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()) == 3


def test_bytes_that_are_not_utf_8_are_named(tmp_path):
    (tmp_path / "in.csv").write_bytes(b"timestamp,value\n2015-02-26,\xff\n")

    with pytest.raises(DetectorsError, match="not UTF-8"):
        detect_file(str(tmp_path / "in.csv"), str(tmp_path / "out.csv"), false_alarms_per_week=0.5)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DetectorsError, match=r"none.csv: cannot be read \(No such file"):
        detect_file(str(tmp_path / "none.csv"), "-", false_alarms_per_week=0.5)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    (tmp_path / "in.csv").write_text("\n".join(table([5])), encoding="utf-8")

    with pytest.raises(DetectorsError, match=r"out.csv: cannot be written \(No such file"):
        detect_file(str(tmp_path / "in.csv"), str(tmp_path / "none" / "out.csv"), false_alarms_per_week=0.5)


def test_the_series_is_never_overwritten(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("\n".join(table([5])), encoding="utf-8")

    with pytest.raises(DetectorsError, match="would overwrite"):
        detect_file(str(source), str(tmp_path / "." / "in.csv"), false_alarms_per_week=0.5)

    assert source.read_text(encoding="utf-8") == "\n".join(table([5]))


@pytest.mark.parametrize("budget", [0.0, -1.0, float("nan"), float("inf")])
def test_a_budget_that_cannot_be_kept_is_refused(tmp_path, budget):
    with pytest.raises(DetectorsError, match="budget"):
        detect(tmp_path, table([5]), budget=budget)


def test_scores_grow_with_what_is_seen():
    quiet = [10] * 600

    scores = [list(readings(series_rows(table([*quiet, last]), ""), 0.5))[-1][1].score for last in (10, 50, 500, 10**9)]

    assert all(less < more for less, more in itertools.pairwise(scores))
