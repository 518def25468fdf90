"""Posts that came too late for their bin: counted beside an outbreak, and in none of its figures."""

from collections.abc import Iterable

from msgspec import Struct


class LatePosts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """So many posts of one source, of the time of one outbreak.

    Parameters
    ----------
    source
        What they state as theirs; ``other`` where there are many sources.
    posts
        How many, at least 1.
    last
        Start of the newest minute in which one of them was published, epoch seconds.
    """

    source: str
    posts: int
    last: int


def most_posts_first(late: Iterable[LatePosts]) -> tuple[LatePosts, ...]:
    """Return them in the order in which they are shown."""
    return tuple(sorted(late, key=lambda one: (-one.posts, one.source)))


def added(one: Iterable[LatePosts], other: Iterable[LatePosts]) -> tuple[LatePosts, ...]:
    """Return the posts of two outbreaks, source by source.

    Examples
    --------
    >>> first = (LatePosts(source="rss", posts=2, last=60),)
    >>> [(late.source, late.posts, late.last) for late in added(first, (LatePosts(source="rss", posts=3, last=0),))]
    [('rss', 5, 60)]
    """
    sums: dict[str, LatePosts] = {}
    for late in (*one, *other):
        before = sums.get(late.source, LatePosts(source=late.source, posts=0, last=0))
        sums[late.source] = LatePosts(
            source=late.source, posts=before.posts + late.posts, last=max(before.last, late.last)
        )
    return most_posts_first(sums.values())


def larger(one: Iterable[LatePosts], other: Iterable[LatePosts]) -> tuple[LatePosts, ...]:
    """Return of each source the larger of two counts of the same time: none that was shown is taken back."""
    largest: dict[str, LatePosts] = {}
    for late in (*one, *other):
        if late.source not in largest or late.posts > largest[late.source].posts:
            largest[late.source] = late
    return most_posts_first(largest.values())
