"""A small, fair sample of a bin's posts that merges, right for every moment of the bin: negative ones first in line."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Iterator

from detectors.post import Post
from streams.sketches.sketch import stable_hash

POSTS_K = 40  # enough for phrases that one post in five shares; 20 kB a bin at the most ordinary lengths
OTHERS_K = 10  # what the brand's friends say at the same time, so that evidence is not negative by construction
_LIMIT = 4 * POSTS_K


class _Side:
    """The posts of one side, and those alone that are among the ``POSTS_K`` smallest hashes at some second.

    As in ``streams.sketches.sketch``: a post leaves only when so many with smaller hashes were there no later. So
    the sample up to a second is the same whether it is drawn at that second or when the whole bin is in.
    """

    __slots__ = ("_limit", "_newest", "hashes", "posts")

    def __init__(self) -> None:
        self.posts: dict[int, Post] = {}
        self.hashes: list[int] = []
        self._newest = 0
        self._limit = _LIMIT

    def wants(self, hashed_id: int, second: int) -> bool:
        if hashed_id in self.posts:
            return False
        place = bisect_left(self.hashes, hashed_id)
        if place < POSTS_K:
            return True
        if second >= self._newest:
            return False
        return sum(_second(self.posts[each]) <= second for each in self.hashes[:place]) < POSTS_K

    def put(self, hashed_id: int, post: Post) -> None:
        insort(self.hashes, hashed_id)
        self.posts[hashed_id] = post
        self._newest = max(self._newest, _second(post))
        if len(self.hashes) > self._limit:
            self._prune()
            self._limit = max(_LIMIT, 2 * len(self.hashes))

    def drop(self, hashed_id: int) -> bool:
        if self.posts.pop(hashed_id, None) is None:
            return False
        del self.hashes[bisect_left(self.hashes, hashed_id)]
        return True

    def kept(self) -> list[int]:
        self._prune()
        return self.hashes

    def until(self, moment: float | None) -> list[int]:
        """Give the ``POSTS_K`` smallest hashes of posts published before a moment."""
        if moment is None:
            return self.hashes[:POSTS_K]
        return [each for each in self.hashes if self.posts[each].published < moment][:POSTS_K]

    def _prune(self) -> None:
        if len(self.hashes) <= POSTS_K:
            return
        seconds: list[int] = []
        kept: list[int] = []
        for each in self.hashes:
            second = _second(self.posts[each])
            if bisect_right(seconds, second) < POSTS_K:
                kept.append(each)
            else:
                del self.posts[each]
            insort(seconds, second)
        self.hashes = kept


class PostSample:
    """The posts with the smallest hashes of their ids, at most ``POSTS_K`` of them at any moment.

    Negative posts have the places but for ``OTHERS_K``; what one side leaves free, the other takes. Each side
    keeps all that it needs by itself, so merging is idempotent, commutative and associative.
    """

    __slots__ = ("_sides",)

    def __init__(self) -> None:
        self._sides = (_Side(), _Side())

    def wants(self, hashed_id: int, second: int, *, negative: bool) -> bool:
        """Tell whether a post would be kept, so that only such a one needs to be made.

        Parameters
        ----------
        second
            In which it was published, epoch seconds.
        """
        return self._sides[negative].wants(hashed_id, second)

    def put(self, hashed_id: int, post: Post) -> None:
        """Keep a post that is wanted."""
        self._sides[post.is_negative].put(hashed_id, post)

    def merge(self, posts: Iterable[Post]) -> bool:
        """Take in another sample; return whether anything changed."""
        changed = False
        for post in posts:
            hashed_id = stable_hash(post.id)
            if self.wants(hashed_id, _second(post), negative=post.is_negative):
                self.put(hashed_id, post)
                changed = True
        return changed

    def drop(self, ids: Collection[str]) -> set[str]:
        """Let go of posts that were taken down; return the ids of those that were there."""
        return {id_ for id_ in ids if any(side.drop(stable_hash(id_)) for side in self._sides)}

    def posts(self, before: float | None = None) -> tuple[Post, ...]:
        """Give the sample, negative posts first, each side in the order of the hashes.

        Parameters
        ----------
        before
            Those alone that were published before this moment, epoch seconds.
        """
        others, negatives = (side.until(before) for side in self._sides)
        places = POSTS_K - min(len(others), max(OTHERS_K, POSTS_K - len(negatives)))
        chosen = negatives[:places]
        rest = others[: POSTS_K - len(chosen)]
        return tuple(self._sides[True].posts[each] for each in chosen) + tuple(
            self._sides[False].posts[each] for each in rest
        )

    def kept(self, among: Collection[int] | None = None) -> Iterator[Post]:
        """Give what another sample must be told to be the same: of all, or of some hashes of ids."""
        for side in reversed(self._sides):
            yield from (side.posts[each] for each in side.kept() if among is None or each in among)


def _second(post: Post) -> int:
    return int(post.published // 1)
