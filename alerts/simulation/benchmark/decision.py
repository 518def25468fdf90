"""The decision on simulated brands: how late it fires, and how often for nothing."""

import math
from collections.abc import Iterator

from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table

from alerts.simulation.benchmark.figures import Bench
from detectors.bench.benchmark import BudgetRow, DelayRow, budget_rows, delay_rows
from detectors.bench.peers import PEERS


class DelayFigures(Struct, frozen=True):
    """Delays from an outbreak's beginning, beside Lorden's bound and rules that know the true ordinary rate."""

    rows: tuple[DelayRow, ...]

    def shown(self) -> Iterator[RenderableType]:
        """Yield the table."""
        table = Table(title="Delay of the decision; ratios are to Lorden's bound and one flush", title_justify="left")
        for heading in (
            "rate/min", "r", "waves", "rise", "ramp", "share", "delay s", "bound s", "ratio", "missed", *PEERS,
        ):  # fmt: skip
            table.add_column(heading, justify="right")
        for row in self.rows:
            table.add_row(
                f"{row.rate_per_min:g}",
                f"{row.dispersion:g}" if row.dispersion else "Poisson",
                f"{row.waves_min:g}",
                f"×{row.times:g}",
                str(row.ramp_min),
                f"{row.share:g} → {row.turned:g}",
                f"{row.delay_s:.0f}",
                f"{row.bound_s:.0f}",
                f"{row.ratio:.2f}",
                f"{row.missed}/{row.onsets}",
                *(_peer(row, name) for name in PEERS),
            )
        yield table


class BudgetFigures(Struct, frozen=True):
    """False pages of quiet brands against their budget."""

    rows: tuple[BudgetRow, ...]

    def shown(self) -> Iterator[RenderableType]:
        """Yield the table."""
        table = Table(title="False pages of quiet brands, as multiples of their budget", title_justify="left")
        for heading in ("world", "budget a week", "brand-weeks", "pages", "times the budget", "first three weeks"):
            table.add_column(heading, justify="left" if heading == "world" else "right")
        for row in self.rows:
            table.add_row(
                row.world,
                f"{row.budget:g}",
                f"{row.brand_weeks:g}",
                str(row.pages),
                f"×{row.multiple:.2f}",
                f"×{row.first_weeks_multiple:.2f}",
            )
        yield table


def measure_delay(bench: Bench) -> DelayFigures:
    """Measure how late the decision fires."""
    rows = []
    for row in delay_rows(quick=bench.quick):
        rows.append(row)
        bench.log(f"delay: {len(rows)} rows, ×{row.times:g} at {row.rate_per_min:g} a minute: {row.delay_s:.0f} s")
    return DelayFigures(tuple(rows))


def measure_budget(bench: Bench) -> BudgetFigures:
    """Measure how often it fires for nothing."""
    rows = []
    for row in budget_rows(quick=bench.quick):
        rows.append(row)
        bench.log(f"budget: {row.world} worlds at {row.budget:g} a week: ×{row.multiple:.2f}")
    return BudgetFigures(tuple(rows))


def _peer(row: DelayRow, name: str) -> str:
    missed = row.peers_missed[name]
    ratio = "–" if math.isnan(row.peers[name]) else f"{row.peers[name]:.2f}"
    return f"{ratio} ({missed} missed)" if missed else ratio
