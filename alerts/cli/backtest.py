"""``tocsin backtest``: files through the cores, with a progress bar, and incidents as a table, JSON or charts."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.table import Table

from alerts.backtest.collecting import seldom_collected
from alerts.backtest.left_out import left_out
from alerts.backtest.run import Backtest
from alerts.backtest.summary import Summary
from alerts.cli.backtest_bar import BacktestBar
from alerts.cli.watched_apart import MOST, WatchedApart, processors
from alerts.configuration.configuration import Configuration
from alerts.errors import AlertsError
from alerts.incidents.incident import Incident
from alerts.incidents.sentence import at_peak
from alerts.presentation.public_incident import public_incident
from alerts.presentation.sentences import peers
from alerts.wording.chart import detectors_chart
from alerts.wording.chart_marks import Mark
from alerts.wording.moments import rfc3339
from alerts.wording.series import spaced
from alerts.wording.severity import SEVERITY_WORDS
from detectors.negativity.model import load_scorer
from streams.connectors.connector import Connector, Refused
from streams.connectors.event_order import in_event_order
from streams.mention import Mention
from streams.wire.observation_row import ObservationRow

_BATCH = 2_000
_MANY = 20_000
"""Mentions from which it pays to start processes, which takes three seconds each."""
_SHOWN = 20
_BRANDS_SHOWN = 10


def run_backtest(
    connectors: Sequence[Connector],
    configuration: Configuration,
    *,
    as_json: bool = False,
    plot: Path | None = None,
    budgets: Sequence[float] = (),
    out: TextIO = sys.stdout,
) -> None:
    """Run the files through the cores, and print what would have rung.

    Raises
    ------
    AlertsError
        Where nothing is watched, no mention could be used, or the chart cannot be written.
    TocsinError
        Where a file cannot be read.
    """
    brands = configuration.watched()
    if not brands:
        raise AlertsError("no brand is configured; add one under `brands:`")
    if plot is not None and (plot.suffix != ".svg" or not plot.parent.is_dir()):
        raise AlertsError(f"{plot}: the chart needs a name ending in .svg in a folder that exists")
    started = time.monotonic()
    run = Backtest(brands, configuration.escalation(), load_scorer(), configuration.ingest_settings(), budgets)
    # A chart needs each bin, and to pass them on would cost more than is gained.
    rows = [row for row in closed_bins(run, connectors, apart=plot is None) if plot is not None]
    if plot is not None:
        _plot(run, rows, plot)
    if as_json:
        _print_json(run, configuration, time.monotonic() - started, out)
    else:
        _print_table(run, configuration, budgets, out)


def closed_bins(
    run: Backtest, connectors: Sequence[Connector], *, apart: bool = False, many: int = _MANY
) -> Iterator[ObservationRow]:
    """Yield the bins that close while the files run through the cores; on a terminal a bar shows how far it is.

    The mentions of all files are put in the order of event time first. Lines that are no mentions are named on stderr,
    the first of them, and so is what was left out where it is much. Whoever interrupts it is told how far it was.

    Parameters
    ----------
    apart
        Watch the brands in processes of their own where the files are large: then no bin is yielded.
    many
        Mentions from which files are large.

    Raises
    ------
    AlertsError
        Where no mention could be used.
    TocsinError
        Where a file cannot be read.
    """
    with ExitStack() as stack:
        bar = stack.enter_context(BacktestBar(Console(stderr=True)))
        stack.enter_context(seldom_collected())
        items = in_event_order(bar.reading(connectors), now_s=time.time(), when_read=bar.begin)
        try:
            for mentions in _batches(items, run):
                if apart and not run.summary.mentions and bar.total >= many:
                    _watch_apart(run, stack)
                yield from run.take(mentions)
                bar.show(run)
            yield from run.finish()
            for _ in run.catching_up():
                bar.show(run)
        except KeyboardInterrupt:
            stack.close()
            _warn(f"tocsin: interrupted {bar.how_far(run)}; of a part nothing is told")
            raise
    if not run.summary.mentions:
        raise AlertsError(f"no mention could be used ({run.summary.refused:,} refused); the lines above say why")
    for sentence in left_out(run.summary, run.own.observed, run.own.unscored):
        _warn(f"note: {sentence}")


def _batches(items: Iterator[Mention | Refused], run: Backtest) -> Iterator[list[Mention]]:
    """Give mentions so many at a time, and name the first of the lines that are none."""
    refused = 0
    while batch := list(islice(items, _BATCH)):
        for item in batch:
            if isinstance(item, Refused):
                refused += 1
                run.refuse(item.reason)
                if refused <= _SHOWN:
                    _warn(f"{item.origin}: {item.reason}: {item.detail}")
        if mentions := [item for item in batch if isinstance(item, Mention)]:
            yield mentions
    if refused > _SHOWN:
        _warn(f"… and {refused - _SHOWN:,} more lines were refused")


def _watch_apart(run: Backtest, stack: ExitStack) -> None:
    """Leave the brands to processes, where there are several of both and no mention was taken yet."""
    number = min(processors(), len(run.plan.brands), MOST)
    if number > 1:
        run.watch_elsewhere(stack.enter_context(WatchedApart(run.plan, number)))


def _warn(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201


def _in_order(run: Backtest) -> list[Incident]:
    return sorted(run.incidents.values(), key=lambda incident: (incident.opened_at, incident.id))


def _print_json(run: Backtest, configuration: Configuration, seconds: float, out: TextIO) -> None:
    out.writelines(json.dumps(public_incident(incident), ensure_ascii=False) + "\n" for incident in _in_order(run))
    summary = run.summary
    totals = {
        "mentions": summary.mentions,
        "brands": len(configuration.brands),
        "incidents": len(run.incidents),
        "from": None if summary.first is None else rfc3339(summary.first),
        "to": None if summary.last is None else rfc3339(summary.last),
        "seconds": round(seconds, 3),
        "refused": summary.refused,
        "late": summary.late,
        "unscored": summary.unscored,
        "duplicates": summary.duplicates,
        "matched": summary.matched,
        "observed": dict(sorted(run.own.observed.items())),
    }
    out.write(json.dumps({"summary": totals}, ensure_ascii=False) + "\n")


def _print_table(run: Backtest, configuration: Configuration, budgets: Sequence[float], out: TextIO) -> None:
    console = Console(file=out)
    lost = left_out(run.summary, run.own.observed, run.own.unscored)
    for sentence in lost:
        console.print(f"Note: {sentence}.", highlight=False, markup=False, soft_wrap=True)
    table = Table(title="What would have fired", show_lines=True, title_justify="left")
    for heading in ("brand", "what", "began, fired (UTC)", "peak bin", "why"):
        table.add_column(heading, overflow="fold")
    for incident in _in_order(run):
        paged = "would have paged" if incident.paged else "no page"
        table.add_row(
            incident.brand,
            f"{incident.kind}\n{SEVERITY_WORDS[incident.severity]}\n{paged}",
            f"{rfc3339(incident.began_at)}\n{rfc3339(incident.opened_at)}",
            "\n".join(map(str, at_peak(incident))),
            "\n".join(filter(None, (incident.reason, peers(incident)))),
        )
    if run.incidents:
        console.print(table)
    elif lost:
        console.print("Nothing fired in what could be judged. That says nothing about the rest: see above.")
    else:
        console.print("Nothing would have fired.")
    if budgets:
        console.print(_compared(run, configuration))
    summary = run.summary
    console.print(
        f"{summary.mentions:,} mentions, {_matched(summary)} matched, {summary.refused:,} refused, "
        f"{summary.late:,} late, {summary.unscored:,} unscored, {summary.duplicates:,} repeats; "
        f"{len(run.incidents)} incidents",
        highlight=False,
    )


def _matched(summary: Summary) -> str:
    total = f"{sum(summary.matched.values()):,}"
    if 1 < len(summary.matched) <= _BRANDS_SHOWN:
        return f"{total} ({', '.join(f'{brand} {count:,}' for brand, count in summary.matched.items())})"
    return total


def _compared(run: Backtest, configuration: Configuration) -> Table:
    table = Table(title="Under other budgets (false pages a week)", title_justify="left")
    table.add_column("brand")
    for budget in run.lanes:
        table.add_column(f"{budget:g}", justify="right")
    for brand in configuration.brands:
        paged = [
            sum(incident.brand == brand.id and incident.paged for incident in lane.incidents.values())
            for lane in run.lanes.values()
        ]
        table.add_row(brand.id, *(f"{count} {'page' if count == 1 else 'pages'}" for count in paged))
    return table


def _plot(run: Backtest, rows: Sequence[ObservationRow], path: Path) -> None:
    by_brand: dict[str, list[ObservationRow]] = {}
    for row in rows:
        by_brand.setdefault(row.brand, []).append(row)
    for brand, closed in by_brand.items():
        points, ordinary = spaced(closed)
        alarms = [Mark(at=i.opened_at, label=i.kind) for i in _in_order(run) if i.brand == brand]
        file = path if len(by_brand) == 1 else path.with_stem(f"{path.stem}-{brand}")
        try:
            file.write_text(detectors_chart(brand, points, ordinary, alarms), encoding="utf-8")
        except OSError as error:
            raise AlertsError(f"{file}: cannot write the chart: {error.strerror}") from error
