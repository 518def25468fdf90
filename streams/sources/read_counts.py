"""Counts what a source reads, by what its posts state as their source and by minute. Pure."""

from collections.abc import Sequence

from streams.mention import Mention
from streams.sources.source import Batch

MINUTE_S = 60
NAMES = 20
"""Of one source; a suite brings a dozen networks."""
OTHER = "other"
_NAME_CHARS = 200
_PUNCTUAL_S = 60
"""An older post is of the minute in which it was heard: its own is over."""


class ReadCounts:
    """Posts of the present that were read since they were last told.

    Examples
    --------
    >>> counts = ReadCounts("feeds")
    >>> counts.take(Batch(position={}, heard=3), 120.5)
    >>> counts.drain(), counts.drain()
    ({'feeds': {120: 3}}, {})
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._names: set[str] = set()
        self._read: dict[str, dict[int, int]] = {}

    def take(self, batch: Batch, now: float) -> None:
        """Count the posts of a batch that tells of the present, and those that the source itself left out."""
        self.add(batch.mentions, now)
        if left_out := (batch.heard or 0) - len(batch.mentions):
            self._add(self._kind, int(now), max(0, left_out))

    def add(self, mentions: Sequence[Mention], now: float) -> None:
        """Count posts; take-downs are none."""
        for mention in mentions:
            if not mention.deleted:
                self._add(mention.source, _minute_of(mention, now), 1)

    def drain(self) -> dict[str, dict[int, int]]:
        """Return what was counted, and begin anew."""
        read, self._read = self._read, {}
        return read

    def _add(self, source: str, at: int, posts: int) -> None:
        if not posts:
            return
        name = source[:_NAME_CHARS]
        if name not in self._names and len(self._names) >= NAMES:
            name = OTHER
        self._names.add(name)
        minutes = self._read.setdefault(name, {})
        start = at - at % MINUTE_S
        minutes[start] = minutes.get(start, 0) + posts


def _minute_of(mention: Mention, now: float) -> int:
    try:
        at = mention.published_s
    except (ValueError, OverflowError, OSError):
        return int(now)
    return int(at if now - _PUNCTUAL_S <= at <= now else now)
