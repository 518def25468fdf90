"""An entry as a mention. Pure."""

import datetime as dt

from streams.mention import Author, Mention
from streams.sources.feeds.identity import Identified
from streams.sources.feeds.links import host
from streams.sources.feeds.listing import Listing

KIND = "feeds"
CONTENT_BYTES = 120_000
"""Of a text so much is kept that the record stays below its limit, however much of it JSON must escape."""
_NAME_CHARS = 500


def mention_of(found: Identified, listing: Listing, *, seen_at: float, language: str = "") -> Mention:
    """Return an entry's mention.

    Parameters
    ----------
    found
        The entry.
    listing
        Its feed: the publisher, where the entry names no author.
    seen_at
        When it was first read, epoch seconds: nothing was published later, and what has no date was published then.
    language
        That of the whole answer.
    """
    entry = found.entry
    at = entry.published.seen(seen_at) if entry.published else seen_at
    return Mention(
        id=found.id,
        published=dt.datetime.fromtimestamp(at, dt.UTC),
        content=_cut(entry.text),
        source=KIND,
        url=found.link,
        name=entry.title[:_NAME_CHARS],
        language=entry.language or language,
        author=_author(found, listing),
        in_reply_to=entry.in_reply_to[:512],
        tags=entry.tags,
        replies=entry.replies,
    )


def _author(found: Identified, listing: Listing) -> Author | None:
    """Return who speaks: the person who is named, else the publication.

    Persons of one name are one within a publication alone. The publication is known by its page where the post is on
    the same site, for on some sites there are many, and else by the post's site.
    """
    entry = found.entry
    home = listing.link.partition("://")[2].rstrip("/").removeprefix("www.")
    own = host(found.link)
    of_others = host(entry.publisher_url) or ("" if own in {"", host(listing.link)} else own)
    publication = (of_others or home or own)[:200]
    name = (
        entry.author or (entry.publisher or of_others if of_others else listing.author or listing.title) or publication
    )
    if not name:
        return None
    identity = entry.author_url or (f"{publication}/{entry.author.casefold()}" if entry.author else publication)
    page = entry.author_url or (entry.publisher_url if of_others else listing.link)
    return Author(id=(identity or name)[:512], name=name[:200], url=page)


def _cut(text: str) -> str:
    """Return the beginning of a text that is too long, to the end of a word."""
    data = text.encode("utf-8", "replace")
    if len(data) <= CONTENT_BYTES:
        return text
    return data[:CONTENT_BYTES].decode("utf-8", "ignore").rpartition(" ")[0] + " …"
