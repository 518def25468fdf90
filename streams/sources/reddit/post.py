"""A post or a comment of Reddit as a mention. Pure."""

import datetime as dt
import math
from html import unescape
from typing import Any

from streams.errors import BadMentionError
from streams.mention import Author, Mention
from streams.sources.suites.fields import at, count, text
from streams.text.html_text import tidied

KIND = "reddit"
_SITE = "https://www.reddit.com"
_GONE = frozenset({"[deleted]", "[removed]"})
_CONTENT_CHARS = 40_000


def is_gone(data: Any) -> bool:
    """Whether it was deleted by its author, with its author, or removed by others."""
    said = {text(data, "author"), text(data, "body"), text(data, "selftext")}
    return bool(said & _GONE) or at(data, "removed_by_category") is not None or not text(data, "author")


def is_left_out(data: Any) -> bool:
    """Whether it stands where nobody speaks in public: on a user's own page, among adults, in a closed subreddit."""
    return (
        at(data, "over_18") is True
        or text(data, "subreddit").startswith("u_")
        or text(data, "subreddit_type") not in {"", "public", "restricted"}
    )


def key_of(data: Any) -> str:
    """Return what it is known by: its full name, and behind a comment's that of its post.

    Examples
    --------
    >>> key_of({"name": "t3_abc"}), key_of({"name": "t1_def", "link_id": "t3_abc"})
    ('t3_abc', 't1_def/abc')
    """
    name, link = text(data, "name"), text(data, "link_id").removeprefix("t3_")
    return f"{name}/{link}" if name.startswith("t1_") else name


def id_of(key: str) -> str:
    """Return the address of what is known by a key.

    Examples
    --------
    >>> id_of("t3_abc"), id_of("t1_def/abc")
    ('https://www.reddit.com/comments/abc', 'https://www.reddit.com/comments/abc/comment/def')
    """
    name, _, post = key.partition("/")
    number = name[3:]
    return f"{_SITE}/comments/{post}/comment/{number}" if post else f"{_SITE}/comments/{number}"


def created_at(data: Any) -> float:
    """Return when it was written, epoch seconds.

    Raises
    ------
    BadMentionError
        Where that is not told.
    """
    at_ = at(data, "created_utc")
    if not isinstance(at_, int | float) or isinstance(at_, bool) or not math.isfinite(at_):
        raise BadMentionError("timestamp", f"created_utc: {at_!r} is no moment")
    return float(at_)


def mention_of(data: Any) -> Mention:
    """Return the mention. A post's link stands at the end of its text, so that queries find it.

    Raises
    ------
    BadMentionError
        Where it is none.
    """
    key = key_of(data)
    if key[:3] not in {"t1_", "t3_"} or (key.startswith("t1_") and key.endswith("/")):
        raise BadMentionError("schema", f"name: {key[:40]!r} is neither a post nor a comment")
    try:
        published = dt.datetime.fromtimestamp(created_at(data), dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise BadMentionError("timestamp", f"created_utc: {at(data, 'created_utc')!r} is no moment") from error
    said = tidied(unescape(text(data, "body", "selftext")))
    link = text(data, "url") if at(data, "is_self") is False else ""
    name, parent = text(data, "author"), text(data, "parent_id")
    crossposted = text(data, "crosspost_parent")
    return Mention(
        id=id_of(key),
        published=published,
        content="\n".join(filter(None, [said[:_CONTENT_CHARS], link[:2000]])),
        source=KIND,
        url=id_of(key),
        name=" ".join(unescape(text(data, "title")).split())[:500],
        author=Author(id=text(data, "author_fullname") or name, name=name, url=f"{_SITE}/user/{name}"),
        in_reply_to=id_of(f"{parent}/{key.partition('/')[2]}" if parent.startswith("t1_") else parent)
        if parent
        else "",
        repost_of=id_of(crossposted) if crossposted.startswith("t3_") else "",
        tags=(text(data, "subreddit"),) if text(data, "subreddit") else (),
        likes=count(data, "score"),
        replies=count(data, "num_comments"),
    )
