"""What a feed lists at one moment, whatever its format: values alone."""

from msgspec import Struct

from streams.errors import StreamsError
from streams.sources.feeds.moments import Moment

MOST_ENTRIES = 1_000
"""Entries of one listing that are read: the newest. Podcasts list all that they ever made."""


class FeedFormatError(StreamsError):
    """A document that is no feed, or one that cannot be read; the message says what it is instead."""


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry, as text: nothing in it is markup any more.

    Parameters
    ----------
    guid
        Its ``guid`` or ``id`` as it stands in the feed; empty where it has none.
    link
        Absolute, or empty.
    title, text
        Plain text; either may be empty.
    published
        ``None`` where it has no date, or none that can be read.
    author, author_url
        Who wrote it, where that is said.
    publisher, publisher_url
        Where it appeared first, in a feed that gathers others' posts.
    language
        As it is stated nearest to the entry.
    tags
        Without ``#``.
    in_reply_to
        The id of another post.
    replies
        As stated in the feed.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    text: str = ""
    published: Moment | None = None
    author: str = ""
    author_url: str = ""
    publisher: str = ""
    publisher_url: str = ""
    language: str = ""
    tags: tuple[str, ...] = ()
    in_reply_to: str = ""
    replies: int = 0


class Listing(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A feed's document, read.

    Parameters
    ----------
    title, link
        Of the publication and its page; either may be empty.
    author
        Of the whole feed, where it says so.
    entries
        The newest ``MOST_ENTRIES``, in the order of the document.
    left_out
        How many more it lists.
    wait_s
        Seconds that the feed itself asks to wait between two polls (``ttl``, ``sy:updatePeriod``), or 0.
    skip_hours, skip_days
        Hours of the day, 0 to 23, and days of the week, 0 for Monday, in UTC, in which it asks not to be polled.
    next_url
        Where older entries are listed; empty where nowhere.
    has_expired
        Whether it says that nothing will ever be added.
    hubs, self_url
        Who would tell of new entries (WebSub), and the address by which they know this feed.
    flaw
        What is broken in the document although entries could be read; empty where nothing is.
    """

    title: str = ""
    link: str = ""
    author: str = ""
    entries: tuple[Entry, ...] = ()
    left_out: int = 0
    wait_s: float = 0.0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    next_url: str = ""
    has_expired: bool = False
    hubs: tuple[str, ...] = ()
    self_url: str = ""
    flaw: str = ""


def newest(entries: list[Entry], most: int = MOST_ENTRIES) -> list[Entry]:
    """Return the newest of many entries, in their order; what has no date is taken to be as new as its neighbour above.

    Examples
    --------
    >>> many = [Entry(guid=guid, published=Moment(at=at)) for guid, at in (("a", 1.0), ("b", 3.0), ("c", 2.0))]
    >>> [entry.guid for entry in newest(many, 2)]
    ['b', 'c']
    """
    if len(entries) <= most:
        return entries
    ages: list[tuple[float, int]] = []
    above = float("inf")
    for place, entry in enumerate(entries):
        above = above if entry.published is None else entry.published.at
        ages.append((-above, place))
    kept = {place for _, place in sorted(ages)[:most]}
    return [entry for place, entry in enumerate(entries) if place in kept]
