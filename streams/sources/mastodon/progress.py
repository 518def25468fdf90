"""Where a source stands in each timeline, and which stretches of it are still to be fetched. Pure."""

from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from streams.sources.mastodon.local_ids import before, later, order

MOST_STRETCHES = 16
"""Unfinished ones of a timeline: each connection that is lost leaves one, mostly of a few posts."""


class Stretch(Struct, frozen=True, array_like=True):
    """Posts behind one id, up to another one with it."""

    after: str
    until: str


class Place(Struct, frozen=True, kw_only=True):
    """Where reading stands in one timeline.

    Parameters
    ----------
    cursor
        The highest id that was seen; empty where the timeline held nothing yet.
    since
        The id at which listening began: nothing from before it is fetched.
    stretches
        What is still to be fetched of what came before ``cursor``, the newest last.
    """

    cursor: str = ""
    since: str = ""
    stretches: tuple[Stretch, ...] = ()

    def seen(self, local_id: str) -> "Place":
        """Return the place after a post."""
        return replace(self, cursor=later(self.cursor, local_id)) if order(local_id) > order(self.cursor) else self

    def start(self, overlap_s: float) -> str:
        """Return behind which id to fetch again: a little before the cursor, as posts of others come late."""
        return later(before(self.cursor, overlap_s), self.since)

    def to_fetch(self, after: str, until: str) -> "Place":
        """Return the place with one more stretch, where there is anything in it."""
        if order(until) <= order(after):
            return self
        return replace(self.seen(until), stretches=(*self.stretches, Stretch(after, until)))

    def fetched(self, stretch: Stretch, newest: str) -> "Place":
        """Return the place after a page of a stretch, whose newest post is named; empty where it held none."""
        others = tuple(one for one in self.stretches if one != stretch)
        place = self.seen(newest)
        if not newest or order(newest) >= order(stretch.until):
            return replace(place, stretches=others)
        if order(newest) <= order(stretch.after):
            raise ValueError(f"a page behind {stretch.after} ends at {newest}")
        return replace(place, stretches=(*others, Stretch(newest, stretch.until)))

    def given_up(self) -> tuple["Place", tuple[Stretch, ...]]:
        """Return the place with as many stretches as may be, and those, the oldest, that are too many."""
        many = len(self.stretches) - MOST_STRETCHES
        if many <= 0:
            return self, ()
        return replace(self, stretches=self.stretches[many:]), self.stretches[:many]


class Kept(Struct, frozen=True, kw_only=True):
    """A position, but for the posts that were sent.

    Parameters
    ----------
    server
        Whose ids these are.
    at
        When it was made, epoch seconds.
    feeds
        By their names.
    """

    server: str
    at: float
    feeds: dict[str, Place]


def read_position(position: dict[str, Any]) -> Kept:
    """Return a position.

    Raises
    ------
    ValueError
        Where it is none.
    """
    try:
        return msgspec.convert(position, Kept)
    except msgspec.ValidationError as error:
        raise ValueError(f"no position of a Mastodon server: {error}") from error
