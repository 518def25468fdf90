"""A second reading before a page: a sample of an outbreak's posts, what is read in it, and whether that is a veto.

Both rules were written down before a page had been read by them. Neither is part of the product: this room measures
whether one would pay.
"""

import math
from collections.abc import Callable, Sequence

from msgspec import Struct

from detectors.post import NEGATIVE

DRAWN = 100
"""Posts that are read of the outbreak, at most, and as many of the ordinary talk."""
LEAST_READ = 8
"""Of fewer posts on either side nothing is said, and the page goes out."""
AT_LEAST_SO_MUCH_MORE = 0.1
"""An outbreak in which a tenth more is negative than on ordinary days is never vetoed, however it is read."""
_ONE_SIDED_95 = 1.645


class HeardPost(Struct, frozen=True, kw_only=True):
    """A post about a brand.

    ``hash`` orders a sample, ``written_negative`` is what a perfect reader says of it, ``score`` what the fast scorer
    does, NaN where it says nothing.
    """

    hash: int
    published: float
    text: str
    language: str
    written_negative: bool
    score: float = float("nan")

    @property
    def is_scored_negative(self) -> bool:
        """Whether the fast scorer counts it as negative."""
        return self.score >= NEGATIVE


Reader = Callable[[HeardPost], bool | None]
"""Says whether a post is negative, ``None`` where it cannot be read."""


class Stratum(Struct, frozen=True, kw_only=True):
    """Posts of which the fast scorer says the same: how many there are, and those drawn of them."""

    size: int
    drawn: tuple[HeardPost, ...]


class Share(Struct, frozen=True, kw_only=True):
    """A share of negative posts as it was read, 0 to 1, its standard error, and how many were read."""

    share: float
    error: float
    read: int


def draw(posts: Sequence[HeardPost], most: int = DRAWN) -> tuple[Stratum, ...]:
    """Draw a sample by the hashes: half of what is scored negative and half of the rest, or more where one is small.

    Parameters
    ----------
    posts
        All that was said, in any order.
    most
        Posts drawn at most.
    """
    ordered = sorted(posts, key=lambda post: post.hash)
    negative = [post for post in ordered if post.is_scored_negative]
    others = [post for post in ordered if not post.is_scored_negative]
    places = min(len(negative), max(most // 2, most - len(others)))
    drawn = ((negative, negative[:places]), (others, others[: most - places]))
    return tuple(Stratum(size=len(all_), drawn=tuple(some)) for all_, some in drawn if all_)


def share_read(strata: Sequence[Stratum], reader: Reader) -> Share | None:
    """Return the share of negative posts in all strata by what is read of their samples; ``None`` where too few are.

    The error is that of the mood behind the posts, not of these posts: of what was not drawn of each stratum, and of
    the strata's sizes, which are chance as well. A stratum's own share has the variance of a binomial with one more
    negative and one more other post read: so that a sample that is all alike is not taken for certain.
    """
    read = []
    for stratum in strata:
        answers = [answer for post in stratum.drawn if (answer := reader(post)) is not None]
        if answers:
            read.append((stratum.size * len(answers) / len(stratum.drawn), sum(answers), len(answers)))
    if sum(count for _, _, count in read) < LEAST_READ:
        return None
    total = sum(size for size, _, _ in read)
    share = sum(size / total * negative / count for size, negative, count in read)
    variance = 0.0
    for size, negative, count in read:
        smoothed = (negative + 1) / (count + 2)
        variance += (size / total) ** 2 * smoothed * (1 - smoothed) / count
        variance += size / total * (negative / count - share) ** 2 / total
    return Share(share=share, error=math.sqrt(variance), read=sum(count for _, _, count in read))


def is_surely_ordinary(outbreak: Share, ordinary: Share) -> bool:
    """Tell whether an outbreak is surely not a tenth more negative than ordinary talk: the rule that is judged.

    Examples
    --------
    >>> calm = Share(share=0.2, error=0.04, read=100)
    >>> is_surely_ordinary(Share(share=0.15, error=0.04, read=100), calm)
    True
    >>> is_surely_ordinary(Share(share=0.25, error=0.04, read=100), calm)
    False
    """
    more = outbreak.share - ordinary.share
    return more + _ONE_SIDED_95 * math.hypot(outbreak.error, ordinary.error) < AT_LEAST_SO_MUCH_MORE


def is_not_surely_more(outbreak: Share, ordinary: Share) -> bool:
    """Tell whether an outbreak is not surely more negative than ordinary talk: a bolder rule, beside it.

    Examples
    --------
    >>> calm = Share(share=0.2, error=0.04, read=100)
    >>> is_not_surely_more(Share(share=0.25, error=0.04, read=100), calm)
    True
    """
    more = outbreak.share - ordinary.share
    return more - _ONE_SIDED_95 * math.hypot(outbreak.error, ordinary.error) <= 0.0


def perfect(post: HeardPost) -> bool:
    """Read a post as it was written."""
    return post.written_negative


def fast(post: HeardPost) -> bool | None:
    """Read a post as the fast scorer did: what a veto gains without a better reader."""
    return None if math.isnan(post.score) else post.is_scored_negative
