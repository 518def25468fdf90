"""A post of X as a mention. Pure."""

from html import unescape
from typing import Any

from streams.errors import BadMentionError
from streams.mention import Author, Mention
from streams.sources.suites.fields import at, count, moment, text
from streams.sources.suites.post import x_address
from streams.text.html_text import tidied

NETWORK = "twitter"
"""As the suites' posts of X are called, too: queries say ``source:twitter``."""


def mention_of(post: Any) -> Mention:
    """Return the mention.

    Raises
    ------
    BadMentionError
        Where it is none.
    """
    number = text(post, "id")
    if not x_address(number):
        raise BadMentionError("schema", f"id: {number[:40]!r} is no number of a post")
    said = text(post, "note_tweet.text", "text")
    for link in _links(post):
        said = said.replace(text(link, "url"), text(link, "unwound_url", "expanded_url") or text(link, "url"))
    author = text(post, "author_id")
    return Mention(
        id=x_address(number),
        published=moment(post, "created_at"),
        content=tidied(unescape(said))[:30_000],
        source=NETWORK,
        url=x_address(number),
        language=""
        if text(post, "lang").startswith(("und", "q")) or text(post, "lang") == "zxx"
        else text(post, "lang"),
        author=Author(id=author, url=f"https://x.com/i/user/{author}") if author else None,
        in_reply_to=_of(post, "replied_to"),
        quote_of=_of(post, "quoted"),
        repost_of=_of(post, "retweeted"),
        tags=tuple(tag for one in _list(post, "entities.hashtags") if (tag := text(one, "tag")))[:30],
        likes=count(post, "public_metrics.like_count"),
        replies=count(post, "public_metrics.reply_count"),
        reposts=count(post, "public_metrics.retweet_count"),
        views=count(post, "public_metrics.impression_count"),
    )


def _links(post: Any) -> list[Any]:
    links = _list(post, "note_tweet.entities.urls") or _list(post, "entities.urls")
    return [link for link in links if text(link, "url")]


def _of(post: Any, kind: str) -> str:
    return next(
        (x_address(text(one, "id")) for one in _list(post, "referenced_tweets") if text(one, "type") == kind), ""
    )


def _list(document: Any, path: str) -> list[Any]:
    found = at(document, path)
    return found if isinstance(found, list) else []
