"""Frames of one connection in, mentions out. Pure: time is passed in."""

from collections.abc import Sequence

from msgspec import Struct

from streams.connectors.connector import Refused
from streams.errors import BadMentionError
from streams.mention import MAX_BYTES, Mention
from streams.sources.bluesky.compression import Inflater
from streams.sources.bluesky.events import AccountChange, Event, Notice, PostChange
from streams.sources.bluesky.frames import Decode
from streams.sources.bluesky.given_posts import GivenPosts
from streams.sources.bluesky.post import take_down, to_mention
from streams.sources.bluesky.progress import Progress
from streams.sources.bluesky.times import AHEAD_S

EARLIEST_US = 946_684_800_000_000
"""The year 2000: a server that saw something before has no clock."""
STILL_THERE = frozenset({"desynchronized", "throttled"})
"""States of an account in which a relay does not follow it, though nobody took it down."""


class Taken(Struct, frozen=True):
    """What frames held.

    Parameters
    ----------
    mentions, refused
        As in a batch.
    notices
        What the host said of the connection itself.
    posts
        Posts among ``mentions``.
    """

    mentions: tuple[Mention, ...]
    refused: tuple[Refused, ...]
    notices: tuple[Notice, ...]
    posts: int


class Reading:
    """Reads one connection; what was given outlives it.

    Parameters
    ----------
    origin
        The host, for those who look into the dead letters.
    """

    def __init__(self, origin: str, decode: Decode, inflate: Inflater, progress: Progress, given: GivenPosts) -> None:
        self._origin = origin
        self._decode = decode
        self._inflate = inflate
        self._progress = progress
        self._given = given
        self.refused_in_a_row = 0

    def take(self, frames: Sequence[bytes], now_s: float) -> Taken:
        """Read frames in their order.

        Parameters
        ----------
        now_s
            Wall time, epoch seconds; nothing was seen later than this.
        """
        mentions: list[Mention] = []
        refused: list[Refused] = []
        notices: list[Notice] = []
        posts = 0
        latest_us = int((now_s + AHEAD_S) * 1e6)
        for frame in frames:
            data = frame
            try:
                data = self._inflate(frame)
                decoded = self._decode(data)
                if isinstance(decoded, Notice):
                    notices.append(decoded)
                    self._heed(decoded)
                else:
                    given = self._mentions(decoded, latest_us)
                    posts += bool(given) and not given[0].deleted
                    mentions += given
            except BadMentionError as error:
                self.refused_in_a_row += 1
                refused.append(Refused.because(error, self._origin, data[:MAX_BYTES]))
            else:
                self.refused_in_a_row = 0
        return Taken(tuple(mentions), tuple(refused), tuple(notices), posts)

    def _heed(self, notice: Notice) -> None:
        if notice.name == "OutdatedCursor":
            self._progress.left_out(f"{self._origin} no longer has what came before ({notice.message})")

    def _mentions(self, event: Event, latest_us: int) -> Sequence[Mention]:
        time_us = event.time_us
        if EARLIEST_US <= time_us <= latest_us:
            self._progress.take(time_us, event.seq)
        else:
            time_us = latest_us - int(AHEAD_S * 1e6)
        if isinstance(event, PostChange):
            if event.operation != "delete":
                mention = to_mention(event, time_us)
                self._given.add(event.did, event.rkey)
                return (mention,)
            return (take_down(event.did, event.rkey, time_us),)
        if isinstance(event, AccountChange) and not event.active and event.status not in STILL_THERE:
            return [take_down(event.did, rkey, time_us) for rkey in self._given.of(event.did)]
        return ()
