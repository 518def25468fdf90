"""What came too late to be counted in one sentence, the same for every receiver and the page."""

from collections.abc import Sequence

from alerts.wording.moments import IN_UTC, Times
from alerts.wording.names import named
from alerts.wording.numbers import amount, count
from alerts.wording.source_names import place
from detectors.late_posts import LatePosts, most_posts_first

SHOWN = 3
"""Sources that are named; of the others the posts are summed."""


def came_late(late: Sequence[LatePosts], at: int, times: Times = IN_UTC) -> str:
    r"""Return one sentence about posts of an incident's time that were not counted; nothing if there are none.

    Parameters
    ----------
    late
        The incident's, by source.
    at
        When it began, epoch seconds: a moment on another day is written with its day.
    times
        How moments are written.

    Examples
    --------
    >>> toots = LatePosts(source="mastodon", posts=31, last=1310483400)
    >>> articles = LatePosts(source="feeds", posts=6, last=1310482800)
    >>> print(came_late([toots, articles], 1310486400).replace(". ", ".\n"))
    37 more posts from this time came too late to be counted (31 from Mastodon and 6 from feeds).
    The last was posted at 15:10 UTC.
    >>> came_late([], 1310486400)
    ''
    """
    if not late:
        return ""
    posts, last = sum(one.posts for one in late), max(one.last for one in late)
    is_same_day = times.local(last).date() == times.local(at).date()
    when = f"at {times.clock(last)}" if is_same_day else f"on {times.moment(last)}"
    which = "The last was" if posts > 1 else "It was"
    came = f"{amount(posts, 'more post')} from this time came too late to be counted ({_from_where(late)})"
    return f"{came}. {which} posted {when}."


def _from_where(late: Sequence[LatePosts]) -> str:
    ordered = most_posts_first(late)
    if len(ordered) == 1:
        return f"from {place(ordered[0].source)}"
    shown = [f"{count(one.posts)} from {place(one.source)}" for one in ordered[:SHOWN]]
    if further := sum(one.posts for one in ordered[SHOWN:]):
        shown.append(f"{count(further)} from elsewhere")
    return named(shown)
