"""Where and when the figures were measured: a figure without its machine says little."""

import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct
from rich.console import RenderableType


class Machine(Struct, frozen=True, kw_only=True):
    """The machine, and how busy it was: ``load`` is its load average over the last minute before the run."""

    measured_at: str
    processor: str
    cores: int
    load: float
    system: str
    python: str

    def shown(self) -> Iterator[RenderableType]:
        """Yield one line."""
        yield (
            f"{self.measured_at}, {self.processor}, {self.cores} cores, load {self.load:.1f}, {self.system}, "
            f"Python {self.python}"
        )


def this_machine(now: datetime | None = None) -> Machine:
    """Return what is known of this machine."""
    return Machine(
        measured_at=(now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        load=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
    )


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
