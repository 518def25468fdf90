"""How far one connection has been read, and whether it began where it was asked to. Pure.

A host of the first version begins at the oldest event that it has where the cursor is older, and says nothing of it:
what it left out shows only in the moment of its first events. Those may come out of order, so that the oldest of
the first hundred counts; until that is known the position stays where it was.
"""

from collections import deque

from streams.sources.bluesky.frames import Wire
from streams.sources.bluesky.place import OVERLAP_ELSEWHERE_US, Cursor, Place
from streams.sources.source import Hole

GAP_US = 60_000_000
"""A first event so long after the cursor tells of a hole: the network is never silent for a minute."""
_FIRST = 100
SETTLED_S = 5.0
"""After so long the first events are those that have come, though they be few."""
_RECENT = 256
_DISORDER_US = 60_000_000
"""Events that come later than others by no more than this lose nothing when reading breaks off between them."""


class Progress:
    """Takes note of each event's moment.

    Parameters
    ----------
    before
        Where reading stood, on this host or another.
    wire, host
        Whose events these are.
    cursor
        What the host was asked for.
    gap_us
        As ``GAP_US``; longer for a network of few people.
    settled_s
        As ``SETTLED_S``; shorter than the silence for which a connection is given up.
    """

    def __init__(
        self,
        before: Place,
        wire: Wire,
        host: str,
        cursor: Cursor,
        *,
        gap_us: int = GAP_US,
        settled_s: float = SETTLED_S,
    ) -> None:
        self._before = before
        self._wire = wire
        self._host = host
        self._from_us = cursor.from_us
        # Where nothing was asked for, the host's clock goes, and not ours, by which we said when we began.
        self._low_us = None if cursor.from_us is None else before.time_us
        self._gap_us = gap_us
        self._settled_s = settled_s
        # Another host saw the same events at other moments.
        self._apart_us = 0 if (before.wire, before.host) == (wire, host) else OVERLAP_ELSEWHERE_US
        self._recent: deque[int] = deque(maxlen=_RECENT)
        self._oldest_us: int | None = None
        self._taken = 0
        self._began = self._from_us is None
        self._left_out = ""
        self.newest_us: int | None = None
        """The latest moment of all events taken, epoch microseconds."""
        self._seqs: deque[int] = deque(maxlen=_RECENT)
        self._seq: int | None = None

    def left_out(self, why: str) -> None:
        """Note that the host itself says that it begins later than it was asked to."""
        if self._from_us is not None:
            self._left_out = why
            self._began = False

    def take(self, time_us: int, seq: int) -> None:
        """Take note of an event."""
        self._taken += 1
        self._recent.append(time_us)
        if self.newest_us is None or time_us > self.newest_us:
            self.newest_us = time_us
        if seq:
            self._seqs.append(seq)
        if not self._began and (self._oldest_us is None or time_us < self._oldest_us):
            self._oldest_us = time_us

    def settle(self, since_first_s: float) -> Hole | None:
        """Decide, once that can be, whether anything is missing; tell it once.

        Parameters
        ----------
        since_first_s
            Seconds since the first event came.
        """
        if self._began or self._oldest_us is None or self._from_us is None:
            return None
        began_us = self._from_us if self._before.time_us is None else self._before.time_us
        if self._oldest_us <= (
            began_us + self._apart_us if self._left_out else max(self._from_us + self._gap_us, began_us)
        ):
            self._began = True
            return None
        if self._taken < _FIRST and since_first_s < self._settled_s:
            return None
        self._began = True
        return Hole(
            began=began_us / 1e6,
            ended=self._oldest_us / 1e6,
            share=0.0,
            reason="look_back",
            detail=self._left_out or f"{self._host} keeps nothing older than its first event, and began there",
        )

    def place(self) -> Place:
        """Return where reading goes on if it breaks off now; it never goes back."""
        if not self._began or self.newest_us is None:
            return self._before
        low_us = max(min(self._recent), self.newest_us - _DISORDER_US)
        self._low_us = low_us if self._low_us is None else max(low_us, self._low_us)
        if self._seqs:
            self._seq = max(min(self._seqs), self._seq or 0)
        return Place(wire=self._wire, host=self._host, time_us=self._low_us, seq=self._seq)

    @property
    def heard_until_s(self) -> float | None:
        """The moment up to which the host has told everything, epoch seconds; ``None`` while that is not known."""
        return self.newest_us / 1e6 if self._began and self.newest_us is not None else None
