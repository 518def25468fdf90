"""Times as tables write them: in any usual form, with their zone or in one that is said, and never by a guess."""

import datetime as dt
import re
from collections.abc import Iterable
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from streams.connectors.connector import ConnectorError
from streams.errors import BadMentionError

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = (
    r"(?:[T ,]+(?:at )?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r" ?(?P<half>[ap]\.?m\.?)?)?"
)
_ZONE = r" ?(?P<zone>z|\(?(?:utc|gmt)?(?P<sign>[+-])(?P<zh>\d{1,2}):?(?P<zm>\d{2})?\)?|\(?(?:utc|gmt)\)?)?"
_DAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
_NAMED = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<year>\d{{4}})([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){_CLOCK}{_ZONE}",
        rf"{_DAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[-/. ]{_NAMED}[-/., ]+(?P<year>\d{{4}}){_CLOCK}{_ZONE}",
        rf"{_DAY}{_NAMED} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}}){_CLOCK}{_ZONE}",
        rf"{_DAY}{_NAMED} (?P<day>\d{{1,2}}){_CLOCK}{_ZONE} (?P<year>\d{{4}})",
        rf"(?P<first>\d{{1,2}})(?P<joint>[-/.])(?P<other>\d{{1,2}})(?P=joint)(?P<year>\d{{4}}){_CLOCK}{_ZONE}",
    )
)
_SECONDS = re.compile(r"\d{9,10}(?:\.\d{1,9})?")
_THOUSANDTHS = re.compile(r"(\d{12,13})(?:\.0+)?")
_SERIAL = re.compile(r"[2-7]\d{4}([.,]\d+)?")


class TimeReader:
    """Reads the times of one table, row by row in its order.

    A day and a month in figures (``3/4/2026``) are told apart by the table's other dates, where one of them has a 13th
    or later day. The hour that comes twice when summer time ends is told by the order of the rows, where they are
    sorted. What stays open is refused.

    Parameters
    ----------
    time_format
        ``strptime`` format; empty for all that is described here.
    time_zone
        Zone of times that name none; empty refuses them.
    sample
        Times of the table's first rows.

    Attributes
    ----------
    undecided
        Why the order of day and month cannot be determined from the sample; empty if it can, or does not matter.
    zoneless
        The first time of the sample that names no zone, where none is said; empty where there is none.

    Raises
    ------
    ConnectorError
        Where the zone is unknown.

    Examples
    --------
    >>> reader = TimeReader(sample=["13/04/2026 9:05 pm UTC"])
    >>> reader.read("3/4/2026 9:05 pm UTC").isoformat(), reader.read("1775250300000").isoformat()
    ('2026-04-03T21:05:00+00:00', '2026-04-03T21:05:00+00:00')
    """

    def __init__(self, time_format: str = "", time_zone: str = "", sample: Iterable[str] = ()) -> None:
        self._format = time_format
        try:
            self._zone = ZoneInfo(time_zone) if time_zone else None
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ConnectorError(f"{time_zone!r} is no time zone; give one such as America/New_York") from error
        texts = list(sample)
        self._day_first = _day_first(texts)
        self.undecided = "" if time_format or self._day_first is not None else _first_undecided(texts)
        self.zoneless = "" if self._zone else next(filter(self._is_zoneless, texts), "")
        self._falls = self._is_falling(texts)
        self._before: dt.datetime | None = None
        self._is_second = self._falls

    def read(self, text: str) -> dt.datetime:
        """Return the instant of a cell.

        Raises
        ------
        BadMentionError
            With reason ``timestamp``, and what to do.
        """
        time = self._parsed(text.strip())
        if time.tzinfo is not None:
            return time
        if self._zone is None:
            raise _bad(f"{text!r} names no offset; say which time zone it is in, with --time-zone")
        return self._placed(time, self._zone, text)

    def _is_zoneless(self, text: str) -> bool:
        try:
            return self._parsed(text.strip()).tzinfo is None
        except BadMentionError:
            return False

    def _parsed(self, text: str) -> dt.datetime:
        if self._format:
            try:
                return dt.datetime.strptime(text, self._format)  # noqa: DTZ007 - the zone follows
            except ValueError as error:
                raise _bad(str(error)) from error
        if _SERIAL.fullmatch(text):
            raise _bad(f"{text!r} is a spreadsheet's number of a day; format the column as date and time, and export")
        try:
            if _SECONDS.fullmatch(text):
                return dt.datetime.fromtimestamp(float(text), dt.UTC)
            if thousandths := _THOUSANDTHS.fullmatch(text):
                return dt.datetime.fromtimestamp(int(thousandths[1]) / 1000, dt.UTC)
            if found := next((found for form in _FORMS if (found := form.fullmatch(text))), None):
                return self._built(found.groupdict(), text)
            return dt.datetime.fromisoformat(text if len(text) >= len("20110712T15") else "")
        except (ValueError, OverflowError, OSError) as error:
            raise _bad(f"{text!r} is no time that is known ({error}); say its form with --time-format") from error

    def _built(self, parts: dict[str, str | None], text: str) -> dt.datetime:
        day, month = int(parts.get("day") or 0), int(parts.get("month") or 0)
        if name := parts.get("name"):
            month = _MONTHS.index(name.lower()) + 1
        if first := parts.get("first"):
            day, month = self._distinguished(int(first), int(parts["other"] or 0), parts["joint"] == ".", text)
        if parts["hour"] is None:
            raise _bad(f"{text!r} has no hour; join the columns of date and hour: --column published=DATE+HOUR")
        hour = int(parts["hour"])
        if half := parts["half"]:
            hour = hour % 12 + (12 if half[0] in "pP" else 0)
        # Python has no leap second; the second before is in the same minute.
        second = min(int(parts["second"] or 0), 59) if parts["second"] == "60" else int(parts["second"] or 0)
        fraction = int((parts["fraction"] or "0").ljust(6, "0")[:6])
        zone = None
        if parts["zone"]:
            minutes = int(parts["zh"] or 0) * 60 + int(parts["zm"] or 0)
            zone = dt.timezone(dt.timedelta(minutes=-minutes if parts["sign"] == "-" else minutes))
        return dt.datetime(int(parts["year"] or 0), month, day, hour, int(parts["minute"] or 0), second, fraction, zone)

    def _distinguished(self, first: int, other: int, is_dotted: bool, text: str) -> tuple[int, int]:  # noqa: FBT001
        day_first = True if is_dotted else self._day_first
        if first > 12 or first == other:
            day_first = True
        elif other > 12:
            day_first = False
        if day_first is None:
            raise _bad(_undecided(text, first, other))
        if self._day_first is not None and day_first is not self._day_first and first != other:
            raise _bad(f"{text!r} has its day elsewhere than the table's other dates; say its form with --time-format")
        return (first, other) if day_first else (other, first)

    # -- the hours of a change of clocks -----------------------------------------------------------------------

    def _placed(self, time: dt.datetime, zone: ZoneInfo, text: str) -> dt.datetime:
        early, late = time.replace(tzinfo=zone, fold=0), time.replace(tzinfo=zone, fold=1)
        before, self._before = self._before, time
        if early.utcoffset() == late.utcoffset():
            self._is_second = self._falls
            return early
        if early.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != time:
            raise _bad(f"{text!r} does not exist in {zone}: the clocks went forward then")
        if self._falls is None:
            raise _bad(f"{text!r} comes twice in {zone}, and the rows are not in order; export the times in UTC")
        if before is not None and (time > before if self._falls else time < before):
            self._is_second = not self._falls
        return (late if self._is_second else early).astimezone(dt.UTC)

    def _is_falling(self, texts: list[str]) -> bool | None:
        """Tell whether the rows are newest first; ``None`` where they are in no order."""
        times = []
        for text in texts:
            try:
                times.append(self._parsed(text.strip()).replace(tzinfo=None))
            except BadMentionError:
                continue
        steps = [after - before for before, after in pairwise(times) if after != before]
        hour = dt.timedelta(hours=1)
        rises = sum(step > dt.timedelta() for step in steps)
        # One step the other way, of an hour at most, is the change of clocks itself.
        against = [step for step in steps if (step < dt.timedelta()) == (2 * rises >= len(steps))]
        if len(against) > 1 or any(abs(step) > hour for step in against):
            return None
        return 2 * rises < len(steps)


def _undecided(text: str, first: int, other: int) -> str:
    return (
        f"{text!r} may be {first} {_MONTHS[other - 1].title()} or {other} {_MONTHS[first - 1].title()}; say which with "
        "--time-format, such as '%d/%m/%Y %H:%M' or '%m/%d/%Y %H:%M'"
    )


def _day_first(texts: list[str]) -> bool | None:
    """Tell whether dates in figures begin with the day, by those with a 13th or later day."""
    found = [match for text in texts if (match := _FORMS[-1].fullmatch(text.strip()))]
    firsts = any(int(match["first"]) > 12 for match in found)
    others = any(int(match["other"]) > 12 for match in found)
    return None if firsts == others else firsts


def _first_undecided(texts: list[str]) -> str:
    """Say which of the times cannot be determined; empty if all can."""
    for text in texts:
        found = _FORMS[-1].fullmatch(text.strip())
        if found and found["joint"] != "." and int(found["first"]) != int(found["other"]) <= 12 >= int(found["first"]):
            return _undecided(text.strip(), int(found["first"]), int(found["other"]))
    return ""


def _bad(detail: str) -> BadMentionError:
    return BadMentionError("timestamp", f"published: {detail}")
