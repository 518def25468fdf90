"""Where the demo is watched: a live picture on a terminal, lines elsewhere."""

from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from alerts.simulation.demo.drawing import Picture


class Screen(Protocol):
    """Something that shows pictures."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
    def draw(self, picture: Picture) -> None:
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

    def draw(self, picture: Picture) -> None:
        """Show a moment."""
        self._live.update(picture, refresh=True)


class PlainLines:
    """A line for each thing that happens, behind a title."""

    def __init__(self, console: Console, title: str) -> None:
        self._console = console
        self._title = title
        self._said: set[str] = set()

    def __enter__(self) -> Self:
        self._print(self._title)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        del kind, error, traceback

    def draw(self, picture: Picture) -> None:
        """Say what is new."""
        for sentence in picture.sentences():
            self._print(sentence)

    def _print(self, line: str) -> None:
        if line not in self._said:
            self._said.add(line)
            self._console.print(Text(line), soft_wrap=True)
