"""What was not heard, as the watch stage remembers it: bounded, merged, and the same whatever comes twice. Pure."""

import math
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from detectors.not_heard import NotHeard
from streams.watch.source_shares import Part

KEPT = 50
"""Of one source, the newest; the shorter a hole the sooner it meets another, and is one with it."""
SOURCES = 100
JOIN_S = 300
"""Two holes of a source and a reason with less than this between them are one: a source that comes and goes."""
SHOWN = 12
"""In one receipt, the newest."""
SAME_S = 60
"""Two who tell of one hole agree to so much on when it began."""
DAYS_S = 8 * 86_400
"""Older ones are of no open outbreak's beginning any more; a source that is not heard for longer was given up."""


HolesState = dict[str, list[NotHeard]]


class Holes:
    """Times that were not heard, by source. Pure: what is taken twice changes nothing.

    A hole that lasts has no end; told again with one, it ends. Told again as fetched, it is filled.

    Parameters
    ----------
    state
        What was kept of it, by source; it is changed.
    """

    def __init__(self, state: HolesState | None = None) -> None:
        self.state: HolesState = {} if state is None else state
        self.reached = 0.0
        """Until when there is any hole."""
        self._reach(hole for kept in self.state.values() for hole in kept)

    def _reach(self, holes: Iterable[NotHeard]) -> None:
        ends = (math.inf if hole.until is None else hole.until for hole in holes)
        self.reached = max(ends, default=self.reached)

    def take(self, holes: Sequence[NotHeard]) -> None:
        """Take what was told in one flush."""
        for hole in holes:
            if hole.until is not None and hole.until <= hole.since:
                continue
            if hole.source not in self.state and len(self.state) >= SOURCES:
                del self.state[min(self.state, key=lambda name: self.state[name][-1].since)]
            kept = _with(self.state.get(hole.source, []), hole)
            newest = kept[-1].since
            self.state[hole.source] = [one for one in kept[-KEPT:] if one.until is None or one.until > newest - DAYS_S]
        self._reach(hole for kept in self.state.values() for hole in kept)

    def missed(self, began: int, ended: int) -> dict[str, Part]:
        """Return the sources that were not wholly heard in a time, epoch seconds, and how much of each was."""
        missed: dict[str, Part] = {}
        for name, kept in self.state.items():
            holes = [hole for hole in kept if hole.why != "no_text" and _is_of(hole, began, ended)]
            if holes:
                missed[name] = _part(holes, began, ended)
        return missed

    def turns(self, began: int, ended: int) -> list[int]:
        """Return the moments between two at which more or less may begin to be missed, in order."""
        moments: set[int] = set()
        for kept in self.state.values():
            for hole in kept:
                moments.add(hole.since)
                # What lasts for so long counts no more in the bin that ends then.
                moments.add(hole.since + DAYS_S - 1 if hole.until is None else hole.until)
        return sorted(moment for moment in moments if began < moment < ended)

    def between(self, began: int, ended: int) -> tuple[NotHeard, ...]:
        """Return what overlaps a time, epoch seconds: the newest, oldest first."""
        if began >= self.reached:
            return ()
        return tuple(sorted(self._overlapping(began, ended), key=_by_time)[-SHOWN:])

    def _overlapping(self, began: int, ended: int) -> Iterator[NotHeard]:
        for kept in self.state.values():
            yield from (hole for hole in kept if _is_of(hole, began, ended))

    def lasts(self, source: str) -> int:
        """Return since when nothing of a source is heard, epoch seconds; 0 where it is heard."""
        lasting = (hole.since for hole in self.state.get(source, ()) if hole.until is None and hole.why == "silent")
        return min(lasting, default=0)


def _is_of(hole: NotHeard, began: int, ended: int) -> bool:
    return hole.overlaps(began, ended) and (hole.until is not None or hole.since > ended - DAYS_S)


def _part(holes: Sequence[NotHeard], began: int, ended: int) -> Part:
    """Return how much of a source was heard: the time outside its holes, and the smallest sample of that time."""
    until, silent_s, sampled = began, 0, 1.0
    for hole in sorted(holes, key=_by_time):
        end = ended if hole.until is None else min(ended, hole.until)
        if hole.why == "sampled":
            sampled = min(sampled, hole.share)
        elif end > until:
            silent_s += round((end - max(until, hole.since)) * (1 - hole.share))
            until = end
    return Part(1.0 - silent_s / (ended - began), sampled)


def _with(kept: list[NotHeard], hole: NotHeard) -> list[NotHeard]:
    """Return the holes of a source with one more, in the order in which they began."""
    same = [one for one in kept if one.why == hole.why]
    if any(_holds(one, hole) for one in same):
        return kept
    others = [one for one in kept if one.why != hole.why or not _is_replaced(one, hole)]
    joined = hole
    for one in [one for one in others if one.why == hole.why]:
        if _meet(one, joined):
            others.remove(one)
            joined = _joined(*sorted((one, joined), key=_by_time))
    return sorted([*others, joined], key=_by_time)


def _holds(one: NotHeard, hole: NotHeard) -> bool:
    """Whether all that a hole says is known: it was told before."""
    if one.until is None or hole.until is None:
        # One that has ended is not begun again by a repeat of its beginning.
        begun = one.since <= hole.since + SAME_S and hole.until is None
        return begun and (one.until is None or one.until > hole.since)
    is_within = one.since <= hole.since and hole.until <= one.until
    return is_within and (one.fetched is not None or hole.fetched is None)


def _is_replaced(one: NotHeard, hole: NotHeard) -> bool:
    """Whether a hole says better what another one said: its end, or that it was fetched."""
    if hole.until is None or hole.since > one.since + SAME_S:
        return False
    return one.since < hole.until if one.until is None else one.until <= hole.until


def _meet(one: NotHeard, other: NotHeard) -> bool:
    if one.until is None or other.until is None:
        return False
    first, second = sorted((one, other), key=_by_time)
    return second.since <= (first.until or 0) + JOIN_S and (first.fetched is None) == (second.fetched is None)


def _joined(first: NotHeard, second: NotHeard) -> NotHeard:
    """Return two as one, with the share of the whole time that was heard."""
    until = max(first.until or 0, second.until or 0)
    whole_s = until - first.since
    missed_s = sum(((hole.until or 0) - hole.since) * (1 - hole.share) for hole in (first, second))
    return replace(
        first,
        until=until,
        share=round(min(1.0, max(0.0, 1 - missed_s / whole_s)), 3),
        missed=_sum(first.missed, second.missed),
        fetched=_sum(first.fetched, second.fetched),
    )


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _by_time(hole: NotHeard) -> tuple[int, str, str, int]:
    return hole.since, hole.source, hole.why, hole.until or 0
