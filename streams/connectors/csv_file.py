"""Mentions from a table of text: which column is which field is said by the caller, the rest is found."""

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from streams.connectors.cell_times import TimeReader
from streams.connectors.cells import AUTHOR, IDS, are_rounded, is_absent, is_rounded, value_of
from streams.connectors.connector import ConnectorError, Refused
from streams.connectors.encoding import HEAD, UTF_8, find_encoding
from streams.connectors.files import Line, begun, named_failures, open_file
from streams.connectors.table_layout import FIELDS, REQUIRED, Layout, Wanted, delimiter_named, find_layout
from streams.connectors.table_rows import Row, read_rows
from streams.errors import BadMentionError
from streams.mention import Mention, decode_mention

_BROKEN = re.compile("[\udc80-\udcff]")
_SAMPLE_LINES = 2_000
"""First lines, by which layout, order of day and month, and the state of the ids are told."""


class CsvFile:
    """Reads a table of text, plain, compressed or from ``-``; a row names the columns.

    Found by themselves, where they are certain: encoding, delimiter, the row of the header among the first
    (Excel's ``sep=;`` and rows of labels may stand before it), the form of times. A column that bears a field's own
    name, in any case, is taken for it unless ``columns`` uses it otherwise; the others are left out. ``tags`` are
    split at spaces, commas, semicolons and bars.

    Parameters
    ----------
    source
        Path of the file, or ``-`` for standard input.
    columns
        Column by field: ``{"content": "text", "author.id": "name"}``; ``"Date+Time"`` joins two.
    constants
        Value by field, for every row: ``{"source": "twitter"}``.
    time_format
        ``strptime`` format of ``published``; empty for all usual forms (``cell_times.TimeReader``).
    time_zone
        Zone of times that name none, e.g. ``America/New_York``; empty refuses such times.
    encoding, delimiter
        Where they cannot be found.
    skip
        Lines before the header; it is searched for where nothing is said.

    Raises
    ------
    ConnectorError
        Where a field, the time zone or the delimiter is unknown.
    """

    name = "csv"

    def __init__(
        self,
        source: str,
        columns: Mapping[str, str] | None = None,
        constants: Mapping[str, str] | None = None,
        time_format: str = "",
        time_zone: str = "",
        *,
        encoding: str = "",
        delimiter: str = "",
        skip: int | None = None,
    ) -> None:
        self.source = source
        self._wanted = Wanted(dict(columns or {}), dict(constants or {}), delimiter_named(delimiter), skip)
        for field in (*self._wanted.columns, *self._wanted.constants):
            if field not in FIELDS:
                raise ConnectorError(f"{field!r} is no field of a mention; choose of {', '.join(sorted(FIELDS))}")
        self._encoding = encoding
        self._time_format, self._time_zone = time_format, time_zone
        TimeReader(time_format, time_zone)  # an unknown zone is told before anything is read

    def read(self) -> Iterator[Mention | Refused]:
        """Yield each row's mention, or why it is none.

        Raises
        ------
        ConnectorError
            Where the file cannot be opened, breaks off, is no table, or lacks a column that is needed.
        """
        line = Line()
        with open_file(self.source) as file, named_failures(self.source, line):
            head, whole = begun(file, HEAD)
            encoding = find_encoding(head, self.source, self._encoding)
            broken = "replace" if encoding.startswith("utf-16") or encoding == "utf-32" else "surrogateescape"
            text = io.TextIOWrapper(whole, encoding=encoding, errors=broken, newline="")
            try:
                first = list(islice(text, _SAMPLE_LINES))
                layout = find_layout(first, self._wanted, self.source)
                table = _Table(self.source, layout, self._wanted.constants, self._times(layout, first))
                rest = islice(chain(first, text), layout.header.last, None)
                for row in read_rows(rest, layout.delimiter, width=layout.width):
                    line.number = layout.header.last + row.line
                    yield table.item(row, line.number, encoding)
            finally:
                text.detach()

    def _times(self, layout: Layout, first: Sequence[str]) -> TimeReader:
        rows = list(read_rows(first[layout.header.last :], layout.delimiter, width=layout.width))[:-1]
        whole = [row.cells for row in rows if len(row.cells) >= layout.width]
        if "id" in layout.places and are_rounded([cells[layout.places["id"][0]] for cells in whole]):
            raise ConnectorError(
                f"{self.source}: the ids were rounded by a spreadsheet, which keeps fifteen figures, and many posts "
                "share one; export them as text, or take another column, such as --column id=URL"
            )
        places = layout.places.get("published", ())
        sample = (" ".join(cells[place] for place in places) for cells in whole)
        times = TimeReader(self._time_format, self._time_zone, sample if places else ())
        if times.undecided:
            raise ConnectorError(f"{self.source}: {times.undecided}")
        return times


class _Table:
    """Makes mentions of rows."""

    def __init__(self, source: str, layout: Layout, constants: Mapping[str, str], times: TimeReader) -> None:
        self._source = source
        self._layout = layout
        self._constants = constants
        self._times = times

    def item(self, row: Row, line: int, encoding: str) -> Mention | Refused:
        try:
            texts = {**self._texts(row, encoding), **self._constants}
            return decode_mention(json.dumps(self._record(texts)).encode())
        except BadMentionError as error:
            data = row.text.rstrip("\r\n").encode(encoding if encoding != UTF_8 else "utf-8", "surrogateescape")
            return Refused.because(error, f"{self._source}:{line}", data)

    def _texts(self, row: Row, encoding: str) -> dict[str, str]:
        cells, width = row.cells, self._layout.width
        if row.problem:
            raise BadMentionError("csv", row.problem)
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            raise BadMentionError("csv", f"{len(cells)} fields where the header names {width}")
        texts = {field: " ".join(cells[place] for place in places) for field, places in self._layout.places.items()}
        for field, text in texts.items():
            if found := _BROKEN.search(text):
                raise BadMentionError(
                    "utf8",
                    f"{field}: byte 0x{ord(found[0]) - 0xDC00:x} is no {encoding.upper()}; if the whole file is in "
                    "another encoding, say which with --encoding",
                )
        return texts

    def _record(self, texts: Mapping[str, str]) -> dict[str, Any]:
        record: dict[str, Any] = {}
        author: dict[str, Any] = {}
        for field, text in texts.items():
            if field == "content":
                record[field] = text
            elif is_absent(text):
                if field in REQUIRED:
                    raise BadMentionError(
                        "timestamp" if field == "published" else "schema", f"{field}: the cell is empty"
                    )
            elif field in AUTHOR:
                author[field.removeprefix("author.")] = value_of(field, text)
            elif field == "published":
                record[field] = self._times.read(text).isoformat()
            # A post that answers or repeats another is one all the same where the other's id is spoilt.
            elif field == "id" or field not in IDS or not is_rounded(text):
                record[field] = value_of(field, text)
        return record | ({"author": author} if author else {})
