"""Which authors spoke against a brand in the last day: one who speaks every minute is still one."""

from collections.abc import Iterable
from zlib import crc32

from msgspec import Struct

from detectors.post import Post

KEPT_S = 86_400
"""A slow burn is counted over a day."""
KEPT = 64
"""More than any floor asks for; of a louder brand the latest ones are kept."""


class AngryAuthors(Struct):
    """When each of the latest authors last spoke against the brand: start of the bin, by a hash of the author."""

    heard: dict[int, int] = {}

    def take(self, start: int, posts: Iterable[Post]) -> None:
        """Take the negative posts of a closed bin, in order of time."""
        fresh = authors_of(posts)
        if not fresh:
            return
        kept = {author: at for author, at in self.heard.items() if at > start - KEPT_S and author not in fresh}
        kept.update(dict.fromkeys(sorted(fresh), start))
        self.heard = dict(list(kept.items())[-KEPT:])

    def count(self, since: int, posts: Iterable[Post]) -> int:
        """Count those who spoke since, and in posts of bins not yet closed; a post without an author is its own."""
        return len({author for author, at in self.heard.items() if at >= since} | authors_of(posts))


def authors_of(posts: Iterable[Post]) -> set[int]:
    """Return the authors of the negative posts."""
    return {crc32((post.author or post.id).encode()) for post in posts if post.is_negative}
