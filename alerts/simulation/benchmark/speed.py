"""How fast a piece of work goes, in this process's own CPU time: what else the machine does counts less."""

import time
from collections.abc import Callable
from statistics import median

from msgspec import Struct


class Speed(Struct, frozen=True, kw_only=True):
    """Units of work in a second of CPU time: the median of the runs, the slowest and the fastest of them."""

    per_s: float
    least: float
    most: float
    runs: int

    def __str__(self) -> str:
        return f"{self.per_s:,.0f} ({self.least:,.0f} – {self.most:,.0f})"


def speed(work: Callable[[], int], runs: int) -> Speed:
    """Do the work once to warm up, then ``runs`` times; it returns how many units it did."""
    work()
    rates = []
    for _ in range(runs):
        began = time.process_time()
        units = work()
        rates.append(units / (time.process_time() - began))
    return Speed(per_s=round(median(rates), 1), least=round(min(rates), 1), most=round(max(rates), 1), runs=runs)
