"""Scales and ticks of charts: round numbers on the left, round times of day or dates beneath."""

import math
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from alerts.wording.moments import IN_UTC, Times

_STEPS_S = (
    10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 3 * 3600, 6 * 3600, 12 * 3600,
    86400, 2 * 86400, 7 * 86400, 14 * 86400,
)  # fmt: skip


class Scale(Struct, frozen=True):
    """A straight line from values to pixels."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value, to a tenth."""
        span = (self.high - self.low) or 1.0
        return round(self.start + (value - self.low) / span * (self.end - self.start), 1)


def round_ticks(highest: float, wanted: int = 3) -> list[float]:
    """Return ticks from 0 up to the first round number that is not below ``highest``.

    Examples
    --------
    >>> round_ticks(214), round_ticks(9), round_ticks(0)
    ([0.0, 100.0, 200.0, 300.0], [0.0, 5.0, 10.0], [0.0, 1.0])
    """
    highest = max(highest, 1.0) if math.isfinite(highest) else 1.0
    rough = highest / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    step = max(1.0, step)
    count = max(1, math.ceil(highest / step - 1e-9))
    return [round(step * i, 6) for i in range(count + 1)]


def time_ticks(start: float, end: float, wanted: int = 4, times: Times = IN_UTC) -> list[tuple[float, str]]:
    """Return moments between two times that are round in a zone, and what to write at each: time of day, or date.

    Examples
    --------
    >>> time_ticks(1310479080, 1310486280, wanted=3)
    [(1310479200, '14:00'), (1310482800, '15:00')]
    """
    span = max(1.0, end - start)
    step = next((step for step in _STEPS_S if span / step <= wanted), None)
    if step is None:
        return _month_ticks(start, end, wanted)
    ahead_s = int((times.local(start).utcoffset() or timedelta()).total_seconds())
    first = math.ceil((start + ahead_s) / step) * step - ahead_s
    ticks = range(int(first), int(end) + 1, step)
    return [(at, _label(times.local(at), step)) for at in ticks]


def _label(then: datetime, step: int) -> str:
    if step >= 86400 or (then.hour == 0 and then.minute == 0):
        return f"{then.day} {then:%b}"
    return f"{then:%H:%M}"


def _month_ticks(start: float, end: float, wanted: int) -> list[tuple[float, str]]:
    months = (end - start) / (30.44 * 86400)
    step = next((step for step in (1, 2, 3, 6, 12, 24, 60) if months / step <= wanted), 120)
    at = datetime(datetime.fromtimestamp(start, UTC).year, 1, 1, tzinfo=UTC)
    ticks = []
    while at.timestamp() <= end:
        if at.timestamp() >= start:
            ticks.append((at.timestamp(), f"{at:%b %Y}"))
        month = at.month - 1 + step
        at = at.replace(year=at.year + month // 12, month=month % 12 + 1)
    return ticks
