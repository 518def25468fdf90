"""A post of Bluesky as a mention. Pure.

Names and followers of authors are not in the stream, which knows accounts by their ids alone; asking for them
(``app.bsky.actor.getProfiles``) is worth it for posts that match, and so no business of this file.
"""

from collections.abc import Iterator
from typing import Any

from streams.errors import BadMentionError
from streams.mention import Author, Mention
from streams.sources.bluesky.events import PostChange
from streams.sources.bluesky.facets import hashtags, with_whole_links
from streams.sources.bluesky.record import COLLECTION, Embed, Media, Record, Reference
from streams.sources.bluesky.times import published, taken_down_at

KIND = "bluesky"
_LONGEST_ID = 512
_LONGEST_TEXT = 3_000
"""Characters of the author's own text; the lexicon has 300 of them, and 3,000 bytes."""
_LONGEST_PART = 1_000
_MOST_PARTS = 16
_MOST_TAGS = 16
_LONGEST_TAG = 128


def to_mention(change: PostChange, time_us: int) -> Mention:
    """Return a post, or its take-down.

    Parameters
    ----------
    change
        What happened to it.
    time_us
        When the server saw that, epoch microseconds, where that can be.

    Raises
    ------
    BadMentionError
        With the reason ``schema`` where its address is longer than an id may be.
    """
    did, rkey, record = change.did, change.rkey, change.record
    address = post_id(did, rkey)
    if record is None:
        return take_down(did, rkey, time_us)
    fields: dict[str, Any] = {}
    content = (record.text or "")[:_LONGEST_TEXT]
    tags: tuple[str, ...] = ()
    if record.facets or record.embed is not None or record.tags:
        content, tags = _whole(content, record)
    if record.embed is not None and (quoted := _quoted(record.embed)):
        fields["quote_of"] = quoted
    if record.reply is not None and record.reply.parent is not None and record.reply.parent.uri:
        fields["in_reply_to"] = record.reply.parent.uri[:_LONGEST_ID]
    return Mention(
        id=address,
        published=published(record.created_at, time_us),
        content=content,
        source=KIND,
        url=f"https://bsky.app/profile/{did}/post/{rkey}",
        language=record.langs[0] if record.langs else "",
        author=Author(id=did, url=f"https://bsky.app/profile/{did}"),
        tags=tags,
        **fields,
    )


def take_down(did: str, rkey: str, time_us: int) -> Mention:
    """Return the take-down of a post of which its address is known.

    Raises
    ------
    BadMentionError
        As ``to_mention``.
    """
    return Mention(
        id=post_id(did, rkey),
        published=taken_down_at(rkey, time_us),
        content="",
        source=KIND,
        author=Author(id=did),
        deleted=True,
    )


def post_id(did: str, rkey: str) -> str:
    """Return a post's own address, which is its id.

    Raises
    ------
    BadMentionError
        Where it is longer than an id may be.
    """
    address = f"at://{did}/{COLLECTION}/{rkey}"
    if len(address) > _LONGEST_ID:
        raise BadMentionError("schema", f"id: {len(address)} characters, where {_LONGEST_ID} are allowed")
    return address


def _whole(text: str, record: Record) -> tuple[str, tuple[str, ...]]:
    """Return the text with what a reader sees beside it (whole links, the page linked to, pictures), and the tags."""
    facets = record.facets or []
    whole, beside = with_whole_links(text, facets) if facets else (text, [])
    for part in _parts(record.embed):
        if part not in whole and part not in beside:
            beside.append(part[:_LONGEST_PART])
    tags = dict.fromkeys(
        bare for tag in (*hashtags(facets), *(record.tags or ())) if (bare := tag.lstrip("#＃")[:_LONGEST_TAG])
    )
    return "\n".join([whole, *beside[:_MOST_PARTS]]) if beside else whole, tuple(tags)[:_MOST_TAGS]


def _parts(embed: Embed | None) -> Iterator[str]:
    if embed is None:
        return
    for media in (embed, embed.media):
        if media is not None:
            yield from _parts_of(media)


def _parts_of(media: Embed | Media) -> Iterator[str]:
    if (card := media.external) is not None:
        yield from (part for part in (card.title, card.description, card.uri) if part)
    yield from (picture.alt for picture in media.images or () if picture.alt)
    if media.alt:
        yield media.alt


def _quoted(embed: Embed) -> str:
    """Return the id of the post that is quoted; lists, feeds and starter packs are embedded alike, and are none."""
    reference: Reference | None = embed.record
    if reference is not None and not reference.uri:
        reference = reference.record
    uri = reference.uri if reference is not None else None
    return uri[:_LONGEST_ID] if uri and f"/{COLLECTION}/" in uri else ""
