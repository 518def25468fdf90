"""A comment of YouTube as a mention. Pure."""

from typing import Any

from streams.errors import BadMentionError
from streams.mention import Author, Mention
from streams.sources.suites.fields import count, moment, plain, text

KIND = "youtube"
_SITE = "https://www.youtube.com"
_CONTENT_CHARS = 20_000


def mention_of(comment: Any, *, video: str, channel: str, answers: int = 0) -> Mention:
    """Return the mention of a comment, or of an answer to one.

    Parameters
    ----------
    comment
        The resource ``comment``.
    video, channel
        Where it stands; a comment about a channel itself has no video.
    answers
        How many there are to it.

    Raises
    ------
    BadMentionError
        Where it is none.
    """
    number = text(comment, "id")
    if not number:
        raise BadMentionError("schema", "id: there is none")
    content = plain(comment, "snippet.textDisplay", "snippet.textOriginal")
    if not content:
        raise BadMentionError("schema", "snippet.textDisplay: there is none")
    author = text(comment, "snippet.authorChannelId.value", "snippet.authorChannelUrl")
    parent = text(comment, "snippet.parentId")
    place = key_of(video, channel, number)
    return Mention(
        id=id_of(place),
        published=moment(comment, "snippet.publishedAt"),
        content=content[:_CONTENT_CHARS],
        source=KIND,
        url=id_of(place),
        author=Author(
            id=author,
            name=text(comment, "snippet.authorDisplayName"),
            url=text(comment, "snippet.authorChannelUrl") or (f"{_SITE}/channel/{author}" if author else ""),
        )
        if author
        else None,
        in_reply_to=id_of(key_of(video, channel, parent)) if parent else "",
        likes=count(comment, "snippet.likeCount"),
        replies=answers,
    )


def key_of(video: str, channel: str, number: str) -> str:
    """Return what a comment is known by, with where it stands.

    Examples
    --------
    >>> id_of(key_of("dQw4w9WgXcQ", "UC1", "Ugx")), id_of(key_of("", "UC1", "Ugx"))
    ('https://www.youtube.com/watch?v=dQw4w9WgXcQ&lc=Ugx', 'https://www.youtube.com/channel/UC1?lc=Ugx')
    """
    return f"{video}/{number}" if video else f"@{channel}/{number}"


def id_of(key: str) -> str:
    """Return a comment's address."""
    place, _, number = key.partition("/")
    if place.startswith("@"):
        return f"{_SITE}/channel/{place[1:]}?lc={number}"
    return f"{_SITE}/watch?v={place}&lc={number}"
