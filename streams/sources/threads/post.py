"""A post of Threads as a mention. Pure."""

from html import unescape
from typing import Any

from streams.errors import BadMentionError
from streams.mention import Author, Mention
from streams.sources.suites.fields import moment, text
from streams.text.html_text import tidied

KIND = "threads"
_SITE = "https://www.threads.net"
_POSTS = "https://graph.threads.net"
_CONTENT_CHARS = 30_000


def id_of(number: str) -> str:
    """Return the id of a post's mention: by its number, since its address holds its author's name, which can change.

    Examples
    --------
    >>> id_of("17912345678901234")
    'https://graph.threads.net/17912345678901234'
    """
    return f"{_POSTS}/{number}"


def mention_of(post: Any) -> Mention:
    """Return the mention.

    Raises
    ------
    BadMentionError
        Where it is none.
    """
    number = text(post, "id")
    if not (number.isascii() and number.isdigit() and len(number) <= 40):
        raise BadMentionError("schema", f"id: {number[:40]!r} is no number of a post")
    content = tidied(unescape(text(post, "text")))
    if not content:
        raise BadMentionError("schema", "text: there is none")
    name = text(post, "username")
    address = text(post, "permalink")
    return Mention(
        id=id_of(number),
        published=moment(post, "timestamp"),
        content=content[:_CONTENT_CHARS],
        source=KIND,
        url=address if address.startswith("https://") else id_of(number),
        author=Author(id=name, name=name, url=f"{_SITE}/@{name}") if name else None,
    )
