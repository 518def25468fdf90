"""Where a table's header stands, what parts its cells, and which column is which field: told by the columns needed."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from streams.connectors.cells import AUTHOR
from streams.connectors.connector import ConnectorError
from streams.connectors.table_rows import Row, read_rows
from streams.mention import Mention

FIELDS = ({*Mention.__struct_fields__} - {"author"}) | AUTHOR
REQUIRED = ("id", "published", "content")
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
NAMED = {name: delimiter for delimiter, name in DELIMITERS.items()} | {"space": " ", "\\t": "\t"}
HEADER_WITHIN = 60
"""Rows in which the header must stand: exports put labels (query, date range) before it, not pages."""
_JOIN = "+"


class Layout(NamedTuple):
    """How a table is to be read.

    Parameters
    ----------
    delimiter
        What parts the cells.
    header
        The row that names the columns.
    before
        Rows that stand before the header.
    places
        By field: the columns whose cells, joined by a space, are its text.
    """

    delimiter: str
    header: Row
    before: int
    places: dict[str, tuple[int, ...]]

    @property
    def width(self) -> int:
        """Cells of a row."""
        return len(self.header.cells)


class Wanted(NamedTuple):
    """What the caller says of a table; fields as in ``TableFile``."""

    columns: Mapping[str, str]
    constants: Mapping[str, str]
    delimiter: str = ""
    skip: int | None = None


def find_layout(lines: Sequence[str], wanted: Wanted, origin: str) -> Layout:
    """Find the layout in a table's first lines.

    The header is the first row that holds every column that is needed; the delimiter is the one with which there is
    such a row.

    Raises
    ------
    ConnectorError
        Where there is none: names the column that is missing, and those that are there.
    """
    lines, skipped, delimiters = _begun(lines, wanted, origin)
    guesses: list[tuple[int, Row, str]] = []
    for delimiter in delimiters:
        rows = list(islice(read_rows(lines, delimiter), HEADER_WITHIN if wanted.skip is None else 1))
        rows = [_moved(row, skipped) for row in rows]
        for before, row in enumerate(rows):
            if _missing(row.cells, wanted) is None:
                return Layout(delimiter, row, before + skipped, _places(row, wanted, origin))
        if rows:
            guesses.append((*_likeliest(rows), delimiter))
    if not guesses:
        raise ConnectorError(f"{origin}:1: there is no row: the file is empty")
    _, row, delimiter = max(guesses, key=lambda guess: guess[0])
    missing = _missing(row.cells, wanted) or ""
    there = ", ".join(row.cells) or "none"
    part = "" if len(row.cells) > 1 else f"; parted by {DELIMITERS.get(delimiter, delimiter)}s, say another --delimiter"
    if missing in wanted.columns.values():
        raise ConnectorError(f"{origin}:{row.line}: no column {missing!r}; there are {there}{part}")
    raise ConnectorError(
        f"{origin}:{row.line}: no column for {missing}; name one with --column {missing}=COLUMN, of {there}{part}"
    )


def delimiter_named(text: str) -> str:
    """Return a delimiter given by itself or by its name; empty where none is given.

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
        said = first[4:] or "\t"
        if not wanted.delimiter:
            delimiters = [delimiter_named(said)]
        skipped = max(skipped, 1)
    if skipped and skipped >= len(lines):
        raise ConnectorError(f"{origin}: --skip {skipped} leaves no row")
    return lines[skipped:], skipped, delimiters


def _moved(row: Row, by: int) -> Row:
    return row._replace(line=row.line + by, last=row.last + by, cells=_trimmed(row.cells))


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


def _missing(header: Sequence[str], wanted: Wanted) -> str | None:
    """Return the column, or the field without one, that a header lacks; ``None`` where it has all."""
    for column in wanted.columns.values():
        if _indices(header, column) is None:
            return column
    for field in REQUIRED:
        if field not in wanted.columns and field not in wanted.constants and _indices(header, field) is None:
            return field
    return None


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


def _places(row: Row, wanted: Wanted, origin: str) -> dict[str, tuple[int, ...]]:
    header = row.cells
    named = {field: _indices(header, column) or () for field, column in wanted.columns.items()}
    taken = {index for indices in named.values() for index in indices}
    own = {name.casefold(): (index,) for index, name in reversed(list(enumerate(header))) if index not in taken}
    places = {field: own[field] for field in FIELDS if field in own} | named
    plain = [name.casefold() for name in header]
    for field, indices in places.items():
        for index in indices:
            if plain.count(plain[index]) > 1:
                raise ConnectorError(
                    f"{origin}:{row.line}: {header[index]!r}, the column of {field}, stands there more than once; "
                    "rename one, or leave it out of the export"
                )
    return places
