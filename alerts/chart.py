"""Charts as SVG text: the one on an incident's page, a brand's months for the backtest, and the two detectors.

No script, no font, nothing from elsewhere. Colour is never alone: what is seen is a line, what is negative a
filled area, what is expected a band, and each is named in words.
"""

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from msgspec import Struct

from alerts.chart_columns import Column, columns, unit_s
from alerts.chart_scale import Scale, round_ticks, time_ticks
from alerts.receivers import wording
from detectors.verdict import Point

STYLE = """
.tocsin-chart { --c-ink: #17191f; --c-quiet: #575c68; --c-rule: #dcdad4; --c-sheet: #fff; --c-seen: #17191f;
  --c-bad: #c2293d; --c-band: #c9d9e8; --c-due: #3f6d99; font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
@media (prefers-color-scheme: dark) { .tocsin-chart { --c-ink: #eceef3; --c-quiet: #a7adba; --c-rule: #31343f; --c-sheet: #171920;
  --c-seen: #eceef3; --c-bad: #ff7a88; --c-band: #2b415a; --c-due: #8ebdf0; } }
.tocsin-chart .ground { fill: var(--c-sheet); }
.tocsin-chart text { fill: var(--c-quiet); font-size: 12px; }
.tocsin-chart .title { fill: var(--c-ink); font-size: 15px; font-weight: 650; }
.tocsin-chart .name { fill: var(--c-ink); }
.tocsin-chart .ring-name { fill: var(--c-ink); font-weight: 650; }
.tocsin-chart .grid { stroke: var(--c-rule); stroke-width: 1; }
.tocsin-chart .band { fill: var(--c-band); }
.tocsin-chart .due { fill: none; stroke: var(--c-due); stroke-width: 1.25; stroke-dasharray: 4 3; }
.tocsin-chart .bad { fill: var(--c-bad); fill-opacity: .85; }
.tocsin-chart .bad-line { fill: none; stroke: var(--c-bad); stroke-width: 1.5; stroke-linejoin: round; }
.tocsin-chart .seen { fill: none; stroke: var(--c-seen); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.tocsin-chart .seen.fine { stroke-width: 1.1; }
.tocsin-chart .ring { stroke: var(--c-ink); stroke-width: 1.5; stroke-dasharray: 2 3; }
.tocsin-chart .mark { fill: var(--c-ink); }
.tocsin-chart .now { fill: var(--c-sheet); stroke: var(--c-seen); stroke-width: 2.5; }
"""


class Alarm(Struct, frozen=True, kw_only=True):
    """A moment at which it rang (event time, epoch seconds), and a word for it."""

    at: int
    label: str = ""


class Frame(Struct, frozen=True, kw_only=True):
    """Where a panel lies in its picture, pixels."""

    left: float
    top: float
    right: float
    bottom: float


def incident_chart(
    points: Sequence[Point], *, ring_at: int, peak: int | None = None, now: int | None = None, styled: bool = True
) -> str:
    """Draw the chart of an incident's page, 360 units wide: legible on a phone without zooming.

    Parameters
    ----------
    points
        In order of time; lengths may differ, heights are told on the scale of the most common one.
    ring_at
        Event time at which it rang, epoch seconds.
    peak
        Start of the loudest point; by default that with most mentions.
    now
        Where "now" is marked, epoch seconds: by default the end of the last point.
    styled
        Whether the style comes along; a page that holds ``STYLE`` needs it no second time.

    Returns
    -------
    The ``<svg>`` element, or nothing where there are fewer than two points.
    """
    if len(points) < 2:
        return ""
    frame = Frame(left=34, top=22, right=350, bottom=150)
    unit = unit_s(points)
    cols = columns(points, most=316)
    end = now if now is not None else cols[-1].end
    loudest = max(cols, key=lambda col: (col.start == peak, col.seen))
    x = Scale(cols[0].start, max(end, cols[-1].end), frame.left, frame.right)
    ticks = round_ticks(max(max(col.seen for col in cols), max(col.upper for col in cols)))
    y = Scale(0, ticks[-1], frame.bottom, frame.top)
    last = cols[-1]
    parts = [
        _grid(ticks, y, frame),
        _times(time_ticks(cols[0].start, end, 4), x, frame),
        _band(cols, x, y),
        _area(cols, x, y, "bad"),
        _line(cols, x, y, "seen"),
        _ring(ring_at, x, frame, f"rang {wording.clock(ring_at).removesuffix(' UTC')}"),
        f'<circle class="now" cx="{x(_middle(last))}" cy="{y(last.seen)}" r="4"/>',
        _key(frame.left, 186, (("seen", "mentions"), ("bad", "negative"), ("band", "ordinary"), ("now", "now"))),
        f'<text x="{frame.left}" y="12">mentions in {wording.lasting(unit)}, time in UTC</text>',
    ]
    title = f"Mentions in {wording.lasting(unit)} against what is ordinary"
    described = (
        f"From {wording.moment(cols[0].start)} to {wording.moment(end)}. "
        f"At most {loudest.seen:,.0f} mentions at {wording.clock(loudest.start)}, {loudest.negatives:,.0f} of them negative, "
        f"where {wording.number(loudest.expected)} are ordinary. "
        f"It rang at {wording.clock(ring_at)}. The last reading is {last.seen:,.0f}, {last.negatives:,.0f} of them negative."
    )
    return _svg(360, 196, title, described, parts, styled=styled, ground=False)


def series_chart(
    title: str, points: Sequence[Point], alarms: Sequence[Alarm] = (), *, width: int = 1200, height: int = 420
) -> str:
    """Draw a brand's whole series with every alarm, as a file of its own.

    Where there are more points than pixels, each column shows the loudest of its points: a peak is never averaged
    away.

    Parameters
    ----------
    title
        Stands above it.
    points
        In order of time.
    alarms
        Moments at which it rang.
    """
    frame = Frame(left=60, top=64, right=width - 20, bottom=height - 58)
    if len(points) < 2:
        return _svg(width, height, title, "No mentions.", [_title(title)], styled=True, ground=True)
    parts, x = _volume_panel(points, frame)
    parts += [_alarms(alarms, x, frame), _title(title)]
    parts.append(
        _key(
            frame.left, height - 16, (("seen", "mentions"), ("bad", "negative"), ("band", "ordinary"), ("mark", "rang"))
        )
    )
    described = (
        f"{sum(point.seen for point in points):,} mentions, {sum(point.negatives for point in points):,} of them negative, "
        f"from {wording.moment(points[0].start)} to {wording.moment(points[-1].start + points[-1].span_s)}. "
        + (
            f"It rang {len(alarms)} times: {', '.join(wording.moment(a.at) for a in alarms[:20])}."
            if alarms
            else "It never rang."
        )
    )
    return _svg(width, height, title, described, parts, styled=True, ground=True)


def detectors_chart(
    title: str,
    points: Sequence[Point],
    ordinary_shares: Sequence[float],
    alarms: Sequence[Alarm] = (),
    *,
    width: int = 1000,
    height: int = 520,
) -> str:
    """Draw both detectors: volume against its expected band, and beneath it the negative share against its own.

    Parameters
    ----------
    points
        In order of time.
    ordinary_shares
        For each point the negative share that was ordinary then, 0 to 1.
    alarms
        Moments at which both together rang.
    """
    middle = 60 + (height - 140) * 0.58
    upper = Frame(left=60, top=64, right=width - 20, bottom=middle)
    lower = Frame(left=60, top=middle + 62, right=width - 20, bottom=height - 56)
    parts, x = _volume_panel(points, upper)
    ticks = [0.0, 0.5, 1.0]
    y = Scale(0, 1, lower.bottom, lower.top)
    shares = [
        Column(p.start, p.span_s, p.negatives / p.seen if p.seen else 0.0, 0.0, ordinary, ordinary)
        for p, ordinary in zip(points, ordinary_shares, strict=True)
    ]
    cols = _folded_shares(shares, points, round(lower.right - lower.left))
    parts += [
        _grid(ticks, y, lower, percent=True),
        _times(time_ticks(cols[0].start, cols[-1].end, 8), x, lower),
        _band(cols, x, y),
        _line(cols, x, y, "bad-line"),
        f'<text class="name" x="{lower.left}" y="{lower.top - 12}">Negative share of the mentions</text>',
        _alarms(alarms, x, upper),
        "".join(_rule(alarm.at, x, lower) for alarm in alarms),
        _title(title),
        _key(
            upper.left, height - 16, (("seen", "mentions"), ("bad", "negative"), ("band", "ordinary"), ("mark", "rang"))
        ),
    ]
    described = (
        f"Two panels from {wording.moment(points[0].start)} to {wording.moment(points[-1].start)}: mentions against what is "
        f"ordinary, and the negative share against the brand's own. It rang {len(alarms)} times."
    )
    return _svg(width, height, title, described, parts, styled=True, ground=True)


def _volume_panel(points: Sequence[Point], frame: Frame) -> tuple[list[str], Scale]:
    cols = columns(points, most=round(frame.right - frame.left))
    x = Scale(cols[0].start, cols[-1].end, frame.left, frame.right)
    ticks = round_ticks(max(max(col.seen, col.upper) for col in cols), 4)
    y = Scale(0, ticks[-1], frame.bottom, frame.top)
    unit = wording.lasting(unit_s(points))
    loudest = f", the loudest of {wording.lasting(cols[0].span_s)}" if len(cols) < len(points) else ""
    parts = [
        _grid(ticks, y, frame),
        _times(time_ticks(cols[0].start, cols[-1].end, 8), x, frame),
        _band(cols, x, y),
        _area(cols, x, y, "bad"),
        _line(cols, x, y, "seen fine"),
        f'<text class="name" x="{frame.left}" y="{frame.top - 12}">Mentions in {unit}{loudest} (UTC)</text>',
    ]
    return parts, x


def _folded_shares(shares: Sequence[Column], points: Sequence[Point], most: int) -> list[Column]:
    """Put the shares of neighbours together, each weighing as many mentions as it had."""
    step = -(-len(shares) // most)
    folded = []
    for first in range(0, len(shares), step):
        part = points[first : first + step]
        seen = sum(point.seen for point in part)
        share = sum(point.negatives for point in part) / seen if seen else 0.0
        ordinary = sum(column.expected for column in shares[first : first + step]) / len(part)
        span_s = part[-1].start + part[-1].span_s - part[0].start
        folded.append(Column(part[0].start, span_s, share, 0.0, ordinary, ordinary))
    return folded


def _svg(
    width: float, height: float, title: str, described: str, parts: Sequence[str], *, styled: bool, ground: bool
) -> str:
    return (
        f'<svg class="tocsin-chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
        'aria-labelledby="chart-title chart-desc">'
        f'<title id="chart-title">{escape(title)}</title><desc id="chart-desc">{escape(described)}</desc>'
        + (f"<style>{STYLE}</style>" if styled else "")
        + (f'<rect class="ground" width="{width:g}" height="{height:g}"/>' if ground else "")
        + "".join(parts)
        + "</svg>"
    )


def _middle(col: Column) -> float:
    return col.start + col.span_s / 2


def _grid(ticks: Sequence[float], y: Scale, frame: Frame, *, percent: bool = False) -> str:
    return "".join(
        f'<line class="grid" x1="{frame.left}" y1="{y(tick)}" x2="{frame.right}" y2="{y(tick)}"/>'
        f'<text x="{frame.left - 5}" y="{y(tick) + 4:g}" text-anchor="end">{_count(tick) if not percent else f"{tick:.0%}"}</text>'
        for tick in ticks
    )


def _count(value: float) -> str:
    """Write a tick's number so that it fits the margin."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= 10 * size or (value >= size and value % size == 0):
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def _times(ticks: Sequence[tuple[float, str]], x: Scale, frame: Frame) -> str:
    drawn = []
    for at, label in ticks:
        place = x(at)
        anchor = "end" if place > frame.right - 18 else "start" if place < frame.left + 14 else "middle"
        drawn.append(
            f'<line class="grid" x1="{place}" y1="{frame.bottom}" x2="{place}" y2="{frame.bottom + 4:g}"/>'
            f'<text x="{place}" y="{frame.bottom + 17:g}" text-anchor="{anchor}">{escape(label)}</text>'
        )
    return "".join(drawn)


def _band(cols: Sequence[Column], x: Scale, y: Scale) -> str:
    edge = " ".join(f"{x(_middle(col))},{y(col.upper)}" for col in cols)
    due = " ".join(f"{x(_middle(col))},{y(col.expected)}" for col in cols)
    first, last = x(_middle(cols[0])), x(_middle(cols[-1]))
    return f'<polygon class="band" points="{first},{y(0)} {edge} {last},{y(0)}"/><polyline class="due" points="{due}"/>'


def _area(cols: Sequence[Column], x: Scale, y: Scale, name: str) -> str:
    edge = " ".join(f"{x(_middle(col))},{y(col.negatives)}" for col in cols)
    first, last = x(_middle(cols[0])), x(_middle(cols[-1]))
    return f'<polygon class="{name}" points="{first},{y(0)} {edge} {last},{y(0)}"/>'


def _line(cols: Sequence[Column], x: Scale, y: Scale, name: str) -> str:
    return f'<polyline class="{name}" points="{" ".join(f"{x(_middle(col))},{y(col.seen)}" for col in cols)}"/>'


def _rule(at: float, x: Scale, frame: Frame) -> str:
    return f'<line class="ring" x1="{x(at)}" y1="{frame.top}" x2="{x(at)}" y2="{frame.bottom}"/>'


def _ring(at: float, x: Scale, frame: Frame, label: str) -> str:
    place = min(max(x(at), frame.left), frame.right)
    anchor, shift = ("end", -7) if place > (frame.left + frame.right) / 2 else ("start", 7)
    line = f'<line class="ring" x1="{place}" y1="{frame.top - 4}" x2="{place}" y2="{frame.bottom}"/>'
    head = f'<path class="mark" d="M{place} {frame.top + 3}l-5 -8h10z"/>'
    return f'{line}{head}<text class="ring-name" x="{place + shift:g}" y="{frame.top + 3}" text-anchor="{anchor}">{escape(label)}</text>'


def _alarms(alarms: Sequence[Alarm], x: Scale, frame: Frame) -> str:
    """Mark each alarm; a label is left out where it would lie on the one before."""
    drawn: list[str] = []
    ordered = sorted(alarms, key=lambda alarm: alarm.at)
    for before, alarm in pairwise([None, *ordered]):
        assert alarm is not None
        place = x(alarm.at)
        drawn.append(_rule(alarm.at, x, frame) + f'<path class="mark" d="M{place} {frame.top + 2}l-6 -9h12z"/>')
        if alarm.label and (before is None or place - x(before.at) > 7 * len(alarm.label) + 16):
            anchor, shift = ("end", -9) if place > frame.right - 8 * len(alarm.label) else ("start", 9)
            drawn.append(
                f'<text class="ring-name" x="{place + shift:g}" y="{frame.top + 6}" text-anchor="{anchor}">{escape(alarm.label)}</text>'
            )
    return "".join(drawn)


def _title(title: str) -> str:
    return f'<text class="title" x="20" y="26">{escape(title)}</text>'


def _key(left: float, y: float, entries: Sequence[tuple[str, str]]) -> str:
    drawn = []
    place = left
    for name, label in entries:
        sign = {
            "seen": f'<line class="seen" x1="{place}" y1="{y - 4}" x2="{place + 16}" y2="{y - 4}"/>',
            "bad": f'<rect class="bad" x="{place}" y="{y - 9}" width="16" height="10"/>',
            "band": f'<rect class="band" x="{place}" y="{y - 9}" width="16" height="10"/><line class="due" x1="{place}" y1="{y - 4}" x2="{place + 16}" y2="{y - 4}"/>',
            "now": f'<circle class="now" cx="{place + 8}" cy="{y - 4}" r="4"/>',
            "mark": f'<path class="mark" d="M{place + 8} {y + 1}l-6 -10h12z"/>',
        }[name]
        drawn.append(f'{sign}<text class="name" x="{place + 21}" y="{y}">{label}</text>')
        place += 21 + 7 * len(label) + 14
    return "".join(drawn)
