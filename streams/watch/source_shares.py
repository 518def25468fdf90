"""Which share of a brand's ordinary talk comes from which source: what is missing where one is not heard. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from detectors.post import Post

NAMES = 30
HALF_LIFE_POSTS = 2000
KNOWN_POSTS = 20
"""Before so many posts nobody can say what a source is worth."""
DOUBTED_POSTS = 5.0
"""So many more are taken to be heard: where little is known rather too much is due than too little."""
LEAST = 0.05
"""A source of which less was heard teaches nothing of its share."""


class Part(NamedTuple):
    """How much of a source was heard.

    Parameters
    ----------
    covered
        Share of the time in which anything was heard.
    sampled
        Of what was said in that time, the share that was given to us.
    """

    covered: float
    sampled: float

    @property
    def share(self) -> float:
        """Of all that was said, the share that was given to us."""
        return self.covered * self.sampled


WHOLE = Part(1.0, 1.0)


class SourceShares(Struct, omit_defaults=True):
    """Posts by what they state as their source, as many as there would have been had all been heard."""

    posts: dict[str, float] = {}

    def learn(self, posts: Sequence[Post], parts: Mapping[str, Part]) -> None:
        """Take the sampled posts of an ordinary bin; a source that was not heard keeps what it had.

        Parameters
        ----------
        posts
            The sample.
        parts
            Sources that were not wholly heard in the bin.
        """
        fade = 0.5 ** (len(posts) / HALF_LIFE_POSTS)
        counted = Counter(post.source for post in posts)
        names = sorted({*self.posts, *counted})  # sums of floats depend on their order, and a set's on the process
        heard = {name: part for name in names if (part := parts.get(name, WHOLE)).share >= LEAST}
        before = sum(self.posts.get(name, 0.0) for name in heard)
        for name, part in heard.items():
            self.posts[name] = self.posts.get(name, 0.0) * fade + counted[name] / part.share
        if before > 0.0:
            # What was not heard stays to what was as it stood before.
            times = sum(self.posts[name] for name in heard) / before
            for name in self.posts.keys() - heard.keys():
                self.posts[name] *= times
        for name in sorted(self.posts, key=lambda name: (self.posts[name], name))[: max(0, len(self.posts) - NAMES)]:
            del self.posts[name]

    def heard(self, parts: Mapping[str, Part], present: Collection[str]) -> Part:
        """Return how much of what is ordinarily said of the brand was heard.

        Parameters
        ----------
        parts
            Sources that were not wholly heard.
        present
            Sources of which there are posts in the bin: these were heard, whatever we believe.
        """
        known = sum(self.posts.values())
        if not parts or known < KNOWN_POSTS:
            return WHOLE
        total = known + DOUBTED_POSTS
        covered = given = DOUBTED_POSTS / total
        for name, posts in self.posts.items():
            part = parts.get(name, WHOLE)
            of_time = 1.0 if name in present else part.covered
            covered += of_time * posts / total
            given += of_time * part.sampled * posts / total
        return Part(min(1.0, covered), min(1.0, given / covered) if covered > 0.0 else 1.0)
