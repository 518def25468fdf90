"""A post of a page of JSON as what was found there. Pure."""

from collections.abc import Callable
from typing import Any

import msgspec

from streams.connectors.connector import Refused
from streams.errors import BadMentionError
from streams.mention import MAX_BYTES, Mention
from streams.sources.polled.listing import Found
from streams.sources.suites.fields import moment, text


def found_post(post: Any, place: float, *, kind: str, dated: str, mention_of: Callable[[Any], Mention]) -> Found:
    """Return a post with its ``id`` as its key, or why it is no mention.

    Parameters
    ----------
    post
        As upstream has it.
    place
        Where it stands if its date cannot be read, epoch seconds.
    kind
        Of the source: a refusal says it.
    dated
        The field of its date.
    mention_of
        Makes the mention.
    """
    key = text(post, "id")
    try:
        place = moment(post, dated).timestamp()
        return Found(key=key, at=place, post=mention_of(post))
    except BadMentionError as error:
        data = msgspec.json.encode(post)[:MAX_BYTES]
        return Found(key=key or f"{place}", at=place, post=Refused.because(error, f"{kind}: post {key}", data))
