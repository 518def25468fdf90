"""The figures of the volume detector on labelled series of mentions, beside its peers.

``python -m detectors.series.benchmark FOLDER`` prints them; FOLDER holds ``NAME.csv`` (timestamp, value) and
``windows.json`` ({"NAME.csv": [[start, end], …]}), as the Twitter series of the Numenta Anomaly Benchmark.
"""

import json
import math
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct

from detectors.errors import DetectorsError
from detectors.series.alarms import Alarms
from detectors.series.detector import SeriesDetector, threshold
from detectors.series.peers import PEERS, Scorer
from detectors.series.rows import SeriesRow, series_rows
from detectors.series.score import PROFILES, Tally, tally

BUDGETS = (0.25, 0.35, 0.5, 0.7, 1.0)
"""The one setting that the comparison chooses; the middle is the default."""
PEER_THRESHOLDS = (1.5, 60.0, 24)
"""Lowest and highest threshold that a peer is tried at, and how many; a day of silence after an alarm."""
SILENCE_S = 86_400


class LabelledSeries(Struct, frozen=True):
    """A series with the first and last row of each of its labelled windows."""

    name: str
    rows: tuple[SeriesRow, ...]
    windows: tuple[tuple[int, int], ...]

    @property
    def step_s(self) -> float:
        """Seconds from row to row."""
        return self.rows[-1].step_s or math.nan


class SeriesFigures(Struct, frozen=True, kw_only=True):
    """One line of the table: what a detector comes to on all series together.

    ``chosen`` says how its settings came about: ``shipped`` (one default for all), ``fitted`` (the best of those
    tried on these very series) or ``leaving one out`` (for each series, the best on the others).
    """

    detector: str
    chosen: str
    standard: float
    low_fp: float
    low_fn: float
    false_alarms_per_week: float
    found: int
    windows: int


def measure_series(folder: Path) -> list[SeriesFigures]:
    """Measure the detector and its peers on a folder of labelled series; takes about a minute on five.

    Raises
    ------
    DetectorsError
        Where the folder lacks ``windows.json`` or a series, or one cannot be read.
    """
    data = load_labelled(folder)
    ours = [tally_ours(series) for series in data]
    default = BUDGETS.index(0.5)
    figures = [_figures("Tocsin", "shipped", sum((mine[default] for mine in ours), Tally()))]
    figures += _chosen("Tocsin", ours)
    for name, scorer in PEERS.items():
        figures += _chosen(name, [tally_theirs(series, scorer) for series in data])
    return figures


def load_labelled(folder: Path) -> list[LabelledSeries]:
    """Read a folder of labelled series."""
    try:
        labels: dict[str, list[list[str]]] = json.loads((folder / "windows.json").read_text(encoding="utf-8"))
        return [_labelled(folder / name, spans) for name, spans in sorted(labels.items())]
    except OSError as error:
        raise DetectorsError(
            f"{error.filename}: cannot be read ({error.strerror}); give the folder with windows.json and its series"
        ) from error


def table(figures: Sequence[SeriesFigures]) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    yield "| detector | settings | standard | low_fp | low_fn | false alarms a week | found |"
    yield "|---|---|---|---|---|---|---|"
    for one in figures:
        yield (
            f"| {one.detector} | {one.chosen} | {one.standard:.1f} | {one.low_fp:.1f} | {one.low_fn:.1f} | "
            f"{one.false_alarms_per_week:.2f} | {one.found}/{one.windows} |"
        )


def _labelled(path: Path, spans: list[list[str]]) -> LabelledSeries:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = tuple(series_rows(lines, str(path)))
    place = {row.timestamp: number for number, row in enumerate(rows)}
    try:
        windows = tuple((place[first[:19]], place[last[:19]]) for first, last in spans)
    except KeyError as error:
        raise DetectorsError(
            f"{path.parent / 'windows.json'}: {path.name} has no row at {error}; name rows that it has"
        ) from error
    return LabelledSeries(path.name, rows, windows)


def tally_ours(series: LabelledSeries) -> list[Tally]:
    """Return what the detector comes to on a series, at each of ``BUDGETS``."""
    detector, scores = SeriesDetector(series.step_s), []
    for row in series.rows:
        x = {"time": row.at, "value": row.value}
        scores.append(detector.score_one(x))
        detector.learn_one(x)
    return [
        tally(list(_alarms(series, scores, threshold(budget))), series.windows, series.step_s) for budget in BUDGETS
    ]


def tally_theirs(series: LabelledSeries, scorer: Scorer) -> list[Tally]:
    """Return what a peer comes to on a series, at each of ``PEER_THRESHOLDS``."""
    scores = list(scorer([row.value for row in series.rows]))
    return [
        tally(list(_fired(series, scores, one)), series.windows, series.step_s)
        for one in np.geomspace(*PEER_THRESHOLDS)
    ]


def _alarms(series: LabelledSeries, scores: Sequence[float], above: float) -> Iterator[bool]:
    alarms = Alarms(above)
    for row, score in zip(series.rows, scores, strict=True):
        yield alarms.rings(row.at, score)
        alarms.learn(row.at, score)


def _fired(series: LabelledSeries, scores: Sequence[float], above: float) -> Iterator[bool]:
    last_at = -math.inf
    for row, score in zip(series.rows, scores, strict=True):
        rings = score > above and row.at - last_at >= SILENCE_S
        last_at = row.at if rings else last_at
        yield rings


def best_setting(tallies: Sequence[Sequence[Tally]]) -> int:
    """Return which of the settings (the inner sequences) has the highest standard score on all series together."""
    return max(
        range(len(tallies[0])),
        key=lambda one: sum((mine[one] for mine in tallies), Tally()).score(PROFILES["standard"]),
    )


def _chosen(detector: str, tallies: Sequence[Sequence[Tally]]) -> list[SeriesFigures]:
    """Choose among settings (the inner sequences) by the standard score: on all series, and on all but each."""
    fitted = best_setting(tallies)
    figures = [_figures(detector, "fitted", sum((mine[fitted] for mine in tallies), Tally()))]
    if len(tallies) > 1:
        left_out = [mine[best_setting([other for other in tallies if other is not mine])] for mine in tallies]
        figures.append(_figures(detector, "leaving one out", sum(left_out, Tally())))
    return figures


def _figures(detector: str, chosen: str, total: Tally) -> SeriesFigures:
    return SeriesFigures(
        detector=detector,
        chosen=chosen,
        standard=total.score(PROFILES["standard"]),
        low_fp=total.score(PROFILES["low_fp"]),
        low_fn=total.score(PROFILES["low_fn"]),
        false_alarms_per_week=total.false_alarms_per_week,
        found=total.found,
        windows=total.windows,
    )


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in table(measure_series(Path(sys.argv[1]))))
