"""Figures on public data sets, which are not part of the product: series of mentions, and labelled texts."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table

from alerts.simulation.benchmark.figures import Bench, Figures, LeftOut
from detectors.bench import negativity
from detectors.series.benchmark import SeriesFigures, measure_series

SERIES_HINT = (
    "give --data FOLDER, where FOLDER/nab holds windows.json and its series (the Twitter series of the Numenta "
    "Anomaly Benchmark, one CSV each with the columns timestamp,value)"
)
TEXTS_HINT = (
    "accuracy needs --data FOLDER, where FOLDER/negativity holds labelled tweets (.tsv: id, label, text; or .csv with "
    "the columns sentiment and text)"
)
TAUGHT_NOTE = (
    "Tocsin has learned from the tweets of SemEval 2013 to 2016: a figure on any of these flatters it and says "
    "nothing of texts that it has not seen (docs/negativity.md has the figures on lines held out)."
)
_TEXT_FOLDERS = ("negativity", "airline")


class SeriesTable(Struct, frozen=True):
    """The volume detector on labelled series, beside its peers."""

    rows: tuple[SeriesFigures, ...]

    def shown(self) -> Iterator[RenderableType]:
        """Yield the table."""
        table = Table(title="Labelled series of mentions, scored as the benchmark they are from", title_justify="left")
        for heading in (
            "detector", "settings", "standard", "low_fp", "low_fn", "false alarms a brand and week", "windows found",
        ):  # fmt: skip
            table.add_column(heading, justify="left" if heading in {"detector", "settings"} else "right")
        for row in self.rows:
            table.add_row(
                row.detector,
                row.chosen,
                f"{row.standard:.1f}",
                f"{row.low_fp:.1f}",
                f"{row.low_fn:.1f}",
                f"{row.false_alarms_per_week:.2f}",
                f"{row.found}/{row.windows}",
            )
        yield table


class TextsRow(Struct, frozen=True, kw_only=True):
    """One scorer on one file of labelled texts; without a file its speed alone."""

    texts: str
    scorer: str
    texts_per_s: float
    average_precision: float | None = None
    calibration_error: float | None = None


class NegativityFigures(Struct, frozen=True):
    """The negativity scorer beside VADER and a regression, each where it is installed."""

    rows: tuple[TextsRow, ...]
    hint: str = ""
    note: str = ""

    def shown(self) -> Iterator[RenderableType]:
        """Yield the table."""
        table = Table(
            title="Negativity: average precision and calibration error of negative texts", title_justify="left"
        )
        for heading in ("texts", "scorer", "average precision", "calibration error", "texts/s of CPU"):
            table.add_column(heading, justify="left" if heading in {"texts", "scorer"} else "right")
        for row in self.rows:
            table.add_row(
                row.texts,
                row.scorer,
                _or_dash(row.average_precision),
                _or_dash(row.calibration_error),
                f"{row.texts_per_s:,.0f}",
            )
        yield table
        for line in (self.hint, self.note):
            if line:
                yield line


def measure_labelled_series(bench: Bench) -> Figures:
    """Measure the volume detector on the series under ``data/nab``, or say what is missing."""
    folder = None if bench.data is None else bench.data / "nab"
    if folder is None or not (folder / "windows.json").exists():
        return LeftOut(SERIES_HINT)
    bench.log("series: about a minute")
    return SeriesTable(tuple(measure_series(folder)))


def measure_negativity(bench: Bench) -> NegativityFigures:
    """Measure the scorer's speed, and its accuracy on each labelled file of ``data``."""
    rows: list[TextsRow] = []
    files: list[Path | None] = [*labelled_files(bench.data)]
    for path in files or [None]:
        bench.log(f"negativity: {path.name if path else 'speed, on texts made up'}")
        rows += [
            TextsRow(
                texts=path.name if path else "made up",
                scorer=row.name,
                texts_per_s=round(row.texts_per_s),
                average_precision=row.average_precision,
                calibration_error=row.calibration_error,
            )
            for row in negativity.run(path)
        ]
    return NegativityFigures(tuple(rows), hint="" if files else TEXTS_HINT, note=TAUGHT_NOTE if files else "")


def labelled_files(data: Path | None) -> list[Path]:
    """Return the files of labelled texts below the folder with the public data."""
    if data is None:
        return []
    return [
        path for name in _TEXT_FOLDERS for path in sorted((data / name).glob("*")) if path.suffix in {".tsv", ".csv"}
    ]


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"
