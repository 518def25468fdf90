"""JSON Feed, versions 1 and 1.1 (https://jsonfeed.org/version/1.1). Pure."""

import json
from typing import Any

from streams.sources.feeds.links import absolute
from streams.sources.feeds.listing import Entry, FeedFormatError, Listing, newest
from streams.sources.feeds.moments import Moment, read_moment
from streams.text.html_text import text_of_html, text_of_title, tidied

_VERSION = "jsonfeed.org/version/"
_MOST_TAGS, _LONGEST_TAG, _LONGEST_NAME = 30, 100, 200


def read_json_feed(text: str, url: str) -> Listing:
    """Read a document of JSON Feed; what is of another type than it should be counts as not there.

    Parameters
    ----------
    text
        The whole document.
    url
        Where it came from: relative links begin there.

    Raises
    ------
    FeedFormatError
        Where it is none.
    """
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FeedFormatError(f"it begins like JSON, and is none: {error}"[:300]) from error
    if not isinstance(feed, dict) or _VERSION not in _text(feed, "version"):
        raise FeedFormatError("JSON, but no JSON Feed: it has no version of jsonfeed.org")
    items = [item for item in _list(feed, "items") if isinstance(item, dict)]
    language = _text(feed, "language")
    listed = newest([_entry(item, url, language) for item in items])
    left = len(_list(feed, "items")) - len(items)
    return Listing(
        title=text_of_title(_text(feed, "title"), is_html=False)[:_LONGEST_NAME],
        link=absolute(_text(feed, "home_page_url"), url),
        author=_author(feed)[0],
        entries=tuple(listed),
        left_out=len(items) - len(listed),
        next_url=absolute(_text(feed, "next_url"), url),
        has_expired=feed.get("expired") is True,
        hubs=tuple(absolute(_text(hub, "url"), url) for hub in _list(feed, "hubs") if _text(hub, "type") == "WebSub"),
        self_url=absolute(_text(feed, "feed_url"), url),
        flaw=f"{left} of its items are no objects" if left else "",
    )


def _entry(item: dict[str, Any], url: str, language: str) -> Entry:
    author, author_url = _author(item)
    html = _text(item, "content_html")
    text = tidied(_text(item, "content_text")) or (text_of_html(html) if html else "")
    return Entry(
        guid=_identity(item.get("id")),
        link=absolute(_text(item, "url") or _text(item, "external_url"), url),
        title=text_of_title(_text(item, "title"), is_html=False),
        text=text or tidied(_text(item, "summary")),
        published=_published(item),
        author=author,
        author_url=absolute(author_url, url),
        language=_text(item, "language") or language,
        tags=_tags(item),
    )


def _text(raw: Any, key: str) -> str:
    value = raw.get(key) if isinstance(raw, dict) else None
    # A lone half of a character, which JSON can escape, is none.
    return value.encode("utf-8", "replace").decode().strip() if isinstance(value, str) else ""


def _list(raw: dict[str, Any], key: str) -> list[Any]:
    value = raw.get(key)
    return value if isinstance(value, list) else []


def _identity(stated: Any) -> str:
    """Return an id as text: a number is one too, says the specification."""
    if isinstance(stated, bool) or not isinstance(stated, (str, int, float)):
        return ""
    return _text({"id": f"{stated}"}, "id")


def _published(item: dict[str, Any]) -> Moment | None:
    stated = (_text(item, key) for key in ("date_published", "date_modified"))
    return next((moment for text in stated if (moment := read_moment(text))), None)


def _author(raw: dict[str, Any]) -> tuple[str, str]:
    """Return the authors' names, of version 1.1 or 1, and the first one's address."""
    people = [*_list(raw, "authors"), raw.get("author")]
    named = [person for person in people if _text(person, "name")]
    names = dict.fromkeys(text_of_title(_text(person, "name"), is_html=False) for person in named)
    return ", ".join(names)[:_LONGEST_NAME], _text(named[0], "url") if named else ""


def _tags(item: dict[str, Any]) -> tuple[str, ...]:
    names = (text_of_title(tag, is_html=False).lstrip("#") for tag in _list(item, "tags") if isinstance(tag, str))
    return tuple(name for name in dict.fromkeys(names) if name and len(name) <= _LONGEST_TAG)[:_MOST_TAGS]
