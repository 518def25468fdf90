"""A post, and whether a query finds it."""

from typing import Any

from streams.brand import Brand
from streams.mention import Mention, decode_mention
from streams.queries.matching import Matcher


def post(content: str = "", **fields: Any) -> Mention:
    published = decode_mention(b'{"id": "p", "published": "2011-07-12T15:00:00Z", "content": ""}').published
    return Mention(id="p", published=published, content=content, **fields)


def matches(query: str, mention: Mention) -> bool:
    return bool(Matcher([Brand(id="b", name="B", query=query)]).match([mention])[0])
