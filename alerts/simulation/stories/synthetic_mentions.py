"""From a story and a seed to its mentions, one at a time, in the order in which they arrive."""

import heapq
import math
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import TypeVar

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from alerts.simulation.stories.story import Story, StoryBrand, Strand, shape_at
from alerts.simulation.stories.theme import in_a_persons_style, write
from streams.mention import Author, Mention

_T = TypeVar("_T")

_SPREAD_OF_FOLLOWERS = 1.5
_REPOSTABLE = 40


def mentions(story: Story, seed: int = 1) -> Iterator[Mention]:
    """Tell a story: its mentions, made one by one, in the order in which they arrive.

    That is the order of event time, except where a strand is held back. The same story and seed give the same
    mentions, to the byte.
    """
    return (mention for _, mention in arrivals(story, seed))


def arrivals(story: Story, seed: int = 1) -> Iterator[tuple[float, Mention]]:
    """Tell a story with the time (epoch seconds) at which each mention would reach Kafka."""
    for arrival, mention, _ in labelled_arrivals(story, seed):
        yield arrival, mention


def labelled_arrivals(story: Story, seed: int = 1) -> Iterator[tuple[float, Mention, bool]]:
    """Tell a story with each mention's time of arrival, and whether it was written against the brand."""
    strands = [_strand_arrivals(story, number, seed) for number in range(len(story.strands))]
    for arrival, _, _, mention, is_negative in heapq.merge(*strands):
        yield arrival, mention, is_negative


class Timeline(Struct, frozen=True, kw_only=True):
    """When an outbreak happens, by its rates alone; epoch seconds.

    ``peak_hour`` is the start of its loudest hour, ``ninety_percent_at`` when nine in ten of its mentions have
    been made, ``total`` their expected number.
    """

    peak_hour: float
    ninety_percent_at: float
    total: float


def timeline(story: Story, brand: str) -> Timeline | None:
    """Return when a brand's outbreak happens, or ``None`` where the story holds none for it."""
    strands = [strand for strand in story.strands if strand.outbreak and brand in (strand.brand, *strand.beside)]
    if not strands:
        return None
    rates = np.sum([_rates(story, strand) for strand in strands], axis=0)
    total = float(rates.sum())
    hour = np.convolve(rates, np.ones(min(60, len(rates))), mode="valid")
    ninety = int(np.searchsorted(rates.cumsum(), 0.9 * total))
    return Timeline(
        peak_hour=story.start_s + 60.0 * int(hour.argmax()),
        ninety_percent_at=story.start_s + 60.0 * ninety,
        total=total,
    )


def _rates(story: Story, strand: Strand) -> NDArray[np.float64]:
    """Return the expected mentions of each minute of the story."""
    minutes = np.arange(math.ceil(story.hours * 60))
    hours = minutes / 60.0
    weekday, at = story.start.weekday(), story.start.hour + story.start.minute / 60.0 + strand.utc_offset_h
    week = np.array([shape_at(strand.shape, hour % 24, int(hour // 24) % 7) for hour in range(169)])
    shape: NDArray[np.float64] = np.interp((hours + at + 24 * weekday) % 168, np.arange(169), week)
    if strand.points:
        known = np.array(strand.points, dtype=float)
        shape = shape * np.interp(hours, known[:, 0], known[:, 1])
    return strand.per_minute * shape


def _published(story: Story, strand: Strand, random: np.random.Generator) -> NDArray[np.float64]:
    """Return the event times of a strand's mentions, negative binomial in each minute."""
    rates = _rates(story, strand)
    if math.isfinite(strand.dispersion):
        noise = strand.hourly_noise
        hourly = np.exp(noise * random.standard_normal(len(rates) // 60 + 1) - noise**2 / 2)
        rates = rates * np.repeat(hourly, 60)[: len(rates)]
        rates = rates * random.gamma(strand.dispersion, 1.0 / strand.dispersion, len(rates))
    counts = random.poisson(rates)
    seconds = 60.0 * np.repeat(np.arange(len(rates)), counts) + 60.0 * random.random(int(counts.sum()))
    seconds = np.sort(np.floor(seconds * 1000.0) / 1000.0)
    return story.start_s + seconds[seconds < story.hours * 3_600.0]


def _strand_arrivals(story: Story, number: int, seed: int) -> Iterator[tuple[float, int, int, Mention, bool]]:
    strand = story.strands[number]
    brands = {brand.id: brand for brand in story.brands}
    published = _published(story, strand, np.random.Generator(np.random.PCG64([seed, number, _digest(story.id)])))
    writer = _Writer(story, number, [brands[strand.brand], *(brands[beside] for beside in strand.beside)], seed)
    held_until = story.start_s + strand.held_until_h * 3_600.0 if strand.held_until_h is not None else 0.0
    for count, at in enumerate(published.tolist()):
        yield max(at, held_until), number, count, *writer.mention(count, at)


class _Writer:
    """Writes the mentions of one strand."""

    def __init__(self, story: Story, number: int, brands: list[StoryBrand], seed: int) -> None:
        self._strand = story.strands[number]
        self._brands = brands
        self._random = Random(f"{seed}/{story.id}/{number}")  # noqa: S311 – a story is to be told again, not guarded
        self._id = f"simulated:{story.id}/{seed}/{number}-"
        self._total = sum(weight for _, weight in self._strand.themes)
        self._recent: list[tuple[str, str, tuple[str, ...], bool]] = []
        deviates = np.random.Generator(np.random.PCG64(_digest(self._strand.author_prefix)))
        self._reach = np.exp(_SPREAD_OF_FOLLOWERS * deviates.standard_normal(self._strand.authors)).tolist()

    def mention(self, count: int, at: float) -> tuple[Mention, bool]:
        """Write the next mention; say whether it is written against the brand."""
        random, strand = self._random, self._strand
        id_ = f"{self._id}{count}"
        repost_of = ""
        if self._recent and (strand.copies or random.random() < strand.reposts):
            chosen = 0 if strand.copies else int(random.random() * len(self._recent))
            repost_of, content, tags, is_negative = self._recent[chosen]
            if strand.copies:
                repost_of, content = "", f"{content} https://simulated.invalid/{count}"
        else:
            content, tags, is_negative = self._text()
            if strand.copies or strand.reposts:
                self._recent = [*self._recent, (id_, content, tags, is_negative)][-_REPOSTABLE:]
        author = int(strand.authors * random.random() ** 1.7)
        source = _pick(strand.sources, sum(weight for _, weight in strand.sources), random.random())
        mention = Mention(
            id=id_,
            published=datetime.fromtimestamp(at, UTC),
            content=content,
            source=source,
            url=f"https://simulated.invalid/{id_.removeprefix('simulated:')}",
            language=strand.language,
            author=Author(
                id=f"simulated:{strand.author_prefix}/{author}",
                name=f"Simulated {strand.author_prefix} {author}",
                followers=int(strand.followers * self._reach[author]),
            ),
            repost_of=repost_of,
            tags=tags,
        )
        return mention, is_negative

    def _text(self) -> tuple[str, tuple[str, ...], bool]:
        random = self._random
        theme = _pick(self._strand.themes, self._total, random.random())
        calls = [brand.calls[int(random.random() * len(brand.calls))] for brand in self._brands]
        line = theme.lines[int(random.random() * len(theme.lines))]
        words = {**theme.words, "brand": (calls[0],), "handle": (self._brands[0].handle,)}
        text = in_a_persons_style(write(line, words, random), random)
        # Every text must be found by its brand's query, whatever line was drawn.
        for brand, call in zip(self._brands, calls, strict=True):
            if not any(name.casefold() in text.casefold() for name in brand.calls):
                text = f"{text} {call}" if random.random() < 0.6 else f"{call}: {text}"
        tags: tuple[str, ...] = ()
        if theme.tags and random.random() < theme.tag_share:
            tags = (theme.tags[int(random.random() * len(theme.tags))],)
            text = f"{text} #{tags[0]}"
        if theme.links and random.random() < theme.link_share:
            text = f"{text} https://{theme.links[int(random.random() * len(theme.links))]}"
        return text, tags, theme.is_negative


def _pick(options: tuple[tuple[_T, float], ...], total: float, at: float) -> _T:
    left = at * total
    for option, weight in options:
        left -= weight
        if left < 0:
            return option
    return options[-1][0]


def _digest(text: str) -> int:
    return zlib.crc32(text.encode())
