"""Draws a frame for a terminal of any size from 80 by 24, in its own sixteen colours, light or dark."""

from bisect import bisect_right

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from alerts.presentation import sentences
from alerts.simulation.demo.bin_series import Column
from alerts.simulation.demo.frame import Addresses, Frame, day_and_time
from alerts.simulation.demo.picture import BAND, BEYOND, ORDINARY, bars, spark, top_of
from alerts.simulation.stories.film_rental import ANNOUNCED
from alerts.wording.moments import IN_UTC
from alerts.wording.numbers import percent
from alerts.wording.severity import SEVERITY_WORDS

_AXIS = 6
_LEAST_LINES, _MOST_LINES = 4, 14
_SPARK = 10
_NAME = 12
_LATELY_S = 3_600
LABEL = "Simulated texts at the published figures of July 2011"


class View:
    """A frame as ``rich`` renders it: as large as the terminal, and not a line larger."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width, height = options.max_width, options.height or console.size.height
        below = [*self._others(width), _rule(), *self._crisis(width), _rule(), *self._ways(width)]
        above = self._head(width)
        room = height - len(above) - len(below) - 3
        chart = self._chart(width, min(_MOST_LINES, max(_LEAST_LINES, room)))
        yield Group(*above, _rule(), *chart, *below)

    def _head(self, width: int) -> list[Text | Table]:
        frame = self._frame
        rate = f"{frame.sent:,} mentions, {frame.rate:,.0f} a second" if frame.sent else ""
        return [
            _sides(Text("Tocsin", style="bold").append("  early warning", "not bold"), Text(LABEL, BAND)),
            _sides(Text(day_and_time(frame.now), style="bold"), Text(rate)),
            _line(frame.doing, width),
        ]

    def _chart(self, width: int, height: int) -> list[Text | Table]:
        frame = self._frame
        count = max(20, width - _AXIS - 1)
        columns = frame.series[frame.brand.id].columns(frame.now, frame.span_s, count)
        top = top_of(columns)
        lines = bars(columns, height, top)
        labels = {0: f"{top:g}", height - 1: "0"}
        drawn = [Text(f"{labels.get(i, ''):>{_AXIS - 1}} ", BAND).append_text(line) for i, line in enumerate(lines)]
        lately = frame.series[frame.brand.id].lately(frame.now, _LATELY_S // 4)
        key = Text("░ ordinary ", BAND).append("█", ORDINARY).append(" seen ", BAND).append("█", BEYOND)
        key.append(" beyond", BAND)
        name = Text(frame.brand.name, style="bold").append(f"  {_figures(lately)}", "not bold")
        return [_sides(name, key), *drawn, self._axis([column.start for column in columns])]

    def _axis(self, starts: list[int]) -> Text:
        """Write beneath the columns when it begins, when the announcement was and when it rang."""
        frame = self._frame
        line = f"{'':{_AXIS}}{_when(starts[0], frame.span_s)}"
        announced = int(ANNOUNCED.timestamp())
        if starts[0] < announced < frame.now:
            at = _AXIS + bisect_right(starts, announced) - 1
            mark = f"announced {IN_UTC.clock(announced).removesuffix(' UTC')}"
            if frame.crisis:
                mark += f", rang {IN_UTC.clock(frame.crisis.opened_at)}"
            fits = at + len(mark) + 2 <= _AXIS + len(starts)
            mark = f"▲ {mark}" if fits else f"{mark} ▲"
            line = f"{line:<{at}}{mark}" if fits else f"{line:<{max(0, at + 1 - len(mark))}}{mark}"
        room = _AXIS + len(starts) - 3
        return Text(f"{line:<{room}}now" if len(line) < room else line, BAND)

    def _others(self, width: int) -> list[Text | Table]:
        frame = self._frame
        drawn: list[Text | Table] = []
        for brand in frame.others:
            series = frame.series[brand.id]
            line = Text(f"{sentences.cut(brand.name, 24):<25}").append_text(
                spark(series.columns(frame.now, frame.span_s, _SPARK))
            )
            lately = series.lately(frame.now, _LATELY_S)
            line.append(f"  {_short(lately)}")
            paged = "PAGED" in (verdict := frame.verdict_on(brand))
            line.append(f"  {verdict}", BEYOND if paged else "green")
            line.truncate(width, overflow="ellipsis")
            drawn.append(line)
        return drawn

    def _crisis(self, width: int) -> list[Text | Table]:
        frame, crisis = self._frame, self._frame.crisis
        if crisis is None:
            quiet = [("it rang", "not yet: nothing out of the ordinary"), ("Slack", "no message"), ("pager", "silent")]
            return [_entry(name, Text(text, BAND), width) for name, text in [*quiet, ("who has it", "")]]
        fired = Text(f"{day_and_time(crisis.opened_at).split(', ')[1]}", style=f"bold {BEYOND}")
        fired.append(f"  {SEVERITY_WORDS[crisis.severity]}, {sentences.sentence(crisis)}", "not bold default")
        # Event time and the wall clock are far apart here, so the wall clock's times are left out.
        held = f"{crisis.acknowledged_by} has it." if crisis.status == "acknowledged" else sentences.holder(crisis)
        holder = Text(held, style="bold green" if crisis.status != "open" else f"bold {BEYOND}")
        return [
            *_entries("it rang", fired, width, lines=2),
            _entry("Slack", Text(frame.slack or "on its way …"), width),
            _entry("pager", Text(frame.page or "on its way …"), width),
            _entry("who has it", holder, width),
        ]

    def _ways(self, width: int) -> list[Text | Table]:
        frame = self._frame
        if frame.addresses is None:
            return [Text(), Text()]
        crisis = frame.crisis
        if crisis is not None and crisis.status == "open":
            call = Text(" Your turn ", style="bold reverse").append("  open ", "not bold not reverse")
            call.append(frame.addresses.page, f"bold not reverse underline link {frame.addresses.page}")
            call.append("  type a name, press “I have it”", "not bold not reverse")
        else:
            call = Text("Nothing to do yet: when it rings, the link to take it appears here.", BAND)
            if crisis is not None:
                call = Text("The page: ").append_text(_link(frame.addresses.page))
        return [_cut(call, width), _cut(addresses_line(frame.addresses), width)]


def addresses_line(addresses: Addresses, *, all_metrics: bool = False) -> Text:
    """Return where else to look, and how to leave."""
    line = Text("inbox ", BAND).append_text(_link(addresses.inbox))
    for url in addresses.metrics if all_metrics else addresses.metrics[:1]:
        line.append("  ").append_text(_link(url))
    return line.append("  Ctrl-C ends it", BAND)


def _link(url: str) -> Text:
    return Text(url, style=f"underline link {url}")


def _figures(lately: Column) -> str:
    share = f", {percent(lately.negative / lately.seen)} negative" if lately.seen else ""
    return f"{lately.seen:.1f} a minute, ordinary up to {lately.upper:.1f}{share}"


def _short(lately: Column) -> str:
    share = percent(lately.negative / lately.seen) if lately.seen else "0 %"
    return f"{lately.seen:4.1f}/min, {share:>5} negative"


def _when(at: float, span_s: float) -> str:
    return IN_UTC.clock(at) if span_s < 86_400 else IN_UTC.day(at)


def _entries(name: str, text: Text, width: int, lines: int) -> list[Text]:
    """Return an entry that may go on beneath itself."""
    words = text.wrap(Console(width=width), width - _NAME)
    shown = [*words[: lines - 1], Text(" ").join(words[lines - 1 :])]
    return [_entry("" if number else name, line, width) for number, line in enumerate(shown)]


def _entry(name: str, text: Text, width: int) -> Text:
    return _cut(Text.assemble((f"{name:<{_NAME}}", BAND), text), width)


def _line(text: str, width: int) -> Text:
    return _cut(Text(text), width)


def _cut(text: Text, width: int) -> Text:
    text.truncate(width, overflow="ellipsis")
    text.no_wrap = True
    return text


def _sides(left: Text, right: Text) -> Table:
    grid = Table.grid(expand=True, padding=0)
    grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    grid.add_column(justify="right", no_wrap=True, overflow="ellipsis")
    grid.add_row(left, right)
    return grid


def _rule() -> Rule:
    return Rule(style=BAND)
