"""Rules that others publish for their own alerts, on the same mentions: what an officer has who reads their manuals.

Each looks at how many mentions there were, as they do: none asks whether people are angry. Where a publication leaves a
figure open, the choice is stated beside the rule, in its favour where there is doubt.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alerts.simulation.benchmark.judging import Alarm
from alerts.simulation.benchmark.story_peer import STEP_S, alarms_at, first_of_each

HOUR = 3600 // STEP_S
DAY, WEEK = 24 * HOUR, 7 * 24 * HOUR
LEAST = 10
"""Mentions in the window below which no rule wakes anybody: none states one, and without it a brand of three mentions a
day would fire daily."""

Counts = NDArray[np.float64]
Passed = NDArray[np.bool_]


class PublishedRule(NamedTuple):
    """A rule, and when it passes: for each step whether it would alert at the step's end."""

    says: str
    passes: Callable[[Counts], Passed]


def last_hour_against_twelve(counts: Counts) -> Passed:
    """Pass where the last hour has 2.5 times the mean of the twelve before it, and more than a day and a week ago.

    Which factor is left open; the example goes from 200 an hour to 500.

    References
    ----------
    [^1]: Meltwater Community, “Understanding Alert Types”: https://community.meltwater.com/alerts-205/understanding-alert-types-8057
    """
    hour, twelve = _sums(counts, HOUR), _sums(counts, 12 * HOUR)
    before = _ago(twelve, HOUR) / 12.0
    unusual = (hour > _ago(hour, DAY, unknown=0.0)) & (hour > _ago(hour, WEEK, unknown=0.0))
    return unusual & (hour >= LEAST) & (hour > 2.5 * before)


def day_against_week(counts: Counts) -> Passed:
    """Pass where the mean of 24 hours is two deviations above that of the last seven days; asked once an hour.

    Two is the middle of the three sensitivities; deviations are those of the hours.

    References
    ----------
    [^1]: Socialmetrix, “Variation Alerts”: https://socialmetrix.freshdesk.com/support/solutions/articles/1000143951-variation-alerts
    """
    hours = _sums(counts, HOUR)
    mean = _sums(counts, WEEK) / (WEEK / HOUR)
    squares = _sums(counts, WEEK, of=hours**2) / WEEK
    deviation = np.sqrt(np.maximum(squares - (_sums(counts, WEEK, of=hours) / WEEK) ** 2, 0.0))
    day = _sums(counts, DAY)
    return _hourly((day >= LEAST) & (day / 24.0 > mean + 2.0 * deviation))


def half_as_much_again(counts: Counts) -> Passed:
    """Pass where the last 24 hours have 150 % of an ordinary day of the seven before; asked once an hour."""
    day, week = _sums(counts, DAY), _sums(counts, WEEK)
    return _hourly((day >= LEAST) & (day > 1.5 * _ago(week, DAY) / 7.0))


def five_times_the_mean(counts: Counts) -> Passed:
    """Pass where the last hour has five times the mean hour of the seven days before it."""
    hour, week = _sums(counts, HOUR), _sums(counts, WEEK)
    return (hour >= LEAST) & (hour > 5.0 * _ago(week, HOUR) / (WEEK / HOUR))


RULES: Mapping[str, PublishedRule] = {
    "hour against twelve": PublishedRule("last hour 2.5 times the twelve before", last_hour_against_twelve),
    "day against week": PublishedRule("24 h two deviations above seven days", day_against_week),
    "150 % of the week": PublishedRule("24 h 150 % of a day of the week before", half_as_much_again),
    "five times the mean": PublishedRule("last hour five times the week's mean", five_times_the_mean),
}
"""By the name under which they stand in tables."""


def rule_rings(brand: str, rule: PublishedRule, first: int, counts: Sequence[float]) -> list[Alarm]:
    """Return when a rule would have paged for a brand.

    Parameters
    ----------
    brand
        Its id.
    rule
        One of ``RULES``.
    first
        Start of the first step, epoch seconds.
    counts
        Mentions of each step of ``STEP_S`` seconds, silent ones included.
    """
    passed = rule.passes(np.asarray(counts, dtype=np.float64))
    return alarms_at(brand, first, first_of_each(np.flatnonzero(passed).tolist()))


def _sums(counts: Counts, steps: int, *, of: Counts | None = None) -> Counts:
    """Return the sum of the last ``steps`` at each step's end; NaN, which passes nothing, before there are as many."""
    values = counts if of is None else np.nan_to_num(of)
    running = np.concatenate([[0.0], np.cumsum(values)])
    sums = np.full(len(counts), np.nan)
    sums[steps - 1 :] = running[steps:] - running[: len(running) - steps]
    return sums


def _ago(values: Counts, steps: int, *, unknown: float = np.nan) -> Counts:
    """Return what each was ``steps`` before, and ``unknown`` where nothing was."""
    ago = np.full(len(values), unknown)
    ago[steps:] = values[: max(0, len(values) - steps)]
    return ago if np.isnan(unknown) else np.nan_to_num(ago, nan=unknown)


def _hourly(passed: Passed) -> Passed:
    """Ask at the end of each hour, and let the answer stand until the next."""
    asked = (np.arange(len(passed)) + 1) // HOUR * HOUR - 1
    return (asked >= 0) & passed[asked]
