"""Adds up what flushes say, as the watch stage would."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from streams.brand import Brand, watch_partition
from streams.watch.brand_watch import WatchSettings
from streams.watch.merged_bin import MergedBin
from streams.watch.watch import WatchPartition
from streams.wire.flush import decode_flush


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


def watermarks_of(records: Iterable[Any]) -> dict[int, int]:
    """Return the latest watermark of each source partition."""
    watermarks: dict[int, int] = {}
    for record in records:
        flush = decode_flush(record.value)
        if flush.watermark is not None:
            watermarks[flush.partition] = max(flush.watermark, watermarks.get(flush.partition, flush.watermark))
    return watermarks


class Watched:
    """The watch stage over the records of ``flushes``, without Faust: how many mentions each closed bin held.

    Parameters
    ----------
    brands
        All that are watched.
    partitions
        Of ``flushes``.
    """

    def __init__(self, brands: Sequence[Brand], partitions: int) -> None:
        shares: dict[int, list[Brand]] = {partition: [] for partition in range(partitions)}
        for brand in brands:
            shares[watch_partition(brand.id, partitions)].append(brand)
        self.bins: Counter[tuple[str, int]] = Counter()
        self._cores = {
            partition: WatchPartition(partition, share, WatchSettings(), {}) for partition, share in shares.items()
        }
        self._taken = 0

    def take(self, records: Sequence[Any]) -> int:
        """Take what is new of all records of ``flushes`` that were read so far; return how far event time has come."""
        for record in records[self._taken :]:
            outcome = self._cores[record.partition].take(decode_flush(record.value))
            self.bins.update({(row.brand, row.start): row.mentions for row in outcome.observations})
        self._taken = len(records)
        return min(core.clock.watermark or 0 for core in self._cores.values())
