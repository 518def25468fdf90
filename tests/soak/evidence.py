"""Keeps what explains a fault beside the workers' logs and traces."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from streams.wire.flush import decode_flush
from tests.soak.recovery import Worked
from tests.soak.result import Result


def keep(result: Result, folder: Path, flushes: Sequence[Any], worked: Sequence[Worked], rows: Iterable[Any]) -> Result:
    """Write what was found to the run's folder, and return the result with where that is.

    ``result.json`` names the bins that were told wrong, the records of ``flushes`` that no worker worked on, the
    incidents and deliveries that are missing or too many, and the plan; ``flushes.jsonl`` what ingest told whom and
    when, and who worked on it; ``observations.jsonl`` the bins as they were told. Beside them lie the log of each
    process (``.log``) and what it has worked on, sought and been assigned (``.trace``).
    """
    kept = replace(result, evidence=str(folder))
    (folder / "result.json").write_bytes(msgspec.json.format(encoded(kept)))
    _write_lines(folder / "flushes.jsonl", map(_flush, flushes, worked))
    _write_lines(folder / "observations.jsonl", map(_row, rows))
    return kept


def encoded(result: Result) -> bytes:
    """Return a result as JSON; a recovery that never came is ``null``."""
    return msgspec.json.encode({**msgspec.structs.asdict(result), "faults": result.faults})


def _write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))


def _flush(record: Any, worked: Worked) -> dict[str, Any]:
    flush = decode_flush(record.value)
    return {
        "at": f"{record.partition}/{record.offset}",
        "source": flush.partition,
        "of": flush.partitions,
        "front": flush.watermark,
        "began": flush.began,
        "empty": flush.empty,
        "written_at": worked.written_at,
        "worked_on": [[by, at] for at, by in worked.worked_on],
        "snapshots": [[s.brand, s.start, s.first_offset, s.last_offset, sum(s.mentions)] for s in flush.snapshots],
    }


def _row(record: Any) -> dict[str, Any]:
    row = msgspec.json.decode(record.value)
    place = f"{record.partition}/{record.offset}"
    return {"at": place, "written_at": record.timestamp / 1000, **{k: row[k] for k in ("brand", "start", "mentions")}}
