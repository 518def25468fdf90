"""A brand's closed bins as columns of a picture in the terminal: mentions a minute, and what was ordinary."""

import math
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from operator import attrgetter

from msgspec import Struct

from streams.wire.observation_row import ObservationRow


class Column(Struct, frozen=True, kw_only=True):
    """Part of the time shown, from ``start`` (epoch seconds): mentions a minute, what was due and still ordinary."""

    start: int
    seen: float
    expected: float
    upper: float
    negative: float


class BinSeries:
    """What is known of one brand: its bins, in order.

    Parameters
    ----------
    bin_s
        Length of a bin, seconds.
    """

    def __init__(self, bin_s: int) -> None:
        self._bin_s = bin_s
        self._rows: list[ObservationRow] = []

    def take(self, row: ObservationRow) -> None:
        """Take a closed bin; one that was told before is passed over."""
        if self._rows and row.start <= self._rows[-1].start:
            return
        self._rows.append(row)

    @property
    def rows(self) -> Sequence[ObservationRow]:
        """All bins that were told."""
        return self._rows

    def columns(self, until: float, span_s: float, count: int) -> list[Column]:
        """Return the time before ``until`` in so many columns of equal length, ``span_s`` in all or a little more.

        A column holds whole bins and begins at a multiple of its length, so that the picture stands still between two
        of them. A silent bin is not told: it counts as nothing said, and what was due in it is that of its neighbours.
        """
        column_s = column_length(span_s, count, self._bin_s)
        end = math.ceil(until / column_s) * column_s
        first = end - count * column_s
        at = bisect_left(self._rows, first, key=attrgetter("start"))
        parts: list[list[ObservationRow]] = [[] for _ in range(count)]
        for row in self._rows[at:]:
            if row.start < until:
                parts[int(row.start - first) // column_s].append(row)
        made: list[Column] = []
        before = self._rows[max(0, at - 1) : at]
        for number, part in enumerate(parts):
            start = first + number * column_s
            made.append(self._column(start, min(column_s, until - start), part, part or before))
            before = part or before
        return made

    def lately(self, until: float, span_s: int) -> Column:
        """Return the time just before ``until`` as one column, wherever it begins."""
        first = int(until) - span_s
        at = bisect_left(self._rows, first, key=attrgetter("start"))
        rows = [row for row in self._rows[at:] if row.start < until]
        return self._column(first, span_s, rows, rows or self._rows[max(0, at - 1) : at])

    def _column(
        self, start: int, lasted_s: float, rows: Sequence[ObservationRow], around: Sequence[ObservationRow]
    ) -> Column:
        minutes = max(lasted_s, self._bin_s) / 60.0
        per_bin = 60.0 / self._bin_s
        return Column(
            start=start,
            seen=sum(row.mentions for row in rows) / minutes,
            expected=per_bin * _mean(row.expected for row in around),
            upper=per_bin * _mean(row.upper for row in around),
            negative=sum(row.negatives for row in rows) / minutes,
        )


def column_length(span_s: float, count: int, bin_s: int) -> int:
    """Return how long a column is, in seconds: whole bins. The last of them may have only begun.

    Examples
    --------
    >>> column_length(4 * 3600, count=93, bin_s=60)
    180
    """
    return bin_s * math.ceil(span_s / (count - 1) / bin_s)


def _mean(values: Iterable[float]) -> float:
    kept = list(values)
    return sum(kept) / len(kept) if kept else 0.0
