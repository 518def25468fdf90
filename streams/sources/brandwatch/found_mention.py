"""A mention of Brandwatch's as one of ours. Pure.

References
----------
[^1]: developers.brandwatch.com, *Mention Field Definitions* and *Data Restrictions*: a post of X comes without author,
    date, text and followers, but with its address; what it lacks in time is when the query found it (``added``).
"""

from collections.abc import Mapping
from typing import Any

from streams.errors import BadMentionError
from streams.mention import Author, Mention
from streams.sources.suites.brands import found_by
from streams.sources.suites.fields import at, count, moment, plain, text, texts
from streams.sources.suites.post import suite_post, web_address

KIND = "brandwatch"


def mention_of(found: Any, brands: Mapping[str, str]) -> Mention:
    """Return the mention.

    Raises
    ------
    BadMentionError
        Where it is none, or lacks its number or moment.
    """
    number = number_of(found)
    if not number:
        raise BadMentionError("schema", "resourceId: there is none")
    entry = text(found, "threadEntryType").lower()
    parent = web_address(found, "replyTo", "threadURL")
    return suite_post(
        KIND,
        number,
        address=web_address(found, "url", "originalUrl"),
        network=text(found, "pageTypeName", "pageType", "contentSourceName", "contentSource"),
        title=plain(found, "title"),
        content=plain(found, "fullText", "snippet"),
        author=_author(found),
        found_by=found_by([text(found, "queryId"), text(found, "queryName")], brands, KIND),
        fields={
            "published": moment(found, "date", "added"),
            "language": text(found, "language"),
            "in_reply_to": parent if entry in {"reply", "comment"} else "",
            "repost_of": web_address(found, "retweetOf", "reblogOf"),
            "tags": tuple(tag.lstrip("#") for tag in texts(found, "insightsHashtag", "hashtags")),
            "likes": count(found, "likes", "twitterLikes", "facebookLikes", "instagramLikes"),
            "replies": count(found, "commentsCount", "twitterReplyCount", "facebookComments", "instagramComments"),
            "reposts": count(found, "shares", "twitterRetweets", "facebookShares"),
            "views": count(found, "impressions"),
        },
    )


def number_of(found: Any) -> str:
    """Return what Brandwatch knows a mention by; empty where it has nothing."""
    return text(found, "resourceId", "guid", "id")


def added_at(found: Any) -> float:
    """Return when a query found it, epoch seconds.

    Raises
    ------
    BadMentionError
        Where that is not told.
    """
    return moment(found, "added").timestamp()


def _author(found: Any) -> Author | None:
    author = Author(
        id=text(found, "author", "twitterAuthorId", "fullname"),
        name=text(found, "fullname", "author"),
        followers=count(found, "twitterFollowers", "instagramFollowerCount", "blueskyFollowers"),
    )
    return author if author.id and at(found, "author") is not None else None
