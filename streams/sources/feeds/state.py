"""Where a feed stands between two polls, as it is kept on Kafka: without an address, which may be a secret. Pure."""

from typing import Any, Self

import msgspec
from msgspec import Struct

from streams.sources.feeds.memory import LISTED_BYTES, Memory

VALIDATOR_CHARS = 200
POSITION_BYTES = 600_000
"""Of the whole position, in JSON: Kafka takes a record of a megabyte."""
_FEED_BYTES = 800
"""For all of a feed but its memory."""
_BASE64 = 4 / 3
LEAST_ENTRIES = 20


class FeedState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One feed's place.

    Parameters
    ----------
    etag, modified
        As the server gave them, byte for byte, for the address that is asked.
    whole_at
        When the document was last read whole, epoch seconds: servers forget to change what names a version.
    polled_at
        When it last answered as it should, epoch seconds; 0 before the first time.
    next_at
        When it is asked next, epoch seconds.
    failures
        In a row.
    failing_since
        Epoch seconds; 0 while it answers.
    wait_s, skip_hours, skip_days
        As the feed asked when it was last read.
    moved_to
        Scheme, host and port that it has moved to for good, where nothing else of its address has changed.
    ended
        Why it is asked no more; empty while it is.
    newest
        Event time of its newest post, epoch seconds; 0 before the first.
    longest, listed, older
        Its memory.
    """

    etag: str = ""
    modified: str = ""
    whole_at: float = 0.0
    polled_at: float = 0.0
    next_at: float = 0.0
    failures: int = 0
    failing_since: float = 0.0
    wait_s: float = 0.0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    moved_to: str = ""
    ended: str = ""
    newest: float = 0.0
    longest: int = 0
    listed: str = ""
    older: str = ""

    def memory(self) -> Memory:
        """Return what it has listed."""
        return Memory.read(self.listed, self.older, self.longest)

    def remembering(self, memory: Memory) -> Self:
        """Return this state with another memory."""
        listed, older = memory.written()
        return msgspec.structs.replace(self, longest=memory.longest, listed=listed, older=older)


def validator(stated: str) -> str:
    """Return a version's name as it came, or nothing where it is too long to be kept."""
    return stated if len(stated) <= VALIDATOR_CHARS else ""


def read_states(position: dict[str, Any] | None) -> dict[str, FeedState]:
    """Return the states of a position by their feeds' keys; none where it is of another version."""
    if not position or position.get("v") != 1:
        return {}
    return {key: msgspec.convert(state, FeedState) for key, state in position["feeds"].items()}


def fair_bytes(wanted: list[int], feeds: int) -> int:
    """Return how many bytes of memory one feed may have, so that all have room in the position.

    Those that want less leave the rest to the others.

    Parameters
    ----------
    wanted
        By each feed that has a memory.
    feeds
        All feeds of the source.

    Examples
    --------
    >>> fair_bytes([900, 2_000], 2) >= 2_000, fair_bytes([10_000_000, 900], 2) < 500_000
    (True, True)
    """
    left = int((POSITION_BYTES - _FEED_BYTES * feeds) / _BASE64)
    ordered = sorted(wanted)
    for place, wants in enumerate(ordered):
        share = left // (len(ordered) - place)
        if wants > share:
            return max(LEAST_ENTRIES * LISTED_BYTES, share)
        left -= wants
    return max(ordered, default=0) or POSITION_BYTES
