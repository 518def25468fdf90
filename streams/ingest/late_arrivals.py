"""The late mentions of one source partition that the watch stage has not been told of yet. Pure."""

from collections.abc import Sequence

from streams.wire.late_mentions import LateMentions

MOST_BYTES = 200_000
"""Of one flush, a fifth of what Kafka takes; beyond it they are on the metric alone. An offset takes nine at most."""
_OFFSET_BYTES, _FRAME_BYTES = 9, 16
OLDEST_S = 8 * 86_400
"""Those of a time longer ago are of no incident under way: an archive is being fed."""
IDS = 20_000
"""Of late mentions, remembered so that one that is sent twice is one; the newest."""


class LateArrivals:
    """Counts late mentions between two flushes, and knows those that came before."""

    def __init__(self) -> None:
        self._offsets: dict[tuple[str, str, int], list[int]] = {}
        self._bytes = 0
        self._ids: dict[int, None] = {}

    def is_known(self, id_hash: int) -> bool:
        """Tell whether an id came late before, and know it from now on."""
        if id_hash in self._ids:
            return True
        self._ids[id_hash] = None
        if len(self._ids) > IDS:
            del self._ids[next(iter(self._ids))]
        return False

    def note(self, brands: Sequence[str], source: str, start: int, offset: int, watermark: int) -> None:
        """Note one mention, in the order of offsets.

        Parameters
        ----------
        brands
            The ids of those of whom it speaks.
        start
            Of its bin, epoch seconds.
        watermark
            Event time read so far, epoch seconds.
        """
        if start < watermark - OLDEST_S:
            return
        for brand in brands:
            key = brand, source, start
            size = _OFFSET_BYTES
            if key not in self._offsets:
                size += _FRAME_BYTES + len(brand.encode()) + len(source.encode("utf-8", "surrogatepass"))
            if self._bytes + size <= MOST_BYTES:
                self._bytes += size
                self._offsets.setdefault(key, []).append(offset)

    def drain(self) -> tuple[LateMentions, ...]:
        """Return what was noted since the last call."""
        noted, self._offsets, self._bytes = self._offsets, {}, 0
        return tuple(LateMentions(*key, tuple(offsets)) for key, offsets in noted.items())
