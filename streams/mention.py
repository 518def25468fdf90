"""A mention as it comes in: the schema, its strict reading and its writing."""

import datetime as dt
import json
import re
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from detectors.language_tag import canonical_tag
from streams.errors import BadMentionError

EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
"""A post published outside these was not: its time is in the wrong unit, missing, or made up."""
OURSELVES = "tocsin"
"""What our own heartbeats state as their source: it is none that could fall silent."""
MAX_BYTES = 256 * 1024  # the promise to those who send: a record up to this size is read

Count = Annotated[int, Meta(ge=0)]
Instant = Annotated[dt.datetime, Meta(tz=True)]
MentionId = Annotated[str, Meta(min_length=1, max_length=512)]


class Author(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who wrote it, as far as the source states."""

    id: str = ""
    name: str = ""
    followers: int = 0
    url: str = ""


class Mention(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One public post. Names follow ActivityStreams 2.0 in snake_case; unknown fields are left out.

    Parameters
    ----------
    id
        The post's own stable address, 1 to 512 characters; a repeat of it is the same mention.
    published
        Event time, with its offset from UTC.
    content
        Plain text, may be empty.
    language
        BCP 47 in canonical form, whatever the source calls it; empty where unknown, or where it names no language.
    in_reply_to, quote_of, repost_of
        Ids of other posts.
    tags
        Hashtags without ``#``.
    likes, replies, reposts, views
        As seen when collected.
    deleted
        The post was taken down: ``content`` may be empty and ``published`` a guess.
    found_by
        Of a post without title and text: whose search found it, a brand's id or what the search is called. Written by
        sources whose licence withholds the text; of a post that says something it means nothing.
    """

    id: MentionId
    published: Instant
    content: str
    source: str = "unknown"
    url: str = ""
    name: str = ""
    language: str = ""
    author: Author | None = None
    in_reply_to: str = ""
    quote_of: str = ""
    repost_of: str = ""
    tags: tuple[str, ...] = ()
    likes: Count = 0
    replies: Count = 0
    reposts: Count = 0
    views: Count = 0
    deleted: bool = False
    found_by: str = ""

    def __post_init__(self) -> None:
        """Normalise the language, whoever made the mention."""
        if self.language and (tag := canonical_tag(self.language)) != self.language:
            msgspec.structs.force_setattr(self, "language", tag)

    @property
    def published_s(self) -> float:
        """Event time as seconds since the epoch (UTC)."""
        return self.published.timestamp()

    @property
    def is_withheld(self) -> bool:
        """Whether its text is kept from us: it counts, and nobody knows in which mood."""
        return bool(self.found_by) and not (self.content or self.name or self.deleted)


_REQUIRED = frozenset({"id", "published", "content"})
_LEAP_SECOND = re.compile(r"(.+:\d\d:)60(?:\.\d+)?(Z|z|[+-]\d\d:\d\d)")
_DECODE = msgspec.json.Decoder(Mention).decode
_DECODE_RAW_ARRAY = msgspec.json.Decoder(list[msgspec.Raw]).decode
_ENCODE = msgspec.json.Encoder().encode


def decode_mention(data: bytes | memoryview) -> Mention:
    """Read one mention from its JSON.

    Raises
    ------
    BadMentionError
        With the reason ``too_large``, ``utf8``, ``json``, ``schema`` or ``timestamp``; the detail names the field.

    Examples
    --------
    >>> decode_mention(b'{"id": "p1", "published": "2011-07-12T15:00:00Z", "content": "Cancelled."}').content
    'Cancelled.'
    >>> decode_mention(b'{"id": "p1", "published": "2011-07-12T15:00:00", "content": ""}')
    Traceback (most recent call last):
    streams.errors.BadMentionError: timestamp: published: expected an RFC 3339 time with its offset, ...
    """
    if len(data) > MAX_BYTES:
        raise BadMentionError("too_large", f"{len(data)} bytes, where {MAX_BYTES} are allowed")
    try:
        mention = _DECODE(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        if isinstance(error, msgspec.ValidationError) and (mended := _mended(data)) is not None:
            return decode_mention(mended)
        raise _explain(bytes(data), error) from error
    return mention if EARLIEST <= mention.published < LATEST else _out_of_bounds(mention)


def _out_of_bounds(mention: Mention) -> Mention:
    """Refuse a time that cannot be; of a take-down it is only a guess, and another is as good."""
    if mention.deleted:
        return msgspec.structs.replace(mention, published=EARLIEST)
    raise BadMentionError(
        "timestamp",
        f"published: {mention.published.isoformat()} is not from {EARLIEST.year} to {LATEST.year - 1}; "
        "is it in another unit, or did the source leave it out?",
    )


def _mended(data: bytes | memoryview) -> bytes | None:
    """Return a record without its nulls, and with a leap second as the one before; ``None`` where it has neither.

    ``null`` stands for an absent value where a value may be absent, and Python's clock knows no 60th second.
    """
    try:
        record = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    mended = _without_nulls(record)
    if isinstance(author := mended.get("author"), dict):
        mended["author"] = _without_nulls(author)
    published = mended.get("published")
    if isinstance(published, str) and (leap := _LEAP_SECOND.fullmatch(published)) is not None:
        before = f"{leap[1]}59{leap[2]}"
        if _is_leap(before):
            mended["published"] = before
    return None if mended == record else _ENCODE(mended)


def _without_nulls(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value is not None or key in _REQUIRED}


def _is_leap(before: str) -> bool:
    """Tell whether a time is the last second of a month in UTC, after which leap seconds are put."""
    try:
        last = dt.datetime.fromisoformat(before).astimezone(dt.UTC)
        return (last + dt.timedelta(seconds=1)).strftime("%d %H:%M:%S") == "01 00:00:00"
    except (ValueError, OverflowError):
        return False


def encode_mention(mention: Mention) -> bytes:
    """Return a mention as JSON, defaults left out: what ``decode_mention`` reads back."""
    return _ENCODE(mention)


def parse_mentions_array(data: bytes) -> list[Mention | BadMentionError]:
    """Read a JSON array of mentions, as the webhook takes it; each element stands or falls by itself.

    Raises
    ------
    BadMentionError
        Where the whole is no JSON array: reason ``utf8`` or ``json``.
    """
    try:
        elements = _DECODE_RAW_ARRAY(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        if isinstance(error, msgspec.ValidationError):
            raise BadMentionError("json", "expected a JSON array of mentions") from error
        raise _explain(data, error) from error
    return [_mention_or_error(bytes(element)) for element in elements]


def _mention_or_error(data: bytes) -> Mention | BadMentionError:
    try:
        return decode_mention(data)
    except BadMentionError as error:
        return error


def _explain(data: bytes, error: Exception) -> BadMentionError:
    """Find the stable reason behind a failure to decode; slow, for failures alone."""
    try:
        text = data.decode()
    except UnicodeDecodeError as broken:
        return BadMentionError("utf8", f"not UTF-8 at byte {broken.start}: send the record in UTF-8")
    if isinstance(error, msgspec.ValidationError):
        problem, _, path = str(error).partition(" - at `$")
        field = path.strip("`.") or "the record"
        if field == "published" and "missing" not in problem:
            return BadMentionError(
                "timestamp",
                f"published: expected an RFC 3339 time with its offset, like 2011-07-12T15:00:00Z ({problem})",
            )
        return BadMentionError("schema", f"{field}: {problem}")
    if isinstance(error, RecursionError):
        return BadMentionError("json", "nested too deeply")
    return BadMentionError("utf8" if _has_lone_surrogate(text) else "json", _syntax(text, error))


def _has_lone_surrogate(text: str) -> bool:
    """Whether the JSON is well-formed but escapes half a character, as cutting a text between UTF-16 units does."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return r"\ud" in text.lower()


def _syntax(text: str, error: Exception) -> str:
    if _has_lone_surrogate(text):
        return r"a \uD800–\uDFFF escape without its other half: the text was cut inside a character"
    if not text.strip():
        return "an empty record"
    return str(error)
