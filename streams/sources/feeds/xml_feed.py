"""RSS, in all its versions, and Atom. Pure."""

import io
import re
from collections.abc import Mapping
from html.entities import name2codepoint
from typing import Any

import feedparser

from streams.sources.feeds.links import absolute
from streams.sources.feeds.listing import Entry, FeedFormatError, Listing, newest
from streams.sources.feeds.moments import Moment, read_moment
from streams.text.html_text import text_of_html, text_of_title, tidied

_HTML = frozenset({"text/html", "application/xhtml+xml"})
_TEXTS = _HTML | {"text/plain"}
_PERIODS_S = {"hourly": 3600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*(?:\[(.*?)\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(r"""<!ENTITY\s+(\w+)\s+["']([^"'&<%]*|&#\w+;)["']\s*>""")
_AMPERSANDS = re.compile(
    r"(<!\[CDATA\[.*?\]\]>)|&(?:([A-Za-z]\w*);|(?!#\d+;|#[xX][0-9A-Fa-f]+;))", re.DOTALL | re.ASCII
)
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PERSON = re.compile(r"\S+@\S+\s*\((?P<after>[^()]+)\)|(?P<before>[^<(@]+?)\s*[<(]\S+@\S+[>)]")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOST_TAGS, _LONGEST_TAG = 30, 100
_LONGEST_NAME = 200
_HEAD_CHARACTERS = 64 * 1024
"""Where hours and days to be left out are looked for: before the first entry."""
_SKIPPED_HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_SKIPPED_DAY = re.compile(r"<day>\s*([A-Za-z]{6,9})\s*</day>", re.IGNORECASE)


def read_xml_feed(text: str, url: str) -> Listing:
    """Read a document of RSS or Atom.

    Parameters
    ----------
    text
        Without XML declaration and the white space before it.
    url
        Where it came from: relative links begin there.

    Raises
    ------
    FeedFormatError
        Where it is neither.
    """
    # Without its own address, so that an id that is no address is not made one.
    read = feedparser.parse(
        io.BytesIO(mended(text).encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not read.version:
        raise FeedFormatError("neither RSS nor Atom")
    feed = read.feed
    listed = newest([_entry(raw, url, feed) for raw in read.entries])
    flaw = f"{read.bozo_exception}"[:200] if read.bozo else ""
    if flaw and not listed:
        raise FeedFormatError(f"broken before its first entry: {flaw}")
    hours, days = _skipped(text)
    return Listing(
        title=_title(feed)[:_LONGEST_NAME],
        link=absolute(_text(feed, "link"), url),
        author=_names(feed)[0],
        entries=tuple(listed),
        left_out=len(read.entries) - len(listed),
        wait_s=_wait_s(feed),
        skip_hours=hours,
        skip_days=days,
        next_url=next(iter(_linked(feed, "next", url)), ""),
        hubs=tuple(_linked(feed, "hub", url)),
        self_url=next(iter(_linked(feed, "self", url)), ""),
        flaw=flaw,
    )


def mended(text: str) -> str:
    """Return a document without DOCTYPE, in which each ampersand begins what XML knows, and each character is XML's.

    Entities of HTML are what publishers forget most; one of them makes the whole document broken. Of those that the
    DOCTYPE declares stand in the text the ones that are text themselves; no other is ever unfolded.

    Examples
    --------
    >>> mended('<!DOCTYPE a [<!ENTITY co "Acme">]><a>R&D &eacute;&#233;&amp;&co;&x; <![CDATA[a & b]]></a>')
    '<a>R&amp;D é&#233;&amp;Acme&amp;x; <![CDATA[a & b]]></a>'
    """
    head = _DOCTYPE.search(text[:_HEAD_CHARACTERS])
    declared = dict(_ENTITY.findall(head[1] or "")) if head else {}
    known = {name: chr(code) for name, code in name2codepoint.items() if name not in _OF_XML} | declared

    def ampersand(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        name = found[2]
        if name in _OF_XML:
            return found[0]
        return known.get(name) or f"&amp;{name};" if name else "&amp;"

    body = text[: head.start()] + text[head.end() :] if head else text
    return _AMPERSANDS.sub(ampersand, _NOT_IN_XML.sub("", body))


def _entry(raw: Mapping[str, Any], url: str, feed: Mapping[str, Any]) -> Entry:
    author, author_url = _names(raw)
    origin = raw.get("source") or {}
    return Entry(
        guid=_text(raw, "id"),
        link=absolute(_text(raw, "feedburner_origlink") or _text(raw, "link"), url) or _enclosure(raw, url),
        title=_title(raw),
        text=_content(raw),
        published=_published(raw),
        author=author,
        author_url=absolute(author_url, url),
        publisher=_title(origin)[:_LONGEST_NAME],
        publisher_url=absolute(_text(origin, "href") or _text(origin, "link"), url),
        language=_language(raw, feed),
        tags=_tags(raw),
        in_reply_to=_text(raw.get("thr_in-reply-to") or {}, "ref"),
        replies=_count(_text(raw, "slash_comments") or _text(raw, "thr_total")),
    )


def _text(raw: Any, key: str) -> str:
    """Return what the feed says itself: the parser's dictionary answers for keys that are not there."""
    value = dict.get(raw, key) if isinstance(raw, dict) else None
    return value.strip() if isinstance(value, str) else ""


def _title(raw: Any) -> str:
    title = _text(raw, "title")
    kind = _text(dict.get(raw, "title_detail") or {}, "type") if isinstance(raw, dict) else ""
    return text_of_title(title, is_html=kind in _HTML)


def _content(raw: Mapping[str, Any]) -> str:
    """Return the fullest of an entry's texts: the others are excerpts, or speak of its pictures."""
    details = [*(raw.get("content") or ()), dict.get(raw, "summary_detail") if isinstance(raw, dict) else None]
    texts = [_plain(detail) for detail in details if _text(detail, "type") in _TEXTS]
    return max(texts, key=len, default="") or text_of_html(_text(raw, "summary"))


def _plain(detail: Mapping[str, Any]) -> str:
    value = _text(detail, "value")
    return text_of_html(value) if _text(detail, "type") in _HTML else tidied(value)


def _published(raw: Mapping[str, Any]) -> Moment | None:
    stated = (_text(raw, key) for key in ("published", "created", "updated"))
    return next((moment for text in stated if (moment := read_moment(text))), None)


def _names(raw: Mapping[str, Any]) -> tuple[str, str]:
    """Return the authors' names and the first one's address; of an e-mail address only what stands before the @."""
    people = [person for person in raw.get("authors") or () if person] or [raw.get("author_detail") or {}]
    # What the parser takes for a person's name and address in RSS is not always cut where it should be.
    stated = [_text(raw, "author")] if len(people) == 1 and "@" in _text(raw, "author") else []
    names = [_person(name) for name in stated or (_text(person, "name") for person in people)]
    return ", ".join(dict.fromkeys(filter(None, names)))[:_LONGEST_NAME], _text(people[0], "href")


def _person(stated: str) -> str:
    if found := _PERSON.fullmatch(stated):
        stated = found["after"] or found["before"]
    name = text_of_title(stated, is_html=False)
    return name.partition("@")[0] if "@" in name[1:] and " " not in name else name


def _language(raw: Mapping[str, Any], feed: Mapping[str, Any]) -> str:
    details = [*(raw.get("content") or ()), raw.get("title_detail") or {}, raw.get("summary_detail") or {}]
    stated = (_text(detail, "language") for detail in details)
    return next(filter(None, stated), "") or _text(feed, "language")


def _tags(raw: Mapping[str, Any]) -> tuple[str, ...]:
    names = (text_of_title(_text(tag, "label") or _text(tag, "term"), is_html=False) for tag in raw.get("tags") or ())
    kept = dict.fromkeys(name.lstrip("#") for name in names)
    return tuple(name for name in kept if name and len(name) <= _LONGEST_TAG)[:_MOST_TAGS]


def _links(raw: Mapping[str, Any], relation: str) -> list[str]:
    links = raw.get("links") or ()
    return [_text(link, "href") for link in links if _text(link, "rel").lower() == relation]


def _linked(raw: Mapping[str, Any], relation: str, url: str) -> list[str]:
    return [there for link in _links(raw, relation) if (there := absolute(link, url))][:5]


def _enclosure(raw: Mapping[str, Any], url: str) -> str:
    return next(iter(_linked(raw, "enclosure", url)), "")


def _count(stated: str) -> int:
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 else 0


def _wait_s(feed: Mapping[str, Any]) -> float:
    """Return what ``ttl`` (minutes) or ``sy:updatePeriod`` with its frequency ask for, whichever is longer."""
    ttl_s = _count(_text(feed, "ttl")) * 60.0
    period_s = _PERIODS_S.get(_text(feed, "sy_updateperiod").lower(), 0.0)
    return max(ttl_s, period_s / max(1, _count(_text(feed, "sy_updatefrequency"))))


def _skipped(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the hours and days of RSS's ``skipHours`` and ``skipDays``, of which the parser keeps the last alone."""
    head = text[:_HEAD_CHARACTERS]
    first = head.find("<item")
    head = head[:first] if first >= 0 else head
    hours = {int(hour) % 24 for hour in _SKIPPED_HOUR.findall(head)}
    days = {_DAYS.index(day.lower()) for day in _SKIPPED_DAY.findall(head) if day.lower() in _DAYS}
    return tuple(sorted(hours)), tuple(sorted(days))
