"""A world less smooth than the others: steps, lumps, shows, holidays and outages, from a brand's first day on.

The worlds of ``budget`` are sums of cosines. Life has offices that open at nine sharp, programmes, days on which taxes
are due, and sources that stop. Each roughness is laid over the same talk (waves of five minutes, a level and a share
that drift), and in each part of a life there is one outbreak, so that a rule that is quiet by being deaf is seen.
"""

import math
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
from msgspec import Struct
from msgspec.structs import replace

from detectors.bench.simulation import replay
from detectors.bench.worlds import DAY_MIN, MINUTE_S, MONDAY, WEEK_MIN, Counts, Quiet, World, counts, quiet
from detectors.decision.decision import Terms
from detectors.decision.outbreak_detector import OutbreakDetector

FLOOR = 8.0
HOUR_MIN = 60
RATES = (0.3, 1.0, 3.0, 8.0)
SHARES = (0.2, 0.35, 0.5, 0.65)
"""Voices a minute, and negative shares, of the brands: each rate with each share, in turn."""

PERIODS: tuple[tuple[str, int, int], ...] = (("first week", 0, 1), ("weeks 2–3", 1, 3), ("after", 3, 8))
"""Name, first week, and the first week that is no part of it."""
LIVED_WEEKS = PERIODS[-1][2]

OUTBREAK_TIMES, OUTBREAK_SHARE, OUTBREAK_MIN, RAMP_MIN = 4.0, 0.8, 120, 10
"""An outbreak has so many times the brand's mean rate on top of what is said anyway, for two hours."""
AFTERMATH_MIN = 60
"""So long after its end a page is still of the outbreak."""
FIRST_ONSET_MIN = 36 * HOUR_MIN

Factor = npt.NDArray[np.float64]


class Life(Struct, frozen=True):
    """What one brand lived through.

    Parameters
    ----------
    world, observed
        The law of its talk before that was made rough, and voices and negative ones of each second.
    onsets
        Minutes in which outbreaks began.
    unheard
        First minutes of times in which nothing was heard, and of what follows them.
    """

    world: World
    observed: Counts
    onsets: tuple[int, ...]
    unheard: tuple[tuple[int, int], ...] = ()


class Period(Struct, frozen=True, kw_only=True):
    """One part of the lives of all brands of a row: false pages, and what came of the outbreaks.

    Parameters
    ----------
    name
        As in ``PERIODS``.
    brand_weeks, pages
        How long, and how often somebody was woken for nothing.
    outbreaks, missed, delay_min
        How many there were, how many rang not while they lasted, and the median delay of the others; NaN where none.
    """

    name: str
    brand_weeks: float
    pages: int
    outbreaks: int
    missed: int
    delay_min: float

    def a_week(self) -> tuple[float, float, float]:
        """Return false pages a brand and week, and the ends of the interval that holds the rate in 95 of 100."""
        low, high = poisson_interval(self.pages)
        return self.pages / self.brand_weeks, low / self.brand_weeks, high / self.brand_weeks


class RoughRow(Struct, frozen=True, kw_only=True):
    """One roughness."""

    roughness: str
    judged_by: str
    periods: tuple[Period, ...]


def poisson_interval(seen: int) -> tuple[float, float]:
    """Return the ends of the interval in which the mean of a Poisson law lies of which ``seen`` came, 95 in 100.

    By Wilson and Hilferty's approximation of the χ² law, right to a hundredth.

    Examples
    --------
    >>> [round(end, 1) for end in poisson_interval(10)]
    [4.8, 18.4]
    >>> [round(end, 1) for end in poisson_interval(0)]
    [0.0, 3.7]
    """
    z = 1.96
    low = seen * (1 - 1 / (9 * seen) - z / (3 * math.sqrt(seen))) ** 3 if seen else 0.0
    more = seen + 1
    return low, more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3


def base_world(brand: int) -> World:
    """Return the law of a brand's talk, before it is made rough."""
    return World(
        rate_per_min=RATES[brand % len(RATES)],
        share=SHARES[(brand + brand // len(RATES)) % len(SHARES)],
        correlation_min=5.0,
        drift=0.1,
        share_drift=0.15,
    )


def smooth(world: World, weeks: float, rng: np.random.Generator) -> Quiet:
    """Return the talk as it is in the other worlds."""
    return quiet(world, weeks, rng)


def nine_sharp(world: World, weeks: float, rng: np.random.Generator) -> Quiet:
    """Return that of an office: eight to twenty-five times as much by day, from one minute to the next, mornings most.

    It opens at a whole hour, now and then at half past or ten minutes early. At weekends it is as by night, or half of
    the brands have some of a day.
    """
    law = quiet(replace(world, swing=0.0), weeks, rng)
    at = np.arange(len(law.rate))
    minute, day = at % DAY_MIN, at // DAY_MIN % 7
    opens = HOUR_MIN * int(rng.integers(6, 11)) + int(rng.choice([0, 0, 0, 30, -10]))
    closes = opens + HOUR_MIN * int(rng.integers(8, 11))
    by_night = 1 / rng.uniform(8, 25)
    weekend = rng.choice([0.0, 0.0, 0.15, 0.3])
    by_day = 1 + rng.uniform(0, 0.8) * np.exp(-(minute - opens) / 90)
    by_day *= np.where((minute >= opens + 240) & (minute < opens + 300), 0.7, 1.0)
    is_open = (minute >= opens) & (minute < closes)
    shape = by_night + np.where(is_open, by_day, 0.0) * np.where(day < 5, 1.0, weekend)
    return Quiet(law.rate * shape / shape[:WEEK_MIN].mean(), law.multiplier, law.share)


def weekly_show(world: World, weeks: float, rng: np.random.Generator) -> Quiet:
    """Return talk with a programme: ninety minutes of each week, eight times as loud, as moody as ever."""
    law = quiet(world, weeks, rng)
    begins = int(rng.integers(0, 7)) * DAY_MIN + HOUR_MIN * int(rng.integers(17, 22))
    since = np.arange(len(law.rate)) % WEEK_MIN - begins
    return replace(law, rate=law.rate * np.where((since >= 0) & (since < 90), 8.0, 1.0))


def neutral_news(world: World, weeks: float, rng: np.random.Generator) -> Quiet:
    """Return talk with news every five days: at once eight times the mean on top, a tenth of that negative."""
    law = quiet(world, weeks, rng)
    rate, angry = law.rate.copy(), law.rate * law.share
    for begin in _every(5 * DAY_MIN, len(rate), rng):
        lasting = 8 * world.rate_per_min * np.exp(-np.arange(len(rate) - begin) / 120)
        rate[begin:] += lasting
        angry[begin:] += 0.1 * lasting
    return Quiet(rate, law.multiplier, angry / rate)


def fiscal_day(world: World, weeks: float, rng: np.random.Generator) -> Quiet:
    """Return talk that every second week has a day, from eight to eight, with four times as much of it."""
    law = quiet(world, weeks, rng)
    at = np.arange(len(law.rate)) - int(rng.integers(2, 14)) * DAY_MIN
    minute = at % (14 * DAY_MIN)
    is_due = (at >= 0) & (minute >= 8 * HOUR_MIN) & (minute < 20 * HOUR_MIN)
    return replace(law, rate=law.rate * np.where(is_due, 4.0, 1.0))


def holiday(world: World, weeks: float, rng: np.random.Generator) -> Quiet:
    """Return talk that falls to three tenths on a working day in each fortnight, and in the whole sixth week."""
    law = quiet(world, weeks, rng)
    day = np.arange(len(law.rate)) // DAY_MIN
    is_off = (day // 7 == 5) | np.isin(
        day, [7 * week + int(rng.integers(0, 5)) for week in range(0, math.ceil(weeks), 2)]
    )
    return replace(law, rate=law.rate * np.where(is_off, 0.3, 1.0))


def outage(world: World, weeks: float, rng: np.random.Generator) -> Quiet:
    """Return talk that every five days is not heard for two to twelve hours, of which nobody knows."""
    law = quiet(world, weeks, rng)
    rate = law.rate.copy()
    for begin in _every(5 * DAY_MIN, len(rate), rng):
        rate[begin : begin + int(rng.uniform(2, 12) * HOUR_MIN)] = 0.0
    return replace(law, rate=rate)


def all_of_it(world: World, weeks: float, rng: np.random.Generator) -> Quiet:
    """Return an office's talk with a programme, news, days on which something is due, holidays and outages."""
    law = nine_sharp(world, weeks, rng)
    for other in (weekly_show, fiscal_day, holiday, outage):
        flat = replace(world, rate_per_min=1.0, swing=0.0, drift=0.0)
        law = replace(law, rate=law.rate * other(flat, weeks, rng).rate)
    return law


ROUGH: Mapping[str, Callable[[World, float, np.random.Generator], Quiet]] = {
    "none": smooth,
    "nine sharp": nine_sharp,
    "lumps of an hour": smooth,
    "weekly show": weekly_show,
    "neutral news ×8": neutral_news,
    "fiscal day": fiscal_day,
    "holidays": holiday,
    "outages": outage,
    "all but lumps and news": all_of_it,
}
"""By the name in the table."""
IN_LUMPS = frozenset({"lumps of an hour"})
"""Of these the times are whole hours."""


def _every(mean_min: float, minutes: int, rng: np.random.Generator) -> Iterator[int]:
    at = rng.exponential(mean_min)
    while at < minutes:
        yield int(at)
        at += rng.exponential(mean_min)


def life(roughness: str, brand: int, weeks: int, seed: int) -> Life:
    """Return the life of one brand, the same for the same arguments."""
    rng = np.random.default_rng([seed, list(ROUGH).index(roughness), brand])
    world = base_world(brand)
    law = ROUGH[roughness](world, weeks, rng)
    onsets = tuple(
        int(rng.integers(max(begin * WEEK_MIN, FIRST_ONSET_MIN), min(end, weeks) * WEEK_MIN - 2 * OUTBREAK_MIN))
        for _, begin, end in PERIODS
        if begin < weeks
    )
    edges = np.flatnonzero(np.diff(law.rate == 0.0, prepend=False, append=False)).tolist()
    unheard = tuple(zip(edges[::2], edges[1::2], strict=True))
    for began, ended in unheard:
        # What nobody hears, no rule can miss.
        onsets = tuple(ended if began - OUTBREAK_MIN < onset < ended else onset for onset in onsets)
    observed = counts(law.rate * law.multiplier, law.share, rng)
    if roughness in IN_LUMPS:
        observed = in_lumps(observed)
    for onset in onsets:
        more = OUTBREAK_TIMES * world.rate_per_min * np.minimum(1.0, (np.arange(OUTBREAK_MIN) + 0.5) / RAMP_MIN)
        part = observed[onset : onset + OUTBREAK_MIN]
        part += counts(more, np.full(OUTBREAK_MIN, OUTBREAK_SHARE), rng)[: len(part)]
    return Life(world, observed, onsets, unheard)


def in_lumps(observed: Counts) -> Counts:
    """Return the same voices, each at the first second of its hour."""
    lumped = np.zeros_like(observed)
    lumped[::HOUR_MIN, 0] = observed.reshape(-1, HOUR_MIN * MINUTE_S, 2).sum(axis=1)
    return lumped


def pages_of_counts(lived: Life, budget: float) -> list[int]:
    """Return the minutes in which the decision began to ring, by the counts alone."""
    fired = replay(OutbreakDetector(budget).states, MONDAY, lived.observed, Terms(budget, FLOOR), False)
    kinds = fired // 100
    return [int(minute) for minute in np.flatnonzero((kinds > 0) & (kinds < 3))]


class Tally:
    """Sums up lives into the periods of a row."""

    def __init__(self) -> None:
        self._pages = [0 for _ in PERIODS]
        self._weeks = [0.0 for _ in PERIODS]
        self._delays: list[list[float]] = [[] for _ in PERIODS]

    def take(self, pages: list[int], onsets: tuple[int, ...], weeks: int) -> None:
        """Take one brand's life: the minutes in which it rang, and in which outbreaks began."""
        for place, (_, begin, end) in enumerate(PERIODS[: len(onsets)]):
            onset = onsets[place]
            inside = [page for page in pages if begin * WEEK_MIN <= page < end * WEEK_MIN]
            of_outbreak = [page for page in inside if onset <= page < onset + OUTBREAK_MIN]
            after = onset + OUTBREAK_MIN + AFTERMATH_MIN
            self._pages[place] += sum(not onset <= page < after for page in inside)
            self._weeks[place] += min(end, weeks) - begin
            self._delays[place].append(of_outbreak[0] + 1 - onset if of_outbreak else math.inf)

    def row(self, roughness: str, judged_by: str) -> RoughRow:
        """Return the row."""
        periods = []
        for place, (name, _, _) in enumerate(PERIODS):
            delays = self._delays[place]
            found = [delay for delay in delays if not math.isinf(delay)]
            if delays:
                periods.append(
                    Period(
                        name=name,
                        brand_weeks=self._weeks[place],
                        pages=self._pages[place],
                        outbreaks=len(delays),
                        missed=len(delays) - len(found),
                        delay_min=float(np.median(found)) if found else math.nan,
                    )
                )
        return RoughRow(roughness=roughness, judged_by=judged_by, periods=tuple(periods))


def rough_rows(*, budget: float, brands: int, weeks: int, seed: int) -> Iterator[RoughRow]:
    """Measure each roughness that shows in counts, one row at a time."""
    for roughness in ROUGH:
        tally = Tally()
        for brand in range(brands):
            lived = life(roughness, brand, weeks, seed)
            tally.take(pages_of_counts(lived, budget), lived.onsets, weeks)
        yield tally.row(roughness, "counts")


def rough_size(*, quick: bool) -> tuple[int, int]:
    """Return how many brands of each roughness live for how many weeks."""
    return (4, 5) if quick else (16, LIVED_WEEKS)


def period_cells(period: Period) -> tuple[str, str]:
    """Return what a table says of a part of the lives: false pages a brand and week, and what came of the outbreaks."""
    mean, low, high = period.a_week()
    pages = f"{mean:.2f} ({low:.2f}–{high:.2f}) of {period.brand_weeks:g}"
    delay = "–" if math.isnan(period.delay_min) else f"{period.delay_min:.0f} min"
    return pages, f"{delay}, {period.missed}/{period.outbreaks} missed"
