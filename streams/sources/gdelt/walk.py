"""Where the reading of one stream of files stands. Pure."""

from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from streams.sources.gdelt.files import QUARTER_S, mark_before, name
from streams.sources.source import Hole

PATIENCE_S = 3600.0
"""A file that is not there so long after its mark, while a later one is, will not come."""
LOOK_BACK_S = 7 * 86_400.0
"""What is older than that is history: `tocsin learn` is for it."""


class Walk(Struct, frozen=True, kw_only=True):
    """A place.

    Parameters
    ----------
    next
        The mark of the file to ask for.
    newest
        The highest mark of which a file was seen.
    missing_since
        The first mark of those just before ``next`` that have no file; 0 where there are none.
    """

    next: int
    newest: int = 0
    missing_since: int = 0

    @classmethod
    def beginning(cls, now: float) -> Self:
        """Return the place of one who begins now: at the newest file that must be there."""
        return cls(next=mark_before(now))

    def after_pause(self, now: float) -> tuple[Self, tuple[Hole, ...]]:
        """Return where to go on, and what is too old to be read."""
        oldest = mark_before(now - LOOK_BACK_S)
        if self.next >= oldest:
            return self, ()
        began = min(self.missing_since or self.next, self.next)
        hole = Hole(
            began=began - QUARTER_S,
            ended=oldest - QUARTER_S,
            share=0.0,
            reason="look_back",
            detail="nobody has listened for more than a week: older files are not read",
        )
        return replace(self, next=oldest, missing_since=0), (hole,)

    def found(self) -> tuple[Self, tuple[Hole, ...]]:
        """Return the place after the next file, and the hole that ends with it."""
        holes: tuple[Hole, ...] = ()
        if self.missing_since:
            holes = (
                Hole(
                    began=self.missing_since - QUARTER_S,
                    ended=self.next - QUARTER_S,
                    share=0.0,
                    reason="dropped",
                    detail=f"GDELT has no file from {name(self.missing_since)} to {name(self.next - QUARTER_S)}",
                ),
            )
        newest = max(self.newest, self.next)
        return replace(self, next=self.next + QUARTER_S, newest=newest, missing_since=0), holes

    def will_not_come(self, now: float) -> bool:
        """Whether the next file, which is not there, is to be passed over."""
        return self.newest > self.next and now - self.next > PATIENCE_S

    def passed_over(self) -> Self:
        """Return the place after a file that will not come."""
        return replace(self, next=self.next + QUARTER_S, missing_since=self.missing_since or self.next)
