"""Mentions from a table, of text or in a workbook: which column is which field is found, or said by the caller."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from streams.connectors.cell_times import TimeReader
from streams.connectors.cells import are_rounded
from streams.connectors.connector import ConnectorError, Refused
from streams.connectors.files import Line, named_failures
from streams.connectors.presets.registry import preset_named
from streams.connectors.row_mentions import RowMentions
from streams.connectors.table_layout import FIELDS, Layout, Wanted, delimiter_named, find_layout
from streams.connectors.table_rows import Row
from streams.mention import Mention

SAMPLE = 2_000
"""The first lines, from which layout, order of day and month, and the state of the ids are determined."""


class OpenTable(Protocol):
    """A table that is being read.

    ``first`` has the first rows of each reading: by each delimiter, or of each sheet. ``encoding`` is what a refused
    row is kept in.
    """

    @property
    def first(self) -> Mapping[str, Sequence[Row]]:
        """The first rows, by what may part the cells or by sheet."""

    @property
    def encoding(self) -> str:
        """Of the text; a workbook is UTF-8."""

    def sample(self, layout: Layout) -> Iterable[Row]:
        """Return the whole rows among the first that follow the header."""

    def after(self, layout: Layout) -> Iterator[Row]:
        """Yield all rows that follow the header, each with its line in the file."""


class TableFile(ABC):
    """Reads a table whose columns are named by a row.

    Found by themselves, where they are certain: the row of the header among the first (rows of labels may stand before
    it), whose export it is (``presets``), the form of times. A column that bears a field's own name, in any case, is
    taken for it unless ``columns`` or the suite uses it otherwise; the others are left out. ``tags`` are split at
    spaces, commas, semicolons and bars.

    Parameters
    ----------
    source
        Path of the file.
    columns
        Column by field: ``{"content": "text", "author.id": "name"}``; ``"Date+Time"`` joins two.
    constants
        Value by field, for every row: ``{"source": "twitter"}``.
    time_format
        ``strptime`` format of ``published``; empty for all usual forms (``cell_times.TimeReader``).
    time_zone
        Zone of times that name none, e.g. ``America/New_York``; empty refuses such times.
    encoding, delimiter
        Of a text, where they cannot be found.
    skip
        Rows before the header; it is searched for where nothing is said.
    preset
        The suite whose export it is, or ``none``; found by the header where nothing is said.
    report
        Given a sentence that says as whose export the file is read.

    Raises
    ------
    ConnectorError
        Where a field, the time zone, the delimiter or the suite is unknown.
    """

    name: str

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
        preset: str = "",
        report: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.source = source
        self._wanted = Wanted(
            dict(columns or {}), dict(constants or {}), delimiter_named(delimiter), skip, preset_named(preset)
        )
        for field in (*self._wanted.columns, *self._wanted.constants):
            if field not in FIELDS:
                raise ConnectorError(f"{field!r} is no field of a mention; choose of {', '.join(sorted(FIELDS))}")
        self._encoding = encoding
        self._time_format, self._time_zone = time_format, time_zone
        self._report = report
        TimeReader(time_format, time_zone)  # an unknown zone is told before anything is read

    def read(self) -> Iterator[Mention | Refused]:
        """Yield each row's mention, or why it is none.

        Raises
        ------
        ConnectorError
            Where the file cannot be opened, breaks off, is no table, or lacks a column that is needed.
        """
        line = Line()
        with named_failures(self.source, line), self._opened() as table:
            layout = find_layout(table.first, self._wanted, self.source)
            if layout.suite:
                self._report(
                    f"{self.source} is read as an export of {layout.suite}; --preset none reads it by its own names"
                )
            times = self._times(layout, table.sample(layout))
            mentions = RowMentions(self.source, layout, self._wanted.constants, times, table.encoding)
            for row in table.after(layout):
                line.number = row.line
                yield mentions.item(row, row.line)

    @abstractmethod
    def _opened(self) -> AbstractContextManager[OpenTable]:
        """Open the file, and read its first rows."""

    def _times(self, layout: Layout, rows: Iterable[Row]) -> TimeReader:
        whole = [row.cells for row in rows if len(row.cells) >= layout.width]
        if "id" in layout.places and are_rounded([layout.text("id", cells) for cells in whole]):
            raise ConnectorError(
                f"{self.source}: the ids were rounded by a spreadsheet, which keeps fifteen figures, and many posts "
                "share one; export them as text, or take another column, such as --column id=URL"
            )
        sample = [layout.text("published", cells) for cells in whole] if "published" in layout.places else []
        times = TimeReader(self._time_format, self._time_zone, sample)
        if times.undecided:
            raise ConnectorError(f"{self.source}: {times.undecided}")
        if layout.suite and times.zoneless:
            raise ConnectorError(
                f"{self.source}: {times.zoneless!r} names no time zone; say the one that {layout.suite} is set to, "
                "such as --time-zone Europe/Berlin"
            )
        return times
