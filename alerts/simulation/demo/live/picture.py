"""Draws what was heard: the chart of the brand, the newest posts that match, and what has rung."""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from alerts.incidents.incident import Incident
from alerts.simulation.demo.bin_series import BinSeries
from alerts.simulation.demo.drawing import (
    Chart,
    Lines,
    cut,
    entry,
    head,
    incident_lines,
    incident_sentences,
    page_of,
    rule,
    ways,
)
from alerts.simulation.demo.frame import Addresses
from alerts.simulation.demo.live.heard import Heard, Post
from alerts.simulation.demo.picture import BAND, BEYOND
from alerts.wording.moments import IN_UTC
from streams.brand import Brand

_SPAN_S = 3_600.0
_SHOWN = 4
"""Posts, on a terminal of 24 lines; each 2 lines more have room for another."""
_LEAST_HEIGHT = 24
_LONGEST = 200


class LivePicture(Struct, frozen=True, kw_only=True):
    """One moment.

    Parameters
    ----------
    doing
        What is being started; empty once all is there.
    crisis
        The newest incident of the brand that has woken somebody.
    slack, page
        What Slack and the pager were last sent; empty before.
    """

    brand: Brand
    heard: Heard
    series: BinSeries
    now: float
    doing: str = ""
    crisis: Incident | None = None
    slack: str = ""
    page: str = ""
    addresses: Addresses | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width, height = options.max_width, options.height or console.size.height
        heard, crisis = self.heard, self.crisis
        label = f"{heard.network}, live; nothing is kept"
        chart = Chart(self.brand.name, self.series, self.now, _SPAN_S, (crisis.opened_at, "rang") if crisis else None)
        below = [
            entry("an hour", Text(heard.ordinary_hour), width),
            rule(),
            *self._posts(width, _SHOWN + max(0, height - _LEAST_HEIGHT) // 2),
            rule(),
            *incident_lines(crisis, self.slack, self.page, width),
            *ways(self.addresses, crisis, width),
        ]
        above = head(label, self.now, heard.reading, self.doing or heard.doing, width)
        yield page_of(console, options, above, chart, below)

    def sentences(self) -> Iterator[str]:
        """Yield what is new."""
        yield self.doing or self.heard.doing
        for post in self.heard.posts.values():
            yield f"{IN_UTC.clock(post.at)}  {_mood(post)}  {post.text}"
        if self.heard.report:
            yield self.heard.report
        yield from incident_sentences(self.crisis, self.slack, self.page)
        if self.crisis and self.page and self.addresses:
            yield f"Open {self.addresses.page} and take the incident. The inbox: {self.addresses.inbox}"

    def _posts(self, width: int, most: int) -> Lines:
        newest = list(self.heard.posts.values())[::-1][:most]
        drawn: Lines = []
        for post in newest:
            line = Text(f"{IN_UTC.clock(post.at).removesuffix(' UTC')}  ", BAND)
            line.append(f"{_mood(post):<14}", BEYOND if post.mood == "negative" else BAND)
            drawn.append(cut(line.append(post.text.replace("\n", " ")[:_LONGEST]), width))
        return drawn or [cut(Text("no post that matches yet", BAND), width)]


def newest_page(incidents: Sequence[Incident], brand: str) -> Incident | None:
    """Return the newest incident of a brand that has woken somebody."""
    paged = [each for each in incidents if each.brand == brand and each.paged]
    return max(paged, key=lambda incident: incident.opened_at, default=None)


def _mood(post: Post) -> str:
    return post.mood if post.mood == "not scored" else f"{post.mood} {post.negativity:.2f}"
