"""Which posts were sent, so that a take-down goes on where it concerns one, and only there. Pure.

A busy source tells of hundreds of thousands of take-downs a day, nearly all of posts that nobody here has seen, and
each that is sent is remembered for a year. So a source remembers what it has sent, by eight bytes for each post.

On Kafka the ids lie in rows under the source's own keys, in a compacted topic: each new handful in one of ``SMALL``
rows that are written again and again, and whenever those are full, all of them in one large row of its own number.
"""

import hashlib
from collections.abc import Iterable, Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from streams.errors import StreamsError

MOST = 1_000_000
"""Posts remembered of each source, 16 bytes each in memory; the oldest are forgotten first."""
SMALL = 64
_MERGE = 4096
_LARGE_BYTES = 400_000
"""Kafka takes a megabyte."""
_BYTES = 8

Row = tuple[bytes, bytes | None]
"""Key and value; ``None`` deletes."""


class BadRowError(StreamsError):
    """A row of ids is none."""


class _Large(Struct, frozen=True):
    number: int
    ids: bytes


class SentIds:
    """The ids of one source.

    Parameters
    ----------
    source
        The source's id.
    most
        Ids remembered.

    Examples
    --------
    >>> sent = SentIds("news")
    >>> rows = sent.remember(["https://a.example/1"])
    >>> "https://a.example/1" in sent, "https://a.example/2" in sent
    (True, False)
    >>> "https://a.example/1" in SentIds.read("news", dict(rows))
    True
    """

    def __init__(self, source: str, *, most: int = MOST) -> None:
        self._source = source
        self._most = most
        self._sorted: NDArray[np.uint64] = np.empty(0, np.uint64)
        self._recent: set[int] = set()
        self._small: list[bytes] = []
        self._large: list[_Large] = []
        self._next = 0
        self._is_adopted = False
        """Whether the small rows are of whoever had the source before, in places that are not known here."""
        self.given_up = 0
        """Ids forgotten since there were too many."""

    @classmethod
    def read(cls, source: str, rows: Mapping[bytes, bytes | None], *, most: int = MOST) -> "SentIds":
        """Return what the rows of a topic say of one source; those of others are passed over.

        Raises
        ------
        BadRowError
            Where a row is none.
        """
        sent = cls(source, most=most)
        for key, value in rows.items():
            name, _, place = key.decode(errors="replace").partition("/")
            if name != source or not value:
                continue
            kind, number = place[:1], place[1:]
            if kind not in {"s", "l"} or not number.isdecimal() or len(value) % _BYTES:
                raise BadRowError(f"{key!r}: {len(value)} bytes are no row of ids")
            if kind == "l":
                sent._large.append(_Large(int(number), value))
            else:
                # Where it lay does not matter: the next row is a large one, of all small ones.
                sent._small.append(value)
        sent._large.sort(key=lambda row: row.number)
        sent._next = sent._large[-1].number + 1 if sent._large else 0
        everything = [row.ids for row in sent._large] + sent._small
        sent._sorted = np.unique(np.frombuffer(b"".join(everything), ">u8").astype(np.uint64))
        sent._is_adopted = bool(sent._small)
        return sent

    def __contains__(self, post_id: str) -> bool:
        return self._knows(_number(post_id))

    def __len__(self) -> int:
        return len(self._sorted) + len(self._recent)

    def remember(self, post_ids: Iterable[str]) -> list[Row]:
        """Remember posts; return the rows to write before they are sent, none where all were known."""
        fresh = [number for number in dict.fromkeys(map(_number, post_ids)) if not self._knows(number)]
        if not fresh:
            return []
        self._recent.update(fresh)
        value = b"".join(number.to_bytes(_BYTES, "big") for number in fresh)
        rows: list[Row] = []
        if self._is_adopted or len(self._small) == SMALL or sum(map(len, self._small)) + len(value) > _LARGE_BYTES:
            rows += self._gather()
        rows.append((f"{self._source}/s{len(self._small)}".encode(), value))
        self._small.append(value)
        if len(self._recent) > _MERGE:
            self._merge()
        return rows

    def _gather(self) -> list[Row]:
        """Put all small rows, if any, into a large one, and forget the oldest large ones where there are too many."""
        if not self._small:
            return []
        large = _Large(self._next, b"".join(self._small))
        self._next += 1
        self._large.append(large)
        self._small, self._is_adopted = [], False
        rows: list[Row] = [(f"{self._source}/l{large.number}".encode(), large.ids)]
        while len(self) > self._most and len(self._large) > 1:
            oldest = self._large.pop(0)
            self._merge()
            gone = np.frombuffer(oldest.ids, ">u8").astype(np.uint64)
            self._sorted = np.setdiff1d(self._sorted, gone, assume_unique=False)
            self.given_up += len(gone)
            rows.append((f"{self._source}/l{oldest.number}".encode(), None))
        return rows

    def _merge(self) -> None:
        self._sorted = np.union1d(self._sorted, np.fromiter(self._recent, np.uint64, len(self._recent)))
        self._recent.clear()

    def _knows(self, number: int) -> bool:
        if number in self._recent:
            return True
        place = int(np.searchsorted(self._sorted, np.uint64(number)))
        return place < len(self._sorted) and int(self._sorted[place]) == number


def _number(post_id: str) -> int:
    encoded = post_id.encode(errors="surrogatepass")
    return int.from_bytes(hashlib.blake2b(encoded, digest_size=_BYTES, person=b"tocsin sent").digest(), "big")
