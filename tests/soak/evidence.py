"""Keeps what explains a fault beside the workers' logs and traces."""

from pathlib import Path

import msgspec
from msgspec.structs import replace

from tests.soak.result import Result


def keep(result: Result, folder: Path) -> Result:
    """Write what was found to ``result.json`` in the run's folder, and return the result with where that is.

    It names the bins that were told wrong, the records of ``flushes`` that no worker worked on, the incidents and
    deliveries that are missing or too many, and the plan. Beside it lie the log of each process (``.log``) and what
    it has worked on, sought and been assigned (``.trace``).
    """
    kept = replace(result, evidence=str(folder))
    (folder / "result.json").write_bytes(msgspec.json.format(encoded(kept)))
    return kept


def encoded(result: Result) -> bytes:
    """Return a result as JSON; a recovery that never came is ``null``."""
    return msgspec.json.encode({**msgspec.structs.asdict(result), "faults": result.faults})
