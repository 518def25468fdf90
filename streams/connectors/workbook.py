"""Tables in Excel's workbooks, row by row: what a cell shows, as a table of text would have it."""

import datetime as dt
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.styles.numbers import is_datetime
from openpyxl.utils.exceptions import InvalidFileException

from streams.connectors.connector import ConnectorError
from streams.connectors.files import open_seekable
from streams.connectors.table_file import SAMPLE, OpenTable, TableFile
from streams.connectors.table_layout import Layout
from streams.connectors.table_rows import Row

_OLD = b"\xd0\xcf\x11\xe0"
_DAMAGED = (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, TypeError, RuntimeError)
_BOOK, _STRINGS = "xl/workbook.xml", "xl/sharedStrings.xml"
_MOST_STRINGS = 512 << 20
"""Bytes of a workbook's shared texts, which are kept in memory: those of some million posts."""
_FIGURES = 15
"""Figures that a spreadsheet keeps of a number."""


class WorkbookFile(TableFile):
    """Reads the first sheet of a workbook (``.xlsx``, ``.xlsm``) that has a fitting header.

    Parameters are as in ``TableFile``. Rows are read as they come: of the file only its shared texts are held in
    memory. Formulas count by the value that was last calculated.
    """

    name = "xlsx"

    @contextmanager
    def _opened(self) -> Iterator[OpenTable]:
        with open_seekable(self.source) as file, closing(self._loaded(file)) as book:
            yield _OpenWorkbook(book, self._wanted.skip or 0, self.source)

    def _loaded(self, file: BinaryIO) -> Any:
        head = file.read(len(_OLD))
        file.seek(0)
        if head == _OLD:
            raise ConnectorError(
                f"{self.source}: this workbook is protected by a password, or an old one (.xls) by another name; open "
                "it, and save it as .xlsx without a password"
            )
        try:
            with zipfile.ZipFile(file) as archive:
                sizes = {info.filename: info.file_size for info in archive.infolist()}
            if _BOOK not in sizes:
                raise ConnectorError(
                    f"{self.source}: this is no workbook of Excel's; open it, and save it as .xlsx or CSV UTF-8"
                )
            if sizes.get(_STRINGS, 0) > _MOST_STRINGS:
                raise ConnectorError(
                    f"{self.source}: the texts of this workbook take more than {_MOST_STRINGS >> 20} MB; save it as "
                    "CSV UTF-8, which has no bound"
                )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of styles and extensions, which nobody reads here
                return load_workbook(file, read_only=True, data_only=True)
        except _DAMAGED as error:
            raise _damaged(self.source, error) from error


class _OpenWorkbook:
    """The sheets of a workbook: the first rows of each in memory, the others as they are read."""

    encoding = "utf-8"

    def __init__(self, book: Any, skip: int, origin: str) -> None:
        self._sheets = {sheet.title: sheet for sheet in book.worksheets}
        self._origin = origin
        self.first: dict[str, list[Row]] = {}
        for title, sheet in self._sheets.items():
            sheet.reset_dimensions()  # some writers state them wrongly
            self.first[title] = list(islice((row for row in self._rows(title) if row.line > skip), SAMPLE))

    def sample(self, layout: Layout) -> Iterable[Row]:
        return _below(layout, self.first[layout.part])

    def after(self, layout: Layout) -> Iterator[Row]:
        return _below(layout, self._rows(layout.part))

    def _rows(self, title: str) -> Iterator[Row]:
        """Yield the rows of a sheet that hold something, with Excel's own numbers."""
        try:
            for number, cells in enumerate(self._sheets[title].iter_rows(), start=1):
                texts = [_text(cell) for cell in cells]
                if any(texts):
                    yield Row(number, number, "\t".join(texts).rstrip("\t"), texts)
        except _DAMAGED as error:
            raise _damaged(self._origin, error) from error


def _below(layout: Layout, rows: Iterable[Row]) -> Iterator[Row]:
    """Yield what stands below the header; rows end with their last cell, and headers with their last name."""
    for row in rows:
        if row.line > layout.header.line:
            cells = row.cells[: layout.width]
            yield row._replace(cells=cells + [""] * (layout.width - len(cells)))


def _damaged(source: str, error: BaseException) -> ConnectorError:
    return ConnectorError(
        f"{source}: the workbook is cut off or damaged ({error}); download it again, or save it as CSV UTF-8"
    )


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        # A column of days has no hour to be read; midnight has one.
        return str(value.date() if is_datetime(cell.number_format) == "date" else value)
    if isinstance(value, float):
        return _figures(value)
    return str(value)


def _figures(value: float) -> str:
    """Write a number as it was typed; one with more figures than a spreadsheet keeps as what it is: rounded."""
    if abs(value) >= 10**_FIGURES:
        return f"{value:.{_FIGURES - 1}E}"
    return str(int(value)) if value.is_integer() else repr(value)
