"""A post as a server tells it: the fields that are used. Pure."""

import datetime as dt
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from streams.errors import BadMentionError

Instant = Annotated[dt.datetime, Meta(tz=True)]
Text = Annotated[str, Meta(min_length=1)]


class ProfileField(Struct, frozen=True, kw_only=True):
    """A line of a profile."""

    name: str | None = None
    value: str | None = None


class Account(Struct, frozen=True, kw_only=True):
    """Who wrote it; what a server does not tell is ``None``."""

    acct: str = ""
    uri: str | None = None
    url: str | None = None
    display_name: str | None = None
    note: str | None = None
    fields: tuple[ProfileField, ...] | None = None
    followers_count: int | None = None
    indexable: bool | None = None
    noindex: bool | None = None
    suspended: bool | None = None
    limited: bool | None = None


class Quoted(Struct, frozen=True, kw_only=True):
    """A post that is quoted."""

    uri: str | None = None


class Quote(Struct, frozen=True, kw_only=True):
    """A quote: shown only where its state is ``accepted``; some servers put the quoted post itself here."""

    state: str | None = None
    quoted_status: Quoted | None = None
    quoted_status_id: str | None = None
    uri: str | None = None


class Tag(Struct, frozen=True, kw_only=True):
    """A hashtag."""

    name: str = ""


class PollOption(Struct, frozen=True, kw_only=True):
    """What may be voted for."""

    title: str | None = None


class Poll(Struct, frozen=True, kw_only=True):
    """A poll."""

    options: tuple[PollOption, ...] | None = None


class Status(Struct, frozen=True, kw_only=True):
    """A post.

    Parameters
    ----------
    id
        The server's own; of no meaning elsewhere.
    uri
        The address by which all servers know it.
    content
        HTML.
    reblog
        The post that this one only passes on.
    """

    id: Text
    uri: Text
    created_at: Instant
    account: Account
    url: str | None = None
    edited_at: Instant | None = None
    content: str | None = None
    spoiler_text: str | None = None
    visibility: str | None = None
    language: str | None = None
    in_reply_to_id: str | None = None
    reblog: Quoted | None = None
    quote: Quote | None = None
    poll: Poll | None = None
    tags: tuple[Tag, ...] | None = None
    replies_count: int | None = None
    reblogs_count: int | None = None
    favourites_count: int | None = None


class _Named(Struct, frozen=True):
    id: Text


_DECODE = msgspec.json.Decoder(Status).decode
_DECODE_ID = msgspec.json.Decoder(_Named).decode
_DECODE_PAGE = msgspec.json.Decoder(list[msgspec.Raw]).decode


def decode_status(data: bytes) -> Status:
    """Read one post.

    Raises
    ------
    BadMentionError
        With the reason ``utf8``, ``json`` or ``schema``.
    """
    try:
        return _DECODE(data)
    except msgspec.ValidationError as error:
        raise BadMentionError("schema", str(error)) from error
    except UnicodeDecodeError as error:
        raise BadMentionError("utf8", str(error)) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadMentionError("json", str(error)) from error


def decode_page(data: bytes) -> list[bytes]:
    """Read a page of posts, each as it came: one that cannot be read spoils no other.

    Raises
    ------
    ValueError
        Where it is no array.
    """
    try:
        return [bytes(one) for one in _DECODE_PAGE(data)]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def id_of(data: bytes) -> str:
    """Return the id of a post of which perhaps nothing else can be read; empty where it has none."""
    try:
        return _DECODE_ID(data).id
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
