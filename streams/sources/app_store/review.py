"""A review of the App Store as a mention. Pure."""

import re
from typing import Any

from streams.errors import BadMentionError
from streams.mention import Author, Mention
from streams.sources.suites.fields import at, count, moment, text
from streams.text.html_text import tidied

KIND = "app_store"
_LAST = re.compile(r"/page=(\d+)/")


def entries_of(body: Any) -> list[Any]:
    """Return the reviews of a page: one alone is no list, none is nothing, and an app is no review."""
    entries = at(body, "feed.entry")
    listed = entries if isinstance(entries, list) else [] if entries is None else [entries]
    return [entry for entry in listed if at(entry, "im:name") is None]


def last_page(body: Any) -> int:
    """Return the number of the last page that there is, as the page says; 0 where it does not.

    Examples
    --------
    >>> href = "https://itunes.apple.com/us/rss/customerreviews/page=7/id=1/sortby=mostrecent/xml"
    >>> last_page({"feed": {"link": [{"attributes": {"rel": "last", "href": href}}]}})
    7
    """
    links = at(body, "feed.link")
    for link in links if isinstance(links, list) else []:
        found = _LAST.search(text(link, "attributes.href"))
        if text(link, "attributes.rel") == "last" and found:
            return int(found[1])
    return 0


def mention_of(entry: Any, *, app: int, country: str) -> Mention:
    """Return the mention of a review.

    Raises
    ------
    BadMentionError
        Where it is none.
    """
    number = text(entry, "id.label")
    if not number:
        raise BadMentionError("schema", "id: there is none")
    page = f"https://apps.apple.com/{country}/app/id{app}?see-all=reviews"
    said = tidied(text(entry, "content.label"))
    title = " ".join(text(entry, "title.label").split())[:500]
    if not (said or title):
        raise BadMentionError("schema", "content: there is none, nor a title")
    stars = count(entry, "im:rating.label")
    author = text(entry, "author.uri.label", "author.name.label")
    return Mention(
        id=f"{page}#{number}"[:512],
        published=moment(entry, "updated.label"),
        content=said[:20_000],
        source=KIND,
        url=page,
        name=title,
        author=Author(id=author, name=text(entry, "author.name.label")) if author else None,
        tags=(f"stars{stars}",) if 1 <= stars <= 5 else (),
        likes=count(entry, "im:voteSum.label"),
    )
