"""Which mentions of many are kept to be shown: the same ones for the same mentions, in whatever order they come."""

import heapq
from hashlib import blake2b


def draw_key(drawn_by: str, seed: int = 0) -> float:
    """Return a number from 0 to 1 that is drawn by an id or a text: the same in every run with this seed.

    Examples
    --------
    >>> draw_key("p1") == draw_key("p1"), draw_key("p1") == draw_key("p1", seed=2)
    (True, False)
    """
    digest = blake2b(drawn_by.encode("utf-8", "surrogatepass"), digest_size=8, salt=seed.to_bytes(8, "big"))
    return int.from_bytes(digest.digest(), "big") / 2**64


class Drawn:
    """A random sample of what is given to it, by the smallest keys drawn.

    Parameters
    ----------
    size
        How many are kept at most.

    Examples
    --------
    >>> drawn = Drawn(2)
    >>> for place, key in enumerate((0.7, 0.2, 0.9, 0.4)):
    ...     drawn.take(key, place)
    >>> drawn.places
    [1, 3]
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: list[tuple[float, int]] = []
        self._keys: set[float] = set()

    def take(self, key: float, place: int) -> None:
        """Keep a place if its key is among the smallest, and none with this key is kept: that is a copy."""
        if key in self._keys:
            return
        self._keys.add(key)
        heapq.heappush(self._kept, (-key, -place))
        if len(self._kept) > self._size:
            self._keys.discard(-heapq.heappop(self._kept)[0])

    @property
    def places(self) -> list[int]:
        """The places kept, in the order of their keys."""
        return [-place for _, place in sorted(self._kept, reverse=True)]
