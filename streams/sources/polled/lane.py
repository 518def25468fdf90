"""Where the reading of one list stands: what was given of it, and the look at it that is under way. Pure."""

import hashlib

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from streams.connectors.connector import Refused
from streams.mention import Mention
from streams.sources.polled.listing import Asked, Cadence, Found, Page
from streams.sources.source import Hole

AWAY_S = 300.0
"""A list that is looked at so much later than was planned was heard by nobody in between."""
_TRIES = 3
"""A page that cannot be had so often is asked for no more: its name may have run out, and the look is made anew."""
_SEEN = 20_000
_LAST = 3
"""So many posts at the end of a page are older than is needed where the look is done: one alone may stand elsewhere
than its time says, such as one that was edited or is pinned."""


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A list's part of a position.

    Parameters
    ----------
    since
        Upstream's moment of the newest post of which all before were given, epoch seconds; 0 before the first look.
    cursor
        Of a list that is read by a mark of upstream's.
    looked_at
        When the last whole look began, epoch seconds; 0 before it.
    """

    since: float = 0.0
    cursor: str = ""
    looked_at: float = 0.0


class Given(Struct, frozen=True, kw_only=True):
    """What a page gives.

    Parameters
    ----------
    found
        Oldest first: what is new, and what has changed.
    holes
        One at most.
    is_backfill
        Whether nobody listened when these were published.
    is_whole
        Whether the look is at its end.
    """

    found: tuple[Found, ...]
    holes: tuple[Hole, ...] = ()
    is_backfill: bool = False
    is_whole: bool = False


class Lane:
    """The reading of one list.

    Parameters
    ----------
    label
        Of the list, for a person.
    pace
        How it is read.
    place
        Where it stands.
    """

    def __init__(self, label: str, pace: Cadence, place: Place) -> None:
        self.label = label
        self.place = place
        self._pace = pace
        self._look: _Look | None = None
        self._is_again = False
        self._seen: dict[str, str] = {}

    @property
    def is_looking(self) -> bool:
        """Whether a look is under way."""
        return self._look is not None

    @property
    def is_to_go_on(self) -> bool:
        """Whether more is to be read at once."""
        return self._look is not None or self._is_again

    def asked(self, now: float) -> Asked:
        """Return what to ask for next; a look begins with it where none is under way."""
        if self._look is None:
            self._look = _Look(now, self.place, self._pace.overlap_s)
        cursor = self.place.cursor if self._pace.order == "cursor" else self._look.cursor
        return Asked(cursor=cursor, since=self._look.floor)

    def failed(self) -> None:
        """Take note that what was asked for did not come."""
        if self._look is not None:
            self._look.failures += 1
            if self._look.failures >= _TRIES:
                self._look = None

    def take(self, page: Page, now: float) -> Given:
        """Take the page that was asked for."""
        look = self._look
        if look is None:
            raise RuntimeError("a page that nobody has asked for")
        new = [found for found in page.found if self._is_new(found, look, now)]
        if self._pace.order == "newest_first":
            new.reverse()
        is_late = self.place.looked_at and look.begun - self.place.looked_at > self._pace.every_s + AWAY_S
        is_backfill = bool(is_late) or not self.place.looked_at
        look.pages += 1
        look.failures = 0
        is_whole, holes = self._go_on(look, page)
        return Given(found=tuple(new), holes=holes, is_backfill=is_backfill, is_whole=is_whole)

    def _is_new(self, found: Found, look: "_Look", now: float) -> bool:
        at = min(found.at, now)  # a clock that is ahead must not hide what others write until then
        look.newest, look.oldest = max(look.newest, at), min(look.oldest, at)
        if look.floor is not None and at < look.floor and self._pace.order != "cursor":
            return False
        says = digest(found.post)
        before = self._seen.pop(found.key, None)
        self._seen[found.key] = says
        if len(self._seen) > _SEEN:
            del self._seen[next(iter(self._seen))]
        return before != says

    def _go_on(self, look: "_Look", page: Page) -> tuple[bool, tuple[Hole, ...]]:
        """Go to the page behind this one, or end the look."""
        if self._pace.order == "cursor":
            is_last = not page.found or not page.next or page.next == self.place.cursor
            self.place = replace(self.place, cursor=page.next or self.place.cursor)
        else:
            is_repeated = page.next in look.asked  # upstream goes round in a circle
            is_last = not page.next or is_repeated
            look.asked.add(page.next)
            look.cursor = page.next
        if self._pace.order != "newest_first":
            if not is_last:
                self.place = replace(self.place, since=max(self.place.since, look.newest))
                return False, ()
            return True, self._end(look)
        is_first = not self.place.looked_at
        is_reached = _is_older(page.found, look.floor)
        if not (is_last or is_first or is_reached or look.pages >= self._pace.most_pages):
            return False, ()
        if self._pace.pages_shift and look.pages > 1 and not self._is_again:
            self._look, self._is_again = None, True
            return False, ()
        holes = () if is_first or is_reached else self._hole(look, is_cut=page.is_cut or not is_last)
        return True, self._end(look, holes)

    def _end(self, look: "_Look", holes: tuple[Hole, ...] = ()) -> tuple[Hole, ...]:
        """End a look, and with it what was not known before it."""
        self._look, self._is_again = None, False
        since = max(self.place.since, look.newest) or look.begun
        self.place = replace(self.place, since=since, looked_at=look.begun)
        return holes

    def _hole(self, look: "_Look", *, is_cut: bool) -> tuple[Hole, ...]:
        """Return the time that upstream has posts of which it does not give, or not in time."""
        since = self.place.since
        if not is_cut or not since or not since < look.oldest < float("inf"):
            return ()
        is_ours = look.pages >= self._pace.most_pages
        return (
            Hole(
                began=since,
                ended=look.oldest,
                share=0.0,
                reason="throttled" if is_ours else "look_back",
                detail=f"{self.label}: more was written than {look.pages} pages hold, and no more "
                + ("is asked for at a time" if is_ours else "is given"),
            ),
        )


class _Look:
    """One look, over as many pages as it takes."""

    def __init__(self, begun: float, place: Place, overlap_s: float) -> None:
        self.begun = begun
        self.floor = place.since - overlap_s if place.since else None
        self.pages = 0
        self.failures = 0
        self.cursor = ""
        self.asked: set[str] = set()
        self.newest = 0.0
        self.oldest = float("inf")


def _is_older(found: tuple[Found, ...], floor: float | None) -> bool:
    last = found[-_LAST:]
    return floor is not None and bool(last) and all(one.at < floor for one in last)


def digest(post: Mention | Refused) -> str:
    """Return what stands for what a post says: another where it was edited."""
    said = post.data if isinstance(post, Refused) else msgspec.json.encode((post.name, post.content, post.deleted))
    return hashlib.blake2b(said, digest_size=5).hexdigest()
