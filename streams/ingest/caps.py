"""The wall clock's say in event time, kept so that a second reading comes to the same."""

import math
from bisect import bisect_right
from collections.abc import Iterable

from streams.ingest.resume import Cap


class Caps:
    """Which records of a partition said that they were of a time to come, and in which second they were read first.

    Others that were read in the same second were not ahead of it: that second alters nothing for them. So the records
    of a second are kept as one run of offsets.

    Parameters
    ----------
    known
        Those of records that will be read again, in order.
    """

    def __init__(self, known: Iterable[Cap] = ()) -> None:
        self._caps: list[Cap] = list(known)
        self.are_kept = True
        """Whether a process that reads again knows all of them."""

    def at(self, offset: int, now_s: float) -> float:
        """Return the second beyond which a record does not count: that of its first reading, which may be now."""
        place = bisect_right(self._caps, offset, key=lambda cap: cap.first) - 1
        if place >= 0 and offset <= self._caps[place].last:
            return self._caps[place].at
        return now_s if math.isinf(now_s) else now_s // 1

    def note(self, offset: int, at: int) -> None:
        """Note that a record was ahead of the second of its reading; noted again, nothing changes."""
        newest = self._caps[-1] if self._caps else None
        if newest is not None and offset <= newest.last:
            return
        self.are_kept = False
        if newest is not None and newest.at == at:
            self._caps[-1] = newest._replace(last=offset)
        else:
            self._caps.append(Cap(offset, offset, at))

    def since(self, offset: int) -> list[Cap]:
        """Forget what lies before an offset, and return the rest."""
        self._caps = [cap for cap in self._caps if cap.last >= offset]
        return self._caps
