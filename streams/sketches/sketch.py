"""Distinct counts that merge: bottom-k sketches, exact below k, right for every prefix of a bin.

A bottom-k sketch keeps the keys with the k smallest hashes; the k-th smallest tells how many there are
[^1]. Ours keeps, for *every second* of a bin, the k smallest among the keys first seen up to it: a key
leaves only when k others with smaller hashes were there no later, and what happens to it after those came
is of no account. So a count up to a second comes out the
same, whether it is asked at that second or when the whole bin is in, and whichever way parts were merged.
That keeps about k (1 + ln(n / k)) of n keys.

References
----------
[^1]: Cohen, E. & Kaplan, H. (2007). Summarizing data using bottom-k sketches. PODC.
"""

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

VOICES_K = 1024  # standard error of an estimate 1/√k: 3 %, far below what a Poisson count of that size varies by
TEXTS_K = 256  # tells one text repeated from many: 6 % is ample

NEVER = 1 << 15  # later than any second of a bin

_HASH_SPACE = float(1 << 64)

Seen = tuple[int, int, int]


def stable_hash(text: str) -> int:
    """Return a 64-bit hash of a text, the same in every process and version.

    Examples
    --------
    >>> stable_hash("northside")
    12615535792176901160
    """
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


class Distinct(Struct, frozen=True):
    """How many distinct keys there were, how many of them scored, and how many negative."""

    seen: int = 0
    scored: int = 0
    negative: int = 0


class PrefixSketch:
    """Distinct keys of one bin: when each was first seen, first negative and first scored.

    Merging is idempotent, commutative and associative.

    Parameters
    ----------
    k
        Keys kept for each prefix; counts below it are exact.
    """

    __slots__ = ("_asked", "_bar", "_bar_from_s", "_cache", "_clean", "_entries", "_k", "_limit")

    def __init__(self, k: int) -> None:
        self._k = k
        self._entries: dict[int, Seen] = {}
        self._limit = 4 * k
        self._bar = 1 << 64
        self._bar_from_s = NEVER
        self._clean = True
        self._asked = False
        self._cache: _Curves | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def see(self, key: int, first_s: int, first_negative_s: int = NEVER, first_scored_s: int = NEVER) -> bool:
        """Take in one sighting of a key; return whether anything changed.

        Parameters
        ----------
        key
            Its 64-bit hash.
        first_s, first_negative_s, first_scored_s
            Seconds into the bin, ``NEVER`` where it was not.
        """
        known = self._entries.get(key)
        if known is None:
            if key >= self._bar and first_s >= self._bar_from_s:
                return False
            self._entries[key] = (first_s, first_negative_s, first_scored_s)
            self._clean = False
            if len(self._entries) > self._limit:
                self._prune()
        else:
            if first_s >= known[0] and first_negative_s >= known[1] and first_scored_s >= known[2]:
                return False
            self._entries[key] = (
                min(first_s, known[0]),
                min(first_negative_s, known[1]),
                min(first_scored_s, known[2]),
            )
            self._clean = False
        self._asked, self._cache = False, None
        return True

    def __iter__(self) -> Iterator[tuple[int, Seen]]:
        """Give what is kept, in no particular order."""
        return iter(self._entries.items())

    def items(self) -> Iterator[tuple[int, Seen]]:
        """Give what is kept, in the order of the hashes: the same for the same sightings, however they came."""
        self._prune()
        return iter(sorted(self._entries.items()))

    def kept_of(self, keys: Iterable[int]) -> Iterator[tuple[int, Seen]]:
        """Give those of the keys that are kept, in the order of the hashes."""
        self._prune()
        return ((key, self._entries[key]) for key in sorted(keys) if key in self._entries)

    def until(self, second: int) -> Distinct:
        """Count the distinct keys seen before a second of the bin: exact below ``k``, estimated from there on."""
        if self._cache is None:
            if not self._asked and len(self._entries) < self._k:
                # While a bin goes on, something comes between any two questions.
                self._asked = True
                return _counted(self._entries.values(), second)
            self._cache = _Curves(self._entries, self._k)
        return self._cache.until(second)

    def _prune(self) -> None:
        if self._clean or len(self._entries) <= self._k:
            return
        self._clean = True
        kept = _relevant(self._entries, self._k)
        lowest = heapq.nsmallest(self._k, kept)
        self._bar = lowest[-1]
        self._bar_from_s = max(kept[key][0] for key in lowest)
        self._entries = kept
        self._limit = max(4 * self._k, 2 * len(kept))


def _relevant(entries: dict[int, Seen], k: int) -> dict[int, Seen]:
    """Return the entries that are among the ``k`` smallest at some second, with what befell them until then."""
    kept: dict[int, Seen] = {}
    lowest: list[int] = []  # a heap of the k smallest so far, negated
    for key, seen in sorted(entries.items(), key=_first_then_key):
        if len(lowest) < k:
            heapq.heappush(lowest, -key)
        elif -key > lowest[0]:
            left = -heapq.heapreplace(lowest, -key)
            first_s, negative_s, scored_s = kept[left]
            until_s = seen[0]
            kept[left] = (
                first_s,
                negative_s if negative_s < until_s else NEVER,
                scored_s if scored_s < until_s else NEVER,
            )
        else:
            continue
        kept[key] = seen
    return kept


def _first_then_key(item: tuple[int, Seen]) -> tuple[int, int]:
    return item[1][0], item[0]


def _counted(times: Iterable[Seen], second: int) -> Distinct:
    seen = scored = negative = 0
    for first_s, negative_s, scored_s in times:
        seen += first_s < second
        negative += negative_s < second
        scored += scored_s < second
    return Distinct(seen=seen, scored=scored, negative=negative)


class _Curves:
    """The counts of a sketch at every second, worked out when asked."""

    __slots__ = ("_exact", "_hashes", "_k", "_times")

    _hashes: NDArray[np.uint64]
    _times: NDArray[np.int32]

    def __init__(self, entries: dict[int, Seen], k: int) -> None:
        self._k = k
        self._exact: list[list[int]] | None = None
        if len(entries) < k:
            self._exact = [_cumulative(seconds) for seconds in zip(*entries.values(), strict=True)] or [[0]] * 3
        else:
            self._times = np.array(list(entries.values()), dtype=np.int32).reshape(-1, 3)
            self._hashes = np.fromiter(entries, dtype=np.uint64, count=len(entries))

    def until(self, second: int) -> Distinct:
        if self._exact is not None:
            seen, negative, scored = (curve[min(second, len(curve) - 1)] for curve in self._exact)
            return Distinct(seen=seen, scored=scored, negative=negative)
        inside = self._times[:, 0] < second
        hashes, times = self._hashes[inside], self._times[inside]
        if len(hashes) < self._k:
            return Distinct(
                seen=len(hashes),
                scored=int(np.count_nonzero(times[:, 2] < second)),
                negative=int(np.count_nonzero(times[:, 1] < second)),
            )
        lowest = np.argpartition(hashes, self._k - 1)[: self._k]
        space_used = float(hashes[lowest].max()) / _HASH_SPACE
        total = max(self._k, round((self._k - 1) / space_used))
        return Distinct(
            seen=total,
            scored=round(total * int(np.count_nonzero(times[lowest, 2] < second)) / self._k),
            negative=round(total * int(np.count_nonzero(times[lowest, 1] < second)) / self._k),
        )


def _cumulative(seconds: Iterable[int]) -> list[int]:
    """Return, for every second s, how many of ``seconds`` lie before it."""
    inside = Counter(seconds)
    inside.pop(NEVER, None)
    return list(accumulate((inside[second] for second in range(max(inside, default=-1) + 1)), initial=0))


def on_the_wire(second: int) -> int:
    """Return a second as snapshots hold it: -1 for never."""
    return -1 if second == NEVER else second


def from_the_wire(second: int) -> int:
    """Return a second as sketches hold it."""
    return NEVER if second < 0 else second
