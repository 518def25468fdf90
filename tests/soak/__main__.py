"""``python -m tests.soak``: disturbs workers by a random plan, and tells what was lost and doubled."""

import asyncio
import contextlib
import logging
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from alerts.health.logs import warn_on_stderr
from tests.kafka.apache_kafka import ApacheKafka, why_missing
from tests.soak.crew import ROOT, python_of
from tests.soak.evidence import encoded
from tests.soak.faults import FAULTS, NEEDS_ANOTHER_CHECKOUT, described
from tests.soak.plan import MOST_WORKERS, SPEEDS, Plan, plan_of
from tests.soak.result import Result
from tests.soak.run import Run
from tests.soak.table import rows_of, table_of

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
_EPILOG = "Faults: " + "; ".join(f"{name}: {described(name)}" for name in FAULTS)


@app.command(epilog=_EPILOG)
def soak(
    *,
    seed: Annotated[int, typer.Option(help="Of the first run; each further one has the next.")] = 1,
    runs: Annotated[int, typer.Option(min=1, help="How many.")] = 12,
    faults: Annotated[
        str, typer.Option(help="Names with commas, tried in turn; all that can be tried without it.")
    ] = "",
    workers: Annotated[int, typer.Option(min=0, max=MOST_WORKERS, help="0: one to three, by the seed.")] = 0,
    speed: Annotated[
        int, typer.Option(help="Seconds of event time in one of wall time: 1, 10, or 0: by the seed.")
    ] = 0,
    busy: Annotated[int, typer.Option(min=0, help="Processes beside the workers that only take CPU time.")] = 0,
    delays: Annotated[bool, typer.Option(help="Make the workers wait at random where positions are lost.")] = True,
    parallel: Annotated[int, typer.Option(min=1, help="Runs at a time, each on a Kafka of its own.")] = 1,
    patience: Annotated[
        float, typer.Option(min=1, help="Seconds without any news after which none is waited for.")
    ] = 60.0,
    from_: Annotated[
        Path | None, typer.Option("--from", help="Checkout of the version before, for the fault upgrade.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="For logs and evidence; a new one in the temporary folder.")
    ] = None,
    keep: Annotated[bool, typer.Option(help="Keep the logs of runs too in which nothing happened.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print all results as one JSON object.")] = False,
) -> None:
    """Disturb `tocsin worker` processes by a random plan, and compare with what was said.

    Every plan comes from its seed and fault alone: `--seed N --runs 1 --faults F` does it again. Exit status 1 where
    anything was lost, doubled, missing or false.
    """
    warn_on_stderr()
    names = [name.strip() for name in faults.split(",") if name.strip()]
    if not names:
        names = [name for name in FAULTS if name not in NEEDS_ANOTHER_CHECKOUT or from_ is not None]
    if unknown := [name for name in names if name not in FAULTS]:
        raise typer.BadParameter(f"no fault {', '.join(unknown)}; known: {', '.join(FAULTS)}", param_hint="--faults")
    if speed not in {0, *SPEEDS}:
        raise typer.BadParameter(f"{speed} is none of 0, {', '.join(map(str, SPEEDS))}", param_hint="--speed")
    if NEEDS_ANOTHER_CHECKOUT & set(names) and from_ is None:
        raise typer.BadParameter("the fault upgrade needs a checkout of the version before", param_hint="--from")
    if missing := why_missing():
        raise typer.BadParameter(f"Apache Kafka cannot run: {missing} (install Java 17 and Maven)")
    plans = [
        plan_of(seed + number, names[number % len(names)], workers=workers, busy=busy, speed=speed, delays=delays)
        for number in range(runs)
    ]
    folder = folder or Path(tempfile.mkdtemp(prefix="tocsin-soak-"))
    # That the broker is away is the plan.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    console = Console(stderr=True, highlight=False)
    for checkout in {ROOT, (from_ or ROOT).resolve()}:
        # What is compiled now is not compiled by each worker, in the time of the first run.
        warm_up = "alerts.cli.warm_up" if (checkout / "alerts" / "cli").exists() else "detectors.warm_up"
        subprocess.run([python_of(checkout), "-m", warm_up], cwd=checkout, check=True)
    try:
        results = asyncio.run(
            _all(plans, folder, (from_ or ROOT).resolve(), parallel, patience, keep=keep, console=console)
        )
    except (asyncio.CancelledError, KeyboardInterrupt):
        console.print("stopped, and so is all that was started")
        sys.exit(1)
    rows = rows_of(results)
    if json:
        told = {"rows": rows, "runs": [msgspec.Raw(encoded(result)) for result in results]}
        print(msgspec.json.encode(told).decode())  # noqa: T201
    else:
        Console(width=None if sys.stdout.isatty() else 240).print(table_of(rows))
    sys.exit(len(results) < len(plans) or any(result.faults for result in results))


async def _all(
    plans: Sequence[Plan],
    folder: Path,
    checkout: Path,
    parallel: int,
    patience_s: float,
    *,
    keep: bool,
    console: Console,
) -> list[Result]:
    task = asyncio.current_task()
    assert task is not None
    # As Ctrl-C: whatever was started is stopped.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    waiting = iter(enumerate(plans))
    results: dict[int, Result] = {}

    async def lane(number: int) -> None:
        with _kafka(folder / f"kafka-{number}") as apache:
            await asyncio.to_thread(apache.start)
            for place, plan in waiting:
                own = folder / f"{plan.seed}-{plan.fault}"
                run = Run(plan, apache, own, checkout=checkout, patience_s=patience_s)
                try:
                    results[place] = await run.carry_out()
                except Exception:  # noqa: BLE001 - the runs that follow are worth having
                    console.print(f"seed {plan.seed} {plan.fault} was not carried out; logs in {own}")
                    traceback.print_exc()
                    continue
                console.print(_line(results[place]), soft_wrap=True)
                if not (results[place].faults or results[place].ended or keep):
                    shutil.rmtree(own)

    async with asyncio.TaskGroup() as group:
        for number in range(min(parallel, len(plans))):
            group.create_task(lane(number))
    return [results[place] for place in sorted(results)]


@contextlib.contextmanager
def _kafka(folder: Path) -> Iterator[ApacheKafka]:
    apache = ApacheKafka(folder)
    try:
        yield apache
    finally:
        apache.stop()
        shutil.rmtree(folder / "data", ignore_errors=True)


def _line(result: Result) -> str:
    plan, counts = result.plan, result.counts
    said = ", ".join(result.faults) or ("void: " + result.void if result.void else "nothing lost")
    where = f"; evidence in {result.evidence}" if result.evidence else ""
    hurt = f"; by nobody: {', '.join(result.unworked[:5])}" if result.unworked else ""
    ended = f"; {len(result.ended)} ended otherwise" if result.ended else ""
    return (
        f"seed {plan.seed} {plan.fault} ({plan.workers} workers, {plan.speed}x, {plan.busy} busy): "
        f"{counts.counted:,} of {counts.mentions:,} counted in {result.seconds:.0f} s: {said}{hurt}{ended}{where}"
    )


if __name__ == "__main__":
    app()
