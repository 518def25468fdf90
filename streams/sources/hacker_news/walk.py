"""Where the reading of Hacker News stands: the walk over its numbers, and what is looked at again. Pure."""

from typing import Any, Self

import msgspec
from msgspec import Struct

PATIENCE_S = 600.0
"""A number that was given out has a post a moment later; one that has none for so long is passed over."""
MOST_MISSING = 500
LOOKED_AT_AGAIN_S = (3 * 3600.0, 24 * 3600.0)
"""Each post is read again at these ages: deletions are told of only while they are fresh."""


class Walk(Struct, frozen=True, kw_only=True):
    """A place.

    Parameters
    ----------
    next
        The lowest number that was not asked for.
    missing
        Numbers below it that had no post yet, and when they were first asked for, epoch seconds.
    again
        For each of ``LOOKED_AT_AGAIN_S``, the lowest number that was not read again.
    """

    next: int
    missing: dict[int, float] = {}
    again: tuple[int, ...] = ()

    @classmethod
    def beginning(cls, newest: int) -> Self:
        """Return the place after the newest post."""
        return cls(next=newest + 1, again=(newest + 1,) * len(LOOKED_AT_AGAIN_S))

    @classmethod
    def read(cls, position: dict[str, Any]) -> Self:
        """Return the place of a position."""
        return msgspec.convert(position["walk"], cls, strict=False)

    def position(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {"v": 1, "walk": msgspec.to_builtins(self, str_keys=True)}

    def numbers(self, newest: int, most: int) -> list[int]:
        """Return what to ask for: those that were missing, then the next ones.

        Parameters
        ----------
        newest
            The highest number that was given out.
        most
            New ones at a time; none while too many are missing.
        """
        room = max(0, min(most, MOST_MISSING - len(self.missing)))
        return [*sorted(self.missing), *range(self.next, min(newest + 1, self.next + room))]

    def after(self, asked: dict[int, bool], now: float) -> Self:
        """Return the place after numbers were asked for.

        Parameters
        ----------
        asked
            Each number, and whether there was a post.
        now
            Wall time, epoch seconds.
        """
        missing = {
            number: since
            for number, is_there in asked.items()
            if not is_there and now - (since := self.missing.get(number, now)) < PATIENCE_S
        }
        return msgspec.structs.replace(self, next=max(self.next, max(asked, default=0) + 1), missing=missing)

    def looked_at(self, which: int, upto: int) -> Self:
        """Return the place after posts below ``upto`` were read again at one of the ages."""
        again = tuple(upto if place == which else number for place, number in enumerate(self.again))
        return msgspec.structs.replace(self, again=again)
