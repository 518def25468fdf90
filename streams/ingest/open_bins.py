"""The bins that one source partition holds open, and which mentions they have seen."""

from collections.abc import Iterator

from streams.ingest.bins import BrandBin, PartitionBin, Sighting
from streams.ingest.remembered_ids import RememberedIds
from streams.sketches.sketch import stable_hash

_LONG_CLOSED = -(1 << 62)


class OpenBins:
    """Bins by their start. A closed bin takes nothing more, and is held until it has been drained.

    A mention is a repeat where a bin of the last day knows its id, open or closed, in whichever bin it falls itself. A
    bin knows the ids of all matching mentions that fell into it, repeats included; when it closes they are remembered.

    Parameters
    ----------
    bin_s, lateness_s
        Length of a bin, and how long it stays open after its end, both in seconds of event time.
    known_repeats
        Offsets of records that are repeats of mentions in bins closed before this began.
    remembered
        The ids of bins closed before this began; those of the bins that close are added.
    """

    def __init__(
        self,
        bin_s: int,
        lateness_s: int,
        known_repeats: frozenset[int] = frozenset(),
        remembered: RememberedIds | None = None,
    ) -> None:
        self.remembered = RememberedIds() if remembered is None else remembered
        self._to_keep: list[tuple[int, dict[int, int]]] = []
        self._bin_s = bin_s
        self._lateness_s = lateness_s
        self._known_repeats = known_repeats
        self._open: dict[int, PartitionBin] = {}
        self._closed: list[PartitionBin] = []
        self._changed: list[BrandBin] = []

    def __len__(self) -> int:
        return sum(len(held.brands) for held in self._held())

    def _held(self) -> Iterator[PartitionBin]:
        yield from self._open.values()
        yield from self._closed

    def close_before(self, watermark: int) -> None:
        """Close the bins whose end the watermark has passed by the lateness allowed."""
        last = watermark - self._lateness_s - self._bin_s
        for start in sorted(start for start in self._open if start <= last):
            held = self._open.pop(start)
            self._closed.append(held)
            self.remembered.add(start, held.ids)
            self._to_keep.append((start, held.ids))

    def at(self, event_s: float, offset: int, watermark: int) -> PartitionBin | None:
        """Return the bin of an event time, ``None`` where it is closed.

        Parameters
        ----------
        offset
            Of the record that asks: where reading has to begin again if it opens the bin.
        watermark
            Event time read so far, epoch seconds; later than the last ``close_before``, or the same.
        """
        start = int(event_s // self._bin_s) * self._bin_s
        held = self._open.get(start)
        if held is None and start + self._bin_s + self._lateness_s > watermark:
            held = self._open[start] = PartitionBin(start, offset)
        return held

    def is_repeat(self, id_hash: int, offset: int, held: PartitionBin) -> bool:
        """Tell whether a bin knows the id, and have the mention's own bin know it from now on.

        What ``remembered`` knows of it must have been looked up.
        """
        if id_hash in held.ids:
            return True
        original: int | None = _LONG_CLOSED
        if offset not in self._known_repeats and not self.remembered.is_repeat(id_hash, offset, held.start):
            original = max((start for start, other in self._open.items() if id_hash in other.ids), default=None)
        held.ids[id_hash] = offset
        if original is None:
            return False
        held.repeats.append((offset, original))
        return True

    def has_counted(self, id_hash: int, offset: int, start: int) -> bool:
        """Tell whether a mention that is too late for the bin at ``start`` was counted before; remember nothing of it.

        What ``remembered`` knows of it must have been looked up.
        """
        is_open = any(id_hash in held.ids for held in self._open.values())
        return is_open or self.remembered.is_repeat(id_hash, offset, start)

    def add(self, brand: str, held: PartitionBin, sighting: Sighting) -> None:
        """Count a mention for a brand."""
        brand_bin = held.brands.get(brand)
        if brand_bin is None:
            brand_bin = held.brands[brand] = BrandBin(brand, held.start, sighting.offset)
        brand_bin.add(sighting)
        self._mark(brand_bin)

    def drop_post(self, post_id: str) -> None:
        """Take a post out of every sample; what it counted for stays."""
        key = stable_hash(post_id)
        for held in self._held():
            if key in held.ids:
                for brand_bin in held.brands.values():
                    if brand_bin.drop_post(post_id):
                        self._mark(brand_bin)

    def _mark(self, brand_bin: BrandBin) -> None:
        if not brand_bin.changed:
            brand_bin.changed = True
            self._changed.append(brand_bin)

    def drain(self) -> list[BrandBin]:
        """Return the brands' bins that changed since the last call, and let go of the closed ones."""
        changed, self._changed, self._closed = self._changed, [], []
        for brand_bin in changed:
            brand_bin.changed = False
        return changed

    def drain_ids(self) -> list[tuple[int, dict[int, int]]]:
        """Return the ids of the bins that closed since the last call, each with its bin's start."""
        kept, self._to_keep = self._to_keep, []
        return kept

    def first_offset(self) -> int | None:
        """Return the offset from which reading rebuilds all open bins; ``None`` if none is open."""
        return min((held.first_offset for held in self._open.values()), default=None)

    def repeats_of_closed(self) -> list[int]:
        """Return the offsets of the repeats in open bins that reading again alone would not show to be repeats."""
        return sorted(
            offset for held in self._open.values() for offset, original in held.repeats if original not in self._open
        )
