"""An element of an API's list as a mention. Pure."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from streams.errors import BadMentionError
from streams.mention import Author, Mention
from streams.sources.feeds.identity import bounded
from streams.sources.feeds.links import absolute, is_global
from streams.sources.feeds.moments import read_moment
from streams.sources.poll_api.settings import PollApiSettings
from streams.sources.suites.fields import at, count, plain, text
from streams.text.html_text import text_of_title

_CONTENT_CHARS = 30_000
_EPOCH_US = 1e14
_EPOCH_MS = 1e11


def key_of(item: Any, settings: PollApiSettings) -> str:
    """Return what the API knows an element by; empty where it does not say."""
    return text(item, settings.fields.id)


def order_of(item: Any, settings: PollApiSettings, now: float) -> float:
    """Return an element's place in the list, epoch seconds.

    Raises
    ------
    BadMentionError
        Where it has none.
    """
    return moment(at(item, settings.fields.order or settings.fields.time), settings, now).timestamp()


def mention_of(item: Any, settings: PollApiSettings, *, origin: str, now: float) -> Mention:
    """Return the mention.

    An id that is an address is the mention's; else it is the API's address and what it calls the post.

    Parameters
    ----------
    origin
        The API's address, without its query.
    now
        Wall time, epoch seconds: nothing was published later.

    Raises
    ------
    BadMentionError
        Where it is none: it says which path leads nowhere.
    """
    fields = settings.fields
    key = key_of(item, settings)
    if not key:
        raise BadMentionError("schema", f"fields.id: there is nothing at {fields.id!r}")
    published = min(moment(at(item, fields.time), settings, now), dt.datetime.fromtimestamp(now, dt.UTC))
    is_gone = bool(at(item, fields.deleted)) if fields.deleted else False
    said = "\n".join(part for path in fields.texts if (part := plain(item, path)))
    title = text_of_title(text(item, fields.title), is_html=True)[:500] if fields.title else ""
    if not (said or title or is_gone or any(at(item, path) is not None for path in fields.texts)):
        raise BadMentionError("schema", f"fields.text: there is nothing at {' or '.join(map(repr, fields.texts))}")
    author = text(item, *filter(None, [fields.author, fields.author_name]))
    return Mention(
        id=bounded(key if is_global(key) else f"{origin}#{key}"),
        published=published,
        content="" if is_gone else said[:_CONTENT_CHARS],
        source=settings.name,
        url=absolute(text(item, fields.url), origin) if fields.url else key if is_global(key) else "",
        name="" if is_gone else title,
        language=text(item, fields.language) if fields.language else "",
        author=None
        if is_gone or not author
        else Author(id=author, name=text(item, *filter(None, [fields.author_name, fields.author]))),
        in_reply_to=_answered(item, settings, origin),
        likes=count(item, fields.likes) if fields.likes else 0,
        replies=count(item, fields.replies) if fields.replies else 0,
        reposts=count(item, fields.reposts) if fields.reposts else 0,
        views=count(item, fields.views) if fields.views else 0,
        deleted=is_gone,
    )


def moment(stated: Any, settings: PollApiSettings, now: float) -> dt.datetime:
    """Return a moment: a number of seconds, milli- or microseconds, or a date; without a zone in that of the settings.

    Raises
    ------
    BadMentionError
        Where it is none, with the reason ``timestamp``.
    """
    where = settings.fields.time
    if isinstance(stated, int | float) and not isinstance(stated, bool):
        seconds = stated / 1e6 if stated >= _EPOCH_US else stated / 1000 if stated >= _EPOCH_MS else stated
        try:
            return dt.datetime.fromtimestamp(seconds, dt.UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise BadMentionError("timestamp", f"fields.time: {stated!r} at {where!r} is no moment") from error
    said = stated.strip() if isinstance(stated, str) else ""
    read = read_moment(said)
    if read is None:
        raise BadMentionError("timestamp", f"fields.time: {str(stated)[:60]!r} at {where!r} is no moment")
    has_zone = said.replace(".", "").isdigit() or read_moment(f"{said} UTC") is None
    if read.is_day or not has_zone:
        # It states no zone: what was read as UTC is the wall time of another place.
        wall = dt.datetime.fromtimestamp(read.at, dt.UTC).replace(tzinfo=ZoneInfo(settings.time_zone))
        wall = wall.replace(hour=23, minute=59, second=59) if read.is_day else wall
        return min(wall.astimezone(dt.UTC), dt.datetime.fromtimestamp(now, dt.UTC)) if read.is_day else wall
    return dt.datetime.fromtimestamp(read.at, dt.UTC)


def _answered(item: Any, settings: PollApiSettings, origin: str) -> str:
    parent = text(item, settings.fields.in_reply_to) if settings.fields.in_reply_to else ""
    return bounded(parent if is_global(parent) else f"{origin}#{parent}") if parent else ""
