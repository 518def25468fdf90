"""Parts of a picture in a terminal of any size from 80 by 24, in its own sixteen colours, light or dark."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Protocol

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from alerts.incidents.incident import Incident
from alerts.presentation import sentences
from alerts.simulation.demo.bin_series import BinSeries, Column
from alerts.simulation.demo.frame import Addresses, day_and_time
from alerts.simulation.demo.picture import BAND, BEYOND, ORDINARY, bars, top_of
from alerts.wording.moments import IN_UTC
from alerts.wording.numbers import percent
from alerts.wording.severity import SEVERITY_WORDS

_AXIS = 6
_LEAST_LINES, _MOST_LINES = 4, 14
_NAME = 12
_LATELY_S = 900
Lines = list[Text | Table]


class Picture(Protocol):
    """One moment, as ``rich`` renders it, or in sentences for who has no terminal."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult: ...
    def sentences(self) -> Iterator[str]:
        """Yield what is to be said now; each is written once."""


class Chart:
    """One brand's time as columns, with what they mean above and the times beneath.

    Parameters
    ----------
    name
        Of the brand.
    now, span_s
        Event time at its right end, and how much of it is shown.
    mark
        A moment of it, and what it is called.
    """

    def __init__(
        self, name: str, series: BinSeries, now: float, span_s: float, mark: tuple[int, str] | None = None
    ) -> None:
        self._name = name
        self._series = series
        self._now = now
        self._span_s = span_s
        self._mark = mark

    def lines(self, width: int, height: int) -> Lines:
        """Return it with so many lines of columns."""
        columns = self._series.columns(self._now, self._span_s, max(20, width - _AXIS - 1))
        top = top_of(columns)
        labels = {0: f"{top:g}", height - 1: "0"}
        drawn = [
            Text(f"{labels.get(i, ''):>{_AXIS - 1}} ", BAND).append_text(line)
            for i, line in enumerate(bars(columns, height, top))
        ]
        key = Text("░ ordinary ", BAND).append("█", ORDINARY).append(" seen ", BAND).append("█", BEYOND)
        key.append(" beyond", BAND)
        name = Text(sentences.cut(self._name, width // 3), style="bold")
        name.append(f"  {_figures(self._series.lately(self._now, _LATELY_S))}", "not bold")
        return [sides(name, key), *drawn, self._axis([column.start for column in columns])]

    def _axis(self, starts: list[int]) -> Text:
        """Write beneath the columns when it begins, and the mark."""
        line = f"{'':{_AXIS}}{_when(starts[0], self._span_s)}"
        if self._mark is not None and starts[0] < self._mark[0] < self._now:
            at = _AXIS + bisect_right(starts, self._mark[0]) - 1
            mark = self._mark[1]
            fits = at + len(mark) + 2 <= _AXIS + len(starts)
            mark = f"▲ {mark}" if fits else f"{mark} ▲"
            line = f"{line:<{at}}{mark}" if fits else f"{line:<{max(0, at + 1 - len(mark))}}{mark}"
        room = _AXIS + len(starts) - 3
        return Text(f"{line:<{room}}now" if len(line) < room else line, BAND)


def page_of(
    console: Console, options: ConsoleOptions, head: Lines, chart: Chart, below: Sequence[Text | Table | Rule]
) -> Group:
    """Return a picture as large as the terminal, and not a line larger: the chart takes what the rest leaves."""
    room = (options.height or console.size.height) - len(head) - len(below) - 3
    columns = chart.lines(options.max_width, min(_MOST_LINES, max(_LEAST_LINES, room)))
    return Group(*head, rule(), *columns, *below)


def head(label: str, now: float, right: str, doing: str, width: int) -> Lines:
    """Return the first lines: what this is, the time, how much there is, and what is going on."""
    return [
        sides(Text("Tocsin", style="bold").append("  early warning", "not bold"), Text(label, BAND)),
        sides(Text(day_and_time(now), style="bold"), Text(right)),
        cut(Text(doing), width),
    ]


def incident_lines(crisis: Incident | None, slack: str, page: str, width: int) -> Lines:
    """Return what has become of an incident, and where it has come to."""
    if crisis is None:
        quiet = [("it rang", "not yet: nothing out of the ordinary"), ("Slack", "no message"), ("pager", "silent")]
        return [entry(name, Text(text, BAND), width) for name, text in [*quiet, ("who has it", "")]]
    fired = Text(f"{day_and_time(crisis.opened_at).split(', ')[1]}", style=f"bold {BEYOND}")
    fired.append(f"  {SEVERITY_WORDS[crisis.severity]}, {sentences.sentence(crisis)}", "not bold default")
    # Event time and the wall clock may be far apart here, so the wall clock's times are left out.
    held = f"{crisis.acknowledged_by} has it." if crisis.status == "acknowledged" else sentences.holder(crisis)
    holder = Text(held, style="bold green" if crisis.status != "open" else f"bold {BEYOND}")
    return [
        *_entries("it rang", fired, width, lines=2),
        entry("Slack", Text(slack or "on its way …"), width),
        entry("pager", Text(page or "on its way …"), width),
        entry("who has it", holder, width),
    ]


def ways(addresses: Addresses | None, crisis: Incident | None, width: int) -> Lines:
    """Return where a person goes from here."""
    if addresses is None:
        return [Text(), Text()]
    if crisis is not None and crisis.status == "open":
        call = Text(" Your turn ", style="bold reverse").append("  open ", "not bold not reverse")
        call.append(addresses.page, f"bold not reverse underline link {addresses.page}")
        call.append("  type a name, press “I have it”", "not bold not reverse")
    else:
        call = Text("Nothing to do yet: when it rings, the link to take it appears here.", BAND)
        if crisis is not None:
            call = Text("The page: ").append_text(_link(addresses.page))
    return [cut(call, width), cut(addresses_line(addresses), width)]


def incident_sentences(crisis: Incident | None, slack: str, page: str) -> Iterator[str]:
    """Yield the same in sentences."""
    if crisis is None:
        return
    yield f"It rang, {day_and_time(crisis.opened_at)}: {sentences.title(crisis).partition(' (')[0]}"
    if page:
        yield "The pager rang."
    if slack:
        yield "Slack shows it."


def addresses_line(addresses: Addresses, *, all_metrics: bool = False) -> Text:
    """Return where else to look, and how to leave."""
    line = Text("inbox ", BAND).append_text(_link(addresses.inbox))
    for url in addresses.metrics if all_metrics else addresses.metrics[:1]:
        line.append("  ").append_text(_link(url))
    return line.append("  Ctrl-C ends it", BAND)


def entry(name: str, text: Text, width: int) -> Text:
    """Return a line that begins with what it is about."""
    return cut(Text.assemble((f"{name:<{_NAME}}", BAND), text), width)


def cut(text: Text, width: int) -> Text:
    """Return it as one line of the terminal."""
    text.truncate(width, overflow="ellipsis")
    text.no_wrap = True
    return text


def sides(left: Text, right: Text) -> Table:
    """Return a line with something at either end."""
    grid = Table.grid(expand=True, padding=0)
    grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    grid.add_column(justify="right", no_wrap=True, overflow="ellipsis")
    grid.add_row(left, right)
    return grid


def rule() -> Rule:
    """Return a line between two parts."""
    return Rule(style=BAND)


def _entries(name: str, text: Text, width: int, lines: int) -> list[Text]:
    """Return an entry that may go on beneath itself."""
    words = text.wrap(Console(width=width), width - _NAME)
    shown = [*words[: lines - 1], Text(" ").join(words[lines - 1 :])]
    return [entry("" if number else name, line, width) for number, line in enumerate(shown)]


def _link(url: str) -> Text:
    return Text(url, style=f"underline link {url}")


def _figures(lately: Column) -> str:
    share = f", {percent(lately.negative / lately.seen)} negative" if lately.seen else ""
    return f"{lately.seen:.1f} a minute, ordinary up to {lately.upper:.1f}{share}"


def _when(at: float, span_s: float) -> str:
    return IN_UTC.clock(at) if span_s < 86_400 else IN_UTC.day(at)
