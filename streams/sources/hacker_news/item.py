"""A post of Hacker News as a mention. Pure."""

import datetime as dt
import re
from html import unescape
from typing import Literal

import msgspec
from msgspec import Struct

from streams.mention import Author, Mention
from streams.text.html_text import text_of_html, text_of_title

KIND = "hacker_news"
_SITE = "https://news.ycombinator.com"
_LINK = re.compile(r"""<a\s[^<>]*?href="([^"<>]*)"[^<>]*>[^<>]*</a>""", re.IGNORECASE)
"""What is shown of a link is cut after some 60 characters; its address is not."""
_CONTENT_CHARS = 30_000

Fate = Literal["alive", "dead", "deleted"]


class Item(Struct, frozen=True, kw_only=True):
    """What the API tells of a post; what it leaves out is empty.

    Parameters
    ----------
    time
        Epoch seconds; 0 where it is left out, as of some that were deleted.
    by
        Its author's name; a deleted post has none.
    text, title
        HTML.
    dead
        Hidden from most, by moderators, flags or the software.
    """

    id: int
    type: str = ""
    by: str = ""
    time: int = 0
    text: str = ""
    title: str = ""
    url: str = ""
    parent: int | None = None
    poll: int | None = None
    score: int = 0
    descendants: int = 0
    deleted: bool = False
    dead: bool = False

    @property
    def fate(self) -> Fate:
        """Whether it can be read."""
        return "deleted" if self.deleted else "dead" if self.dead else "alive"


_DECODER: msgspec.json.Decoder[Item | None] = msgspec.json.Decoder(Item | None)


def decode_item(data: bytes) -> Item | None:
    """Read an answer of the API; ``None`` where there is no such post, or not yet.

    Raises
    ------
    ValueError
        Where it is no post.
    """
    try:
        return _DECODER.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ValueError(f"{error}") from error


def mention_of(item: Item) -> Mention:
    """Return the mention of a post that can be read.

    A story's link stands at the end of its text, so that a query for the linked site finds it.
    """
    text = text_of_html(_LINK.sub(lambda found: unescape(found[1]), item.text))[:_CONTENT_CHARS]
    parent = item.parent or item.poll
    return Mention(
        id=address(item.id),
        published=_moment(item.time),
        content="\n".join(part for part in (text, item.url[:2000]) if part),
        source=KIND,
        url=address(item.id),
        name=text_of_title(item.title, is_html=True)[:500],
        author=Author(id=f"{_SITE}/user?id={item.by}", name=item.by, url=f"{_SITE}/user?id={item.by}")
        if item.by
        else None,
        in_reply_to=address(parent) if parent else "",
        likes=max(0, item.score),
        replies=max(0, item.descendants),
    )


def take_down_of(item: Item, now: float) -> Mention:
    """Return the take-down of a post that can be read no more."""
    return Mention(
        id=address(item.id),
        published=_moment(item.time or now),
        content="",
        source=KIND,
        url=address(item.id),
        deleted=True,
    )


def address(number: int) -> str:
    """Return where a person can read a post.

    Examples
    --------
    >>> address(8863)
    'https://news.ycombinator.com/item?id=8863'
    """
    return f"{_SITE}/item?id={number}"


def _moment(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
