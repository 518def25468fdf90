"""What charts are drawn with: grid, band, line, area, alarms, the key, and the frame around it all."""

from collections.abc import Sequence
from html import escape

from msgspec import Struct

from alerts.wording.chart_columns import Column
from alerts.wording.chart_scale import Scale

_LIGHT = (
    "--c-ink: #17191f; --c-quiet: #575c68; --c-rule: #dcdad4; --c-sheet: #fff; --c-seen: #17191f; "
    "--c-bad: #c2293d; --c-band: #c9d9e8; --c-due: #3f6d99;"
)
_DARK = (
    "--c-ink: #eceef3; --c-quiet: #a7adba; --c-rule: #31343f; --c-sheet: #171920; --c-seen: #eceef3; "
    "--c-bad: #ff7a88; --c-band: #2b415a; --c-due: #8ebdf0;"
)
_FONT = '-apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, system-ui, sans-serif'

STYLE = f"""
.tocsin-chart {{ {_LIGHT} font-family: {_FONT}; }}
@media (prefers-color-scheme: dark) {{ .tocsin-chart {{ {_DARK} }} }}
.tocsin-chart .ground {{ fill: var(--c-sheet); }}
.tocsin-chart text {{ fill: var(--c-quiet); font-size: 12px; }}
.tocsin-chart .title {{ fill: var(--c-ink); font-size: 16px; font-weight: 650; }}
.tocsin-chart .name {{ fill: var(--c-ink); }}
.tocsin-chart .ring-name {{ fill: var(--c-ink); font-weight: 650; paint-order: stroke;
  stroke: var(--c-sheet); stroke-width: 4px; stroke-linejoin: round; }}
.tocsin-chart .grid {{ stroke: var(--c-rule); stroke-width: 1; }}
.tocsin-chart .band {{ fill: var(--c-band); }}
.tocsin-chart .due {{ fill: none; stroke: var(--c-due); stroke-width: 1.25; stroke-dasharray: 4 3; }}
.tocsin-chart .bad {{ fill: var(--c-bad); fill-opacity: .85; }}
.tocsin-chart .bad-line {{ fill: none; stroke: var(--c-bad); stroke-width: 1.5; stroke-linejoin: round; }}
.tocsin-chart .seen {{ fill: none; stroke: var(--c-seen); stroke-width: 2; stroke-linejoin: round; }}
.tocsin-chart .seen.fine {{ stroke-width: 1.1; }}
.tocsin-chart .seen.open {{ stroke-dasharray: 2 3; }}
.tocsin-chart .bad.open {{ fill-opacity: .4; }}
.tocsin-chart .ring {{ stroke: var(--c-ink); stroke-width: 1.5; stroke-dasharray: 2 3; }}
.tocsin-chart .mark {{ fill: var(--c-ink); }}
.tocsin-chart .now {{ fill: var(--c-sheet); stroke: var(--c-seen); stroke-width: 2.5; }}
"""
"""Light or dark as the reader's device is. A page that forbids inline styles allows it by its hash."""


class Frame(Struct, frozen=True, kw_only=True):
    """Where a panel lies in its picture, pixels."""

    left: float
    top: float
    right: float
    bottom: float


class Mark(Struct, frozen=True, kw_only=True):
    """A moment worth a mark (epoch seconds), and a word for it."""

    at: float
    label: str = ""


def picture(
    width: float, height: float, *, title: str, description: str, parts: Sequence[str], styled: bool, ground: bool
) -> str:
    """Put the parts into one ``<svg>`` with a title and a description for those who cannot see it."""
    return (
        f'<svg class="tocsin-chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img" '
        'aria-labelledby="chart-title chart-desc">'
        f'<title id="chart-title">{escape(title)}</title><desc id="chart-desc">{escape(description)}</desc>'
        + (f"<style>{STYLE}</style>" if styled else "")
        + (f'<rect class="ground" width="{width:g}" height="{height:g}"/>' if ground else "")
        + "".join(parts)
        + "</svg>"
    )


def text(x: float, y: float, words: str, name: str = "", anchor: str = "start") -> str:
    """Write words."""
    named = f' class="{name}"' if name else ""
    anchored = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text{named} x="{x:g}" y="{y:g}"{anchored}>{escape(words)}</text>'


def grid(ticks: Sequence[float], y: Scale, frame: Frame, *, percent: bool = False) -> str:
    """Draw the lines of round numbers, each with its number."""
    return "".join(
        _straight("grid", frame.left, y(tick), frame.right, y(tick))
        + text(frame.left - 5, y(tick) + 4, f"{tick:.0%}" if percent else _count(tick), anchor="end")
        for tick in ticks
    )


def times(ticks: Sequence[tuple[float, str]], x: Scale, frame: Frame) -> str:
    """Write the round moments beneath."""
    drawn = []
    for at, label in ticks:
        place = x(at)
        anchor = "end" if place > frame.right - 18 else "start" if place < frame.left + 14 else "middle"
        drawn.append(_straight("grid", place, frame.bottom, place, frame.bottom + 4))
        drawn.append(text(place, frame.bottom + 17, label, anchor=anchor))
    return "".join(drawn)


def band(cols: Sequence[Column], x: Scale, y: Scale) -> str:
    """Fill what is expected, from zero to the upper edge."""
    return _filled("band", [(x(col.middle), y(col.upper)) for col in cols], y(0))


def due(cols: Sequence[Column], x: Scale, y: Scale) -> str:
    """Draw the expected value itself."""
    return _polyline("due", [(x(col.middle), y(col.expected)) for col in cols])


def negative(cols: Sequence[Column], x: Scale, y: Scale, name: str = "bad") -> str:
    """Fill what is negative."""
    return _filled(name, [(x(col.middle), y(col.negatives)) for col in cols], y(0))


def seen(cols: Sequence[Column], x: Scale, y: Scale, name: str = "seen") -> str:
    """Draw what was seen."""
    return _polyline(name, [(x(col.middle), y(col.seen)) for col in cols])


def now(col: Column, x: Scale, y: Scale) -> str:
    """Draw the ring around the newest reading."""
    return f'<circle class="now" cx="{x(col.middle)}" cy="{y(col.seen)}" r="4"/>'


def marks(moments: Sequence[Mark], x: Scale, frame: Frame) -> str:
    """Mark moments by a line and a triangle; a label is left out where it would lie on the one before."""
    drawn: list[str] = []
    free_from = frame.left
    for moment in sorted(moments, key=lambda mark: mark.at):
        place = min(max(x(moment.at), frame.left), frame.right)
        drawn.append(_straight("ring", place, frame.top - 4, place, frame.bottom))
        drawn.append(f'<path class="mark" d="M{place} {frame.top + 3:g}l-5 -9h10z"/>')
        wide = 7.2 * len(moment.label)
        if not moment.label:
            continue
        # To the left, where it was still calm, if there is room.
        if place - 8 - wide >= free_from:
            drawn.append(text(place - 8, frame.top + 13, moment.label, "ring-name", "end"))
            free_from = place + 4
        elif place >= free_from and place + 8 + wide <= frame.right:
            drawn.append(text(place + 8, frame.top + 13, moment.label, "ring-name"))
            free_from = place + 12 + wide
    return "".join(drawn)


def key(left: float, y: float, entries: Sequence[tuple[str, str]]) -> str:
    """Say what line, area, band, ring and triangle mean: pairs of a sign's name and its word."""
    drawn = []
    place = left
    for name, label in entries:
        drawn.append(_sign(name, place, y) + text(place + 21, y, label, "name"))
        place += 36 + 6.6 * len(label)
    return "".join(drawn)


def _sign(name: str, x: float, y: float) -> str:
    line = _straight("due" if name == "band" else name, x, y - 4, x + 16, y - 4)
    box = f'<rect class="{name}" x="{x:g}" y="{y - 9:g}" width="16" height="10"/>'
    return {
        "seen": line,
        "bad-line": line,
        "bad": box,
        "band": box + line,
        "now": f'<circle class="now" cx="{x + 8:g}" cy="{y - 4:g}" r="4"/>',
        "mark": f'<path class="mark" d="M{x + 8:g} {y + 1:g}l-5 -9h10z"/>',
    }[name]


def _straight(name: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{name}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>'


def _polyline(name: str, places: Sequence[tuple[float, float]]) -> str:
    return f'<polyline class="{name}" points="{_joined(places)}"/>'


def _filled(name: str, places: Sequence[tuple[float, float]], ground: float) -> str:
    closed = [(places[0][0], ground), *places, (places[-1][0], ground)]
    return f'<polygon class="{name}" points="{_joined(closed)}"/>'


def _joined(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)


def _count(value: float) -> str:
    """Write a tick's number so that it fits the margin."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= 10 * size or (value >= size and value % size == 0):
            return f"{value / size:g}{letter}"
    return f"{value:g}"
