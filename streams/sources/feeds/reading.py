"""A feed's document, of whatever format, into what it lists. Pure."""

import re
from html import unescape

from streams.sources.feeds.decoding import decode
from streams.sources.feeds.json_feed import read_json_feed
from streams.sources.feeds.links import absolute
from streams.sources.feeds.listing import FeedFormatError, Listing
from streams.sources.feeds.xml_feed import read_xml_feed

_HTML = re.compile(r"<(?:!doctype\s+html|html|head)\b", re.IGNORECASE)
_HEAD_CHARACTERS = 200_000
_LINK = re.compile(r"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_OF_FEED = re.compile(r"""type\s*=\s*["']?application/(?:rss\+xml|atom\+xml|feed\+json)""", re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']?([^\s"'>]+)""", re.IGNORECASE)


def read_feed(document: bytes, *, url: str, content_type: str = "") -> Listing:
    """Read RSS, Atom or JSON Feed; what the answer calls it counts for nothing, since half of all feeds are misnamed.

    Parameters
    ----------
    document
        The body of the answer.
    url
        Where it came from: relative links begin there.
    content_type
        The answer's header, for the encoding.

    Raises
    ------
    FeedFormatError
        Where it is none; the message says what it looks like.

    Examples
    --------
    >>> read_feed(b"<html><title>Log in</title></html>", url="https://e.example/feed")
    Traceback (most recent call last):
    streams.sources.feeds.listing.FeedFormatError: a web page in the place of a feed; does it ask to log in?
    """
    text = decode(document, content_type)
    if not text.strip():
        raise FeedFormatError("an empty answer in the place of a feed")
    if text.startswith("{"):
        return read_json_feed(text, url)
    try:
        return read_xml_feed(text, url)
    except FeedFormatError as error:
        head = text[:_HEAD_CHARACTERS]
        if not _HTML.search(head):
            raise
        named = _feed_named(head, url)
        advice = f"it names a feed, {named}: put that into the list" if named else "does it ask to log in?"
        raise FeedFormatError(f"a web page in the place of a feed; {advice}") from error


def _feed_named(head: str, url: str) -> str:
    """Return the feed that a web page says is its own; empty where it says none."""
    for link in _LINK.findall(head):
        if _OF_FEED.search(link) and (found := _HREF.search(link)) and (named := absolute(unescape(found[1]), url)):
            return named
    return ""
