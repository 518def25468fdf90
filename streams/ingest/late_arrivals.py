"""The late mentions of one source partition that the watch stage has not been told of yet. Pure."""

from collections.abc import Sequence

from streams.late_mentions import LateMentions

MOST = 10_000
"""Told in one flush: 50 kB of offsets. Beyond it they are on the metric alone."""
OLDEST_S = 8 * 86_400
"""Those of a time longer ago are of no incident under way: an archive is being fed."""
IDS = 20_000
"""Of late mentions, remembered so that one that is sent twice is one; the newest."""


class LateArrivals:
    """Counts late mentions between two flushes, and knows those that came before."""

    def __init__(self) -> None:
        self._offsets: dict[tuple[str, str, int], list[int]] = {}
        self._noted = 0
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
        if self._noted >= MOST or start < watermark - OLDEST_S:
            return
        self._noted += len(brands)
        for brand in brands:
            self._offsets.setdefault((brand, source, start), []).append(offset)

    def drain(self) -> tuple[LateMentions, ...]:
        """Return what was noted since the last call."""
        noted, self._offsets, self._noted = self._offsets, {}, 0
        return tuple(LateMentions(*key, tuple(offsets)) for key, offsets in noted.items())
