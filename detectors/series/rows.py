"""Reads a series from a table, row by row: ``timestamp,value`` at an even step."""

import csv
import datetime as dt
import math
from collections.abc import Iterable, Iterator

from msgspec import Struct

from detectors.errors import DetectorsError
from detectors.series.detector import HIGHEST

COLUMNS = ("timestamp", "value")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_SECOND_US = 1_000_000


class SeriesRow(Struct, frozen=True, gc=False):
    """One row: its two texts as they were, the moment in seconds since the epoch, the number.

    ``step_s`` is the seconds between the first two rows, None in the first.
    """

    timestamp: str
    text: str
    at: float
    value: float
    step_s: float | None


def series_rows(lines: Iterable[str], source: str) -> Iterator[SeriesRow]:
    """Yield the rows of a table as its lines come in.

    The step is that from the first row to the second. A later row may come several whole steps after the one before:
    what was left out between them is unknown. Times without an offset are taken for UTC. Blank lines are passed over.

    Parameters
    ----------
    lines
        Of a CSV whose first row names the columns; others than ``timestamp`` and ``value`` are passed over.
    source
        Its name, for the errors.

    Raises
    ------
    DetectorsError
        Where a column is missing, or a row cannot be used: with its line.

    Examples
    --------
    >>> table = ["timestamp,value", "2015-02-26 21:42:53,104", "2015-02-26 21:47:53,100"]
    >>> [(row.at, row.value, row.step_s) for row in series_rows(table, "in.csv")]
    [(1424986973.0, 104.0, None), (1424987273.0, 100.0, 300.0)]
    """
    rows = csv.reader(lines)
    try:
        places = _places(next(rows, []), source)
        last_us = step_us = 0
        heard = 0
        for cells in rows:
            if not cells:
                continue
            where = f"{source}:{rows.line_num}"
            if len(cells) <= max(places):
                raise DetectorsError(f"{where}: only {len(cells)} cells; complete the row, or take it out")
            timestamp, text = (cells[place].strip() for place in places)
            at_us, value = _moment_us(timestamp, where), _value(text, where)
            if heard:
                step_us = step_us or _step_us(at_us - last_us, timestamp, where)
                _check_step(at_us - last_us, step_us, timestamp, where)
            last_us = at_us
            heard += 1
            yield SeriesRow(timestamp, text, at_us / _SECOND_US, value, step_us / _SECOND_US if step_us else None)
    except csv.Error as error:
        raise DetectorsError(f"{source}:{rows.line_num}: this is no CSV ({error}); mend the line") from error
    except UnicodeDecodeError as error:
        raise DetectorsError(f"{source}: after line {rows.line_num} it is not UTF-8 ({error.reason})") from error


def _places(header: list[str], source: str) -> tuple[int, int]:
    names = [name.strip() for name in header]
    for column in COLUMNS:
        if column not in names:
            there = ", ".join(names) or "nothing"
            raise DetectorsError(f"{source}:1: no column {column!r}, there is {there}; name it in the first row")
    return names.index(COLUMNS[0]), names.index(COLUMNS[1])


def _moment_us(text: str, where: str) -> int:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise DetectorsError(
            f"{where}: {text!r} is no timestamp; write it as 2015-02-26 21:42:53 or 2015-02-26T21:42:53Z"
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return (moment - _EPOCH) // _MICROSECOND


def _value(text: str, where: str) -> float:
    try:
        value = math.nan if "_" in text else float(text)
    except ValueError:
        value = math.nan
    if math.isnan(value):
        raise DetectorsError(f"{where}: {text!r} is no number; where it is unknown, leave the row out")
    if value < 0.0:
        raise DetectorsError(f"{where}: {text} is negative; give counts or rates, 0 or more")
    if value > HIGHEST:
        raise DetectorsError(f"{where}: {text} is more than {HIGHEST:g}; give it in larger units")
    return value


def _step_us(apart_us: int, timestamp: str, where: str) -> int:
    if 0 < apart_us < _SECOND_US:
        raise DetectorsError(
            f"{where}: {timestamp} is less than a second after the row before; add the rows up to seconds or longer"
        )
    return apart_us


def _check_step(apart_us: int, step_us: int, timestamp: str, where: str) -> None:
    if apart_us <= 0:
        raise DetectorsError(
            f"{where}: {timestamp} is not after the row before; sort the rows, take repeats out, and give local times "
            "their offset"
        )
    if apart_us % step_us:
        raise DetectorsError(
            f"{where}: {timestamp} comes {apart_us / _SECOND_US:g} s after the row before, which is no multiple of the "
            f"step of {step_us / _SECOND_US:g} s between the first two rows; resample the series to an even step"
        )
