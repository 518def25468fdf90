"""The worth of marks: left out without tweets, and told where there are some."""

from rich.console import Console

from alerts.simulation.benchmark.figures import Bench, LeftOut
from alerts.simulation.benchmark.marks import MarksFigures, measure_marks


def test_without_tweets_it_says_what_it_would_need():
    found = measure_marks(Bench(log=lambda _: None))

    assert isinstance(found, LeftOut)
    assert "airline/tweets.csv" in found.left_out


def test_marks_teach_a_word_that_the_scorer_does_not_know(tmp_path):
    folder = tmp_path / "airline"
    folder.mkdir()
    rows = ["airline,sentiment,text"]
    rows += [f"A,negative,@aair the blorp at gate {n}\nA,neutral,@aair the desk at gate {n}" for n in range(40)]
    (folder / "tweets.csv").write_text("\n".join(rows), encoding="utf-8")

    found = measure_marks(Bench(data=tmp_path, log=lambda _: None))

    assert isinstance(found, MarksFigures)
    (row,) = found.rows
    assert (row.firm, row.marks) == ("A", 20)
    assert row.least_gain > 0
    assert row.after > 0.9
    console = Console(record=True, width=160)
    console.print(*found.shown())
    assert "least gain" in console.export_text()
