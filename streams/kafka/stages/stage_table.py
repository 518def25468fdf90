"""The rows of a stage's table by partition, how far its changelog is known, and the row that holds the position."""

import time
from collections.abc import Callable, Mapping, MutableMapping

from msgspec import Struct

from streams.kafka.stages.positions import Positions, decode_positions

_POSITION = b"@position/"
_CACHED_S = 3600.0
"""How long the rows of a partition that went elsewhere may be built upon. Kafka forgets deleted rows after a day."""


class _Known(Struct):
    next: int
    at: float


class StageTable:
    """A view of a table of bytes by bytes.

    A partition that goes and comes back is read from where its changelog was known to: what another owner wrote in the
    meantime is there, and nothing else.

    Parameters
    ----------
    data
        All rows, of whatever partition.
    partition_of
        Returns the partition of a row, by its key.
    now
        A clock that only goes forward, seconds.
    """

    def __init__(
        self,
        data: MutableMapping[bytes, bytes],
        partition_of: Callable[[bytes], int],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._data = data
        self._partition_of = partition_of
        self._now = now
        self._known: dict[int, _Known] = {}

    def next(self, partition: int) -> int:
        """Return the offset from which the changelog of a partition is not known yet."""
        return self._known[partition].next if partition in self._known else 0

    def take(self, partition: int, rows: Mapping[bytes, bytes | None], after: int) -> None:
        """Take rows that are in the changelog before the offset ``after``; ``None`` deletes one."""
        for key, value in rows.items():
            if value is None:
                self._data.pop(key, None)
            else:
                self._data[key] = value
        self._known[partition] = _Known(after, self._now())

    def keep(self, assigned: set[int], held: set[int]) -> None:
        """Drop the rows of partitions that are another worker's, and of those known too long ago to be built upon."""
        for partition, known in list(self._known.items()):
            is_stale = partition not in held and self._now() - known.at > _CACHED_S
            if partition not in assigned or is_stale:
                del self._known[partition]
                for key in [key for key in self._data if self._of(key) == partition]:
                    del self._data[key]

    def positions(self, partition: int) -> Positions | None:
        """Return what the rows of a partition reflect, or ``None`` where no worker of this version has stored it."""
        stored = self._data.get(position_key(partition))
        return decode_positions(stored) if stored is not None else None

    def _of(self, key: bytes) -> int:
        return int(key.removeprefix(_POSITION)) if key.startswith(_POSITION) else self._partition_of(key)


def position_key(partition: int) -> bytes:
    """Return the key of the row that says where a partition's state stands. No brand's id begins with ``@``.

    Examples
    --------
    >>> position_key(3)
    b'@position/3'
    """
    return _POSITION + str(partition).encode()
