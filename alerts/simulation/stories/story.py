"""What a story is: whom it is about, who says what how often, and what must come of it."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from alerts.simulation.stories.theme import Theme
from detectors.assessment import Kind
from streams.brand import Brand

Shape = Literal["evening", "office", "flat"]
Points = tuple[tuple[float, float], ...]

SOURCES: tuple[tuple[str, float], ...] = (
    ("simulated-microblog", 0.7),
    ("simulated-forum", 0.2),
    ("simulated-comments", 0.1),
)


class StoryBrand(Struct, frozen=True, kw_only=True):
    """A brand of a story. ``calls`` is how people write it, the first as a handle; the ``query`` must match each."""

    id: str
    name: str
    query: str
    calls: tuple[str, ...]
    floor: int = 8
    false_pages_per_week: float = 0.25
    languages: tuple[str, ...] = ()
    peers: tuple[str, ...] = ()

    @property
    def handle(self) -> str:
        """What comes behind an ``@``."""
        return self.calls[0]

    @property
    def watched(self) -> Brand:
        """The brand as the stages watch it."""
        return Brand(
            id=self.id,
            name=self.name,
            query=self.query,
            languages=self.languages,
            false_pages_per_week=self.false_pages_per_week,
            floor=self.floor,
            peers=self.peers,
        )


class Strand(Struct, frozen=True, kw_only=True):
    """One strand of talk about a brand: so many mentions a minute, on such themes, by such authors.

    Parameters
    ----------
    brand
        Whom it is about; the texts name it, and each of ``beside`` (a co-mention).
    themes
        What is said, with weights.
    per_minute
        Mean, before ``points`` and shape.
    points
        Multiple of it by hours since the story's start, straight lines between; constant 1 where empty,
        the first and last value beyond the ends.
    shape, utc_offset_h
        Day and week in which people talk, and where they live.
    dispersion
        r of the negative binomial noise of a minute; small is bursty, infinite is Poisson.
    hourly_noise
        Standard deviation of the logarithm of an hour's level; none where the dispersion is infinite.
    authors
        How many different people speak; the first of them speak most.
    author_prefix
        Whose people: strands with the same prefix share them.
    followers
        Median of their followers.
    sources
        Where, with weights.
    reposts
        Share that repeats an earlier text of the same strand.
    language
        BCP 47, as the mention states it.
    copies
        Every post is the first text again, with another link: a bot net.
    held_until_h
        Arrives only then, all at once: a connector that was down. Hours since the story's start.
    outbreak
        Part of what must ring; the peak and the lead time are reckoned from these strands.
    """

    brand: str
    themes: tuple[tuple[Theme, float], ...]
    per_minute: float
    points: Points = ()
    beside: tuple[str, ...] = ()
    shape: Shape = "evening"
    utc_offset_h: float = 0.0
    dispersion: float = 8.0
    hourly_noise: float = 0.1
    authors: int = 4_000
    author_prefix: str = "person"
    followers: float = 120.0
    sources: tuple[tuple[str, float], ...] = SOURCES
    reposts: float = 0.0
    language: str = "en"
    copies: bool = False
    held_until_h: float | None = None
    outbreak: bool = False


class Truth(Struct, frozen=True, kw_only=True):
    """What must happen to one brand, and by when.

    ``must`` is the kind of incident, or ``None`` where nobody may be paged. ``began_at`` … ``by`` are event time in
    epoch seconds: an incident opened before ``began_at`` is a false page, one after ``by`` came too late. ``also``
    are kinds that are no mistake either; where one of them rings, its reason must hold ``says``. A silent source is
    told of the service itself, as the brand ``tocsin``. A brand may have several truths: then each ``must`` is to
    be rung, or the same incident be open again, in its own time. Where ``over_by`` (event time) is said, the incident
    must be over by then, and what rings later is no part of it.
    """

    brand: str
    must: Kind | None = None
    began_at: float | None = None
    by: float | None = None
    also: tuple[Kind, ...] = ()
    says: str = ""
    over_by: float | None = None


class Upgrade(Struct, frozen=True, kw_only=True):
    """That another scorer reads a story up to some moment, and from then on today's.

    Parameters
    ----------
    at_h
        Hours since the story's start.
    more, less
        Of the posts that today's scorer calls calm the share that the one before calls negative, and the other way
        round.
    """

    at_h: float
    more: float = 0.0
    less: float = 0.0


class Story(Struct, frozen=True, kw_only=True):
    """A labelled, simulated story.

    Parameters
    ----------
    id, title
        Its name in reports, and a line for a person.
    source
        Which published figures it is built around, and which assumptions were made; or which shape.
    scale
        Mentions made for one of the published; 1 where nothing was thinned out.
    start, hours
        Event time at which it begins (UTC), and how long it lasts.
    upgrade
        Where another scorer reads the first part of it.
    """

    id: str
    title: str
    source: str
    start: datetime
    hours: float
    brands: tuple[StoryBrand, ...]
    strands: tuple[Strand, ...]
    truth: tuple[Truth, ...]
    scale: float = 1.0
    upgrade: Upgrade | None = None

    @property
    def start_s(self) -> float:
        """Start in seconds since the epoch."""
        return self.start.timestamp()

    @property
    def end_s(self) -> float:
        """First second after the story."""
        return self.start_s + self.hours * 3_600.0

    def truths_of(self, brand: str) -> tuple[Truth, ...]:
        """Return what must happen to a brand: that nobody is paged, where the story does not say."""
        return tuple(truth for truth in self.truth if truth.brand == brand) or (Truth(brand=brand),)


_EVENING = (
    0.75, 0.5, 0.35, 0.27, 0.25, 0.3, 0.5, 0.75, 0.9, 1.0, 1.05, 1.1, 1.2, 1.2, 1.15, 1.15, 1.2, 1.3, 1.45, 1.6, 1.7,
    1.6, 1.3, 1.0,
)  # fmt: skip
_OFFICE = (
    0.08, 0.05, 0.04, 0.04, 0.05, 0.1, 0.3, 0.8, 1.6, 2.1, 2.2, 2.2, 2.0, 2.0, 2.1, 2.1, 1.9, 1.6, 1.2, 0.9, 0.7, 0.5,
    0.3, 0.15,
)  # fmt: skip


def shape_at(shape: Shape, local_hour: int, weekday: int) -> float:
    """Return how much is said at an hour of a weekday (0 is Monday), as a multiple of the week's mean.

    ``evening`` is people at leisure (most at 20 h), ``office`` what is talked about in working hours.

    Examples
    --------
    >>> round(shape_at("evening", 20, 2) / shape_at("evening", 4, 2), 1)
    6.8
    >>> shape_at("office", 11, 1) > 3 * shape_at("office", 11, 6)
    True
    """
    if shape == "flat":
        return 1.0
    hours, working_day, weekend = (_EVENING, 0.944, 1.14) if shape == "evening" else (_OFFICE, 1.28, 0.3)
    mean = sum(hours) / 24.0
    return hours[local_hour % 24] / mean * (weekend if weekday >= 5 else working_day)
