"""The bench: it runs without data, and judges with them."""

import sys

import pytest

from detectors.bench import negativity as benchmark
from detectors.errors import DetectorsError


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(benchmark, "_SPEED_TEXTS", 200)
    monkeypatch.setattr(benchmark, "_SLOW_TEXTS", 20)


def test_speed_is_measured_without_data():
    rows = benchmark.run()

    assert [row.name for row in rows] == ["tocsin", "vader"]
    assert all(row.texts_per_s > 0 and row.average_precision is None for row in rows)


def test_a_peer_that_is_not_installed_is_left_out(monkeypatch):
    monkeypatch.setitem(sys.modules, "vaderSentiment.vaderSentiment", None)

    assert [row.name for row in benchmark.run()] == ["tocsin"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gold.tsv", "1\tnegative\tI hate this, awful\n2\tpositive\tI love this\n3\tneutral\tit opens on Monday\n" * 8),
        ("gold.csv", "sentiment,text\nnegative,I hate this\npositive,I love this\nneutral,opens on Monday\n" * 8),
    ],
)
def test_labelled_texts_are_judged(tmp_path, name, text):
    (tmp_path / name).write_text(text)

    rows = benchmark.run(tmp_path / name)

    assert rows[0].average_precision == 1.0
    assert rows[0].calibration_error is not None


def test_a_file_without_labels_is_refused(tmp_path):
    (tmp_path / "gold.tsv").write_text("only a text\n")

    with pytest.raises(DetectorsError, match="no negative"):
        benchmark.run(tmp_path / "gold.tsv")


def test_the_command_prints_a_row_a_scorer(capsys):
    assert benchmark.main([]) == 0

    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["scorer", "tocsin", "vader"]
