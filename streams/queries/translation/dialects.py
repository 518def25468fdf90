"""What the operators of each suite mean, as far as the suites' documents say it.

Sources: Brandwatch, *Advanced Query Operators* and *Boolean explained: proximity operators*; Meltwater, *How to master
Boolean search* 1 to 3 and *The Boolean touch* (the order of operators); Talkwalker, *Search syntax*.
"""

from enum import StrEnum

from msgspec import Struct


class Equal(StrEnum):
    """What a field of a suite is here."""

    LANGUAGE = "language"
    TAG = "tag"
    NAME = "name"
    AUTHOR = "author"
    SITE = "site"
    URL = "url"
    ANYWHERE = "anywhere"
    EXACT_CASE = "exact case"
    NONE = "none"


class Dialect(Struct, frozen=True, kw_only=True):
    """How a suite's queries are read.

    Parameters
    ----------
    name
        The suite's.
    any_case
        Whether operators count in lower case too.
    and_before_or
        Whether the suite's documents say that ``AND`` binds closer than ``OR``; else both side by side are refused.
    space_is_and
        Whether words side by side must both be there; else they are refused.
    default_distance
        Words that may stand between the sides of a ``NEAR`` without a number; ``None`` where there is no such thing.
    has_comments
        Whether ``<<< … >>>`` is a comment.
    has_slop
        Whether ``"a b"~5`` is as in Lucene.
    ignores_signs
        Whether it is known that signs in words are not looked at: ``Google+`` finds Google.
    """

    name: str
    any_case: bool = False
    and_before_or: bool = False
    space_is_and: bool = False
    default_distance: int | None = None
    has_comments: bool = False
    has_slop: bool = False
    ignores_signs: bool = False


DIALECTS = {
    "brandwatch": Dialect(name="Brandwatch", has_comments=True, has_slop=True, ignores_signs=True),
    "meltwater": Dialect(name="Meltwater", any_case=True, and_before_or=True, default_distance=4),
    "talkwalker": Dialect(name="Talkwalker", space_is_and=True, has_slop=True),
}

FIELDS = {
    "language": Equal.LANGUAGE, "languages": Equal.LANGUAGE, "lang": Equal.LANGUAGE,
    "hashtag": Equal.TAG, "hashtags": Equal.TAG,
    "at_mentions": Equal.NAME, "at_mention": Equal.NAME, "mentions": Equal.NAME,
    "author": Equal.AUTHOR, "authors": Equal.AUTHOR, "from": Equal.AUTHOR,
    "site": Equal.SITE, "domain": Equal.SITE, "domainurl": Equal.SITE,
    "url": Equal.URL,
    "title": Equal.ANYWHERE, "headline": Equal.ANYWHERE, "ingress": Equal.ANYWHERE, "content": Equal.ANYWHERE,
    "text": Equal.ANYWHERE, "body": Equal.ANYWHERE,
    "raw": Equal.EXACT_CASE,
}  # fmt: skip
"""Fields of any suite, and what they are here; any other has no equal."""

WHY = {
    Equal.AUTHOR: ("is the author's whole name there; here an author is found by words of name or id, which is wider",
                   "write author:… by hand if that is enough"),
    Equal.SITE: ("is the host of the address there; here an address is found by words in a row, which is wider",
                 'write url:"…" by hand if that is enough'),
    Equal.URL: ("is how the address begins there; here an address is found by words in a row, which is wider",
                'write url:"…" by hand if that is enough'),
    Equal.ANYWHERE: ("looks at one part of a text; here title, text and tags are one",
                     "leave the field out if finding it anywhere is enough"),
    Equal.EXACT_CASE: ("tells upper from lower case; here they are no difference",
                       "leave it out, and forbid by NOT what the other case means"),
    Equal.NONE: ("has no equal here", "filter by it where the mentions come from, or take it out"),
}  # fmt: skip
"""Why a field has no exact equal, and what to do."""
