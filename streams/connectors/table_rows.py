"""Rows of a delimited table, one by one, of which a broken one takes no other with it.

A quotation mark that is never closed makes a parser read on into the next rows. Here what was read too far is read
again: the line with the mark is given up alone.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from streams.mention import MAX_BYTES

MOST_LINES, MOST_CHARACTERS = 5_000, 4 * MAX_BYTES
"""Lines and characters that one row may have; a post has fewer, and what is read too far is read again."""


class Row(NamedTuple):
    """A row: its first line and its last, its text as it stands there, and its cells or why it has none."""

    line: int
    last: int
    text: str
    cells: list[str]
    problem: str = ""


class _Lines:
    """Lines that can be given back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 1
        self._size = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES or self._size > MOST_CHARACTERS:
            raise StopIteration  # to the reader the table ends here, inside a cell
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        self._size += len(line)
        return line

    def settle(self, count: int) -> None:
        """Keep the first lines that were taken, and give the others back."""
        self._again.extendleft(reversed(self.taken[count:]))
        self.number += count
        self.taken = []
        self._size = 0


def read_rows(lines: Iterable[str], delimiter: str, *, width: int = 0) -> Iterator[Row]:
    r"""Yield the rows of a table; blank lines are passed over.

    Parameters
    ----------
    lines
        With their ends.
    delimiter
        What parts the cells.
    width
        Cells that a row has; one over several lines that has another number of them is a quotation mark too many.
        0 where it is not known.

    Examples
    --------
    >>> rows = read_rows(["1,a\n", '2,"never closed\n', '3,"c"\n'], ",", width=2)
    >>> [(row.line, row.cells, row.problem[:19]) for row in rows]
    [(1, ['1', 'a'], ''), (2, [], 'a quotation mark is'), (3, ['3', 'c'], '')]
    """
    source = _Lines(lines)
    csv.field_size_limit(MAX_BYTES)
    while True:
        line = source.number
        try:
            # A reader for each row: one that met an error cannot go on.
            cells = next(csv.reader(source, delimiter=delimiter, strict=True), None)
        except csv.Error as error:
            problem = str(error)
        else:
            problem = ""
            if cells is None and not source.taken:
                return
        taken = len(source.taken)
        if not problem and taken > 1 and width and _is_other(cells or [], width):
            problem = "cells in another number than the header's"
        first = source.taken[0]
        if problem:
            problem_said = _described(problem, taken)
            source.settle(1)
            yield Row(line, line, first, [], problem_said)
            continue
        text = "".join(source.taken)
        source.settle(taken)
        if cells:
            yield Row(line, line + taken - 1, text, cells)


def _is_other(cells: list[str], width: int) -> bool:
    return len(cells) < width or any(cell for cell in cells[width:])


def _described(problem: str, taken: int) -> str:
    if taken > 1 or "end of data" in problem or "field limit" in problem:
        return "a quotation mark is never closed, or one stands inside a cell without being doubled"
    return f"{problem}: a quotation mark inside a quoted cell must be doubled"
