"""The figures of the volume detector on labelled series of mentions, beside its peers.

``python -m detectors.series.benchmark FOLDER`` prints them; FOLDER holds ``NAME.csv`` (timestamp, value) and
``windows.json`` ({"NAME.csv": [[start, end], …]}), as the Twitter series of the Numenta Anomaly Benchmark.
"""

import json
import math
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np
from msgspec import Struct

from detectors.errors import DetectorsError
from detectors.series.detector import SILENCE_S, SeriesDetector
from detectors.series.peers import PEERS, Scorer
from detectors.series.rows import SeriesRow, series_rows
from detectors.series.score import PROFILES, Tally, tally

SPREADS, PRIOR_DAYS, BUDGETS = (0.4, 0.5, 0.6), (5.0, 10.0), (0.35, 0.5, 0.7)
"""Settings of the detector that the comparison chooses among; the middle of each is about what is shipped."""
PEER_THRESHOLDS = (1.5, 60.0, 24)
"""Lowest and highest threshold that a peer is tried at, and how many; a day of silence after an alarm, as here."""


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
    shipped = [_tally(series, SeriesDetector(series.step_s)) for series in data]
    figures = [_figures("Tocsin", "shipped", sum(shipped, Tally()))]
    figures += _chosen("Tocsin", [_ours(series) for series in data])
    for name, scorer in PEERS.items():
        figures += _chosen(name, [_theirs(series, scorer) for series in data])
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


def _tally(series: LabelledSeries, detector: SeriesDetector) -> Tally:
    alarms = []
    for row in series.rows:
        x = {"time": row.at, "value": row.value}
        alarms.append(detector.assess(x).alarm)
        detector.learn_one(x)
    return tally(alarms, series.windows, series.step_s)


def _ours(series: LabelledSeries) -> list[Tally]:
    return [
        _tally(
            series,
            SeriesDetector(series.step_s, false_alarms_per_week=budget, prior_spread=spread, prior_days=days),
        )
        for spread, days, budget in product(SPREADS, PRIOR_DAYS, BUDGETS)
    ]


def _theirs(series: LabelledSeries, scorer: Scorer) -> list[Tally]:
    scores = list(scorer([row.value for row in series.rows]))
    return [
        tally(list(_rung(series, scores, threshold)), series.windows, series.step_s)
        for threshold in np.geomspace(*PEER_THRESHOLDS)
    ]


def _rung(series: LabelledSeries, scores: Sequence[float], threshold: float) -> Iterator[bool]:
    last_at = -math.inf
    for row, score in zip(series.rows, scores, strict=True):
        rings = score > threshold and row.at - last_at >= SILENCE_S
        last_at = row.at if rings else last_at
        yield rings


def _chosen(detector: str, tallies: Sequence[Sequence[Tally]]) -> list[SeriesFigures]:
    """Choose among settings (the inner sequences) by the standard score: on all series, and on all but each."""
    settings = range(len(tallies[0]))

    def best(of: Sequence[Sequence[Tally]]) -> int:
        return max(settings, key=lambda one: sum((mine[one] for mine in of), Tally()).score(PROFILES["standard"]))

    fitted = best(tallies)
    figures = [_figures(detector, "fitted", sum((mine[fitted] for mine in tallies), Tally()))]
    if len(tallies) > 1:
        left_out = [mine[best([other for other in tallies if other is not mine])] for mine in tallies]
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
