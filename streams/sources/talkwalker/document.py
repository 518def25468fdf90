"""A result of Talkwalker's as a mention. Pure. Its fields are those of the suite's export, as nested objects."""

from collections.abc import Mapping
from typing import Any

from streams.errors import BadMentionError
from streams.mention import Author, Mention
from streams.sources.suites.brands import found_by
from streams.sources.suites.fields import at, count, moment, plain, text, texts
from streams.sources.suites.post import suite_post, web_address

KIND = "talkwalker"
_ARTICLE, _AUTHOR, _SOURCE = "article_extended_attributes", "extra_author_attributes", "source_extended_attributes"

_NETWORKS = ("twitter", "facebook", "instagram")


def mention_of(chunk: Any, brands: Mapping[str, str]) -> Mention:
    """Return the mention of a chunk ``CT_RESULT``.

    Raises
    ------
    BadMentionError
        Where it holds none, or lacks its address or moment.
    """
    found = at(chunk, "chunk_result.data.data")
    address = text(found, "url")
    if not address:
        raise BadMentionError("schema", "chunk_result.data.data.url: there is none")
    highlighted = at(chunk, "chunk_result.data.highlighted_data")
    rules = [rule for one in highlighted if isinstance(one, dict) for rule in texts(one, _RULES)] if isinstance(
        highlighted, list
    ) else []  # fmt: skip
    return suite_post(
        KIND,
        address,
        address=web_address(found, "url"),
        network=" ".join(texts(found, "source_type")) or text(found, "domain_url"),
        title=plain(found, "title"),
        content=plain(found, "content"),
        author=_author(found),
        found_by=found_by(rules, brands, KIND),
        fields={
            "published": moment(found, "published"),
            "language": text(found, "lang"),
            "tags": tuple(tag.lstrip("#") for tag in texts(found, "tags_hashtags", "hashtags")),
            "likes": count(found, *(f"{_ARTICLE}.{of}_likes" for of in (*_NETWORKS, "youtube"))),
            "replies": count(found, f"{_ARTICLE}.twitter_replies", f"{_ARTICLE}.num_comments"),
            "reposts": count(
                found, f"{_ARTICLE}.twitter_retweets", f"{_ARTICLE}.twitter_shares", f"{_ARTICLE}.facebook_shares"
            ),
            "views": count(found, f"{_ARTICLE}.twitter_impressions", f"{_ARTICLE}.youtube_views"),
        },
    )


_RULES = "matched.collector_query_ids"


def _author(found: Any) -> Author | None:
    author = Author(
        id=text(found, f"{_AUTHOR}.id", f"{_AUTHOR}.short_name", f"{_AUTHOR}.name"),
        name=text(found, f"{_AUTHOR}.name", f"{_AUTHOR}.short_name"),
        followers=count(found, *(f"{_SOURCE}.{of}_followers" for of in _NETWORKS)),
        url=web_address(found, f"{_AUTHOR}.url"),
    )
    return author if author.id else None
