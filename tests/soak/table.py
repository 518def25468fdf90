"""The runs as a table, a row for each fault."""

import math
from collections.abc import Sequence
from statistics import median

from msgspec import Struct
from rich.table import Table

from tests.soak.result import Result

_DECIMALS = 1


class Row(Struct, frozen=True, kw_only=True):
    """The runs of one fault, added up."""

    fault: str
    runs: int
    void: int
    mentions: int
    counted: int
    lost: int
    doubled: int
    unlike: int
    incidents_missing: int
    incidents_false: int
    acknowledgements_lost: int
    deliveries_doubled: int
    deliveries_lost: int
    not_settled: int
    workers_crashed: int
    recovery_median_s: float | None
    recovery_worst_s: float | None
    never_recovered: int


def rows_of(results: Sequence[Result]) -> list[Row]:
    """Return a row for each fault, in the order in which they were tried first."""
    names = dict.fromkeys(result.plan.fault for result in results)
    return [_row(name, [result for result in results if result.plan.fault == name]) for name in names]


def _row(fault: str, results: Sequence[Result]) -> Row:
    valid = [result for result in results if not result.void]
    recoveries = [seconds for result in valid for seconds in result.recovery_s]
    seconds = [each for each in recoveries if math.isfinite(each)]
    return Row(
        fault=fault,
        runs=len(results),
        void=len(results) - len(valid),
        mentions=sum(r.counts.mentions for r in valid),
        counted=sum(r.counts.counted for r in valid),
        lost=sum(r.counts.lost for r in valid),
        doubled=sum(r.counts.doubled for r in valid),
        unlike=sum(r.counts.unlike for r in valid),
        incidents_missing=sum(len(r.incidents.missing) + len(r.incidents.unlike) for r in valid),
        incidents_false=sum(len(r.incidents.false) for r in valid),
        acknowledgements_lost=sum(r.incidents.acknowledgements_lost for r in valid),
        deliveries_doubled=sum(len(r.deliveries.doubled) for r in valid),
        deliveries_lost=sum(len(r.deliveries.lost) for r in valid),
        not_settled=sum(not r.settled for r in valid),
        workers_crashed=sum(len(r.ended) for r in results),
        recovery_median_s=round(median(seconds), _DECIMALS) if seconds else None,
        recovery_worst_s=round(max(seconds), _DECIMALS) if seconds else None,
        never_recovered=len(recoveries) - len(seconds),
    )


def table_of(rows: Sequence[Row]) -> Table:
    """Return the table that is printed."""
    table = Table(title="what was lost and doubled")
    for name in Row.__struct_fields__:
        table.add_column(name.replace("_", " "), justify="left" if name == "fault" else "right")
    for row in rows:
        table.add_row(*(_shown(getattr(row, name)) for name in Row.__struct_fields__))
    return table


def _shown(value: str | float | None) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else f"{value:,}"
