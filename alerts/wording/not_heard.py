"""An incident's holes in one sentence, the same for every receiver, the page and ``tocsin explain``."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from alerts.wording.moments import IN_UTC, Times
from alerts.wording.names import named
from alerts.wording.numbers import amount, percent
from alerts.wording.source_names import NETWORKS
from detectors.not_heard import NotHeard

CLAUSES = 4
"""Told in the sentence; what is more is counted."""
_SPANS = 2
"""How many times of one source are listed one by one, the newest."""
_IN_WORDS = ("", "", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_WHOLE = 0.005
"""A share below this counts as none, so that nobody reads "0 %"."""


def not_heard(holes: Sequence[NotHeard], times: Times = IN_UTC) -> str:
    """Return one sentence about the holes; nothing if there are none.

    Parameters
    ----------
    holes
        The incident's receipt.
    times
        How moments are written.

    Examples
    --------
    >>> gone = NotHeard(source="fediverse", kind="mastodon", since=1310479320, until=1310481060, why="look_back")
    >>> sampled = NotHeard(source="x", kind="x", since=1310428800, share=0.2, why="sampled")
    >>> not_heard([gone, sampled])
    'Mastodon (fediverse) was not heard from 14:02 UTC to 14:31 UTC; X is sampled at one in five.'
    >>> not_heard([])
    ''
    """
    clauses: list[str] = []
    left = 0
    for (name, _), group in groupby(sorted(holes, key=_by_source), key=lambda hole: (_name(hole), _how(hole))):
        alike = list(group)
        if len(clauses) < CLAUSES:
            clauses.append(_clause(name, alike, times))
        else:
            left += len(alike)
    if left:
        clauses.append(f"and {amount(left, 'more time')} when a source was not fully heard")
    sentence = "; ".join(clauses)
    return f"{sentence[:1].upper()}{sentence[1:]}." if sentence else ""


def _by_source(hole: NotHeard) -> tuple[str, str, int]:
    return _name(hole), _how(hole), hole.since


def _name(hole: NotHeard) -> str:
    known = NETWORKS.get(hole.kind or hole.source)
    if known is None:
        return f"{hole.source} ({hole.kind})" if hole.kind and hole.kind != hole.source else hole.source
    return known if hole.source in {"", hole.kind, known.casefold()} or not hole.kind else f"{known} ({hole.source})"


def _how(hole: NotHeard) -> str:
    """Return the properties by which holes share a clause."""
    if hole.why == "no_text":
        return "without text"
    if hole.share > _WHOLE:
        return f"in part {hole.share:.2f} {hole.why == 'sampled'} {hole.until is None}"
    if hole.until is None:
        return "not since"
    return "not, and never fetched" if hole.fetched is None else "not in time"


def _clause(name: str, alike: Sequence[NotHeard], times: Times) -> str:
    first = alike[0]
    if first.why == "no_text":
        posts = _added(hole.missed for hole in alike)
        how_many = f"{amount(posts, 'post')} of {name}" if posts else f"what {name} has"
        return f"{how_many} came without their text, as the licence requires, and could not be scored"
    if first.until is None:
        if first.share > _WHOLE:
            return f"{name} is sampled at {_one_in(first.share)}"
        return f"{name} has not been heard since {_moment(first.since, first.since, times)}"
    spans = _spans(alike, times)
    if first.share > _WHOLE:
        how = f"heard only in part ({percent(first.share)})"
        if first.why == "sampled":
            how = "sampled at " + _one_in(first.share)
        return f"{name} was {how} {spans}"
    if first.fetched is None:
        return f"{name} was not heard {spans}"
    posts = _added(hole.fetched for hole in alike)
    came = f"{amount(posts, 'post')} from that time came" if posts else "nothing from that time came"
    return f"{name} was not heard {spans}, {came} afterwards{', too late to count' if posts else ''}"


def _spans(alike: Sequence[NotHeard], times: Times) -> str:
    apart: list[tuple[int, int]] = []
    for hole in alike:
        since, until = hole.since, hole.until or hole.since
        if apart and since <= apart[-1][1]:
            since, last = apart.pop()
            until = max(until, last)
        apart.append((since, until))
    last = apart[-1][1]
    shown = [f"from {_moment(since, last, times)} to {_moment(until, last, times)}" for since, until in apart[-_SPANS:]]
    if before := len(apart) - len(shown):
        shown.insert(0, f"{amount(before, 'time')} before")
    return named(shown)


def _moment(at: int, last: int, times: Times) -> str:
    """Return the time of day, with its day if that is another than the sentence's."""
    return times.clock(at) if times.local(at).date() == times.local(last).date() else times.moment(at)


def _one_in(share: float) -> str:
    """Return a share as people say it.

    Examples
    --------
    >>> _one_in(0.2), _one_in(0.6), _one_in(0.01)
    ('one in five', '60 %', 'one in 100')
    """
    number = round(1 / share)
    if number < 2 or abs(share * number - 1) > 0.05:
        return percent(share)
    return f"one in {_IN_WORDS[number] if number < len(_IN_WORDS) else number}"


def _added(numbers: Iterable[int | None]) -> int:
    return sum(number or 0 for number in numbers)
