"""The shape of a brand's week: how much of its talk falls on this hour."""

import math
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from detectors.compiled import Record, compiled

HOURS, DAYS = 24, 7
WEEK_H = HOURS * DAYS

SWING, PEAK_H, WEEKEND = 0.35, 15.0, 0.8
"""What is assumed of a brand not yet known: a third more at three in the afternoon, a fifth less at weekends."""
PSEUDO_MENTIONS = 20.0
"""An hour of infinitely many mentions tells as much as so many: hours differ by about √(1/20) whatever their size."""
DAYS_KEPT, WEEKS_KEPT = 14.0, 6.0
"""The memory of the hours of day, in days, and of the days and hours of the week, in weeks."""
DAY_PRIOR, WEEKDAY_PRIOR, WEEK_PRIOR = 0.5, 0.25, 1.0
"""Days that the assumed shape of the day weighs; weeks that the assumed weekend weighs (brands differ most there), and
that “every week hour is its day's hour” weighs."""
HOT_TIMES = 3.0
"""An hour that looked like an outbreak teaches the week no more than so many times what was due: it may come again next
week, as a programme or a Monday does."""
STEEP, BESIDE_S = 1.5, 900
"""Where two hours that follow each other differ by more, as those of an office do, nobody knows at which minute between
it turns: so long before and after any moment it may be as loud as the hour's mean."""
DAY_KINDS, WEEKEND_FROM, HEARD = 2, 5, 1e-6
"""Working days and weekends, whose hours a young brand knows one by one; the first day of the weekend; and how loud a
silent hour is, for one that was heard."""

PROFILE_FIELDS = [
    ("log_hour", "f8", (HOURS,)),
    ("log_day", "f8", (DAYS,)),
    ("log_week_hour", "f4", (WEEK_H,)),
    ("hour_seen", "f8", (HOURS,)),
    ("hour_due", "f8", (HOURS,)),
    ("day_seen", "f8", (DAYS,)),
    ("day_due", "f8", (DAYS,)),
    ("week_hour_seen", "f4", (WEEK_H,)),
    ("week_hour_due", "f4", (WEEK_H,)),
    ("today_seen", "f8", (HOURS,)),
    ("today_due", "f8", (HOURS,)),
    ("today_hot_seen", "f8", (HOURS,)),
    ("today_hot_due", "f8", (HOURS,)),
    ("last_days_seen", "f8", (DAYS,)),
    ("last_days_due", "f8", (DAYS,)),
    ("loudest_hours", "f4", (DAY_KINDS * HOURS,)),
]
"""``loudest_hours``: the most mentions a minute that an hour of a working day, or of a weekend's, has had where it did
not turn negative; 0 of one that was never heard."""


class Week(Struct, frozen=True):
    """The shape of a week: logarithms of each hour's and each day's factor, from midnight and Monday on."""

    log_hours: tuple[float, ...]
    log_days: tuple[float, ...]


def new_profile(state: np.void) -> None:
    """Fill the profile's fields with what is assumed of a brand not yet known."""
    hours = np.log(1 + SWING * np.cos((np.arange(HOURS) + 0.5 - PEAK_H) * math.tau / HOURS))
    days = np.log(np.where(np.arange(DAYS) < 5, 1.0, WEEKEND))
    begin_with(state, [Week(tuple(hours), tuple(days))])


def begin_with(state: np.void, weeks: Sequence[Week]) -> None:
    """Fill the profile's fields with the mean of other weeks, as what is assumed of a brand not yet known."""
    hours = np.mean([week.log_hours for week in weeks], axis=0)
    state["log_hour"] = hours - np.log(np.exp(hours).mean())
    state["hour_due"] = DAY_PRIOR * PSEUDO_MENTIONS
    state["hour_seen"] = state["hour_due"] * np.exp(state["log_hour"])
    days = np.mean([week.log_days for week in weeks], axis=0)
    state["log_day"] = days - np.log(np.exp(days).mean())
    state["day_due"] = WEEKDAY_PRIOR * PSEUDO_MENTIONS
    state["day_seen"] = state["day_due"] * np.exp(state["log_day"])


def week_of(state: np.void) -> Week:
    """Return the shape of the week that was learned."""
    return Week(tuple(state["log_hour"].tolist()), tuple(state["log_day"].tolist()))


@compiled
def hour_of_week(at: int) -> int:
    """Return the hour of the week, 0 for Monday 00:00 UTC, of seconds since the epoch (a Thursday)."""
    return (at // 3600 + 72) % WEEK_H


@compiled
def profile_at(state: Record, at: int) -> float:
    """Return how many times its mean the talk is at a moment, linear between the hours' centres in the logarithm."""
    shifted = at - 1800
    left = hour_of_week(shifted)
    right = (left + 1) % WEEK_H
    part = (shifted % 3600) / 3600.0
    log_left = state.log_hour[left % HOURS] + state.log_day[left // HOURS] + state.log_week_hour[left]
    log_right = state.log_hour[right % HOURS] + state.log_day[right // HOURS] + state.log_week_hour[right]
    return math.exp((1.0 - part) * log_left + part * log_right)


@compiled
def profile_beside(state: Record, at: int) -> float:
    """Return how many times its mean the talk may be at a moment: beside a step as much as behind it."""
    highest = lowest = profile_at(state, at)
    for aside in (-BESIDE_S, BESIDE_S):
        centre = profile_at(state, (at + aside) // 3600 * 3600 + 1800)
        highest, lowest = max(highest, centre), min(lowest, centre)
    return highest if highest > STEEP * lowest else profile_at(state, at)


@compiled
def kind_of_hour(at: int) -> int:
    """Return which hour of a working day it is, 0 to 23, or of a weekend's, 24 to 47."""
    hour = hour_of_week(at)
    return hour % HOURS + (HOURS if hour // HOURS >= WEEKEND_FROM else 0)


@compiled
def loudest_beside(state: Record, at: int) -> float:
    """Return the most mentions a minute that such an hour has had, a quarter of an hour before and after included."""
    return float(
        max(
            state.loudest_hours[kind_of_hour(at - BESIDE_S)],
            state.loudest_hours[kind_of_hour(at + BESIDE_S)],
        )
    )


@compiled
def was_heard_before(state: Record, at: int) -> bool:
    """Return whether such an hour was heard before, and those a quarter of an hour before and after."""
    return bool(
        state.loudest_hours[kind_of_hour(at - BESIDE_S)] > 0.0
        and state.loudest_hours[kind_of_hour(at + BESIDE_S)] > 0.0
    )


@compiled
def learn_loudest(state: Record, at: int, per_min: float) -> None:
    """Remember how loud an hour was that did not turn negative, by a second of it."""
    hour = kind_of_hour(at)
    state.loudest_hours[hour] = max(state.loudest_hours[hour], per_min, HEARD)


@compiled
def _weight(seen: float) -> float:
    """Return what one mention of so many weighs, so that an hour never tells more than ``PSEUDO_MENTIONS``."""
    return 1.0 / (1.0 + seen / PSEUDO_MENTIONS)


@compiled
def learn_day(state: Record, day: int) -> None:
    """Take the day that ended into the shape of the week, and forget the day's own sums.

    Each factor is a ratio of what was seen to what was due without it, both weighed and forgotten alike (the mean
    of a gamma law given Poisson counts): hours without a mention do no harm, and the day's own level does not count.

    Parameters
    ----------
    state
        A record with the profile's fields; ``today_due`` holds the sums of the profile over the minutes learned.
    day
        Day of the week, 0 for Monday.
    """
    seen, due = 0.0, 0.0
    for hour in range(HOURS):
        seen += state.today_seen[hour]
        due += state.today_due[hour]
    if due > 0.0 and seen > 0.0:
        _learn_hours(state, day, seen / due)
        _learn_day_of_week(state, day, seen, due)
    for hour in range(HOURS):
        state.today_seen[hour] = 0.0
        state.today_due[hour] = 0.0
        state.today_hot_seen[hour] = 0.0
        state.today_hot_due[hour] = 0.0


@compiled
def _learn_hours(state: Record, day: int, level: float) -> None:
    before = state.log_hour.copy()
    for hour in range(HOURS):
        seen, due = state.today_seen[hour], level * state.today_due[hour]
        if due <= 0.0:
            continue
        weight = _weight(due)
        kept = 1.0 - weight * due / PSEUDO_MENTIONS / DAYS_KEPT
        without = due / math.exp(before[hour])
        state.hour_seen[hour] = kept * state.hour_seen[hour] + weight * seen
        state.hour_due[hour] = kept * state.hour_due[hour] + weight * without
    mean = 0.0
    for hour in range(HOURS):
        mean += (state.hour_seen[hour] + 0.5) / (state.hour_due[hour] + 0.5) / HOURS
    for hour in range(HOURS):
        state.log_hour[hour] = math.log((state.hour_seen[hour] + 0.5) / (state.hour_due[hour] + 0.5) / mean)
        # The week learns what the hour of day leaves over, or both would learn the same.
        evidence = level * math.exp(state.log_hour[hour] - before[hour])
        hot_due = evidence * state.today_hot_due[hour]
        _learn_week_hour(state, day * HOURS + hour, state.today_seen[hour], evidence * state.today_due[hour])
        _learn_week_hour(state, day * HOURS + hour, min(state.today_hot_seen[hour], HOT_TIMES * hot_due), hot_due)


@compiled
def _learn_week_hour(state: Record, hour: int, seen: float, due: float) -> None:
    if due <= 0.0:
        return
    weight = _weight(due)
    kept = 1.0 - weight * due / PSEUDO_MENTIONS / WEEKS_KEPT
    without = due / math.exp(state.log_week_hour[hour])
    state.week_hour_seen[hour] = kept * state.week_hour_seen[hour] + weight * seen
    state.week_hour_due[hour] = kept * state.week_hour_due[hour] + weight * without
    prior = WEEK_PRIOR * PSEUDO_MENTIONS
    state.log_week_hour[hour] = math.log((state.week_hour_seen[hour] + prior) / (state.week_hour_due[hour] + prior))


@compiled
def _learn_day_of_week(state: Record, day: int, seen: float, due: float) -> None:
    without = due / math.exp(state.log_day[day])
    state.last_days_seen[day] = seen
    state.last_days_due[day] = without
    week_seen, week_due, days = 0.0, 0.0, 0
    for one in range(DAYS):
        week_seen += state.last_days_seen[one]
        week_due += state.last_days_due[one]
        days += state.last_days_due[one] > 0.0
    # Before it has seen each day once, a brand cannot tell a loud Tuesday from a loud week.
    if days < DAYS:
        return
    expected = week_seen / week_due * without
    weight = _weight(expected)
    kept = 1.0 - weight * expected / PSEUDO_MENTIONS / WEEKS_KEPT
    state.day_seen[day] = kept * state.day_seen[day] + weight * seen
    state.day_due[day] = kept * state.day_due[day] + weight * expected
    mean = 0.0
    for one in range(DAYS):
        mean += state.day_seen[one] / state.day_due[one] / DAYS
    for one in range(DAYS):
        state.log_day[one] = math.log(state.day_seen[one] / state.day_due[one] / mean)
