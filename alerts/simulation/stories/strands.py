"""Strands that many stories share: ordinary days, and a wave that comes over them."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from alerts.simulation.stories.story import Shape, Story, StoryBrand, Strand, Truth
from alerts.simulation.stories.texts.everyday import Mixture, Sector, ordinary

MONDAY = datetime(2024, 3, 4, tzinfo=UTC)
"""Where nothing else is said: a Monday; nobody's clocks change in a story, its hours are UTC."""
DAY = 24.0
KNOWN = 24 * DAY
"""Hours of ordinary talk before something happens: past the three weeks in which a brand is young."""

Rates = tuple[tuple[float, float], ...]


def called(brand_id: str, name: str, handle: str, spoken: str, *, floor: int = 8) -> StoryBrand:
    """Return a brand that people call ``handle`` on a network and ``spoken`` in a sentence."""
    return StoryBrand(
        id=brand_id,
        name=name,
        query=f'{handle.lower()} OR @{handle.lower()} OR "{spoken}"',
        calls=(handle, spoken, spoken.title()),
        floor=floor,
    )


def days(
    brand: StoryBrand, sector: Sector, per_minute: float, *, negative: float = 0.2, shape: Shape = "evening"
) -> Strand:
    """Return the ordinary talk about a brand."""
    return Strand(brand=brand.id, themes=ordinary(sector, negative=negative), per_minute=per_minute, shape=shape)


def wave(brand: StoryBrand, themes: Mixture, at_h: float, rates: Rates, **rest: object) -> Strand:
    """Return a wave over the ordinary days: ``rates`` is mentions a minute by hours since ``at_h``.

    Nothing comes before its first point nor after its last. ``rest`` are fields of ``Strand``.
    """
    first, last = rates[0][0], rates[-1][0]
    points = ((first - 1e-4, 0.0), *rates, (last + 1e-4, 0.0))
    plain = Strand(
        brand=brand.id,
        themes=themes,
        per_minute=1.0,
        points=tuple((at_h + hour, rate) for hour, rate in points),
        shape="flat",
        authors=20_000,
    )
    return msgspec.structs.replace(plain, **rest)


def scaled(rates: Rates, by: float) -> Rates:
    """Return a course with other rates, the same hours.

    Examples
    --------
    >>> scaled(((0, 2.0), (1, 4.0)), 0.5)
    ((0, 1.0), (1, 2.0))
    """
    return tuple((hour, rate * by) for hour, rate in rates)


def invented(
    story_id: str,
    title: str,
    brands: tuple[StoryBrand, ...],
    strands: Sequence[Strand],
    *,
    hours: float,
    truth: tuple[Truth, ...],
) -> Story:
    """Return a story that no published figure stands behind, from ``MONDAY`` on."""
    return Story(
        id=story_id,
        title=title,
        source="Invented; no figure is published.",
        start=MONDAY,
        hours=hours,
        brands=brands,
        strands=tuple(strands),
        truth=truth,
    )
