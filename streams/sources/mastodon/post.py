"""A post of Mastodon as a mention. Pure."""

import datetime as dt
import re
from collections.abc import Callable

from streams.errors import BadMentionError
from streams.mention import Author, Mention
from streams.sources.mastodon.status import Account, Quote, Status
from streams.text.html_text import text_of_html, text_of_title, tidied

KIND = "mastodon"
AHEAD_S = 300.0
"""So far ahead of the clock a post may have been written, as clocks differ; one further ahead was written now."""
_LONGEST_ID = 512
_LONGEST_URL = 2_000
_LONGEST_NAME = 500
_LONGEST_HTML = 200_000
_MOST_TAGS = 64
_LONGEST_TAG = 128
_MOST_OPTIONS = 32
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b([^<>]*)>")
_QUOTE_INLINE = re.compile(r"""class\s*=\s*["'][^"']*\bquote-inline\b""", re.IGNORECASE)
_VOID = frozenset({"br", "img", "hr", "wbr"})


def mention_of(status: Status, *, now_s: float, uri_of: Callable[[str], str]) -> Mention:
    """Return the mention of a post.

    Parameters
    ----------
    now_s
        Wall time, epoch seconds.
    uri_of
        Translates a local id of the server; empty where it is not known.

    Raises
    ------
    BadMentionError
        With the reason ``schema`` where its address is longer than an id may be.
    """
    if len(status.uri) > _LONGEST_ID:
        raise BadMentionError("schema", f"uri: {len(status.uri)} characters, where {_LONGEST_ID} are allowed")
    published = status.created_at
    if published.timestamp() > now_s + AHEAD_S:
        published = dt.datetime.fromtimestamp(int(now_s), dt.UTC)
    return Mention(
        id=status.uri,
        published=published,
        content=_text(status),
        source=KIND,
        url=(status.url or status.uri)[:_LONGEST_URL],
        language=status.language or "",
        author=_author(status.account),
        in_reply_to=uri_of(status.in_reply_to_id)[:_LONGEST_ID] if status.in_reply_to_id else "",
        quote_of=_quoted(status.quote, uri_of)[:_LONGEST_ID] if status.quote is not None else "",
        tags=tuple(dict.fromkeys(tag.name[:_LONGEST_TAG] for tag in status.tags or () if tag.name))[:_MOST_TAGS],
        likes=max(0, status.favourites_count or 0),
        replies=max(0, status.replies_count or 0),
        reposts=max(0, status.reblogs_count or 0),
    )


def take_down_of(uri: str, published_s: float) -> Mention:
    """Return the take-down of a post."""
    return Mention(
        id=uri, published=dt.datetime.fromtimestamp(published_s, dt.UTC), content="", source=KIND, deleted=True
    )


def without_quote_fallback(html: str) -> str:
    """Return a text without what stands in it for servers that show no quotes: ``RE:`` and a link.

    Examples
    --------
    >>> without_quote_fallback('<p class="quote-inline">RE: <a href="x">x</a></p><p>Shame.</p>')
    '<p>Shame.</p>'
    >>> without_quote_fallback('<p>Shame.<span class="quote-inline"><br>RE: <span>x</span></span></p>')
    '<p>Shame.</p>'
    """
    begun, depth, name = 0, 0, ""
    kept: list[str] = []
    place = 0
    for tag in _TAG.finditer(html):
        is_end, what = bool(tag[1]), tag[2].lower()
        if not name:
            if not is_end and what not in _VOID and _QUOTE_INLINE.search(tag[3]):
                begun, depth, name = tag.start(), 1, what
        elif what == name:
            depth += -1 if is_end else 1
            if not depth:
                kept.append(html[place:begun])
                place, name = tag.end(), ""
    return "".join([*kept, html[place:]])


def _text(status: Status) -> str:
    html = (status.content or "")[:_LONGEST_HTML]
    if status.quote is not None:
        html = without_quote_fallback(html)
    parts = [tidied(status.spoiler_text or ""), text_of_html(html)]
    options = (status.poll.options or ())[:_MOST_OPTIONS] if status.poll is not None else ()
    parts.append("\n".join(tidied(option.title) for option in options if option.title))
    return "\n\n".join(part for part in parts if part)


def _author(account: Account) -> Author | None:
    address = account.uri or account.url or ""
    if not address:
        return None
    return Author(
        id=address[:_LONGEST_ID],
        name=text_of_title(account.display_name or account.acct, is_html=False)[:_LONGEST_NAME],
        followers=max(0, account.followers_count or 0),
        url=(account.url or address)[:_LONGEST_URL],
    )


def _quoted(quote: Quote, uri_of: Callable[[str], str]) -> str:
    """Return the id of the post that is quoted, where its author has let it be."""
    if quote.state not in {"accepted", None}:
        return ""
    if quote.quoted_status is not None and quote.quoted_status.uri:
        return quote.quoted_status.uri
    return uri_of(quote.quoted_status_id) if quote.quoted_status_id else quote.uri or ""
