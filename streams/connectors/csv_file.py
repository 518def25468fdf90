"""Tables of text."""

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice

from streams.connectors.encoding import HEAD, find_encoding
from streams.connectors.files import begun, open_file
from streams.connectors.table_file import SAMPLE, OpenTable, TableFile
from streams.connectors.table_layout import Layout, Wanted, delimited
from streams.connectors.table_rows import Row, read_rows


class CsvFile(TableFile):
    """Reads a table of text, plain, compressed or from ``-``; parameters as in ``TableFile``.

    Encoding and delimiter are found where they are certain, and Excel's line ``sep=;`` is understood.
    """

    name = "csv"

    @contextmanager
    def _opened(self) -> Iterator[OpenTable]:
        with open_file(self.source) as file:
            head, whole = begun(file, HEAD)
            encoding = find_encoding(head, self.source, self._encoding)
            broken = "replace" if encoding.startswith("utf-16") or encoding == "utf-32" else "surrogateescape"
            text = io.TextIOWrapper(whole, encoding=encoding, errors=broken, newline="")
            try:
                yield _OpenText(text, self._wanted, self.source)
            finally:
                text.detach()


class _OpenText:
    """The lines of a text: the first in memory, the others as they are read."""

    def __init__(self, text: io.TextIOWrapper, wanted: Wanted, origin: str) -> None:
        self.encoding = text.encoding
        self._text = text
        self._lines = list(islice(text, SAMPLE))
        self.first = delimited(self._lines, wanted, origin)

    def sample(self, layout: Layout) -> Iterable[Row]:
        return list(read_rows(self._lines[layout.header.last :], layout.part, width=layout.width))[:-1]

    def after(self, layout: Layout) -> Iterator[Row]:
        before = layout.header.last
        lines = islice(chain(self._lines, self._text), before, None)
        for line, last, text, cells, problem in read_rows(lines, layout.part, width=layout.width):
            yield Row(before + line, before + last, text, cells, problem)
