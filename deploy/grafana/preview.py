"""A preview of the dashboard without Grafana: ``python deploy/grafana/preview.py http://localhost:9090 page.html``.

Reads ``dashboards/tocsin.json``, asks a Prometheus for each panel's queries, and draws the panels in the same grid,
with their titles, units, thresholds and legends. What is asked is the dashboard's; the drawing is ours, not Grafana's.
"""

import argparse
import html
import json
import math
import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import httpx

DASHBOARD = Path(__file__).parent / "dashboards" / "tocsin.json"
COLUMN, ROW, GAP = 60.0, 30.0, 8.0
"""Grafana's grid: a column's width of 24, a row's height, the gap between panels; pixels."""
PALETTE = ("#5794f2", "#3fa66b", "#e0a030", "#b877d9", "#e0506a", "#56c5d0", "#d9a38a", "#8a8f98")
INK, DIM, LINE, PANEL, GROUND = "#e3e5ea", "#9a9fa9", "#2f333b", "#1b1d22", "#111217"
STEPS = 240
LEGEND = 16.0
"""Height of a row of a legend."""

Point = tuple[float, float]
Series = tuple[str, str, list[Point]]
"""Legend, colour, points in order of time."""


class Prometheus:
    """Asks a Prometheus about one stretch of time."""

    def __init__(self, url: str, begin: float, end: float) -> None:
        self.begin, self.end = begin, end
        self._client = httpx.Client(base_url=url, trust_env=False, timeout=30.0)

    def range(self, expr: str) -> list[dict[str, Any]]:
        """Return the series of an expression."""
        step = max(1.0, (self.end - self.begin) / STEPS)
        asked = {"query": expr, "start": self.begin, "end": self.end, "step": step}
        found: list[dict[str, Any]] = self._get("/api/v1/query_range", asked)["result"]
        return found

    def values(self, label: str, metric: str) -> list[str]:
        """Return the values of a label, as Grafana's ``label_values`` does."""
        found = self._get("/api/v1/series", {"match[]": metric, "start": self.begin, "end": self.end})
        return sorted({each[label] for each in found if label in each})

    def _get(self, path: str, asked: dict[str, Any]) -> Any:
        answer = self._client.get(path, params=asked)
        told = answer.json()
        if told["status"] != "success":
            raise SystemExit(f"Prometheus refused {asked}: {told['error']}")
        return told["data"]


def series_of(panel: dict[str, Any], source: Prometheus, variables: dict[str, str]) -> list[Series]:
    """Return what a panel shows."""
    fixed = {
        override["matcher"]["options"]: setting["value"]["fixedColor"]
        for override in panel["fieldConfig"]["overrides"]
        for setting in override["properties"]
        if setting["id"] == "color"
    }
    found: list[Series] = []
    for target in panel["targets"]:
        for result in source.range(filled(target["expr"], variables)):
            labels = result["metric"]
            # A label that is empty is none to Prometheus.
            legend = re.sub(
                r"\{\{(\w+)\}\}", lambda name, of=labels: of.get(name[1], ""), target["legendFormat"]
            ).strip()
            points = [(float(at), float(value)) for at, value in result["values"]]
            points = [point for point in points if math.isfinite(point[1])]
            if points:
                found.append((legend, fixed.get(legend, PALETTE[len(found) % len(PALETTE)]), points))
    return found


def named(legend: str, labels: dict[str, str]) -> str:
    """Return a legend with the values of its labels; one that is empty is no label to Prometheus."""
    return re.sub(r"\{\{(\w+)\}\}", lambda name: labels.get(name[1], ""), legend).strip()


def filled(text: str, variables: dict[str, str]) -> str:
    """Replace ``$name`` by its value."""
    return re.sub(r"\$(\w+)", lambda found: variables.get(found[1], found[0]), text)


def told(value: float, unit: str, decimals: int | None = None) -> str:
    """Write a value in a unit of Grafana's: ``short``, ``s`` or ``percentunit``."""
    if unit == "percentunit":
        return f"{100 * value:.0f} %"
    if unit == "s" and value:
        for size, name in ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
            if abs(value) >= size:
                return f"{_number(value / size, decimals)} {name}"
    return f"{_number(value, decimals)}{' s' if unit == 's' else ''}"


def _number(value: float, decimals: int | None) -> str:
    for size, letter in ((1e6, " M"), (1e3, " k")):
        if abs(value) >= size:
            return f"{_number(value / size, decimals)}{letter}"
    if decimals is not None:
        return f"{value:.{decimals}f}"
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 10 else f"{value:.0f}"


def drawn(panel: dict[str, Any], source: Prometheus, variables: dict[str, str]) -> str:
    """Draw a panel where it stands in the grid."""
    at = panel["gridPos"]
    x, y = at["x"] * COLUMN, at["y"] * ROW
    width, height = at["w"] * COLUMN - GAP, at["h"] * ROW - GAP
    title = html.escape(filled(panel["title"], variables))
    if panel["type"] == "row":
        return f'<g transform="translate({x:g} {y:g})"><text class="row" x="4" y="17">{title}</text></g>'
    series = series_of(panel, source, variables)
    draw = _stat if panel["type"] == "stat" else _time_series
    inner = draw(panel, series, source, width, height) if series else _nothing(width, height)
    return (
        f'<g transform="translate({x:g} {y:g})"><title>{html.escape(panel["description"])}</title>'
        f'<rect class="panel" width="{width:g}" height="{height:g}" rx="3"/>'
        f'<text class="title" x="10" y="20">{title}</text>{inner}</g>'
    )


def _nothing(width: float, height: float) -> str:
    return f'<text class="dim middle" x="{width / 2:g}" y="{height / 2 + 8:g}">No data</text>'


def _stat(panel: dict[str, Any], series: list[Series], source: Prometheus, width: float, height: float) -> str:
    defaults = panel["fieldConfig"]["defaults"]
    _, _, points = series[0]
    last = points[-1][1]
    reached = [step["color"] for step in defaults["thresholds"]["steps"] if (step["value"] or -math.inf) <= last]
    top = max(value for _, value in points) or 1.0
    line = [(_across(at, source, 0, width), height - 2 - 26 * max(0.0, v) / top) for at, v in points]
    value = html.escape(told(last, defaults["unit"], defaults.get("decimals")))
    return (
        f'<polygon fill="{reached[-1]}" opacity="0.18" points="{line[0][0]:.1f},{height:g} {_path(line)} '
        f'{line[-1][0]:.1f},{height:g}"/>'
        f'<text class="stat middle" style="fill:{reached[-1]}" x="{width / 2:g}" y="{height / 2 + 18:g}">{value}</text>'
    )


def _time_series(panel: dict[str, Any], series: list[Series], source: Prometheus, width: float, height: float) -> str:
    defaults = panel["fieldConfig"]["defaults"]
    unit = defaults["unit"]
    left, right, top = 58.0, width - 14.0, 36.0
    legend, rows = _legend(series, unit, defaults.get("decimals"), right)
    bottom = height - 30.0 - LEGEND * rows
    ticks = _ticks(defaults.get("max") or max(value for _, _, points in series for _, value in points))
    marks = []
    for tick in ticks:
        level = bottom - (bottom - top) * tick / ticks[-1]
        marks.append(f'<path class="grid" d="M{left:g} {level:.1f}H{right:g}"/>')
        marks.append(f'<text class="dim end" x="{left - 6:g}" y="{level + 4:.1f}">{told(tick, unit)}</text>')
    for at in _minutes(source):
        place = _across(at, source, left, right)
        marks.append(f'<path class="grid" d="M{place:.1f} {top:g}V{bottom:g}"/>')
        clock = time.strftime("%H:%M", time.gmtime(at))
        marks.append(f'<text class="dim middle" x="{place:.1f}" y="{bottom + 15:g}">{clock}</text>')
    for _, colour, points in series:
        for stretch in _stretches(points, source):
            line = [
                (_across(at, source, left, right), bottom - (bottom - top) * max(0.0, v) / ticks[-1])
                for at, v in stretch
            ]
            area = f"{line[0][0]:.1f},{bottom:g} {_path(line)} {line[-1][0]:.1f},{bottom:g}"
            marks.append(f'<polygon fill="{colour}" opacity="0.08" points="{area}"/>')
            marks.append(f'<polyline class="line" stroke="{colour}" points="{_path(line)}"/>')
    return f'{"".join(marks)}<g transform="translate({left - 44:g} {bottom + 36:g})">{legend}</g>'


def _legend(series: Sequence[Series], unit: str, decimals: int | None, wide: float) -> tuple[str, int]:
    """Return the legend and its rows; what does not fit into three of them is not drawn, as in Grafana it scrolls."""
    marks, x, row = [], 0.0, 0
    for legend, colour, points in series:
        text = f"{legend}  {told(points[-1][1], unit, decimals)}"
        length = 30 + 6.3 * len(text)
        if x and x + length > wide - 14:
            x, row = 0.0, row + 1
        if row < 3:
            y = LEGEND * row
            marks.append(f'<path stroke="{colour}" stroke-width="3" d="M{x:.1f} {y - 4:g}h12"/>')
            marks.append(f'<text class="dim" x="{x + 17:.1f}" y="{y:g}">{html.escape(text)}</text>')
        x += length
    return "".join(marks), min(row + 1, 3)


def _across(at: float, source: Prometheus, left: float, right: float) -> float:
    return left + (right - left) * (at - source.begin) / (source.end - source.begin)


def _path(line: Iterable[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in line)


def _stretches(points: list[Point], source: Prometheus) -> list[list[Point]]:
    """Cut where a value is missing, as Grafana does, so that a gap looks like one."""
    step = max(1.0, (source.end - source.begin) / STEPS)
    cut: list[list[Point]] = []
    for point in points:
        if not cut or point[0] - cut[-1][-1][0] > 1.5 * step:
            cut.append([])
        cut[-1].append(point)
    return cut


def _ticks(most: float) -> list[float]:
    most = most if most > 0 else 1.0
    size = 10.0 ** math.floor(math.log10(most / 4))
    step = next(size * each for each in (1, 2, 2.5, 5, 10) if size * each * 4 >= most)
    return [step * number for number in range(math.ceil(most / step) + 1)]


def _minutes(source: Prometheus) -> list[float]:
    lasted = source.end - source.begin
    step = next((s for s in (60, 120, 300, 900, 1800, 3600, 7200, 21600) if lasted / s <= 6), 86400)
    first = math.ceil(source.begin / step)
    return [step * each for each in range(first, math.floor(source.end / step) + 1)]


def page(dashboard: dict[str, Any], source: Prometheus, brand: str) -> str:
    """Return the whole page."""
    variables = {}
    for variable in dashboard["templating"]["list"]:
        values = source.values("brand", "tocsin_level_mentions")
        variables[variable["name"]] = brand or (values[0] if values else "")
    panels = dashboard["panels"]
    width = 24 * COLUMN
    height = max(each["gridPos"]["y"] + each["gridPos"]["h"] for each in panels) * ROW
    stretch = " to ".join(time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(at)) for at in (source.begin, source.end))
    chosen = " · ".join(f"{name}: {value}" for name, value in variables.items())
    drawing = "\n".join(drawn(panel, source, variables) for panel in panels)
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{html.escape(dashboard["title"])}: preview</title>
<style>
body {{ margin: 14px 16px; background: {GROUND}; color: {INK}; font: 13px/1.4 "Liberation Sans", Arial, sans-serif }}
header {{ width: {width - GAP:g}px; display: flex; gap: 18px; align-items: baseline; margin-bottom: 10px }}
h1 {{ font-size: 20px; margin: 0 }} header span {{ color: {DIM} }} header span:last-child {{ margin-left: auto }}
text {{ font-size: 12px; fill: {INK} }} .title {{ font-size: 13px; font-weight: bold }} .dim {{ fill: {DIM} }}
.row {{ font-size: 15px; font-weight: bold }} .stat {{ font-size: 32px; font-weight: bold }}
.middle {{ text-anchor: middle }} .end {{ text-anchor: end }}
.panel {{ fill: {PANEL}; stroke: {LINE} }} .grid {{ stroke: {LINE}; fill: none }}
.line {{ fill: none; stroke-width: 1.6; stroke-linejoin: round }}
</style>
<header><h1>{html.escape(dashboard["title"])}</h1><span>{html.escape(chosen)}</span><span>{stretch} UTC</span>
<span>Preview drawn by deploy/grafana/preview.py, not by Grafana</span></header>
<svg width="{width:g}" height="{height:g}" xmlns="http://www.w3.org/2000/svg">
{drawing}
</svg></html>
"""


def preview(url: str, *, begin: float, end: float, brand: str = "") -> str:
    """Return the dashboard as a page of HTML, with what a Prometheus knows of a stretch of time (epoch seconds)."""
    return page(json.loads(DASHBOARD.read_text(encoding="utf-8")), Prometheus(url, begin, end), brand)


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("prometheus", help="its address, e.g. http://localhost:9090")
    parser.add_argument("output", type=Path, help="the .html to write")
    parser.add_argument("--minutes", type=float, default=60.0, help="how far back from now")
    parser.add_argument("--brand", default="", help="its id; by default the first")
    asked = parser.parse_args()
    now = time.time()
    asked.output.write_text(
        preview(asked.prometheus, begin=now - 60 * asked.minutes, end=now, brand=asked.brand), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
