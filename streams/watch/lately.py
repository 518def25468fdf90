"""A brand's negative and harmful posts of the last day, a few: when one rings, most of its run lies in closed bins."""

import math
from collections.abc import Collection, Iterable
from typing import NamedTuple
from zlib import crc32

from msgspec import Struct

from detectors.post import Post

DAY_S = 86_400
KEPT = 8
"""Posts; a page shows three."""
KEPT_BYTES = 2_500
"""Of their texts and names: with its ordinary talk and what the detector learned a brand has ten thousand."""
FADES_S = 10_800
"""A post three hours older is kept e times less often, so that a busy yesterday leaves room for the run of today."""


class HeldPosts(NamedTuple):
    """Ids of posts, and the event time, epoch seconds, at which the last of them is to be forgotten."""

    until: int
    ids: frozenset[str]


class Lately(Struct):
    """A sample of the posts of the last day that are negative, or report harm to the brand.

    Each has a rank, which hangs on its id and its moment alone (forward decay [^1]): so the sample is the same in
    whatever order and however often they come.

    References
    ----------
    [^1]: Cormode, G., Shkapenyuk, V., Srivastava, D. and Xu, B. (2009). Forward decay: a practical time decay model for
          streaming systems.
    """

    posts: list[Post] = []

    @property
    def held(self) -> HeldPosts | None:
        """Which posts these are, ``None`` where there is none."""
        if not self.posts:
            return None
        until = math.ceil(max(post.published for post in self.posts)) + DAY_S
        return HeldPosts(until, frozenset(post.id for post in self.posts))

    def take(self, posts: Iterable[Post], at: int) -> None:
        """Take the posts of a closed bin that began at ``at``, and forget those of the day before."""
        fresh = {post.id: post for post in (*self.posts, *posts) if _is_kept(post) and post.published > at - DAY_S}
        kept: list[Post] = []
        size = 0
        for post in sorted(fresh.values(), key=_rank, reverse=True)[:KEPT]:
            size += _size(post)
            if size > KEPT_BYTES:
                break
            kept.append(post)
        self.posts = kept

    def since(self, began_at: int, at: int) -> list[Post]:
        """Return the posts of a run that began at ``began_at``, as far as they are not older than a day at ``at``."""
        return [post for post in self.posts if post.published >= max(began_at, at - DAY_S)]

    def drop_posts(self, post_ids: Collection[str]) -> bool:
        """Forget posts that were taken down; return whether one was here."""
        kept = [post for post in self.posts if post.id not in post_ids]
        dropped = len(kept) < len(self.posts)
        self.posts = kept
        return dropped


def _is_kept(post: Post) -> bool:
    return post.is_negative or post.is_harmful


def _rank(post: Post) -> tuple[float, str]:
    u = (crc32(post.id.encode(errors="surrogatepass")) + 0.5) / 2**32
    return post.published / FADES_S - math.log(-math.log(u)), post.id


def _size(post: Post) -> int:
    texts = (post.id, post.content, post.url, post.author, post.author_name, *post.tags)
    return sum(len(text.encode(errors="surrogatepass")) for text in texts)
