"""Whose voice a mention is, and which text it says. Pure."""

import re
from urllib.parse import urlsplit

from detectors.same_text import fold_text, text_key
from streams.mention import Mention
from streams.text.networks import network_of

_OF_MANY = re.compile(r"\b(?:forum|review|comment|board|social|network|microblog)", re.IGNORECASE)
"""Sources on which everybody writes under the site's one address."""


def author_of(mention: Mention) -> str:
    r"""Return what is the same of all that one author says.

    An article that names nobody speaks for its publisher: a title, and the site that it stands on. What else names
    nobody is a voice of its own, networks, forums and reviews among it: there strangers share an address.

    Examples
    --------
    >>> import datetime as dt
    >>> article = Mention(id="1", published=dt.datetime.now(dt.UTC), content="", source="news", name="Strike",
    ...                   url="https://www.herald.example/strike")
    >>> author_of(article).split("\x1f")
    ['news', 'herald.example']
    """
    author = mention.author
    if author is not None and author.id:
        return f"{mention.source}\x1f{author.id}"
    publisher = _publisher(mention)
    return f"{mention.source}\x1f{publisher}" if publisher else mention.id


def said_by(mention: Mention, text: str) -> str:
    """Return what is the same of all copies of a mention's ``text``, as ``spoken`` gives it.

    What is too short to be a copy is said by itself alone, unless it says which post it repeats.
    """
    if key := text_key(text):
        return key
    if not mention.repost_of:
        return mention.id
    return f"{mention.repost_of}\x1f{folded}" if (folded := fold_text(text)) else mention.repost_of


def _publisher(mention: Mention) -> str:
    if not mention.name or not mention.url or _OF_MANY.search(mention.source) or network_of(mention.source):
        return ""
    try:
        host = (urlsplit(mention.url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    return "" if any(network_of(part) for part in host.split(".")[:-1]) or network_of(host) else host
