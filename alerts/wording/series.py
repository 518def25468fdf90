"""A brand's closed bins as the points of a chart, evenly spaced, silent stretches included."""

import math
from collections.abc import Iterable

from detectors.verdict import Point
from streams.wire.observation_row import ObservationRow

_POINTS = 600
_SPANS_S = (60, 300, 600, 1800, 3600, 3 * 3600, 6 * 3600, 86_400)


def spaced(rows: Iterable[ObservationRow]) -> tuple[list[Point], list[float]]:
    """Return the points of a whole series, and the negative share that was ordinary at each.

    The length of a point is the least of a minute … a day that gives a few hundred of them. Silent bins are not among
    the rows: what was due in them is taken from their neighbours.
    """
    closed = sorted(rows, key=lambda row: row.start)
    if not closed:
        return [], []
    first, last, bin_s = closed[0].start, closed[-1].start, closed[0].span_s
    span_s = next((s for s in _SPANS_S if s >= bin_s and (last - first) / s <= _POINTS), _SPANS_S[-1])
    slots: dict[int, list[ObservationRow]] = {}
    for row in closed:
        slots.setdefault(row.start - row.start % span_s, []).append(row)
    points, ordinary = [], []
    held = slots[min(slots)]
    for start in range(min(slots), max(slots) + span_s, span_s):
        held = slots.get(start, held)
        there = slots.get(start, [])
        per_author = sum(row.mentions for row in held) / max(1, sum(row.authors for row in held))
        scale = span_s / bin_s / len(held) * max(1.0, per_author)
        expected = scale * sum(row.expected for row in held)
        spread = math.sqrt(scale * sum((row.upper - row.expected) ** 2 for row in held))
        points.append(
            Point(
                start, span_s, sum(row.mentions for row in there), sum(row.negatives for row in there),
                round(expected, 2), round(expected + spread, 2),
            )
        )  # fmt: skip
        ordinary.append(sum(row.expected_share for row in held) / len(held))
    return points, ordinary
