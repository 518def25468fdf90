"""Columns as lines of block signs: what was seen as bars, what was ordinary as a shade behind them."""

from collections.abc import Sequence

from rich.text import Text

from alerts.simulation.demo.bin_series import Column

ORDINARY = "cyan"
BEYOND = "red"
BAND = "bright_black"
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_LEAST = 4.0
"""Mentions a minute at the top of a quiet picture, so that three do not look like a crisis."""


def top_of(columns: Sequence[Column]) -> float:
    """Return what the highest line of a picture stands for, mentions a minute: a round number.

    Examples
    --------
    >>> top_of([Column(start=0, seen=13.0, expected=1.0, upper=4.0, negative=0.0)])
    15.0
    """
    highest = max([_LEAST, *(max(column.seen, column.upper) for column in columns)])
    for round_number in (4, 6, 8, 10, 15, 20, 30, 40, 50, 60, 80, 100, 150, 200, 300, 400, 500):
        if highest <= round_number:
            return float(round_number)
    return highest


def bars(columns: Sequence[Column], height: int, top: float) -> list[Text]:
    """Draw so many lines, the highest first.

    What is within the ordinary is drawn in one colour, what goes beyond in another; the shade says in signs how
    far the ordinary reaches, so that the picture is read without colours too.
    """
    return [_line(columns, line, top / height) for line in reversed(range(height))]


def _line(columns: Sequence[Column], line: int, step: float) -> Text:
    drawn = Text()
    floor = line * step
    for column in columns:
        filled = min(1.0, max(0.0, (column.seen - floor) / step))
        eighths = round(8 * filled)
        if eighths == 0 and line == 0 and column.seen > 0:
            eighths = 1
        if eighths:
            drawn.append(_EIGHTHS[eighths], style=BEYOND if floor + step / 2 > column.upper else ORDINARY)
        elif floor + step / 2 <= column.upper:
            drawn.append("░", style=BAND)
        else:
            drawn.append(" ")
    return drawn


def spark(columns: Sequence[Column]) -> Text:
    """Draw one line on a scale of its own."""
    top = max([1.0, *(column.seen for column in columns)])
    return Text("".join(_EIGHTHS[max(column.seen > 0, round(8 * column.seen / top))] for column in columns), ORDINARY)
