"""The moment that a feed's date names, in all the ways that publishers write dates. Pure."""

import datetime as dt
import re

from msgspec import Struct

from streams.mention import EARLIEST, LATEST

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janv janvier enero ene gen gennaio janeiro januari",
            "feb february februar fév févr février fev febrero febbraio fevereiro februari",
            "mar march mär mrz märz mars marzo mrt maart março",
            "apr april avr avril abr abril aprile",
            "may mai mayo mag maggio maio mei",
            "jun june juni juin junio giu giugno junho",
            "jul july juli juil juillet julio lug luglio julho",
            "aug august août aoû ago agosto augustus",
            "sep sept september septembre septiembre set settembre setembro",
            "oct october okt oktober octobre octubre ott ottobre out outubro",
            "nov november novembre noviembre novembro",
            "dec december dez dezember déc décembre dic diciembre dicembre dezembro",
        ),
        1,
    )
    for name in names.split()
}
_ZONES_H: dict[str, float] = {
    "": 0, "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "ist": 5.5, "cet": 1, "mez": 1, "met": 1,
    "cest": 2, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7,
    "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "jst": 9, "kst": 9, "sgt": 8, "hkt": 8,
    "aest": 10, "aedt": 11, "acst": 9.5, "acdt": 10.5, "awst": 8, "nzst": 12, "nzdt": 13, "sast": 2, "brt": -3,
}  # fmt: skip
"""Hours east of Greenwich. Of names that several places use, the one of most feeds is meant (IST is India's)."""
_RFC_822 = re.compile(
    r"(?:[^\W\d]{2,12}\.?,?\s*)?(\d{1,2})\.?[\s-]+([^\W\d]{3,10})\.?[\s-]+(\d{4}|\d{2})"
    r"(?:,?\s+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*([ap]m)?)?\s*(.*)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"(?:[^\W\d]{2,12}\.?,?\s+)?([^\W\d]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?(?:\s+(\d{4}),?)?"
    r"(?:\s+(?:at\s|-\s)?(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([ap]m)\b)?)?(?:\s+(\d{4}))?\s*(.*)",
    re.IGNORECASE,
)
"""As in America, in C, and in JavaScript, whose dates end on the zone's name in brackets."""
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T\s]\s*(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(.*))?", re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?\s*(.*))?", re.IGNORECASE)
_OFFSET = re.compile(r"(?:gmt|utc|ut)?\s*([+\N{MINUS SIGN}-])\s*(\d{1,2}):?(\d{2})?(?:\s*\(.*\))?", re.IGNORECASE)
_EPOCH = re.compile(r"\d{10}(?:\.\d+)?|\d{13}")
_LONGEST = 80
_DAY_S = 86_400.0


class Moment(Struct, frozen=True, kw_only=True):
    """What a date says.

    Parameters
    ----------
    at
        Epoch seconds; the beginning of the day where no hour is said.
    is_day
        Whether only a day is said.
    """

    at: float
    is_day: bool = False

    def seen(self, now: float) -> float:
        """Return when a post was published that is first seen at ``now``: never later than that.

        Where only a day is said, that is its end, or now while it lasts: nearer to the truth than midnight.

        Examples
        --------
        >>> Moment(at=0.0, is_day=True).seen(3600.0), Moment(at=0.0, is_day=True).seen(1e6), Moment(at=9.0).seen(5.0)
        (3600.0, 86399.0, 5.0)
        """
        return min(self.at + (_DAY_S - 1 if self.is_day else 0.0), now)


def read_moment(stated: str) -> Moment | None:
    """Return what a date says; ``None`` where it cannot be read, or names a year in which there were no feeds.

    Read are RFC 822 with its many variants, ISO 8601 and epoch seconds; months in English, German, French, Spanish,
    Italian, Portuguese and Dutch; zones by offset or name. A date without a zone is in UTC. One whose zone is not
    known is refused rather than guessed.

    Examples
    --------
    >>> [read_moment(text).at for text in ("Sun, 29 Nov 2026 11:00:00 CET", "2026-11-29T10:00:00Z", "1795946400")]
    [1795946400.0, 1795946400.0, 1795946400.0]
    >>> read_moment("29. November 2026").is_day, read_moment("yesterday"), read_moment("0001-01-01T00:00:00Z")
    (True, None, None)
    """
    text = " ".join(stated.split())[:_LONGEST]
    moment = _read(text) if text else None
    return moment if moment and EARLIEST.timestamp() <= moment.at < LATEST.timestamp() else None


def _read(text: str) -> Moment | None:
    if _EPOCH.fullmatch(text):
        seconds = float(text)
        return Moment(at=seconds / 1000 if seconds > 1e12 else seconds)
    if found := (_ISO.fullmatch(text) or _COMPACT.fullmatch(text)):
        year, month, day, hour, minute, second, zone = found.groups()
        return _moment(int(year), int(month), int(day), (hour, minute, second, None), zone or "")
    if (found := _RFC_822.fullmatch(text)) and (number := _MONTHS.get(found[2].lower())):
        year = int(found[3]) + (2000 if len(found[3]) == 2 else 0)
        return _moment(year, number, int(found[1]), (found[4], found[5], found[6], found[7]), found[8])
    if (found := _MONTH_FIRST.fullmatch(text)) and (number := _MONTHS.get(found[1].lower())) and (found[3] or found[8]):
        year = int(found[3] or found[8])
        return _moment(year, number, int(found[2]), (found[4], found[5], found[6], found[7]), found[9])
    return None


def _moment(
    year: int, month: int, day: int, clock: tuple[str | None, str | None, str | None, str | None], zone: str
) -> Moment | None:
    hour, minute, second, half = clock
    east_s = _east_s(zone)
    if east_s is None:
        return None
    try:
        start = dt.datetime(year, month, day, tzinfo=dt.UTC).timestamp()
    except ValueError:
        return None
    if hour is None or minute is None:
        return None if zone.strip() else Moment(at=start, is_day=True)
    hours, minutes, seconds = int(hour), int(minute), int(second or 0)
    if half and 1 <= hours <= 12:
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    if hours > 24 or minutes > 59 or seconds > 60:
        return None
    return Moment(at=start + hours * 3600 + minutes * 60 + min(seconds, 59) - east_s)


def _east_s(zone: str) -> float | None:
    """Return the seconds east of Greenwich; ``None`` where the zone is not known."""
    text = zone.strip()
    if found := _OFFSET.fullmatch(text):
        seconds = int(found[2]) * 3600 + int(found[3] or 0) * 60
        return float(seconds if found[1] == "+" else -seconds) if seconds <= 15 * 3600 else None
    east_h = _ZONES_H.get(text.strip("()").lower())
    return None if east_h is None else east_h * 3600
