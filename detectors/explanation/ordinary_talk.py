"""A brand's own ordinary talk, remembered in a few kilobytes: what an explanation compares an outbreak with."""

import zlib
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
import numpy as np
from msgspec import Struct

from detectors.errors import DetectorsError
from detectors.explanation.phrases import terms_of
from detectors.post import Post

Family = Literal["phrase", "hashtag", "author", "link", "source"]

TERMS_KEPT = 400
"""Eight bytes each, so 3.2 kB a brand; a term in one ordinary post of twenty or more keeps its place."""
HALF_LIFE_POSTS = 400
"""Posts after which what was learned counts half: talk of last month explains less than that of last week."""


class _State(Struct, frozen=True, array_like=True):
    posts: float
    keys: bytes
    counts: bytes


class OrdinaryTalk:
    """Decayed counts of the terms that a brand's quiet bins hold, heavy hitters only.

    Keeps for each frequent term the number of posts that held it, halved every ``HALF_LIFE_POSTS`` posts. What
    does not fit is dropped, rarest and oldest first. Terms are kept as 32-bit hashes: a comparison needs no
    words, and no one's post can be read back from the state.

    Examples
    --------
    >>> talk = OrdinaryTalk()
    >>> talk.learn([Post(id=str(n), published=0, content="Parking was fine") for n in range(10)])
    >>> round(talk.count("phrase", "parking"), 1), round(talk.posts, 1)
    (10.0, 10.0)
    >>> OrdinaryTalk.from_bytes(talk.to_bytes()).count("phrase", "parking") == talk.count("phrase", "parking")
    True

    References
    ----------
    [^1]: Metwally, A., Agrawal, D., El Abbadi, A. (2005). Efficient computation of frequent and top-k elements
          in data streams.
    """

    def __init__(self) -> None:
        self._posts = 0.0
        self._keys = np.empty(0, dtype="<u4")
        self._counts = np.empty(0, dtype="<f4")
        self._lookup: dict[int, float] | None = None

    @property
    def posts(self) -> float:
        """Posts learned, decayed; at most about ``HALF_LIFE_POSTS`` / ln 2."""
        return self._posts

    def learn(self, posts: Sequence[Post], *, own: frozenset[str] = frozenset()) -> None:
        """Take in the sampled posts of a bin in which nothing was going on.

        Parameters
        ----------
        posts
            The sample; an empty one changes nothing.
        own
            The brand's own words, see ``phrases.own_words``; not kept.
        """
        if not posts:
            return
        # What only explains, or shows, need not wait for the compiler.
        from detectors.explanation.heaviest import with_more

        fade = 0.5 ** (len(posts) / HALF_LIFE_POSTS)
        counts: dict[int, int] = {}
        for post in posts:
            for key in _keys_of(post, own):
                counts[key] = counts.get(key, 0) + 1
        fresh = np.fromiter(counts.keys(), dtype="<u4", count=len(counts))
        times = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
        self._posts = self._posts * fade + len(posts)
        self._keys, self._counts = with_more(self._keys, self._counts, np.float32(fade), fresh, times)
        self._lookup = None

    def count(self, family: Family, term: str) -> float:
        """How many of the ``posts`` held the term; for one that has no place, the most that it can have been."""
        if self._lookup is None:
            self._lookup = dict(zip(self._keys.tolist(), self._counts.tolist(), strict=True))
        return self._lookup.get(_key(family, term), self._most_unseen)

    def share(self, family: Family, term: str) -> float:
        """Share of the ordinary posts that held the term, 0 to 1; 0 for one that has no place."""
        if self._posts <= 0.0:
            return 0.0
        if self._lookup is None:
            self._lookup = dict(zip(self._keys.tolist(), self._counts.tolist(), strict=True))
        return min(1.0, self._lookup.get(_key(family, term), 0.0) / self._posts)

    @property
    def _most_unseen(self) -> float:
        return float(self._counts[-1]) if len(self._counts) == TERMS_KEPT else 0.0

    def to_bytes(self) -> bytes:
        """Return the state as MessagePack, at most about 3.3 kB."""
        return msgspec.msgpack.encode(_State(self._posts, self._keys.tobytes(), self._counts.tobytes()))

    @classmethod
    def from_bytes(cls, data: bytes) -> "OrdinaryTalk":
        """Read what ``to_bytes`` wrote.

        Raises
        ------
        DetectorsError
            Where the bytes are no such state.
        """
        try:
            state = msgspec.msgpack.decode(data, type=_State)
        except msgspec.DecodeError as error:
            raise DetectorsError(
                f"the stored ordinary talk cannot be read ({error}): drop it, it is learned anew"
            ) from error
        if len(state.keys) != len(state.counts) or len(state.keys) % 4:
            raise DetectorsError("the stored ordinary talk is cut short: drop it, it is learned anew")
        talk = cls()
        talk._posts = state.posts
        # Copies, for what cannot be written to would be compiled for once more.
        talk._keys = np.frombuffer(state.keys, dtype="<u4").copy()
        talk._counts = np.frombuffer(state.counts, dtype="<f4").copy()
        return talk


def _keys_of(post: Post, own: frozenset[str]) -> Iterable[int]:
    terms = terms_of(post, own)
    yield from (_key("phrase", phrase) for phrase in terms.phrases)
    yield from (_key("hashtag", tag) for tag in terms.hashtags)
    yield from (_key("link", link) for link in terms.links)
    if post.author:
        yield _key("author", post.author)
    yield _key("source", post.source)


_FAMILIES: dict[Family, int] = {
    family: zlib.crc32(f"{family}\x1f".encode()) for family in ("phrase", "hashtag", "author", "link", "source")
}
"""Where the hash of a family's terms begins."""


def _key(family: Family, term: str) -> int:
    return zlib.crc32(term.encode("utf-8", "replace"), _FAMILIES[family])
