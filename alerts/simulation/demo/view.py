"""Draws a frame for a terminal of any size from 80 by 24."""

from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from alerts.presentation import sentences
from alerts.simulation.demo.bin_series import Column
from alerts.simulation.demo.drawing import Chart, Lines, head, incident_lines, incident_sentences, page_of, rule, ways
from alerts.simulation.demo.frame import Frame
from alerts.simulation.demo.picture import BEYOND, spark
from alerts.simulation.stories.film_rental import ANNOUNCED
from alerts.wording.moments import IN_UTC
from alerts.wording.numbers import percent

_SPARK = 10
_LATELY_S = 3_600
LABEL = "Simulated texts at the published figures of July 2011"


class View:
    """A frame as ``rich`` renders it, or in sentences."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        frame, width = self._frame, options.max_width
        rate = f"{frame.sent:,} mentions, {frame.rate:,.0f} a second" if frame.sent else ""
        chart = Chart(frame.brand.name, frame.series[frame.brand.id], frame.now, frame.span_s, self._mark())
        incident = incident_lines(frame.crisis, frame.slack, frame.page, width)
        below = [*self._others(width), rule(), *incident, rule(), *ways(frame.addresses, frame.crisis, width)]
        yield page_of(console, options, head(LABEL, frame.now, rate, frame.doing, width), chart, below)

    def sentences(self) -> Iterator[str]:
        """Yield what is new."""
        frame = self._frame
        yield frame.doing
        yield from incident_sentences(frame.crisis, frame.slack, frame.page)
        if frame.crisis and frame.waits and frame.addresses:
            yield f"The story waits for you: open {frame.addresses.page} and take the incident."
            yield f"The inbox: {frame.addresses.inbox}  Metrics: {' '.join(frame.addresses.metrics)}"
        if frame.crisis and frame.crisis.acknowledged_by:
            yield f"{frame.crisis.acknowledged_by} has it."

    def _mark(self) -> tuple[int, str]:
        """Return when the announcement was, and when it rang."""
        announced, crisis = int(ANNOUNCED.timestamp()), self._frame.crisis
        mark = f"announced {IN_UTC.clock(announced).removesuffix(' UTC')}"
        return announced, f"{mark}, rang {IN_UTC.clock(crisis.opened_at)}" if crisis else mark

    def _others(self, width: int) -> Lines:
        frame = self._frame
        drawn: Lines = []
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


def _short(lately: Column) -> str:
    share = percent(lately.negative / lately.seen) if lately.seen else "0 %"
    return f"{lately.seen:4.1f}/min, {share:>5} negative"
