"""Posts that a query is tried on, and what it nearly misses of them."""

from msgspec.structs import replace

from streams.mention import Mention
from streams.queries.syntax import read_query
from streams.queries.trial.changes import relaxed
from streams.queries.trial.near_misses import NearMiss, NearMisses
from streams.queries.trial.tree import parts_of
from streams.queries.trial.vocabulary import Vocabulary
from tests.streams.queries.matched import matches, post


def posts(*texts: str, **fields: str) -> list[Mention]:
    return [replace(post(text, **fields), id=str(at)) for at, text in enumerate(texts)]


def near_misses(query: str, mentions: list[Mention]) -> list[NearMiss]:
    others = [(place, mention) for place, mention in enumerate(mentions) if not matches(query, mention)]
    asked = read_query(query)
    vocabulary = Vocabulary(parts_of(asked))
    for _, mention in others:
        vocabulary.take(mention)
    misses = NearMisses(relaxed(asked, vocabulary))
    for place, mention in others:
        misses.take(place, mention)
    return misses.found()
