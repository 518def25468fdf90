"""``tocsin detect``: the volume detector alone, from a table to a table, row by row as they come in."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from detectors.errors import DetectorsError
from detectors.series.detector import SeriesDetector, SeriesReading
from detectors.series.rows import SeriesRow, series_rows

HEADER = "timestamp,value,expected,upper,score,alarm\n"


def detect_file(source: str, output: str, *, false_alarms_per_week: float) -> None:
    """Write for each row of a series the expected value, the upper edge of the ordinary, the score, and the alarm.

    A row goes out as soon as it came in, and depends on rows up to it alone. Where a row cannot be used, those before
    it have been written.

    Parameters
    ----------
    source
        CSV with the columns ``timestamp`` and ``value`` at an even step; ``-`` is stdin.
    output
        Where ``timestamp,value,expected,upper,score,alarm`` goes; ``-`` is stdout.
    false_alarms_per_week
        The budget, above 0.

    Raises
    ------
    DetectorsError
        Where a file cannot be opened, or a row cannot be used: with file, line and what to do.
    """
    if not 0.0 < false_alarms_per_week < float("inf"):
        raise DetectorsError(
            f"a budget of {false_alarms_per_week} false alarms a week cannot be kept; give more than 0"
        )
    with _reading(source) as lines:
        if "-" not in {source, output} and os.path.realpath(source) == os.path.realpath(output):
            raise DetectorsError(f"{output}: the output would overwrite the series that is read; give another file")
        name = "stdin" if source == "-" else source
        with _writing(output) as out:
            write_readings(series_rows(lines, name), out, false_alarms_per_week)


def write_readings(rows: Iterable[SeriesRow], out: TextIO, false_alarms_per_week: float) -> None:
    """Write a line for each row, and flush it."""
    out.write(HEADER)
    out.flush()
    for row, reading in readings(rows, false_alarms_per_week):
        out.write(
            f"{_cell(row.timestamp)},{row.text},{reading.expected:.10g},{reading.upper:.10g},"
            f"{reading.score:.6g},{int(reading.alarm)}\n"
        )
        out.flush()


def readings(rows: Iterable[SeriesRow], false_alarms_per_week: float) -> Iterator[tuple[SeriesRow, SeriesReading]]:
    """Yield each row with its reading.

    The first row is read before the step is known; nothing that is said of it depends on the step.
    """
    detector = SeriesDetector(false_alarms_per_week=false_alarms_per_week)
    first: SeriesRow | None = None
    for row in rows:
        if first is None:
            first = row
        elif row.step_s is not None and row.step_s != detector.step_s:
            detector = SeriesDetector(step_s=row.step_s, false_alarms_per_week=false_alarms_per_week)
            detector.learn_one({"time": first.at, "value": first.value})
        x = {"time": row.at, "value": row.value}
        yield row, detector.assess(x)
        detector.learn_one(x)


def _cell(text: str) -> str:
    # A timestamp that could be read holds neither a quote nor a line's end, but may hold a comma as its decimal sign.
    return f'"{text}"' if "," in text else text


@contextmanager
def _reading(source: str) -> Iterator[Iterable[str]]:
    if source == "-":
        sys.stdin.reconfigure(encoding="utf-8-sig", newline="")  # type: ignore[union-attr]
        yield sys.stdin
        return
    try:
        file = Path(source).open(encoding="utf-8-sig", newline="")  # noqa: SIM115 - closed below
    except OSError as error:
        raise DetectorsError(f"{source}: cannot be read ({error.strerror}); give a CSV file, or - for stdin") from error
    with file:
        yield file


@contextmanager
def _writing(output: str) -> Iterator[TextIO]:
    if output == "-":
        yield sys.stdout
        return
    try:
        file = Path(output).open("w", encoding="utf-8", newline="")  # noqa: SIM115 - closed below
    except OSError as error:
        raise DetectorsError(
            f"{output}: cannot be written ({error.strerror}); give a path in a folder that is there"
        ) from error
    with file:
        yield file
