"""Altered copies of labelled series: what a detector that carries over finds as well as the series themselves."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from detectors.series.benchmark import LabelledSeries
from detectors.series.rows import SeriesRow

DAY_S, HOUR_S = 86_400, 3600
HOURS = 24
Values = npt.NDArray[np.float64]
Windows = tuple[tuple[int, int], ...]


class Counts(Struct, frozen=True):
    """A series with an even step from a moment on; what is no number is a gap."""

    name: str
    start: float
    step_s: float
    values: Values
    windows: Windows

    @property
    def hours(self) -> npt.NDArray[np.int64]:
        """The hour of day of each value."""
        return hours_of_day(self, len(self.values))

    @property
    def ordinary(self) -> npt.NDArray[np.bool_]:
        """Whether each value lies outside the windows."""
        outside = np.ones(len(self.values), dtype=np.bool_)
        for first, last in self.windows:
            outside[first : last + 1] = False
        return outside


Alteration = Callable[[np.random.Generator, Counts, Sequence[Counts]], Counts]
"""From a random generator, the series, and all series, to the copy."""


def altered(kind: str, series: Sequence[LabelledSeries], number: int, seed: int) -> LabelledSeries:
    """Return a copy of one of the series.

    Parameters
    ----------
    kind
        One of ``ALTERATIONS``.
    series
        All of them.
    number
        Which one.
    seed
        The same seed gives the same copy.
    """
    rng = np.random.default_rng([list(ALTERATIONS).index(kind), seed, number])
    every = [counts(one) for one in series]
    return labelled(ALTERATIONS[kind](rng, every[number], every))


def counts(series: LabelledSeries) -> Counts:
    """Return a series as an array, its gaps filled with no numbers."""
    start, step_s = series.rows[0].at, series.step_s
    places = [round((row.at - start) / step_s) for row in series.rows]
    values = np.full(places[-1] + 1, np.nan)
    values[places] = [row.value for row in series.rows]
    return Counts(series.name, start, step_s, values, tuple((places[a], places[b]) for a, b in series.windows))


def labelled(copy: Counts) -> LabelledSeries:
    """Return the rows of an array without its gaps; a window is from its first row that is there to its last."""
    there = np.flatnonzero(~np.isnan(copy.values))
    rows = tuple(
        SeriesRow("", "", copy.start + float(place) * copy.step_s, float(copy.values[place]), copy.step_s)
        for place in there
    )
    windows = tuple(
        (int(np.searchsorted(there, first)), int(np.searchsorted(there, last, side="right")) - 1)
        for first, last in copy.windows
    )
    return LabelledSeries(copy.name, rows, windows)


def on_another_day(rng: np.random.Generator, series: Counts, _every: Sequence[Counts]) -> Counts:
    """Begin at another weekday and hour."""
    return Counts(
        series.name, series.start + HOUR_S * int(rng.integers(1, 168)), series.step_s, series.values, series.windows
    )


def from_later_on(rng: np.random.Generator, series: Counts, _every: Sequence[Counts]) -> Counts:
    """Leave out the first day to fortnight, with the windows that begin in it."""
    day = int(DAY_S // series.step_s)
    cut = int(rng.integers(day, 14 * day))
    cut = min(cut, max(0, len(series.values) - 2))
    windows = tuple((a - cut, b - cut) for a, b in series.windows if a >= cut)
    return Counts(series.name, series.start + cut * series.step_s, series.step_s, series.values[cut:], windows)


def rotated(rng: np.random.Generator, series: Counts, _every: Sequence[Counts]) -> Counts:
    """Tell the last weeks before the first, cut at a day's end outside the windows."""
    day = int(DAY_S // series.step_s)
    whole = len(series.values) // day * day
    cuts = [cut for cut in range(day, whole, day) if not any(a <= cut <= b for a, b in series.windows)]
    cut = int(rng.choice(cuts)) if cuts else 0
    kept = [(a, b) for a, b in series.windows if b < whole]
    windows = sorted(((a - cut) % whole, (b - cut) % whole) for a, b in kept)
    values = np.concatenate([series.values[cut:whole], series.values[:cut]])
    return Counts(series.name, series.start, series.step_s, values, tuple(windows))


def resampled(rng: np.random.Generator, series: Counts, _every: Sequence[Counts]) -> Counts:
    """Add up two, three or six rows to one."""
    times = int(rng.choice([2, 3, 6]))
    rows = len(series.values) // times
    values = series.values[: rows * times].reshape(rows, times).sum(axis=1)
    windows = tuple((a // times, min(b // times, rows - 1)) for a, b in series.windows)
    return Counts(series.name, series.start, series.step_s * times, values, windows)


def scaled(rng: np.random.Generator, series: Counts, _every: Sequence[Counts]) -> Counts:
    """Keep a tenth to all of the mentions by chance, or have up to ten times as many."""
    times = _between(rng, 0.1, 10.0)
    values = _rounded(rng, series.values * times) if times > 1.0 else _thinned(rng, series.values, times)
    return Counts(series.name, series.start, series.step_s, values, series.windows)


def noisy(rng: np.random.Generator, series: Counts, _every: Sequence[Counts]) -> Counts:
    """Let the rate drift: by 20 to 50 %, forgetting within one to twelve hours."""
    spread, kept = rng.uniform(0.2, 0.5), math.exp(-series.step_s / (HOUR_S * _between(rng, 1.0, 12.0)))
    shocks = rng.normal(0.0, spread * math.sqrt(1.0 - kept**2), len(series.values))
    drift = np.empty_like(shocks)
    state = rng.normal(0.0, spread)
    for row, shock in enumerate(shocks):
        state = kept * state + shock
        drift[row] = state
    values = _rounded(rng, series.values * np.exp(drift - spread**2 / 2.0))
    return Counts(series.name, series.start, series.step_s, values, series.windows)


def stretched(rng: np.random.Generator, series: Counts, _every: Sequence[Counts]) -> Counts:
    """Let all that happens last 0.7 to 1.4 times as long, the hours of the day staying where they are.

    Time is measured by the expected mentions, hour of day by hour of day, and stretched there.
    """
    times, rows = _between(rng, 0.7, 1.4), len(series.values)
    profile = _profile(series, np.ones(rows, dtype=np.bool_)) + 0.02 * series.values.mean()
    expected = np.concatenate([[0.0], np.cumsum(profile[hours_of_day(series, 2 * rows)])])
    edges = np.arange(len(expected))
    before = np.interp(expected[: int(rows * times) + 1] / times, expected, edges)
    before = before[before <= rows]
    observed = np.concatenate([[0.0], np.cumsum(series.values)])
    values = _rounded(rng, np.diff(times * np.interp(before, np.arange(rows + 1), observed)))

    def moved(row: int) -> int:
        return min(len(values) - 1, int(np.interp(np.interp(row, edges, expected) * times, expected, edges)))

    windows = tuple((moved(a), moved(b)) for a, b in series.windows)
    return Counts(series.name, series.start, series.step_s, values, windows)


def with_gaps(rng: np.random.Generator, series: Counts, _every: Sequence[Counts]) -> Counts:
    """Leave out one row in a hundred, and two to six times up to two days outside the windows."""
    values = series.values.copy()
    values[rng.random(len(values)) < 0.01] = np.nan
    before = int(DAY_S / 4 // series.step_s)
    for _ in range(int(rng.integers(2, 7))):
        rows = int(_between(rng, HOUR_S, 2 * DAY_S) // series.step_s)
        first = int(rng.integers(1, max(2, len(values) - rows)))
        if not any(a - before <= first + rows and first <= b for a, b in series.windows):
            values[first : first + rows] = np.nan
    values[:2] = series.values[:2]
    for window in series.windows:
        values[list(window)] = series.values[list(window)]
    return Counts(series.name, series.start, series.step_s, values, series.windows)


def crossed(rng: np.random.Generator, series: Counts, every: Sequence[Counts]) -> Counts:
    """Give the days outside the windows the ups and downs of another of the series, at this one's level and hours."""
    others = [one for one in every if one.name != series.name] or [series]
    other = others[int(rng.integers(len(others)))]
    there, own = other.ordinary, series.ordinary
    smooth = np.ones(max(1, round(20.0 / max(float(other.values[there].mean()), 0.01))))
    expected = np.convolve(_profile(other, there)[other.hours][there], smooth, "same")
    ratio = np.convolve(other.values[there], smooth, "same") / expected
    ratio = np.resize(np.roll(ratio, int(rng.integers(len(ratio)))), len(series.values))
    drawn = rng.poisson(_profile(series, own)[series.hours] * ratio)
    return Counts(series.name, series.start, series.step_s, np.where(own, drawn, series.values), series.windows)


def mixed(rng: np.random.Generator, series: Counts, every: Sequence[Counts]) -> Counts:
    """Rotate, move, stretch, disturb and scale at once."""
    copy = series
    for alter in (rotated, on_another_day, stretched, noisy, scaled):
        copy = alter(rng, copy, every)
    return copy


ALTERATIONS: dict[str, Alteration] = {
    "weekday and hour": on_another_day,
    "later start": from_later_on,
    "other order": rotated,
    "longer step": resampled,
    "other level": scaled,
    "drifting rate": noisy,
    "stretched": stretched,
    "gaps": with_gaps,
    "another's ups and downs": crossed,
    "several at once": mixed,
}


def hours_of_day(series: Counts, rows: int) -> npt.NDArray[np.int64]:
    """Return the hour of day of so many rows from a series' start."""
    return ((series.start + series.step_s * np.arange(rows)) // HOUR_S % HOURS).astype(np.int64)


def _profile(series: Counts, of: npt.NDArray[np.bool_]) -> Values:
    hours = series.hours
    level = float(series.values[of].mean())
    means = [float(series.values[of & (hours == hour)].mean()) if (of & (hours == hour)).any() else level
             for hour in range(HOURS)]  # fmt: skip
    return np.maximum(means, 1e-3)


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    return math.exp(rng.uniform(math.log(low), math.log(high)))


def _rounded(rng: np.random.Generator, values: Values) -> Values:
    whole = np.floor(values)
    return whole + (rng.random(values.shape) < values - whole)


def _thinned(rng: np.random.Generator, values: Values, share: float) -> Values:
    return rng.binomial(np.round(values).astype(np.int64), share).astype(np.float64)
