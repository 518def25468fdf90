"""Records and brands for measuring speed: as long and as varied as posts are, and nobody's words."""

import datetime as dt
from collections.abc import Iterator

import numpy as np

from detectors.bench.negativity import synthetic_texts
from streams.brand import Brand
from streams.mention import Author, Mention, encode_mention
from streams.wire.record import Record

START_S = 1_709_510_400
_FIRST = [
    "north",
    "south",
    "east",
    "west",
    "upper",
    "lower",
    "old",
    "new",
    "grand",
    "royal",
    "free",
    "first",
    "city",
    "county",
    "river",
    "hill",
]
_SECOND = [
    "field",
    "bridge",
    "gate",
    "ford",
    "haven",
    "wick",
    "ley",
    "stone",
    "wood",
    "well",
    "mouth",
    "port",
    "brook",
    "bury",
    "combe",
    "dale",
    "den",
    "garth",
    "ham",
    "holm",
    "hurst",
    "land",
    "lea",
    "marsh",
    "mere",
    "minster",
    "moor",
    "ness",
    "pool",
    "ridge",
    "stead",
    "stoke",
    "thorpe",
    "toft",
    "ton",
    "vale",
    "water",
    "worth",
]
_KINDS = ["hospital", "bank", "trains"]
_AUTHORS = 50_000


def brands(count: int) -> list[Brand]:
    """Return so many brands, up to 1,776, each with a query of a phrase, a name, a hashtag and an exception.

    Examples
    --------
    >>> brands(1)[0].query
    '"northfield hospital" OR northfieldhospital OR #savenorthfield NOT "northfield hospital shopping"'
    """
    names = [(f"{first}{second}", kind) for kind in _KINDS for second in _SECOND for first in _FIRST]
    return [
        Brand(
            id=f"{place}-{kind}",
            name=f"{place} {kind}".title(),
            query=f'"{place} {kind}" OR {place}{kind} OR #save{place} NOT "{place} {kind} shopping"',
        )
        for place, kind in names[:count]
    ]


def records(
    count: int, watched: list[Brand], *, matching: float, per_s: float, seed: int, spread: bool = True
) -> Iterator[Record]:
    """Yield the records of ``mentions``, each arrived when it was published."""
    made = mentions(count, watched, matching=matching, per_s=per_s, seed=seed, spread=spread)
    for number, mention in enumerate(made):
        yield Record(number, mention.published.timestamp(), mention.id.encode(), encode_mention(mention))


def mentions(
    count: int,
    watched: list[Brand],
    *,
    matching: float,
    per_s: float,
    seed: int,
    spread: bool = True,
    start_s: float = START_S,
) -> Iterator[Mention]:
    """Yield mentions in order of event time.

    Parameters
    ----------
    count
        How many.
    watched
        Whom the matching ones speak of; all of the first one unless ``spread``.
    matching
        Share that speaks of a brand.
    per_s
        Mentions in a second of event time.
    seed
        Of the choice of texts, authors and brands.
    start_s
        When the first is published, epoch seconds.
    """
    random = np.random.default_rng(seed)
    texts = synthetic_texts(count, seed)
    authors = random.integers(0, _AUTHORS, count).tolist()
    spoken_of = random.integers(0, len(watched), count).tolist() if spread else [0] * count
    speaks = (random.random(count) < matching).tolist()
    for number, text in enumerate(texts):
        name = watched[spoken_of[number]].name
        yield Mention(
            id=f"made-up:{seed}/{number}",
            published=dt.datetime.fromtimestamp(start_s + number / per_s, dt.UTC),
            content=f"{text} {name}" if speaks[number] else text,
            source="made-up-microblog",
            url=f"https://made-up.invalid/{seed}/{number}",
            language="en",
            author=Author(
                id=f"made-up:person/{authors[number]}",
                name=f"Person {authors[number]}",
                followers=authors[number] % 999,
            ),
            likes=authors[number] % 7,
        )
