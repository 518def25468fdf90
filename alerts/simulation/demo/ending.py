"""The last thing that the demo says: when it rang, what that was worth, and whether every mention was counted."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from alerts.simulation.demo.frame import Frame, day_and_time
from alerts.simulation.demo.outcome import Alarm, Outcome
from alerts.simulation.demo.picture import BAND, BEYOND
from alerts.wording.numbers import lasting

_STORY = (
    "In 2011 such a price change cost a film-rental company 800,000 customers and two thirds of its market value "
    "within months. Whoever took this incident had the time above to answer."
)


def ending(frame: Frame, found: Outcome, alarm: Alarm | None, missed: list[str]) -> Group:
    """Return it for a terminal.

    Parameters
    ----------
    missed
        What was promised and not kept; from ``shortfalls``.
    """
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style=BAND, no_wrap=True)
    rows.add_column()
    for name, text in _rows(frame, found, alarm):
        rows.add_row(name, text)
    parts: list[RenderableType] = [Rule("How it ended", style=BAND, align="left"), Padding(rows, (1, 0)), Text(_STORY)]
    parts += [Text(f"Not as promised: {'; '.join(missed)}.", style=f"bold {BEYOND}")] if missed else []
    return Group(*parts)


def _rows(frame: Frame, found: Outcome, alarm: Alarm | None) -> list[tuple[str, Text]]:
    rows: list[tuple[str, Text]] = []
    if alarm is None:
        rows.append(("it rang", Text("never", style=BEYOND)))
    else:
        rows += [
            ("it rang", Text(day_and_time(alarm.at), style="bold")),
            ("", Text(f"{lasting(alarm.after_announcement_s)} after the announcement, "
                      f"at mention {alarm.said_before + 1:,} of {alarm.said_in_all:,}")),
            ("lead time", Text(f"{_before(alarm.before_loudest_hour_s)} its loudest hour", style="bold")),
            ("", Text(f"{_before(alarm.before_ninety_percent_s)} 90 % of the mentions had been made")),
        ]  # fmt: skip
    pages = f"{found.pages_sent} page{'' if found.pages_sent == 1 else 's'}"
    messages = f"{found.slack_messages} message{'' if found.slack_messages == 1 else 's'} in Slack"
    rows.append(
        ("taken by", Text(found.acknowledged_by or "nobody", style="bold").append(f"  {pages}, {messages}", "not bold"))
    )
    rows += [(brand.name, Text(frame.verdict_on(brand))) for brand in frame.others]
    counted = f"{found.mentions:,} sent; {found.lost:,} lost, {found.duplicated:,} counted twice"
    rows.append(("mentions", Text(counted)))
    return rows


def _before(seconds: float) -> str:
    return f"{lasting(seconds)} before" if seconds >= 0 else f"{lasting(-seconds)} after"
