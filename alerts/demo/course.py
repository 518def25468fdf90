"""A brand's closed bins as columns of a picture in the terminal: mentions a minute, and what was ordinary."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from operator import attrgetter

from msgspec import Struct

from streams.observation_row import ObservationRow

_KEPT_S = 5 * 86_400


class Column(Struct, frozen=True):
    """Part of the time shown: mentions a minute, what was due, and how much was still ordinary."""

    seen: float
    expected: float
    upper: float
    negative: float
    """Mentions a minute."""


class Course:
    """What is known of one brand: its newest bins, in order.

    Parameters
    ----------
    bin_s
        Length of a bin, seconds.
    """

    def __init__(self, bin_s: int) -> None:
        self._bin_s = bin_s
        self._rows: list[ObservationRow] = []

    def hear(self, row: ObservationRow) -> None:
        """Take a closed bin; one that was told before is passed over."""
        if self._rows and row.start <= self._rows[-1].start:
            return
        self._rows.append(row)
        if self._rows[0].start < row.start - 2 * _KEPT_S:
            del self._rows[: bisect_left(self._rows, row.start - _KEPT_S, key=attrgetter("start"))]

    @property
    def until(self) -> int | None:
        """End of the newest closed bin, epoch seconds."""
        return self._rows[-1].start + self._bin_s if self._rows else None

    def columns(self, until: float, span_s: float, count: int) -> list[Column]:
        """Return the time before ``until`` in so many columns of equal length.

        A silent bin is not told: it counts as nothing said, and what was due in it is that of its neighbours.
        """
        column_s = span_s / count
        first = until - span_s
        at = bisect_left(self._rows, first, key=attrgetter("start"))
        parts: list[list[ObservationRow]] = [[] for _ in range(count)]
        for row in self._rows[at:]:
            if row.start < until:
                parts[min(count - 1, int((row.start - first) / column_s))].append(row)
        told: list[Column] = []
        before = self._rows[max(0, at - 1) : at]
        for part in parts:
            told.append(self._column(part, part or before, column_s))
            before = part or before
        return told

    def _column(self, rows: Sequence[ObservationRow], around: Sequence[ObservationRow], column_s: float) -> Column:
        minutes = max(column_s, self._bin_s) / 60.0
        per_bin = 60.0 / self._bin_s
        return Column(
            seen=sum(row.mentions for row in rows) / minutes,
            expected=per_bin * _mean(row.expected for row in around),
            upper=per_bin * _mean(row.upper for row in around),
            negative=sum(row.negatives for row in rows) / minutes,
        )


def _mean(values: Iterable[float]) -> float:
    kept = list(values)
    return sum(kept) / len(kept) if kept else 0.0
