"""``tocsin benchmark``: the sections asked for, as tables or as one JSON object."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table

from alerts.errors import AlertsError
from alerts.simulation.benchmark.figures import Bench, Figures
from alerts.simulation.benchmark.machine import this_machine
from alerts.simulation.benchmark.sections import ON_REQUEST, SECTIONS

_WIDTH = 160
"""Of a table that goes into a file, where it is Markdown."""


def run_benchmark(
    *,
    as_json: bool,
    data: Path | None,
    quick: bool,
    only: Sequence[str] = (),
    seed: int = 1,
    brokers: Sequence[str] = (),
    seconds: float = 240.0,
    out: TextIO | None = None,
) -> None:
    """Measure and print; what does not go to a terminal is Markdown.

    Parameters
    ----------
    as_json
        Print ``{"machine": {…}, SECTION: {…}, …}`` and nothing else on stdout.
    data
        Folder with the public data sets.
    quick
        Fewer and smaller runs.
    only
        Names of ``SECTIONS``; by default all but those of ``ON_REQUEST``.
    seed
        Of all that is made up.
    brokers
        Addresses of a Kafka, ``host:port``, for what ``throughput`` measures at the clock's speed.
    seconds
        For how long it measures that.
    out
        Where the figures go; stdout by default. Progress goes to stderr.

    Raises
    ------
    AlertsError
        Where a section is unknown, or the folder is none.
    TocsinError
        Where a data set cannot be read, or a part of the chain does not come up.
    """
    if unknown := [name for name in only if name not in SECTIONS]:
        raise AlertsError(f"there is no section {unknown[0]!r}; choose of {','.join(SECTIONS)}")
    if data is not None and not data.is_dir():
        raise AlertsError(f"--data: {data} is no folder; give the one that holds nab/ and negativity/")
    bench = Bench(
        quick=quick,
        data=data,
        seed=seed,
        brokers=tuple(brokers),
        seconds=seconds,
        log=lambda line: print(line, file=sys.stderr, flush=True),  # noqa: T201
    )
    console = Console(file=out or sys.stdout, highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH
    measured: dict[str, Figures] = {"machine": this_machine()}
    if not as_json:
        _show(console, "machine", measured["machine"])
    for name in only or [name for name in SECTIONS if name not in ON_REQUEST]:
        measured[name] = SECTIONS[name](bench)
        if not as_json:
            _show(console, name, measured[name])
    if as_json:
        (out or sys.stdout).write(as_one_object(measured) + "\n")


def as_one_object(measured: Mapping[str, Figures]) -> str:
    """Return the sections as one JSON object; what is no number (NaN) is ``null``."""
    return msgspec.json.encode(measured).decode()


def _show(console: Console, name: str, figures: Figures) -> None:
    if console.is_terminal:
        console.rule(name, align="left")
    else:
        console.print(f"## {name}\n")
    for part in figures.shown():
        if isinstance(part, Table) and not console.is_terminal:
            part.box = box.MARKDOWN
        console.print(part)
        console.print()
