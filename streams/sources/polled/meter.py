"""What may be spent in a time, and what was. Pure."""

import datetime as dt
from typing import Literal, Self
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

Period = Literal["hour", "pacific_day", "month"]
_PACIFIC = ZoneInfo("America/Los_Angeles")


class Meter(Struct, frozen=True, kw_only=True):
    """One allowance.

    Parameters
    ----------
    period
        After which it is renewed; a day of Google's begins at midnight in California.
    cap
        Of each period.
    began
        When the period began that ``spent`` belongs to, epoch seconds.
    spent
        In that period.

    Examples
    --------
    >>> meter = Meter(period="hour", cap=100.0).spend(60.0, now=7200.0)
    >>> meter.left(7300.0), meter.left(10_800.0), meter.ends(7300.0)
    (40.0, 100.0, 10800.0)
    """

    period: Period
    cap: float
    began: float = 0.0
    spent: float = 0.0

    def at(self, now: float) -> Self:
        """Return it as it is at a moment."""
        began = _began(self.period, now)
        return self if began <= self.began else replace(self, began=began, spent=0.0)

    def spend(self, cost: float, now: float) -> Self:
        """Return it with more spent."""
        here = self.at(now)
        return replace(here, spent=here.spent + cost)

    def left(self, now: float) -> float:
        """Return what may still be spent."""
        return max(0.0, self.cap - self.at(now).spent)

    def ends(self, now: float) -> float:
        """Return when it is renewed, epoch seconds."""
        return _ends(self.period, now)


def _began(period: Period, now: float) -> float:
    return _begin(_local(period, now), period).timestamp()


def _ends(period: Period, now: float) -> float:
    here = _begin(_local(period, now), period)
    if period == "hour":
        return here.timestamp() + 3600.0
    if period == "month":
        return (here + dt.timedelta(days=32)).replace(day=1).timestamp()
    # Of the wall: a day of California's has 23 or 25 hours twice a year.
    return (here + dt.timedelta(days=1)).timestamp()


def _local(period: Period, now: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(now, _PACIFIC if period == "pacific_day" else dt.UTC)


def _begin(moment: dt.datetime, period: Period) -> dt.datetime:
    begin = moment.replace(minute=0, second=0, microsecond=0, fold=moment.fold)
    if period == "hour":
        return begin
    begin = begin.replace(hour=0, fold=0)
    return begin.replace(day=1) if period == "month" else begin
