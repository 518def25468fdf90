"""Where a table's header is, what separates its cells, and which column is which field: by the required columns."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from streams.connectors.cells import AUTHOR, says_nothing
from streams.connectors.connector import ConnectorError
from streams.connectors.presets.preset import Preset
from streams.connectors.presets.registry import presets_for
from streams.connectors.table_rows import Row, read_rows
from streams.mention import Mention

FIELDS = ({*Mention.__struct_fields__} - {"author"}) | AUTHOR
REQUIRED = ("id", "published", "content")
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
NAMED = {name: delimiter for delimiter, name in DELIMITERS.items()} | {"space": " ", "\\t": "\t"}
HEADER_WITHIN = 60
"""Rows in which the header must stand: exports put labels (query, date range) before it, not pages."""
_JOIN = "+"

Places = dict[str, tuple[tuple[int, ...], ...]]


class Layout(NamedTuple):
    """How a table is to be read.

    Parameters
    ----------
    part
        What parts the cells of a text, or which sheet of a workbook it is.
    header
        The row that names the columns.
    places
        By field: where it may stand, the best place first; the cells of several columns are joined by a space.
    suite
        Whose export it is; empty where the columns' own names and the caller's say all.
    """

    part: str
    header: Row
    places: Places
    suite: str = ""

    @property
    def width(self) -> int:
        """Cells of a row."""
        return len(self.header.cells)

    def text(self, field: str, cells: Sequence[str]) -> str:
        """Return a field's text in a row: that of the first place that says something."""
        best, *others = self.places[field]
        text = _joined(cells, best)
        if not others or not says_nothing(field, text):
            return text
        return next((other for place in others if not says_nothing(field, other := _joined(cells, place))), text)


class Wanted(NamedTuple):
    """What the caller says of a table; fields as in ``TableFile``."""

    columns: Mapping[str, str]
    constants: Mapping[str, str]
    delimiter: str = ""
    skip: int | None = None
    preset: str = ""


def _joined(cells: Sequence[str], place: tuple[int, ...]) -> str:
    return cells[place[0]] if len(place) == 1 else " ".join([cells[index] for index in place])


def delimited(lines: Sequence[str], wanted: Wanted, origin: str) -> dict[str, list[Row]]:
    """Return a text's first rows by each delimiter that it may have.

    Raises
    ------
    ConnectorError
        Where lines are to be skipped that are not there.
    """
    lines, skipped, delimiters = _begun(lines, wanted, origin)
    return {
        delimiter: [
            row._replace(line=row.line + skipped, last=row.last + skipped)
            for row in islice(read_rows(lines, delimiter), HEADER_WITHIN)
        ]
        for delimiter in delimiters
    }


def find_layout(parts: Mapping[str, Sequence[Row]], wanted: Wanted, origin: str) -> Layout:
    """Find the layout by a table's first rows.

    The header is the first row that holds every column that is needed, by the caller's word, a suite's preset or the
    column's own name; the delimiter, or the sheet, is the first with which there is such a row.

    Parameters
    ----------
    parts
        The first rows by each delimiter, or of each sheet.

    Raises
    ------
    ConnectorError
        Where there is none: names the column that is missing, and those that are there.
    """
    guesses: list[tuple[int, Row, str]] = []
    for part, rows in parts.items():
        headers = [row._replace(cells=_trimmed(row.cells)) for row in rows]
        headers = headers[:HEADER_WITHIN] if wanted.skip is None else headers[:1]
        for row in headers:
            presets: Sequence[Preset | None] = presets_for(row.cells, wanted.preset) or [None]
            for preset in presets:
                if _missing(row.cells, wanted, preset) is None:
                    return Layout(part, row, _places(row, wanted, preset, origin), preset.suite if preset else "")
        if headers:
            guesses.append((*_likeliest(headers), part))
    if not guesses:
        raise ConnectorError(f"{origin}:1: there is no row: the file is empty")
    _, row, part = max(guesses, key=lambda guess: guess[0])
    raise ConnectorError(f"{origin}:{row.line}: {_mismatch(row, part, wanted)}")


def delimiter_named(text: str) -> str:
    """Return a delimiter given by itself or by its name; empty if none is given.

    Raises
    ------
    ConnectorError
        Where it is none.

    Examples
    --------
    >>> delimiter_named("semicolon"), delimiter_named("|"), delimiter_named("")
    (';', '|', '')
    """
    delimiter = NAMED.get(text.lower(), text)
    if len(delimiter) > 1 or delimiter in {'"', "\r", "\n"}:
        raise ConnectorError(f"--delimiter {text!r} is none; write one sign, or {', '.join(DELIMITERS.values())}")
    return delimiter


def _begun(lines: Sequence[str], wanted: Wanted, origin: str) -> tuple[Sequence[str], int, Iterable[str]]:
    """Leave out what does not belong to the table: lines to be skipped, and Excel's own line ``sep=;``."""
    delimiters: Iterable[str] = [wanted.delimiter] if wanted.delimiter else DELIMITERS
    first = lines[0].strip().strip('"') if lines else ""
    skipped = wanted.skip or 0
    if first[:4].lower() == "sep=":
        stated = first[4:] or "\t"
        if not wanted.delimiter:
            delimiters = [delimiter_named(stated)]
        skipped = max(skipped, 1)
    if skipped and skipped >= len(lines):
        raise ConnectorError(f"{origin}: --skip {skipped} leaves no row")
    return lines[skipped:], skipped, delimiters


def _mismatch(row: Row, part: str, wanted: Wanted) -> str:
    """Say which column is missing in the likeliest header, and what helps."""
    preset = next(iter(presets_for(row.cells, wanted.preset)), None)
    missing = _missing(row.cells, wanted, preset) or ""
    there = ", ".join(row.cells) or "none"
    if len(row.cells) <= 1 and part in {*DELIMITERS, wanted.delimiter}:
        there += f"; parted by {DELIMITERS.get(part, part)}s, say another --delimiter"
    if missing in wanted.columns.values():
        return f"no column {missing!r}; there are {there}"
    usual = f" (in an export of {preset.suite} {' or '.join(preset.columns[missing])})" if preset else ""
    return f"no column for {missing}{usual}; name one with --column {missing}=COLUMN, of {there}"


def _trimmed(cells: list[str]) -> list[str]:
    named = [cell.strip().lstrip("\ufeff") for cell in cells]
    while named and not named[-1]:
        named.pop()
    return named


def _likeliest(rows: Sequence[Row]) -> tuple[int, Row]:
    """Return the row that looks most like a header: the first of the width that most rows have."""
    widths = [len(row.cells) for row in rows]
    score, width = max((widths.count(width) * (width - 1), width) for width in set(widths))
    return score, next(row for row in rows if len(row.cells) == width)


def _missing(header: Sequence[str], wanted: Wanted, preset: Preset | None) -> str | None:
    """Return the column, or the field without one, that a header lacks; ``None`` where it has all."""
    for column in wanted.columns.values():
        if _indices(header, column) is None:
            return column
    of_suite = _of_suite(header, wanted, preset)
    for field in REQUIRED:
        given = field in wanted.columns or field in wanted.constants or field in of_suite
        if not given and _indices(header, field) is None:
            return field
    return None


def _of_suite(header: Sequence[str], wanted: Wanted, preset: Preset | None) -> Places:
    """Return where a preset's columns stand, but for fields of which the caller has said something."""
    places: Places = {}
    for field, columns in (preset.columns if preset else {}).items():
        found = tuple(indices for column in columns if (indices := _indices(header, column)) is not None)
        if found and field not in wanted.columns and field not in wanted.constants:
            places[field] = found
    return places


def _indices(header: Sequence[str], column: str) -> tuple[int, ...] | None:
    """Return where a column stands, or several that are joined; ``None`` where one is missing."""
    found = _index(header, column)
    if found is not None:
        return (found,)
    parts = [_index(header, part) for part in column.split(_JOIN)]
    return None if None in parts or len(parts) < 2 else tuple(part for part in parts if part is not None)


def _index(header: Sequence[str], column: str) -> int | None:
    if column in header:
        return header.index(column)
    plain = [name.casefold() for name in header]
    name = column.strip().casefold()
    return plain.index(name) if name in plain else None


def _places(row: Row, wanted: Wanted, preset: Preset | None, origin: str) -> Places:
    header = row.cells
    named: Places = {field: (_indices(header, column) or (),) for field, column in wanted.columns.items()}
    named |= _of_suite(header, wanted, preset)
    taken = {index for places in named.values() for place in places for index in place}
    own = {name.casefold(): ((index,),) for index, name in reversed(list(enumerate(header))) if index not in taken}
    found = {field: own[field] for field in FIELDS if field in own} | named
    plain = [name.casefold() for name in header]
    for field, places in found.items():
        for index in (index for place in places for index in place):
            if plain.count(plain[index]) > 1:
                raise ConnectorError(
                    f"{origin}:{row.line}: {header[index]!r}, the column of {field}, stands there more than once; "
                    "rename one, or leave it out of the export"
                )
    return found
