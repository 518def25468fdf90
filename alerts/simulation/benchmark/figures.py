"""What a measurement is given, and what it returns."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from msgspec import Struct
from rich.console import RenderableType


class Bench(Struct, frozen=True, kw_only=True):
    """How to measure.

    Parameters
    ----------
    quick
        Fewer runs and smaller ones.
    data
        Folder with the public data sets, or ``None`` where it was not given.
    seed
        Of all that is made up: another one tells the same stories in other words, at other moments.
    brokers
        A Kafka for what is measured at the clock's speed; nowhere means that this is left out.
    seconds
        For how long that is measured.
    log
        Told of each step, for a person who waits.
    """

    quick: bool = False
    data: Path | None = None
    seed: int = 1
    brokers: tuple[str, ...] = ()
    seconds: float = 240.0
    log: Callable[[str], None] = print


class Figures(Protocol):
    """The figures of one section: a ``msgspec.Struct``, so that JSON is its fields."""

    def shown(self) -> Iterator[RenderableType]:
        """Yield tables and lines for a person."""
        ...


class LeftOut(Struct, frozen=True):
    """A section that was not measured, and what it would need."""

    left_out: str

    def shown(self) -> Iterator[RenderableType]:
        """Yield the reason."""
        yield f"Left out: {self.left_out}"
