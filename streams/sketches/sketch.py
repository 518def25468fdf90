"""Distinct counts that merge: bottom-k sketches, exact below k, right for every prefix of a bin.

A bottom-k sketch keeps the keys with the k smallest hashes; the k-th smallest tells how many there are
[^1]. Ours keeps, for *every second* of a bin, the k smallest among the keys first seen up to it: a key
leaves only when k others with smaller hashes were there no later, and what happens to it after those came
is of no account. So a count up to a second comes out the
same, whether it is asked at that second or when the whole bin is in, and whichever way parts were merged.
That keeps about k (1 + ln(n / k)) of n keys.

Of each key one thing that it said is *drawn*: the one with the smallest number, which hangs on what was said. Who says
more says no more than one thing, whichever way the parts come together. The one that is drawn up to a second is kept
for each second, too: what was said later with a smaller number takes the place of it from then on. That keeps about
ln(n) of n things said.

References
----------
[^1]: Cohen, E. & Kaplan, H. (2007). Summarizing data using bottom-k sketches. PODC.
"""

import hashlib
import heapq
from collections.abc import Iterable, Iterator
from typing import NamedTuple

AUTHORS_K = 1024  # standard error of an estimate 1/√k: 3 %, far below what a Poisson count of that size varies by
TEXTS_K = 256  # tells one text repeated from many: 6 % is ample

_HASH_SPACE = float(1 << 64)

Draws = tuple[tuple[int, int], ...]
"""What one key said, as far as it is ever drawn: the second and the number, later ones with smaller numbers."""


def stable_hash(text: str) -> int:
    """Return a 64-bit hash of a text, the same in every process and version.

    Examples
    --------
    >>> stable_hash("northside")
    12615535792176901160
    """
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


class Drawn(NamedTuple):
    """The keys of a prefix of a bin, or a fair sample of them.

    Parameters
    ----------
    drawn
        Key, and the number of what is drawn of it.
    times
        How many keys each of these stands for: 1 where they are all there are.
    """

    drawn: list[tuple[int, int]]
    times: float


class PrefixSketch:
    """Distinct keys of one bin: when each was first seen, and what is drawn of what it said.

    Merging is idempotent, commutative and associative.

    Parameters
    ----------
    k
        Keys kept for each prefix; counts below it are exact.
    """

    __slots__ = ("_bar", "_bar_from_s", "_clean", "_entries", "_in_order", "_k", "_limit")

    def __init__(self, k: int) -> None:
        self._k = k
        self._entries: dict[int, Draws] = {}
        self._limit = 4 * k
        self._bar = 1 << 64
        self._bar_from_s = 1 << 62
        self._clean = True
        self._in_order: list[tuple[int, Draws]] | None = None

    def __len__(self) -> int:
        return len(self._entries)

    def see(self, key: int, second: int, number: int = 0) -> bool:
        """Take in one sighting of a key; return whether anything changed.

        Parameters
        ----------
        key
            Its 64-bit hash.
        second
            Seconds into the bin.
        number
            Of what it said: the smallest is drawn.
        """
        known = self._entries.get(key)
        if known is None:
            if key >= self._bar and second >= self._bar_from_s:
                return False
            self._entries[key] = ((second, number),)
            self._clean, self._in_order = False, None
            if len(self._entries) > self._limit:
                self._prune()
            return True
        if any(earlier <= second and drawn <= number for earlier, drawn in known):
            return False
        rest = [each for each in known if each[0] < second or each[1] < number]
        self._entries[key] = tuple(sorted([*rest, (second, number)]))
        self._clean, self._in_order = False, None
        return True

    def items(self) -> Iterator[tuple[int, Draws]]:
        """Give what is kept, in the order of the hashes: the same for the same sightings, however they came."""
        self._prune()
        return iter(self._sorted())

    def kept_of(self, keys: Iterable[int]) -> Iterator[tuple[int, Draws]]:
        """Give those of the keys that are kept, in the order of the hashes."""
        self._prune()
        return ((key, self._entries[key]) for key in sorted(keys) if key in self._entries)

    def until(self, second: int) -> Drawn:
        """Return the keys seen before a second of the bin: all where they are fewer than ``k``, else the smallest."""
        entries = self._entries
        if len(entries) < self._k:
            # Nearly all have said one thing.
            return Drawn(
                [
                    (key, draws[0][1] if len(draws) == 1 else _drawn(draws, second))
                    for key, draws in entries.items()
                    if draws[0][0] < second
                ],
                1.0,
            )
        inside: list[tuple[int, int]] = []
        for key, draws in self._sorted():
            if draws[0][0] < second:
                inside.append((key, _drawn(draws, second)))
                if len(inside) == self._k:
                    total = max(self._k, round((self._k - 1) / ((key + 1) / _HASH_SPACE)))
                    return Drawn(inside, total / self._k)
        return Drawn(inside, 1.0)

    def count(self, second: int) -> int:
        """Return how many keys were seen before a second of the bin: exactly below ``k``, about from there on."""
        found = self.until(second)
        return round(found.times * len(found.drawn))

    def _sorted(self) -> list[tuple[int, Draws]]:
        if self._in_order is None:
            self._in_order = sorted(self._entries.items())
        return self._in_order

    def _prune(self) -> None:
        if self._clean or len(self._entries) <= self._k:
            return
        self._clean = True
        kept = _relevant(self._entries, self._k)
        lowest = heapq.nsmallest(self._k, kept)
        self._bar = lowest[-1]
        self._bar_from_s = max(kept[key][0][0] for key in lowest)
        self._entries, self._in_order = kept, None
        self._limit = max(4 * self._k, 2 * len(kept))


def _relevant(entries: dict[int, Draws], k: int) -> dict[int, Draws]:
    """Return the entries that are among the ``k`` smallest at some second, with what they said until then."""
    kept: dict[int, Draws] = {}
    lowest: list[int] = []  # a heap of the k smallest so far, negated
    for key, draws in sorted(entries.items(), key=_first_then_key):
        if len(lowest) < k:
            heapq.heappush(lowest, -key)
        elif -key > lowest[0]:
            left = -heapq.heapreplace(lowest, -key)
            until_s = draws[0][0]
            # What it said first stays, for the count.
            kept[left] = (kept[left][0], *(each for each in kept[left][1:] if each[0] < until_s))
        else:
            continue
        kept[key] = draws
    return kept


def _first_then_key(item: tuple[int, Draws]) -> tuple[int, int]:
    return item[1][0][0], item[0]


def _drawn(draws: Draws, second: int) -> int:
    number = draws[0][1]
    for at, later in draws[1:]:
        if at >= second:
            break
        number = later
    return number
