"""Where the demo is watched: a live picture on a terminal, lines elsewhere."""

from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from alerts.presentation import sentences
from alerts.simulation.demo.frame import Frame, day_and_time
from alerts.simulation.demo.view import LABEL, View


class Screen(Protocol):
    """Something that shows scenes."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def draw(self, frame: Frame) -> None:
        """Show a moment; called several times a second."""


class LiveScreen:
    """The whole terminal, given back as it was."""

    def __init__(self, console: Console) -> None:
        self._live = Live(
            console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._live.stop()

    def draw(self, frame: Frame) -> None:
        """Show a moment."""
        self._live.update(View(frame), refresh=True)


class PlainLines:
    """A line for each thing that happens."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._said: set[str] = set()

    def __enter__(self) -> Self:
        self._print(f"Tocsin demo. {LABEL}.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        del kind, error, traceback

    def draw(self, frame: Frame) -> None:
        """Say what is new."""
        self._print(frame.doing)
        if (crisis := frame.crisis) is None:
            return
        self._print(f"It rang, {day_and_time(crisis.opened_at)}: {sentences.title(crisis).partition(' (')[0]}")
        if frame.page:
            self._print("The pager rang.")
        if frame.slack:
            self._print("Slack shows it.")
        if frame.waits and frame.addresses:
            self._print(f"The story waits for you: open {frame.addresses.page} and take the incident.")
            self._print(f"The inbox: {frame.addresses.inbox}  Metrics: {' '.join(frame.addresses.metrics)}")
        if crisis.acknowledged_by:
            self._print(f"{crisis.acknowledged_by} has it.")

    def _print(self, line: str) -> None:
        if line not in self._said:
            self._said.add(line)
            self._console.print(Text(line), soft_wrap=True)
