"""A chart in a line of text, for where no image can be shown: Slack, mail, a pager."""

import math
from collections.abc import Sequence

from msgspec import Struct

from alerts.wording.numbers import amount, lasting
from detectors.verdict import Point

_BARS = "▁▂▃▄▅▆▇█"
_WIDTH = 28
"""Columns that with their label fit a phone."""
_BEFORE = 6
"""Points of ordinary talk before an outbreak, so that its rise is seen."""


class Sparkline(Struct, frozen=True, kw_only=True):
    """Mentions over time as rows of bars on one common scale.

    Parameters
    ----------
    seen, negatives
        One bar a column: all mentions, and the negative ones.
    start, end
        The first second shown, and the first after it, epoch seconds.
    column_s
        What a column spans, seconds.
    peak
        Mentions in the highest column; the bar ``█``.
    """

    seen: str
    negatives: str
    start: int
    end: int
    column_s: int
    peak: float


def sparkline(chart: Sequence[Point], *, width: int = _WIDTH) -> Sparkline | None:
    """Draw a chart, or ``None`` where there are fewer than two points or nothing was seen.

    Every column spans the same time, however long the points are: a point's mentions are shared out over
    the columns it overlaps, and a gap counts as silence. Bars rise in proportion from zero. A column is a whole
    number of the shortest points, and the last ends with the chart; what is left at its beginning is not shown. The
    last point may be shorter than all others, for it is not over yet: the last column holds it and what was before it.

    Parameters
    ----------
    chart
        Points in order of time, not overlapping.
    width
        Most columns to draw.

    Examples
    --------
    >>> drawn = sparkline([Point(60 * i, 60, n, n // 2, 2.0, 5.0) for i, n in enumerate([0, 2, 4, 8, 16])])
    >>> drawn.seen, drawn.negatives
    ('▁▂▃▅█', '▁▁▂▃▅')
    >>> drawn.column_s, drawn.peak
    (60, 16.0)
    """
    if len(chart) < 2:
        return None
    start, end = chart[0].start, chart[-1].start + chart[-1].span_s
    shortest = min(point.span_s for point in chart[:-1])
    column_s = shortest * math.ceil((end - start) // shortest / width)
    columns = (end - start) // column_s
    start = end - columns * column_s
    seen, negatives = [0.0] * columns, [0.0] * columns
    for point in chart:
        point_end = point.start + point.span_s
        for column in range(max(0, (point.start - start) // column_s), math.ceil((point_end - start) / column_s)):
            left = start + column * column_s
            overlap = min(left + column_s, point_end) - max(left, point.start)
            seen[column] += point.seen * overlap / point.span_s
            negatives[column] += point.negatives * overlap / point.span_s
    peak = max(seen)
    if peak <= 0:
        return None
    return Sparkline(
        seen=_bars(seen, peak), negatives=_bars(negatives, peak), start=start, end=end, column_s=column_s, peak=peak
    )


def scale(drawn: Sparkline) -> str:
    """Say what a column is, and how many mentions the highest stands for.

    Examples
    --------
    >>> scale(Sparkline(seen="▁█", negatives="▁▁", start=0, end=120, column_s=60, peak=214.0))
    'a column is 1 minute, the highest 214 mentions'
    """
    return f"a column is {lasting(drawn.column_s)}, the highest {amount(drawn.peak, 'mention')}"


def newest_points(chart: Sequence[Point], began_at: int) -> Sequence[Point]:
    """Return the newest points of a chart: the whole outbreak and some time before it, at least a line's width.

    Examples
    --------
    >>> points = [Point(600 * i, 600, 1, 0, 1.0, 2.0) for i in range(72)]
    >>> len(newest_points(points, began_at=600 * 70)), len(newest_points(points, began_at=600 * 20))
    (28, 58)
    """
    outbreak = sum(point.start + point.span_s > began_at for point in chart)
    return chart[-max(_WIDTH, outbreak + _BEFORE) :]


def _bars(values: Sequence[float], peak: float) -> str:
    return "".join(_BARS[min(7, round(7 * value / peak))] for value in values)
