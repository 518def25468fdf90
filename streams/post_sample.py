"""A small, fair sample of a bin's posts that merges: negative ones first in line, some others beside them."""

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable

from detectors.post import Post
from streams.sketch import stable_hash

POSTS_K = 40  # enough for phrases that one post in five shares; 20 kB a bin at the most ordinary lengths
OTHERS_K = 10  # what the brand's friends say at the same time, so that evidence is not negative by construction


class PostSample:
    """The posts with the smallest hashes of their ids, at most ``POSTS_K``.

    Negative posts have the places but for ``OTHERS_K``; what one side leaves free, the other takes. Each side
    keeps a full bottom-k by itself, so merging is idempotent, commutative and associative.
    """

    __slots__ = ("_hashes", "_posts")

    def __init__(self) -> None:
        self._posts: dict[int, Post] = {}
        self._hashes: tuple[list[int], list[int]] = ([], [])

    def wants(self, hashed_id: int, *, negative: bool) -> bool:
        """Tell whether a post with this hash would be kept, so that only such a one needs to be made."""
        side = self._hashes[negative]
        return (len(side) < POSTS_K or hashed_id < side[-1]) and hashed_id not in self._posts

    def put(self, hashed_id: int, post: Post) -> None:
        """Keep a post that is wanted."""
        side = self._hashes[post.is_negative]
        insort(side, hashed_id)
        self._posts[hashed_id] = post
        if len(side) > POSTS_K:
            del self._posts[side.pop()]

    def merge(self, posts: Iterable[Post]) -> bool:
        """Take in another sample; return whether anything changed."""
        changed = False
        for post in posts:
            hashed_id = stable_hash(post.id)
            if self.wants(hashed_id, negative=post.is_negative):
                self.put(hashed_id, post)
                changed = True
        return changed

    def drop(self, ids: Collection[str]) -> bool:
        """Let go of posts that were taken down; return whether there was one."""
        changed = False
        for hashed_id in [stable_hash(id_) for id_ in ids]:
            post = self._posts.pop(hashed_id, None)
            if post is not None:
                side = self._hashes[post.is_negative]
                del side[bisect_left(side, hashed_id)]
                changed = True
        return changed

    def posts(self, besides: Collection[int] = ()) -> tuple[Post, ...]:
        """Give the sample, negative posts first, each side in the order of the hashes.

        Parameters
        ----------
        besides
            Hashes of ids that are left out.
        """
        return tuple(self._posts[hashed_id] for hashed_id in self.chosen() if hashed_id not in besides)

    def chosen(self) -> list[int]:
        """Give the hashes of the ids of ``posts``."""
        others, negatives = self._hashes
        places = POSTS_K - min(len(others), max(OTHERS_K, POSTS_K - len(negatives)))
        chosen = negatives[:places]
        return chosen + others[: POSTS_K - len(chosen)]
