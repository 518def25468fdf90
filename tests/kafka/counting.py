"""Adds up what flushes say, as the watch stage would."""

from collections.abc import Iterable
from typing import Any

from streams.flush import decode_flush
from streams.merging import MergedBin


def bins_of(records: Iterable[Any]) -> dict[tuple[str, int], MergedBin]:
    """Return the bins of all brands that records of ``flushes`` tell of, by brand and start."""
    bins: dict[tuple[str, int], MergedBin] = {}
    for record in records:
        flush = decode_flush(record.value)
        for snapshot in flush.snapshots:
            merged = bins.setdefault((snapshot.brand, snapshot.start), MergedBin(snapshot.start))
            merged.add(snapshot, flush.partition)
    return bins


def mentions_of(records: Iterable[Any], brand: str) -> int:
    """Return how many mentions of a brand were counted."""
    return sum(merged.observation().mentions for (name, _), merged in bins_of(records).items() if name == brand)


def fronts_of(records: Iterable[Any]) -> dict[int, int]:
    """Return the latest front of each source partition."""
    fronts: dict[int, int] = {}
    for record in records:
        flush = decode_flush(record.value)
        if flush.front is not None:
            fronts[flush.partition] = max(flush.front, fronts.get(flush.partition, flush.front))
    return fronts
