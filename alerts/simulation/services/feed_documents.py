"""Feeds as publishers write them: the same posts in RSS, Atom and JSON Feed. Pure."""

import datetime as dt
import json
from collections.abc import Sequence
from email.utils import format_datetime
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct

Format = Literal["rss", "atom", "json"]
Naming = Literal["address", "number", "link_alone", "tag"]
"""What an entry is named by: a permalink that is the guid, a number beside a link, the link alone, or a ``tag:``."""
CONTENT_TYPES: dict[Format, str] = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
}


class FeedPost(Struct, frozen=True, kw_only=True):
    """One post of a publisher.

    Parameters
    ----------
    number
        Of this publisher; never used twice.
    text
        Plain; the document has it as HTML.
    published
        Epoch seconds; ``None`` for an entry without a date.
    """

    number: int
    title: str
    text: str
    published: float | None


class Publisher(Struct, frozen=True, kw_only=True):
    """How one feed is written.

    Parameters
    ----------
    home
        The publication's page, without a slash at its end.
    """

    title: str
    home: str
    format: Format = "rss"
    naming: Naming = "address"


def mention_id(publisher: Publisher, post: FeedPost) -> str:
    """Return what identifies a post everywhere, by the publisher's way to name its entries."""
    return _tag(publisher, post) if publisher.naming == "tag" else _link(publisher, post)


def written(publisher: Publisher, posts: Sequence[FeedPost], *, next_url: str = "", expired: bool = False) -> bytes:
    """Return a feed's document.

    Parameters
    ----------
    posts
        As they shall be listed.
    next_url
        Of older posts.
    expired
        Whether it says that nothing will be added (JSON Feed alone can).
    """
    write = {"rss": _rss, "atom": _atom, "json": _json}[publisher.format]
    document = write(publisher, posts, next_url)
    if expired and publisher.format == "json":
        document = '{"expired": true, ' + document.removeprefix("{")
    return document.encode()


def _link(publisher: Publisher, post: FeedPost) -> str:
    return f"{publisher.home}/posts/{post.number}"


def _tag(publisher: Publisher, post: FeedPost) -> str:
    return f"tag:{publisher.home.partition('://')[2].partition(':')[0]},2026:{post.number}"


def _html(post: FeedPost) -> str:
    return f"<p>{escape(post.text)}</p>"


def _when(post: FeedPost) -> dt.datetime | None:
    return None if post.published is None else dt.datetime.fromtimestamp(post.published, dt.UTC)


def _rss(publisher: Publisher, posts: Sequence[FeedPost], next_url: str) -> str:
    def item(post: FeedPost) -> str:
        names = {
            "address": f"<guid>{_link(publisher, post)}</guid>",
            "number": f'<guid isPermaLink="false">{post.number}</guid><link>{_link(publisher, post)}</link>',
            "link_alone": f"<link>{_link(publisher, post)}?utm_source=rss</link>",
            "tag": f'<guid isPermaLink="false">{_tag(publisher, post)}</guid><link>{_link(publisher, post)}</link>',
        }[publisher.naming]
        when = _when(post)
        date = f"<pubDate>{format_datetime(when, usegmt=True)}</pubDate>" if when else ""
        fields = f"<title>{escape(post.title)}</title><description>{escape(_html(post))}</description>"
        return f"<item>{fields}{names}{date}</item>"

    older = f'<atom:link rel="next" href={quoteattr(next_url)}/>' if next_url else ""
    head = f"<title>{escape(publisher.title)}</title><link>{publisher.home}</link>{older}"
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f"{head}{''.join(map(item, posts))}</channel></rss>"
    )


def _atom(publisher: Publisher, posts: Sequence[FeedPost], next_url: str) -> str:
    def entry(post: FeedPost) -> str:
        link = f"<link href={quoteattr(_link(publisher, post))}/>"
        names = {
            "address": f"<id>{_link(publisher, post)}</id>",
            "number": f"<id>{post.number}</id>{link}",
            "link_alone": link,
            "tag": f"<id>{_tag(publisher, post)}</id>{link}",
        }[publisher.naming]
        when = _when(post)
        date = f"<published>{when.isoformat()}</published><updated>{when.isoformat()}</updated>" if when else ""
        fields = f'<title>{escape(post.title)}</title><content type="html">{escape(_html(post))}</content>'
        return f"<entry>{names}{fields}{date}</entry>"

    older = f'<link rel="next" href={quoteattr(next_url)}/>' if next_url else ""
    head = f"<title>{escape(publisher.title)}</title><link href={quoteattr(publisher.home)}/>{older}"
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{"".join(map(entry, posts))}</feed>'


def _json(publisher: Publisher, posts: Sequence[FeedPost], next_url: str) -> str:
    def item(post: FeedPost) -> dict[str, str]:
        link, when = _link(publisher, post), _when(post)
        names = {
            "address": {"id": link},
            "number": {"id": f"{post.number}", "url": link},
            "link_alone": {"url": link},
            "tag": {"id": _tag(publisher, post), "url": link},
        }[publisher.naming]
        fields = {"title": post.title, "content_html": _html(post)}
        return names | fields | ({"date_published": when.isoformat()} if when else {})

    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": publisher.title,
            "home_page_url": publisher.home,
            "items": [item(post) for post in posts],
        }
        | ({"next_url": next_url} if next_url else {})
    )
