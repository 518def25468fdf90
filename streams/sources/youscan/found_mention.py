"""What YouScan posts of one mention, as a mention of ours. Pure.

References
----------
[^1]: developers.youscan.io, *Webhook* (``WebhookMention``): fields that are null are left out, titles and texts mark in
    HTML what was found, languages have three letters. Mentions of X come without text, address and author.
"""

from collections.abc import Mapping
from typing import Any

from streams.errors import BadMentionError
from streams.mention import Author, Mention
from streams.sources.suites.brands import found_by
from streams.sources.suites.fields import count, moment, plain, text
from streams.sources.suites.post import suite_post, web_address

KIND = "youscan"


def mention_of(found: Any, brands: Mapping[str, str]) -> Mention:
    """Return the mention.

    Parameters
    ----------
    brands
        A brand's id, by a topic's number or name.

    Raises
    ------
    BadMentionError
        Where it is none, or lacks its number or moment.
    """
    number = text(found, "mentionId")
    if not number:
        raise BadMentionError("schema", "mentionId: there is none; is this a webhook of YouScan's?")
    parent = text(found, "parentPostId", "discussionId")
    of = f"urn:{KIND}:post:{parent}"[:512] if parent and parent != text(found, "postId") else ""
    what = text(found, "postType")
    return suite_post(
        KIND,
        number,
        address=web_address(found, "url"),
        network=text(found, "sourceName"),
        title=plain(found, "title"),
        content=plain(found, "text"),
        author=_author(found),
        found_by=found_by([text(found, "topicId", "themeId"), text(found, "topicName", "themeName")], brands, KIND),
        fields={
            "published": moment(found, "published"),
            "language": text(found, "language"),
            "in_reply_to": of if what == "comment" else "",
            "repost_of": of if what == "repost" else "",
            "quote_of": of if what == "extendedRepost" else "",
            "likes": count(found, "likes", "reactions.total"),
            "replies": count(found, "comments"),
            "reposts": count(found, "reposts"),
            "views": count(found, "views", "impressions"),
        },
    )


def is_spam(found: Any) -> bool:
    """Tell whether YouScan calls it spam."""
    return isinstance(found, dict) and found.get("spam") is True


def _author(found: Any) -> Author | None:
    whose = "author" if text(found, "author.name", "author.nickname", "author.profileId") else "channel"
    author = Author(
        id=text(found, f"{whose}.profileId", f"{whose}.nickname", f"{whose}.url", f"{whose}.name"),
        name=text(found, f"{whose}.name", f"{whose}.nickname"),
        followers=count(found, f"{whose}.subscribers"),
        url=web_address(found, f"{whose}.url"),
    )
    return author if author.id else None
