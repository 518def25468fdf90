"""What one source partition knows of one brand in one minute, growing record by record."""

import math

from msgspec import Struct

from detectors.post import NEGATIVE, Post
from streams.ingest.author import author_of, said_by
from streams.mention import Mention
from streams.sketches.post_sample import PostSample
from streams.sketches.read_authors import ANGRY, CALM, HARMLESS, UNKNOWN, UNSCORED, on_the_wire, reading
from streams.sketches.sketch import AUTHORS_K, TEXTS_K, PrefixSketch, stable_hash
from streams.wire.flush import Snapshot, Text
from streams.wire.record import Arrival

_CONTENT_CHARS = 500
_NAME_CHARS = 200
_ADDRESS_CHARS = 2048  # a longer address is left out: cut, it would lead elsewhere
_TAGS = 20
_INT64 = (1 << 63) - 1


class Sighting(Struct, frozen=True, gc=False):
    """One mention as all brands that it matches count it.

    Parameters
    ----------
    offset, arrived_at
        Its record's offset and Kafka timestamp in seconds.
    event_s
        Its event time, epoch seconds.
    negativity
        0 to 1, NaN where it is not scored.
    hashed_id, author, text
        Stable hashes of the id, of the voice and of what it says, the same of copies.
    hidden
        The post was taken down: counted, never shown.
    harm
        What it tells of harm to the brand (``streams.sketches.read_authors``).
    harm_words
        The words that tell it, where it is harmful.
    """

    mention: Mention
    offset: int
    arrived_at: float
    event_s: float
    negativity: float
    hashed_id: int
    author: int
    text: int
    hidden: bool = False
    harm: int = UNKNOWN
    harm_words: tuple[str, ...] = ()

    @property
    def is_scored(self) -> bool:
        """Whether the scorer knew the language, and understood enough of it."""
        return not math.isnan(self.negativity)


def sight(
    arrival: Arrival, hashed_id: int, text: str, negativity: float, *, hidden: bool, is_read_for_harm: bool = False
) -> Sighting:
    """Work out once what every matching brand's bin needs of a mention.

    Parameters
    ----------
    hashed_id
        Stable hash of its id.
    text
        What it says, as ``spoken`` gives it.
    negativity
        0 to 1, NaN where it is not scored.
    hidden
        The post was taken down.
    is_read_for_harm
        Whether it is in a language in which harm is known; that it reports none, unless the sighting is given another.
    """
    mention = arrival.mention
    return Sighting(
        mention=mention,
        offset=arrival.offset,
        arrived_at=arrival.arrived_at,
        event_s=arrival.event_s,
        negativity=negativity,
        hashed_id=hashed_id,
        author=stable_hash(author_of(mention)),
        text=stable_hash(said_by(mention, text)),
        hidden=hidden,
        harm=HARMLESS if is_read_for_harm else UNKNOWN,
    )


def spoken(mention: Mention) -> str:
    """Return what a mention says: its title, where it has one, and its text."""
    return f"{mention.name}\n{mention.content}" if mention.name else mention.content


class PartitionBin:
    """One bin of one source partition: all brands' counts, and the ids that were seen.

    Parameters
    ----------
    start
        First second of the bin (epoch).
    first_offset
        Of the first matching record that fell into it: reading from here rebuilds it.
    """

    __slots__ = ("brands", "first_offset", "ids", "repeats", "start")

    def __init__(self, start: int, first_offset: int) -> None:
        self.start = start
        self.first_offset = first_offset
        self.brands: dict[str, BrandBin] = {}
        self.ids: dict[int, int] = {}  # stable hashes, each with the lowest offset that had it
        self.repeats: list[tuple[int, int]] = []  # offset of each repeat of another bin's mention, and that bin


class BrandBin:
    """One brand's counts, sketches and sample in one bin of one source partition.

    Parameters
    ----------
    brand
        The brand's id.
    start
        First second of the bin (epoch).
    """

    __slots__ = (
        "_arrived_at",
        "_authors",
        "_first_offset",
        "_last_offset",
        "_mentions",
        "_negatives",
        "_new_authors",
        "_new_posts",
        "_new_texts",
        "_posts",
        "_start",
        "_texts",
        "_unscored",
        "brand",
        "changed",
    )  # fmt: skip

    def __init__(self, brand: str, start: int, first_offset: int) -> None:
        self.brand = brand
        self._start = start
        self._first_offset = first_offset
        self._last_offset = first_offset
        self._mentions: list[int] = []
        self._negatives: list[int] = []
        self._unscored: list[int] = []
        self._authors = PrefixSketch(AUTHORS_K)
        self._texts = PrefixSketch(TEXTS_K)
        self._posts = PostSample()
        # Of the sketches and the sample a snapshot tells what those before it did not.
        self._new_authors: set[int] = set()
        self._new_texts: set[int] = set()
        self._new_posts: set[int] = set()
        self._arrived_at = 0.0
        self.changed = False  # since its last snapshot, as whoever takes the snapshots marks it

    def add(self, sighting: Sighting) -> None:
        """Count one mention."""
        second = int(sighting.event_s // 1) - self._start
        negativity = sighting.negativity
        _count(self._mentions, second)
        mood = CALM
        if not sighting.is_scored:
            mood = UNSCORED
            _count(self._unscored, second)
        elif negativity >= NEGATIVE:
            mood = ANGRY
            _count(self._negatives, second)
        if self._authors.see(sighting.author, second, reading(sighting.text, mood, sighting.harm)):
            self._new_authors.add(sighting.author)
        if self._texts.see(sighting.text, second):
            self._new_texts.add(sighting.text)
        hashed_id = sighting.hashed_id
        if not sighting.hidden and self._posts.wants(hashed_id, self._start + second, negative=mood == ANGRY):
            self._posts.put(hashed_id, as_post(sighting))
            self._new_posts.add(hashed_id)
        self._last_offset = sighting.offset
        self._arrived_at = max(self._arrived_at, sighting.arrived_at)

    def drop_post(self, post_id: str) -> bool:
        """Take a post out of the sample; what it counted for stays. Return whether it was there."""
        return bool(self._posts.drop((post_id,)))

    def snapshot(self) -> Snapshot:
        """Return the counts so far, and the authors, texts and posts that no earlier snapshot carried."""
        authors, self._new_authors = self._new_authors, set()
        texts, self._new_texts = self._new_texts, set()
        posts, self._new_posts = self._new_posts, set()
        return Snapshot(
            brand=self.brand,
            start=self._start,
            first_offset=self._first_offset,
            last_offset=self._last_offset,
            mentions=tuple(self._mentions),
            negatives=tuple(self._negatives),
            unscored=tuple(self._unscored),
            authors=tuple(
                each for author, draws in self._authors.kept_of(authors) for each in on_the_wire(author, draws)
            ),
            texts=tuple(Text(text, draws[0][0]) for text, draws in self._texts.kept_of(texts)),
            posts=tuple(self._posts.kept(posts)) if posts else (),
            arrived_at=self._arrived_at,
        )


def as_post(sighting: Sighting) -> Post:
    """Cut a mention down to what an explanation and a page need."""
    mention = sighting.mention
    author = mention.author
    return Post(
        id=mention.id,
        published=sighting.event_s,
        content=spoken(mention)[:_CONTENT_CHARS],
        source=mention.source[:_NAME_CHARS],
        url=mention.url if len(mention.url) <= _ADDRESS_CHARS else "",
        author=author.id[:_NAME_CHARS] if author is not None else "",
        author_name=author.name[:_NAME_CHARS] if author is not None else "",
        followers=max(0, min(author.followers, _INT64)) if author is not None else 0,
        language=mention.language[:_NAME_CHARS],
        tags=tuple(tag[:_NAME_CHARS] for tag in mention.tags[:_TAGS]),
        negativity=sighting.negativity if sighting.is_scored else None,
        repost=bool(mention.repost_of),
        harm=sighting.harm_words,
    )


def _count(counts: list[int], second: int) -> None:
    if len(counts) <= second:
        counts.extend([0] * (second + 1 - len(counts)))
    counts[second] += 1


NO_LANGUAGE = "unknown"
"""What stands for a language that nobody knows, in a metric's label."""


def main_language(language: str) -> str:
    """Return a mention's language without its region, fit for a metric's label.

    Examples
    --------
    >>> main_language("en-GB"), main_language("")
    ('en', 'unknown')
    """
    return language.partition("-")[0] or NO_LANGUAGE
