"""The rough world in posts, through the watch stage itself: what counts cannot show, such as copies and told holes."""

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from detectors.bench.rough import LIVED_WEEKS, RATES, Life, RoughRow, Tally, life
from detectors.bench.worlds import MINUTE_S, MONDAY
from detectors.not_heard import NotHeard
from detectors.post import Post
from streams.brand import Brand
from streams.watch.brand_watch import BrandWatch, WatchSettings
from streams.watch.hearing import Hearing
from streams.wire.flush import BinAuthor, Snapshot

BURSTS_A_DAY, COPIES, BURST_S = 1.5, (12, 36), 900.0
"""Posts a day that are reposted, how often, and the time constant of that."""
SOURCE = "made-up"
_SMALL = 2
"""Of the four rates the lower two: a post costs the watch stage a hundred times what it costs the counts."""

POSTS_OF = {
    "bursts of one text": "none",
    "lumps of an hour": "lumps of an hour",
    "outages": "outages",
    "outages that are told": "outages",
}
"""Rows, and which world of ``detectors.bench.rough`` their talk is of."""


class Posted(Struct, frozen=True):
    """One post: its second since the life began, whether it is negative, and its text as a number."""

    second: int
    is_negative: bool
    text: int


def bursts(lived: Life, rng: np.random.Generator) -> Iterator[Posted]:
    """Yield copies: each of one text, of which the first is negative as often as any post of the brand."""
    seconds = len(lived.observed) * MINUTE_S
    at = 0.0
    while (at := at + rng.exponential(86_400 / BURSTS_A_DAY)) < seconds:
        text, is_negative = int(rng.integers(1 << 31)), bool(rng.random() < lived.world.share)
        for delay in rng.exponential(BURST_S, int(rng.integers(*COPIES))).tolist():
            if at + delay < seconds:
                yield Posted(int(at + delay), is_negative, text)


def posts_by_minute(
    lived: Life, copies: Sequence[Posted], rng: np.random.Generator
) -> Iterator[tuple[int, list[Posted]]]:
    """Yield the minutes in which somebody spoke, and what was posted: each author their own text, but for copies."""
    ordered = sorted(copies, key=lambda one: one.second)
    place = 0
    filled = lived.observed[:, :, 0].max(axis=1) > 0
    for minute in range(len(lived.observed)):
        posted: list[Posted] = []
        if filled[minute]:
            for second in np.flatnonzero(lived.observed[minute, :, 0]).tolist():
                spoke, negatives = lived.observed[minute, second].tolist()
                texts = rng.integers(1 << 32, size=spoke).tolist()
                posted += [Posted(minute * MINUTE_S + second, n < negatives, text) for n, text in enumerate(texts)]
        while place < len(ordered) and ordered[place].second < (minute + 1) * MINUTE_S:
            posted.append(ordered[place])
            place += 1
        if posted:
            yield minute, posted


def snapshot(start: int, posted: Sequence[Posted], number: int, authors: Sequence[int]) -> Snapshot:
    """Return what a source partition tells of a bin that holds these posts, each of an author of its own."""
    mentions, negatives = [0] * MINUTE_S, [0] * MINUTE_S
    authors_of = []
    for one, author in zip(posted, authors, strict=True):
        second = one.second % MINUTE_S
        mentions[second] += 1
        negatives[second] += one.is_negative
        authors_of.append(BinAuthor(author, second, second if one.is_negative else -1, second, one.text))
    sample = Post(id=f"p{number}", published=float(start + posted[0].second % MINUTE_S), content="…", source=SOURCE)
    return Snapshot(
        brand="rough",
        start=start,
        first_offset=number,
        last_offset=number,
        mentions=tuple(mentions),
        negatives=tuple(negatives),
        authors=tuple(authors_of),
        posts=(sample,),
    )


def pages_of_posts(
    lived: Life, budget: float, seed: int, *, copied: bool = False, holes_are_known: bool = False
) -> list[int]:
    """Return the minutes in which the watch stage began to ring for somebody to wake.

    Parameters
    ----------
    lived
        The talk.
    budget
        False pages a week.
    seed
        Of texts, authors and copies.
    copied
        Whether there are bursts of copies.
    holes_are_known
        Whether it is known when nothing is heard.
    """
    rng = np.random.default_rng([seed, len(lived.observed)])
    hearing = Hearing()
    brand = Brand(id="rough", name="Rough", query="rough", false_pages_per_week=budget)
    watch = BrandWatch(brand, WatchSettings(), MONDAY, hearing)
    copies = list(bursts(lived, rng)) if copied else []
    holes = list(lived.unheard) if holes_are_known else []
    pages: list[int] = []
    known = None
    last = 0

    def go_on(until: int) -> None:
        nonlocal known
        for _ in watch.advance(MONDAY + MINUTE_S * until, until):
            if watch.outbreak is not None and watch.outbreak is not known and watch.outbreak.is_negative:
                pages.append(until - 1)
            known = watch.outbreak

    for minute, posted in posts_by_minute(lived, copies, rng):
        while holes and holes[0][0] < minute:
            began, ended = holes.pop(0)
            since, until = MONDAY + MINUTE_S * began, MONDAY + MINUTE_S * ended
            hearing.take([NotHeard(source=SOURCE, since=since, until=until, why="silent")], ())
        while watch.is_awake and last < minute:
            last += 1
            go_on(last)
        authors = rng.integers(1 << 63, size=len(posted)).tolist()
        watch.add(snapshot(MONDAY + MINUTE_S * minute, posted, minute, authors), 0, minute)
        last = minute + 1
        go_on(last)
    return pages


def posts_size(*, quick: bool) -> tuple[int, int]:
    """Return how many brands of each row live for how many weeks."""
    return (2, 3) if quick else (8, LIVED_WEEKS)


def posts_rows(*, budget: float, brands: int, weeks: int, seed: int) -> Iterator[RoughRow]:
    """Measure what shows in posts, one row at a time, on the brands of the lower rates."""
    chosen = [brand for brand in range(2 * brands) if brand % len(RATES) < _SMALL][:brands]
    for name, roughness in POSTS_OF.items():
        tally = Tally()
        for brand in chosen:
            lived = life(roughness, brand, weeks, seed)
            pages = pages_of_posts(
                lived, budget, seed + brand, copied=name.startswith("bursts"), holes_are_known=name.endswith("told")
            )
            tally.take(pages, lived.onsets, weeks)
        yield tally.row(name, "posts")
