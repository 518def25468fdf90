"""The ids of the matching mentions of the last day, so that one that comes again is known to be a repeat.

An id stands with the offset of its record: whoever reads a record again after a restart finds its own offset, and not a
repeat. A row of the topic ``mentions.ids`` holds the ids of one bin of one source partition, or a part of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from streams.errors import StreamsError

KEEP_S = 86_400
"""Sources deliver a post again when it is liked, edited or moved on a page, mostly within hours."""
MOST = 1_000_000
"""Twenty bytes each in memory."""
_YOUNG = 4096
"""So many are kept in a dictionary before they go where they take a tenth of the room."""
_A_ROW = 30_000
"""Ids in a row at most: 480 kB, half of what Kafka takes."""

_Known = tuple[int, int]


class RememberedIds:
    """Ids by their stable hash, each with the offset at which it was counted and the bin in which it was last seen.

    Call ``look_up`` with the ids of a fetch, then ``is_repeat`` for each of them.

    Parameters
    ----------
    keep_s
        Event time after which an id that was not seen again is forgotten.
    most
        Ids remembered; beyond that, those that were not seen for longest are given up.

    Examples
    --------
    >>> remembered = RememberedIds()
    >>> remembered.add(0, {11: 100})
    >>> remembered.look_up([11])
    >>> remembered.is_repeat(11, 250, 3600), remembered.is_repeat(11, 100, 0), remembered.is_repeat(11, 900, 90_000)
    (True, False, False)
    """

    def __init__(self, keep_s: int = KEEP_S, most: int = MOST) -> None:
        self.given_up = 0
        """Ids that were forgotten before their time."""
        self._keep_s = keep_s
        self._most = most
        self._young: dict[int, _Known] = {}
        self._at_hand: dict[int, _Known] = {}
        self._hashes: NDArray[np.uint64] = np.empty(0, np.uint64)
        self._offsets: NDArray[np.int64] = np.empty(0, np.int64)
        self._starts: NDArray[np.int64] = np.empty(0, np.int64)

    def __len__(self) -> int:
        return len(self._hashes) + len(self._young)

    def add(self, start: int, ids: Mapping[int, int]) -> None:
        """Remember the ids of a closed bin, in the order in which bins close.

        Parameters
        ----------
        start
            First second of the bin (epoch).
        ids
            Stable hashes of the ids, each with the lowest offset of a record in the bin that has it.
        """
        for id_hash, offset in ids.items():
            before = self._young.get(id_hash)
            self._young[id_hash] = (offset, start) if before is None else self._joined(before, (offset, start))

    def look_up(self, hashes: Sequence[int]) -> None:
        """Find what is known of the ids of a fetch."""
        if len(self._young) >= _YOUNG:
            self._settle()
        self._at_hand = {}
        if not hashes or not len(self._hashes):
            return
        asked = np.array(hashes, np.uint64)
        places = np.minimum(np.searchsorted(self._hashes, asked), len(self._hashes) - 1)
        for at in np.flatnonzero(self._hashes[places] == asked).tolist():
            place = places[at]
            self._at_hand[hashes[at]] = int(self._offsets[place]), int(self._starts[place])

    def is_repeat(self, id_hash: int, offset: int, start: int) -> bool:
        """Tell whether an earlier record of the last day had the id; one that was looked up, or added since.

        Parameters
        ----------
        offset
            Of the record that asks.
        start
            Of the bin into which it falls.
        """
        return any(
            known is not None and known[0] < offset and known[1] >= start - self._keep_s
            for known in (self._young.get(id_hash), self._at_hand.get(id_hash))
        )

    def _joined(self, before: _Known, after: _Known) -> _Known:
        if after[1] - before[1] > self._keep_s:
            return after
        return min(before[0], after[0]), max(before[1], after[1])

    def _settle(self) -> None:
        """Put the young ones among the others, and forget what is old or too much."""
        hashes = np.array(sorted(self._young), np.uint64)
        young = [self._young[id_hash] for id_hash in hashes.tolist()]
        offsets, starts = (np.array(column, np.int64) for column in zip(*young, strict=True))
        self._young = {}
        places = np.searchsorted(self._hashes, hashes)
        known = np.zeros(len(hashes), bool)
        inside = places < len(self._hashes)
        known[inside] = self._hashes[places[inside]] == hashes[inside]
        at = places[known]
        expired = starts[known] - self._starts[at] > self._keep_s
        self._offsets[at] = np.where(expired, offsets[known], np.minimum(offsets[known], self._offsets[at]))
        self._starts[at] = np.maximum(starts[known], self._starts[at])
        self._hashes = np.insert(self._hashes, places[~known], hashes[~known])
        self._offsets = np.insert(self._offsets, places[~known], offsets[~known])
        self._starts = np.insert(self._starts, places[~known], starts[~known])
        self._keep(self._starts >= self._starts.max() - self._keep_s)
        if (too_many := len(self._hashes) - self._most) > 0:
            self.given_up += too_many
            longest_ago = np.argpartition(self._starts, too_many)[:too_many]
            kept = np.ones(len(self._hashes), bool)
            kept[longest_ago] = False
            self._keep(kept)

    def _keep(self, kept: NDArray[np.bool_]) -> None:
        if not kept.all():
            self._hashes, self._offsets, self._starts = self._hashes[kept], self._offsets[kept], self._starts[kept]


def rows_of(partition: int, start: int, ids: Mapping[int, int]) -> Iterator[tuple[bytes, bytes]]:
    """Yield the rows, key and value, that hold the ids of a closed bin of a source partition.

    Examples
    --------
    >>> [(key, len(value)) for key, value in rows_of(3, 60, {11: 100, 12: 101})]
    [(b'3/60/0', 32)]
    """
    hashes, offsets = np.array(list(ids), "<u8"), np.array(list(ids.values()), "<i8")
    for part, first in enumerate(range(0, len(ids), _A_ROW)):
        rows = slice(first, first + _A_ROW)
        yield b"%d/%d/%d" % (partition, start, part), hashes[rows].tobytes() + offsets[rows].tobytes()


class BadRowError(StreamsError):
    """A row of ``mentions.ids`` is none."""


def read_row(key: bytes, value: bytes) -> tuple[int, int, dict[int, int]]:
    """Return the source partition, the bin's start and the ids of a row.

    Raises
    ------
    BadRowError
        Where it was written by somebody else.
    """
    try:
        partition, start, _part = (int(number) for number in key.split(b"/"))
        half = len(value) // 2
        hashes, offsets = np.frombuffer(value[:half], "<u8"), np.frombuffer(value[half:], "<i8")
    except ValueError as error:
        raise BadRowError(f"{key[:80]!r} with {len(value):,} bytes is no row of ids: {error}") from error
    if len(hashes) != len(offsets) or (len(offsets) and offsets.min() < 0):
        raise BadRowError(f"{key[:80]!r} with {len(value):,} bytes is no row of ids")
    return partition, start, dict(zip(hashes.tolist(), offsets.tolist(), strict=True))


def remembered(rows: Iterable[tuple[int, Mapping[int, int]]], *, most: int = MOST) -> RememberedIds:
    """Return a memory of bins, each with its start, in whichever order they come."""
    made = RememberedIds(most=most)
    for start, ids in sorted(rows, key=lambda one: one[0]):
        made.add(start, ids)
    made.look_up(())
    return made
