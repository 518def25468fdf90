"""Which posts of an account were given, so that they can be taken down when the account goes. Pure; bounded.

Sixteen bytes a post: a hash of its account, and its key, which is a number (atproto's timestamp identifier). The oldest
is forgotten first. Two accounts share a hash once in 10^13 pairs among millions.
"""

from array import array
from collections import deque

import numpy as np

from streams.sources.bluesky.times import tid, tid_number

_ODD_KEYS = 10_000
"""Posts remembered whose key is no timestamp identifier: legal, and seldom met."""


class GivenPosts:
    """The newest posts, by their accounts.

    Parameters
    ----------
    most
        How many are remembered, 0 or more.

    Examples
    --------
    >>> given = GivenPosts(2)
    >>> for rkey in ("3l3qo2vuowo2b", "3l3qo2vuowo2c", "3l3qo2vuowo2d"):
    ...     given.add("did:plc:a", rkey)
    >>> given.of("did:plc:a"), given.of("did:plc:b")
    (['3l3qo2vuowo2c', '3l3qo2vuowo2d'], [])
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._accounts = array("q", bytes(8 * most))
        self._keys = array("Q", bytes(8 * most))
        self._odd: deque[tuple[str, str]] = deque(maxlen=min(_ODD_KEYS, most))
        self._added = 0

    def __len__(self) -> int:
        return min(self._added, self._most) + len(self._odd)

    def add(self, did: str, rkey: str) -> None:
        """Remember a post."""
        if not self._most:
            return
        number = tid_number(rkey)
        if number is None:
            self._odd.append((did, rkey))
            return
        place = self._added % self._most
        self._accounts[place] = hash(did)
        self._keys[place] = number
        self._added += 1

    def of(self, did: str) -> list[str]:
        """Return the keys of an account's posts that are remembered, each once, those written first in front."""
        held = min(self._added, self._most)
        accounts = np.frombuffer(self._accounts, dtype=np.int64)[:held] if held else np.empty(0, dtype=np.int64)
        numbers = sorted({self._keys[place] for place in np.flatnonzero(accounts == hash(did)).tolist()})
        odd = dict.fromkeys(rkey for of_did, rkey in self._odd if of_did == did)
        return [*map(tid, numbers), *odd]
