"""The record of a post, ``app.bsky.feed.post``, as far as a mention needs it. Pure.

Fields and bounds are those of the network's lexicon; whoever writes a record may leave out or break any of them.
"""

import datetime as dt

from msgspec import Struct

COLLECTION = "app.bsky.feed.post"


class Span(Struct, frozen=True, rename="camel"):
    """Where a facet stands in the text: offsets of its bytes in UTF-8, the end excluded."""

    byte_start: int = -1
    byte_end: int = -1


class Feature(Struct, frozen=True):
    """What a facet is: a link has a ``uri``, a hashtag a ``tag``."""

    uri: str | None = None
    tag: str | None = None


class Facet(Struct, frozen=True):
    """A part of the text that is more than text."""

    index: Span = Span()
    features: list[Feature] | None = None


class Reference(Struct, frozen=True):
    """Another record. A quote with pictures holds the reference one level down, in ``record``."""

    uri: str | None = None
    record: "Reference | None" = None


class Card(Struct, frozen=True):
    """The page that a post links to, as its author's client saw it."""

    uri: str | None = None
    title: str | None = None
    description: str | None = None


class Picture(Struct, frozen=True):
    """A picture, by what its author says it shows."""

    alt: str | None = None


class Media(Struct, frozen=True):
    """What stands below the text: a card, pictures, or a video with its own ``alt``."""

    external: Card | None = None
    images: list[Picture] | None = None
    alt: str | None = None


class Embed(Struct, frozen=True):
    """As ``Media``, or a quote, or both: then the media are one level down."""

    record: Reference | None = None
    media: Media | None = None
    external: Card | None = None
    images: list[Picture] | None = None
    alt: str | None = None


class Reply(Struct, frozen=True):
    """What is answered, and where the conversation began."""

    parent: Reference | None = None
    root: Reference | None = None


class Record(Struct, frozen=True, rename="camel"):
    """A post. ``created_at`` is what the author's client says, without a zone at times."""

    text: str | None = None
    created_at: dt.datetime | None = None
    langs: list[str] | None = None
    tags: list[str] | None = None
    facets: list[Facet] | None = None
    embed: Embed | None = None
    reply: Reply | None = None
