"""How far a backtest is, on a terminal: what was read, what has been watched, up to when, and how long it will take."""

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from alerts.backtest.run import Backtest
from alerts.wording.moments import rfc3339
from streams.connectors.connector import Connector, Refused
from streams.mention import Mention

_SHOWN_EVERY = 1_000
"""Lines read between two looks at the bar."""


class BacktestBar:
    """The bar of a run. Where the console is no terminal nothing is drawn.

    First all lines are read and put in order, of which nobody knows how many there are; then the bar runs through them.
    """

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
            TextColumn("left"), TimeRemainingColumn(), console=console, transient=True,
            disable=not console.is_terminal,
        )  # fmt: skip
        self._task = self._progress.add_task("reading …", total=None)
        self._read = 0
        self.total = 0
        """Mentions in the files, once all are read."""

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar off the terminal."""
        self._progress.stop()

    def reading(self, connectors: Sequence[Connector]) -> list[Connector]:
        """Return the same files, which show what is read of them."""
        return [_Shown(connector, self) for connector in connectors]

    def see_line(self) -> None:
        """Count one line that was read."""
        self._read += 1
        if self._read % _SHOWN_EVERY == 0:
            self._progress.update(self._task, description=f"reading: {self._read:,} lines")

    def begin(self, total: int) -> None:
        """Begin to run through so many mentions."""
        self.total = total
        self._progress.reset(self._task, total=total, description=f"{total:,} mentions")

    def show(self, run: Backtest) -> None:
        """Show how far a run is."""
        reached = run.reached
        upto = "" if reached.at is None else f", up to {rfc3339(reached.at)}"
        text = f"{reached.mentions:,} of {self.total:,} mentions{upto}, {run.opened} incidents"
        self._progress.update(self._task, description=text, completed=reached.mentions)

    def how_far(self, run: Backtest) -> str:
        """Return how far a run is, for a sentence about its end."""
        if not self.total:
            return f"after {self._read:,} lines were read"
        reached = run.reached
        upto = "" if reached.at is None else f" ({rfc3339(reached.at)})"
        return f"after {reached.mentions:,} of {self.total:,} mentions{upto}"


class _Shown:
    """A connector that shows on a bar what is read of it."""

    def __init__(self, connector: Connector, bar: BacktestBar) -> None:
        self.name = connector.name
        self._connector = connector
        self._bar = bar

    def read(self) -> Iterator[Mention | Refused]:
        for item in self._connector.read():
            self._bar.see_line()
            yield item
