"""The figures of blame: they need no data, and take labelled tweets where there are some."""

from typing import Any

from rich.console import Console

from alerts.simulation.benchmark.aspect import measure_blame
from alerts.simulation.benchmark.figures import Bench


def quick(**fields: Any) -> Bench:
    return Bench(quick=True, log=lambda _: None, **fields)


def test_blame_is_measured_without_data():
    found = measure_blame(quick())

    assert {row.half for row in found.rows} == {"build", "judge"}
    assert found.tweets == ()
    assert 0.05 < found.naming_others < 0.5
    assert found.texts_per_s > 0 < found.texts_per_s_corrected


def test_tweets_that_name_the_firm_alone_are_left_as_they_are(tmp_path):
    folder = tmp_path / "airline"
    folder.mkdir()
    rows = [
        "airline,sentiment,text",
        *(f"A,negative,@aair you are terrible {n}\nA,positive,@aair a lovely day {n}" for n in range(10)),
        *(f'A,positive,"Hello @bair, you lost my bag, terrible. Thanks @aair! {n}"' for n in range(5)),
        *("A,negative,@aair worse than @bair" for _ in range(2)),
    ]
    (folder / "tweets.csv").write_text("\n".join(rows), encoding="utf-8")

    found = measure_blame(quick(data=tmp_path))

    firm, together = found.tweets
    assert (firm.firm, together.firm, firm.tweets, firm.naming_others) == ("A", "all", 27, 7)
    assert (firm.changed, firm.changed_alone) == (5, 0)


def test_the_figures_can_be_shown():
    console = Console(record=True, width=160)

    console.print(*measure_blame(quick()).shown())

    assert "told apart" in console.export_text()
