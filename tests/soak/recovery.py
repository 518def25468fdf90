"""From what the workers wrote down: how long until every partition was worked on again, and what nobody worked on."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from streams.wire.flush import decode_flush
from tests.soak.delayed_tocsin import digest
from tests.soak.disturbance import Done

_HARM = frozenset({"end", "kill", "pause", "grow", "stop_broker", "kill_broker"})


class Place(Struct, frozen=True, kw_only=True, order=True):
    """Where a record of ``flushes`` stands, and which source partition speaks in it."""

    partition: int
    offset: int
    source: int


class Worked(Struct, frozen=True, kw_only=True):
    """A record of ``flushes``: when ingest wrote it, and when which process worked on it (epoch seconds)."""

    place: Place
    written_at: float
    worked_on: tuple[tuple[float, str], ...]


def traced(path: Path, what: str) -> list[dict[str, Any]]:
    """Return the lines of one kind that a process has written down."""
    lines = map(msgspec.json.decode, path.read_bytes().splitlines())
    return [line for line in lines if line["what"] == what]


def worked_on(flushes: Iterable[Any], traces: Iterable[Path]) -> list[Worked]:
    """Return the records of ``flushes`` with the moments at which they were worked on."""
    moments: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for path in traces:
        for line in traced(path, "flush"):
            moments[line["digest"]].append((line["at"], path.stem))
    return [
        Worked(
            place=Place(partition=record.partition, offset=record.offset, source=decode_flush(record.value).partition),
            written_at=record.timestamp / 1000,
            worked_on=tuple(sorted(moments[digest(record.value)])),
        )
        for record in flushes
    ]


def unworked(flushes: Sequence[Worked]) -> list[Place]:
    """Return the records that nobody worked on, though a later one of the same partition was.

    Examples
    --------
    >>> first, second = (Place(partition=0, offset=offset, source=0) for offset in (4, 5))
    >>> passed_over = Worked(place=first, written_at=1.0, worked_on=())
    >>> unworked([passed_over, Worked(place=second, written_at=2.0, worked_on=((3.0, "worker-0-1"),))]) == [first]
    True
    """
    last: dict[int, int] = {}
    for each in flushes:
        if each.worked_on:
            last[each.place.partition] = max(each.place.offset, last.get(each.place.partition, -1))
    return [e.place for e in flushes if not e.worked_on and e.place.offset < last.get(e.place.partition, -1)]


def recoveries(done: Sequence[Done], flushes: Sequence[Worked]) -> list[float]:
    """Return for each harm how long it took until what every source said after it was worked on in every partition.

    Infinite where that never came.
    """
    pairs: dict[tuple[int, int], list[Worked]] = defaultdict(list)
    for each in flushes:
        pairs[each.place.source, each.place.partition].append(each)
    return [
        max((_first_after(harm.at, told) for told in pairs.values()), default=math.inf) - harm.at
        for harm in done
        if harm.action.what in _HARM
    ]


def _first_after(at: float, told: Iterable[Worked]) -> float:
    moments = (moment for each in told if each.written_at >= at for moment, _ in each.worked_on)
    return min(moments, default=math.inf)
