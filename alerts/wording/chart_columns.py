"""A series cut down to what a picture can show: at most one column a pixel, the loudest of its points."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from detectors.verdict import Point


class Column(Struct, frozen=True):
    """One column: what was seen, negative and ordinary there, all on the scale of ``unit_s``."""

    start: int
    span_s: int
    seen: float
    negatives: float
    expected: float
    upper: float

    @property
    def end(self) -> int:
        """First second after it."""
        return self.start + self.span_s

    @property
    def middle(self) -> float:
        """Where it is drawn, epoch seconds."""
        return self.start + self.span_s / 2


def unit_s(points: Sequence[Point]) -> int:
    """Return the most common length of the points, seconds: heights are per this length."""
    lengths = Counter(point.span_s for point in points)
    return max(lengths, key=lambda length: (lengths[length], -length))


def open_part(points: Sequence[Point]) -> Point | None:
    """Return the last point where it is shorter than the others usually are: it is not over yet.

    Examples
    --------
    >>> whole = [Point(600 * i, 600, 40, 20, 5.0, 9.0) for i in range(3)]
    >>> open_part(whole) is None, open_part([*whole, Point(1800, 120, 9, 8, 1.0, 2.0)])
    (True, Point(start=1800, span_s=120, seen=9, negatives=8, expected=1.0, upper=2.0))
    """
    *before, last = points
    return last if before and last.span_s < unit_s(before) else None


def columns(points: Sequence[Point], most: int, unit: int | None = None) -> list[Column]:
    """Return at most ``most`` columns, heights for ``unit`` seconds or the most common length of the points.

    Examples
    --------
    >>> [col.seen for col in columns([Point(60 * i, 60, i, 0, 1.0, 2.0) for i in range(6)], most=3)]
    [1.0, 3.0, 5.0]
    """
    unit = unit or unit_s(points)
    step = -(-len(points) // max(1, most))
    return [_column(points[first : first + step], unit) for first in range(0, len(points), step)]


def _column(points: Sequence[Point], unit: int) -> Column:
    loudest = max(points, key=lambda point: point.seen / point.span_s)
    end = points[-1].start + points[-1].span_s
    each = unit / loudest.span_s
    return Column(
        points[0].start,
        end - points[0].start,
        loudest.seen * each,
        loudest.negatives * each,
        sum(point.expected * unit / point.span_s for point in points) / len(points),
        max(point.upper * unit / point.span_s for point in points),
    )
