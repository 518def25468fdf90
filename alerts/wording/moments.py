"""Moments in a person's words, in the zone that they live by and in UTC."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from msgspec import Struct

Style = Literal["clock", "moment", "day"]

_FIRST = datetime(1, 1, 2, tzinfo=UTC).timestamp()
_LAST = datetime(9999, 12, 30, tzinfo=UTC).timestamp()
_MONTHS = tuple(datetime(2000, month, 1, tzinfo=UTC).strftime("%B") for month in range(1, 13))
_IN_A_SENTENCE = re.compile(
    rf"(?<!\()\b(?:(?P<day>\d{{1,2}}) (?P<month>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in _MONTHS)})"
    r"(?: (?P<year>\d{4}))?,? )?(?P<hour>\d\d):(?P<minute>\d\d) UTC\b"
)
# Of the private use area, which no foreign text keeps (`alerts.wording.foreign_text.sanitise`).
_OPEN, _NEXT, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*)(?:{_CLOSE}|$)")


class Times(Struct, frozen=True):
    """How moments are written: in a zone and in UTC, both named.

    Parameters
    ----------
    zone
        An IANA name.
    marked
        Whether each moment is marked, so that ``rendered`` can make of it what a surface has for moments.

    Examples
    --------
    >>> berlin = Times("Europe/Berlin")
    >>> berlin.clock(1310479080), berlin.moment(1310479080)
    ('15:58 CEST (13:58 UTC)', '12 July 2011, 15:58 CEST (13:58 UTC)')
    >>> Times("Asia/Tokyo").moment(1310486280), Times("America/Sao_Paulo").clock(1310479080)
    ('13 July 2011, 00:58 JST (12 July 2011, 15:58 UTC)', '10:58 UTC-3 (13:58 UTC)')
    >>> Times().moment(1310479080)
    '12 July 2011, 13:58 UTC'
    """

    zone: str = "UTC"
    marked: bool = False

    def day(self, at: float) -> str:
        """Return the day, as it is in the zone."""
        return self._mark(at, "day", _day(self.local(at)))

    def clock(self, at: float) -> str:
        """Return the time of day."""
        return self._mark(at, "clock", self._both(at, f"{utc(at):%H:%M}"))

    def moment(self, at: float) -> str:
        """Return day and time."""
        there, here = utc(at), self.local(at)
        in_utc = f"{there:%H:%M}" if here.date() == there.date() else f"{_day(there)}, {there:%H:%M}"
        return self._mark(at, "moment", f"{_day(here)}, {self._both(at, in_utc)}")

    def local(self, at: float) -> datetime:
        """Return a moment in the zone."""
        return utc(at).astimezone(_zone(self.zone))

    def named(self, at: float) -> str:
        """Return what the zone is called at a moment, e.g. ``CET`` or ``UTC-3``."""
        name = self.local(at).tzname() or self.zone
        if name[0] not in "+-":
            return name
        return f"UTC{name[0]}{name[1:3].lstrip('0') or '0'}{f':{name[3:5]}' if name[3:5].strip('0') else ''}"

    def localized(self, text: str, near: float) -> str:
        """Return a stored sentence with the moments in it, which are in UTC, written as all others are.

        Parameters
        ----------
        near
            A moment close to those that name no day, epoch seconds.

        Examples
        --------
        >>> Times("Europe/Berlin").localized("Northside: 214 mentions, since 23:58 UTC", near=1310428800)
        'Northside: 214 mentions, since 01:58 CEST (23:58 UTC)'
        """
        if self.zone == "UTC" and not self.marked:
            return text

        def rewritten(found: re.Match[str]) -> str:
            at = _named_in(found, near)
            if at is None:
                return found[0]
            return self.clock(at) if found["day"] is None else self.moment(at)

        return _IN_A_SENTENCE.sub(rewritten, text)

    def _both(self, at: float, in_utc: str) -> str:
        if (name := self.named(at)) == "UTC":
            return f"{in_utc} UTC"
        return f"{self.local(at):%H:%M} {name} ({in_utc} UTC)"

    def _mark(self, at: float, style: Style, text: str) -> str:
        return f"{_OPEN}{utc(at).timestamp():.3f}{_NEXT}{style}{_NEXT}{text}{_CLOSE}" if self.marked else text


IN_UTC = Times()
"""For whom no zone is known."""


def rendered(text: str, write: Callable[[float, Style, str], str]) -> str:
    """Return a text with each marked moment as ``write`` makes it of (epoch seconds, style, words).

    One that was cut short becomes what is left of its words.

    Examples
    --------
    >>> rendered(f"Since {Times('UTC', marked=True).clock(1310479080)}.", lambda at, style, words: f"<{words}>")
    'Since <13:58 UTC>.'
    """

    def made(found: re.Match[str]) -> str:
        at, _, rest = found[1].partition(_NEXT)
        style, _, words = rest.partition(_NEXT)
        if not found[0].endswith(_CLOSE):
            return words
        return write(float(at), style, words)  # type: ignore[arg-type]

    return _MARKED.sub(made, text)


def utc(at: float) -> datetime:
    """Return a moment in UTC, the nearest that a calendar has: a post may claim any.

    Examples
    --------
    >>> utc(0).year, utc(-1e300).year, utc(float("nan")).year
    (1970, 1, 1)
    """
    return datetime.fromtimestamp(at if _FIRST <= at <= _LAST else _FIRST if not at > _LAST else _LAST, UTC)


def is_in_calendar(at: float) -> bool:
    """Whether a calendar holds a moment: what a broken clock says may lie anywhere."""
    return _FIRST <= at <= _LAST


def rfc3339(at: float) -> str:
    """Return a moment in UTC as programs read it, with a fraction only where there is one.

    Examples
    --------
    >>> rfc3339(1310483040), rfc3339(1310483040.25)
    ('2011-07-12T15:04:00Z', '2011-07-12T15:04:00.250Z')
    """
    return iso(utc(at)).replace("+00:00", "Z")


def iso(then: datetime) -> str:
    """Return a moment with the offset of its zone."""
    return then.isoformat(timespec="milliseconds" if then.microsecond else "seconds")


def _day(then: datetime) -> str:
    return f"{then.day} {then:%B %Y}"


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _named_in(found: re.Match[str], near: float) -> float | None:
    """Return the moment that a sentence names: of those that it may mean the one nearest to ``near``."""
    around = utc(near)
    try:
        if found["day"] is None:
            first = around.replace(hour=int(found["hour"]), minute=int(found["minute"]), second=0, microsecond=0)
            candidates = [first.timestamp() + days * 86400 for days in (-1, 0, 1)]
        else:
            month = next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(found["month"]))
            years = [int(found["year"])] if found["year"] else [around.year - 1, around.year, around.year + 1]
            candidates = [
                datetime(
                    year, month, int(found["day"]), int(found["hour"]), int(found["minute"]), tzinfo=UTC
                ).timestamp()
                for year in years
            ]
    except ValueError:
        return None
    return min(candidates, key=lambda at: abs(at - near))
