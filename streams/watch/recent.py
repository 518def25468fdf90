"""A brand's last days in coarse slots: enough for a chart, small enough to keep for every brand."""

import math
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from detectors.assessment import Assessment
from detectors.observation import Observation
from detectors.verdict import Point

_LAST_KEPT_S = 3600
_FINE_S = 600
_FINE_KEPT_S = 12 * 3600
_COARSE_S = 3600
_COARSE_KEPT_S = 4 * 86400
_YOUNG_S = 6 * 3600
"""An outbreak younger than this is drawn in fine slots."""


class Slot(Struct, array_like=True):
    """One slot being filled: sums over those of its bins that were not silent."""

    start: int
    bins: int = 0
    seen: int = 0
    negatives: int = 0
    expected: float = 0.0
    spread: float = 0.0
    """Sum of the squares of (upper - expected): independent bins add in quadrature."""


class Minute(Struct, array_like=True, frozen=True):
    """One of the last bins as it was: counts, and what was due, in mentions and in negative voices."""

    start: int
    seen: int
    negatives: int
    unscored: int
    authors: int
    negative_authors: int
    texts: int
    expected: float
    expected_negative_authors: float


def minute_of(bin_: Observation, assessment: Assessment, mentions_per_author: float) -> Minute:
    """Return a bin as it is remembered, with what was due in it."""
    return Minute(
        start=bin_.start,
        seen=bin_.mentions,
        negatives=bin_.negatives,
        unscored=bin_.unscored,
        authors=bin_.authors,
        negative_authors=bin_.negative_authors,
        texts=bin_.texts,
        expected=assessment.expected * mentions_per_author,
        expected_negative_authors=assessment.expected_negatives,
    )


class Window(Struct, frozen=True, kw_only=True):
    """Sums over the last bins up to a moment."""

    span_s: int
    bins: int
    seen: int
    negative_share: float
    authors: int
    negative_authors: int
    texts: int
    expected: float
    expected_negative_authors: float
    authors_by_bin: tuple[int, ...]
    """Voices of each bin, oldest first."""


def _to_be_changed(slots: list[Slot]) -> list[Slot]:
    """Return slots of which the last one may be added to, the others being those given."""
    return [*slots[:-1], *(replace(slot) for slot in slots[-1:])]


class Recent(Struct):
    """The last hour's bins, ten-minute slots of the last twelve hours, and hourly ones of the last four days.

    Silent bins are not recorded (most brands are silent most of the time); their share of the expectation
    is filled in from the bins around them when a chart is drawn.
    """

    bin_s: int = 60
    last: list[Minute] = []
    fine: list[Slot] = []
    coarse: list[Slot] = []

    def add(self, minute: Minute, upper: float) -> None:
        """Count one closed bin, in order of time; ``upper`` is the edge of its expected band, in mentions."""
        start, seen, negatives, expected = minute.start, minute.seen, minute.negatives, minute.expected
        self.last = [old for old in self.last if old.start > start - _LAST_KEPT_S] + [minute]
        for slots, span_s, kept_s in ((self.fine, _FINE_S, _FINE_KEPT_S), (self.coarse, _COARSE_S, _COARSE_KEPT_S)):
            aligned = start - start % span_s
            if not slots or slots[-1].start != aligned:
                slots.append(Slot(aligned))
                while slots[0].start <= aligned - kept_s:
                    del slots[0]
            slot = slots[-1]
            slot.bins += 1
            slot.seen += seen
            slot.negatives += negatives
            slot.expected += expected
            slot.spread += (upper - expected) ** 2

    def with_these(self, minutes: Sequence[Minute], upper: float) -> "Recent":
        """Return what it would be with more bins, in order of time; changes nothing."""
        shown = Recent(self.bin_s, self.last, _to_be_changed(self.fine), _to_be_changed(self.coarse))
        for minute in minutes:
            shown.add(minute, upper)
        return shown

    def window(self, since: int, pending: Sequence[Minute]) -> Window:
        """Return the sums of the last hour's bins from ``since`` on, closed ones and those still ``pending``."""
        until = pending[-1].start + self.bin_s
        since = max(since - since % self.bin_s, until - _LAST_KEPT_S)
        minutes = {minute.start: minute for minute in (*self.last, *pending) if minute.start >= since}
        bins = max(1, (until - since) // self.bin_s)
        # Silent bins are not recorded, but something was due in them too.
        due = bins / max(1, len(minutes))
        seen = negatives = unscored = authors = negative_authors = texts = 0
        expected = expected_negative_authors = 0.0
        for minute in minutes.values():
            expected += minute.expected
            expected_negative_authors += minute.expected_negative_authors
            if minute.seen:
                seen += minute.seen
                negatives += minute.negatives
                unscored += minute.unscored
                authors += minute.authors
                negative_authors += minute.negative_authors
                texts += minute.texts
        authors_by_bin = [0] * len(range(since, until, self.bin_s))
        for start, minute in minutes.items():
            if minute.authors and start < until:
                authors_by_bin[(start - since) // self.bin_s] = minute.authors
        return Window(
            span_s=bins * self.bin_s,
            bins=bins,
            seen=seen,
            negative_share=negatives / max(1, seen - unscored),
            authors=authors,
            negative_authors=negative_authors,
            texts=texts,
            expected=due * expected,
            expected_negative_authors=due * expected_negative_authors,
            authors_by_bin=tuple(authors_by_bin),
        )

    def chart(self, began_at: int, at: int) -> tuple[Point, ...]:
        """Return the points of a chart up to ``at``: fine ones while the outbreak is young, hourly ones later.

        The last is as long as what has passed of it.
        """
        if at - began_at < _YOUNG_S:
            return tuple(self._points(self.fine, _FINE_S, at))
        return tuple(self._points(self.coarse, _COARSE_S, at))

    def _points(self, slots: list[Slot], span_s: int, at: int) -> Iterator[Point]:
        if not slots:
            return
        by_start = {slot.start: slot for slot in slots}
        known = slots[0]
        for start in range(slots[0].start, min(at, slots[-1].start + span_s), span_s):
            known = by_start.get(start, known)
            passed_s = min(span_s, at - start)
            scale = passed_s / self.bin_s / max(known.bins, 1)
            expected = known.expected * scale
            upper = expected + math.sqrt(known.spread * scale)
            seen = by_start.get(start, Slot(start))
            yield Point(start, passed_s, seen.seen, seen.negatives, round(expected, 2), round(upper, 2))
