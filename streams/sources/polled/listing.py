"""What a source that asks for lists gives: pages of posts, and how they are to be read."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from msgspec import Struct

from streams.connectors.connector import Refused
from streams.mention import Mention

Order = Literal["newest_first", "oldest_first", "cursor"]
"""How a list is gone through: from its newest back to where reading stood; from there on, oldest first; or by a mark of
upstream's own, which is asked with again for what comes next."""


class Found(Struct, frozen=True, kw_only=True):
    """One post of a page.

    Parameters
    ----------
    key
        What upstream knows it by, the same whenever it is read.
    at
        Its place in upstream's order, epoch seconds.
    post
        What it says, or why it is none.
    """

    key: str
    at: float
    post: Mention | Refused


class Page(Struct, frozen=True, kw_only=True):
    """One page.

    Parameters
    ----------
    found
        In upstream's order.
    next
        What the page behind it is asked for with; empty where there is none.
    is_cut
        Whether upstream has more behind this last page and does not give it.
    """

    found: tuple[Found, ...]
    next: str = ""
    is_cut: bool = False


class Asked(Struct, frozen=True, kw_only=True):
    """What is asked for.

    Parameters
    ----------
    cursor
        ``Page.next`` of the page before; empty at a look's first page, but for what is read by a mark.
    since
        Nothing older is needed, epoch seconds; ``None`` the first time.
    """

    cursor: str
    since: float | None


class Listing(Protocol):
    """One list of upstream's."""

    @property
    def key(self) -> str:
        """What it is called in the position: no secret, and the same after a restart."""

    @property
    def label(self) -> str:
        """What it is called for a person."""

    async def page(self, asked: Asked) -> Page:
        """Ask for a page.

        Raises
        ------
        SourceUnavailableError, SourceError
            As sources do.
        """


class LookUp(Protocol):
    """Looks at posts again that were sent, since upstream tells nobody what is taken down."""

    @property
    def at_once(self) -> int:
        """How many are asked for with one request."""

    def id_of(self, key: str) -> str:
        """Return the id of the mention of a post."""

    async def look_up(self, keys: Sequence[str]) -> Mapping[str, Found]:
        """Return those that are there, by their keys; it raises where it cannot be told."""


class Cadence(Struct, frozen=True, kw_only=True):
    """How a source's lists are read.

    Parameters
    ----------
    order
        As upstream lists.
    every_s
        How often each is looked at.
    overlap_s
        So far before the newest post known is looked back: of two that are written at almost the same time, the earlier
        may appear later.
    late_s
        How long after its publication a post is ordinarily listed.
    most_pages
        Of one look at a list that begins with the newest; what lies behind them is told as a hole.
    gap_s
        Between two requests, where upstream allows so few that a look takes long.
    pages_shift
        Whether pages are numbered from the newest post: one that is deleted meanwhile moves another to a page that was
        read before. A look over several of them is made twice.
    """

    order: Order = "newest_first"
    every_s: float = 60.0
    overlap_s: float = 600.0
    late_s: float = 900.0
    most_pages: int = 50
    gap_s: float = 0.0
    pages_shift: bool = False
