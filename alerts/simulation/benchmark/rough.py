"""False pages and delays in a world of steps, lumps, copies and holes, from a brand's first day on."""

from collections.abc import Iterator

from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table

from alerts.simulation.benchmark.figures import Bench
from alerts.simulation.benchmark.rough_posts import posts_rows, posts_size
from detectors.bench.benchmark import BUDGET
from detectors.bench.rough import PERIODS, RoughRow, period_cells, rough_rows, rough_size


class RoughFigures(Struct, frozen=True):
    """Each roughness by itself, with what came of an outbreak in each part of a life."""

    budget: float
    rows: tuple[RoughRow, ...]

    def shown(self) -> Iterator[RenderableType]:
        """Yield the table."""
        title = (
            f"False pages a brand and week in a rough world (95 % interval) of so many weeks; budget {self.budget:g}"
        )
        table = Table(title=title, title_justify="left")
        table.add_column("roughness")
        table.add_column("judged by")
        for name, _, _ in PERIODS:
            table.add_column(name, justify="right")
            table.add_column("outbreaks", justify="right")
        for row in self.rows:
            cells = [cell for period in row.periods for cell in period_cells(period)]
            table.add_row(row.roughness, row.judged_by, *cells)
        yield table


def measure_rough(bench: Bench) -> RoughFigures:
    """Measure the rows that counts show by the decision alone, then those of posts by the watch stage."""
    rows: list[RoughRow] = []
    for measured, (brands, weeks) in (
        (rough_rows, rough_size(quick=bench.quick)),
        (posts_rows, posts_size(quick=bench.quick)),
    ):
        for row in measured(budget=BUDGET, brands=brands, weeks=weeks, seed=bench.seed):
            rows.append(row)
            bench.log(
                f"rough: {row.roughness}, by {row.judged_by}: {sum(one.pages for one in row.periods)} false pages"
            )
    return RoughFigures(BUDGET, tuple(rows))
