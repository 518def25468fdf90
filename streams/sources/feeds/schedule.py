"""When a feed is asked again: never sooner than its owner, its server and the feed itself wish. Pure."""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from email.utils import parsedate_to_datetime

LONGEST_S = 86_400.0
"""Nobody's wish counts for longer: a server that says a year means that it does not know."""
SLOWEST_S = 3600.0
"""A feed that fails is asked at least so often, for some fail for hours each night."""
JITTER = 0.1
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_NO_CACHE = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?:$|[,\s])", re.IGNORECASE)


def stated_wait_s(headers: Mapping[str, str], now: float) -> float:
    """Return the seconds for which an answer says that it is good; 0 where it does not say.

    Parameters
    ----------
    headers
        By name in lower case: ``Cache-Control`` with ``Age``, else ``Expires``.
    now
        Wall time, epoch seconds; the answer's own ``Date`` goes before it.

    Examples
    --------
    >>> stated_wait_s({"cache-control": "public, max-age=900", "age": "300"}, 0.0)
    600.0
    >>> stated_wait_s({"expires": "Thu, 01 Jan 1970 01:00:00 GMT"}, 600.0)
    3000.0
    >>> stated_wait_s({"cache-control": "no-cache, max-age=900", "expires": "0"}, 0.0)
    0.0
    """
    control = headers.get("cache-control", "")
    if _NO_CACHE.search(control):
        return 0.0
    if found := _MAX_AGE.search(control):
        age = headers.get("age", "")
        spent = int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0
        return float(max(0, int(found[1]) - spent))
    expires = _date(headers.get("expires", ""))
    return 0.0 if expires is None else max(0.0, expires - (_date(headers.get("date", "")) or now))


def after_success_s(every_s: float, wishes_s: Collection[float], jitter: float) -> float:
    """Return the seconds until a feed that answered is asked again.

    Parameters
    ----------
    every_s
        As configured.
    wishes_s
        What server and feed ask for.
    jitter
        From 0 to 1, by chance: feeds that were asked together are so no longer.

    Examples
    --------
    >>> after_success_s(600.0, [1800.0, 0.0], 0.0), after_success_s(600.0, [1e9], 0.0), after_success_s(600.0, [], 1.0)
    (1800.0, 86400.0, 660.0)
    """
    return max(every_s, min(LONGEST_S, max(wishes_s, default=0.0))) * (1.0 + JITTER * jitter)


def after_failure_s(every_s: float, failures: int, asked_s: float, jitter: float) -> float:
    """Return the seconds until a feed that failed is asked again: twice as long each time, up to an hour.

    Parameters
    ----------
    every_s
        As configured.
    failures
        In a row, with this one.
    asked_s
        What ``Retry-After`` says.
    jitter
        As above.

    Examples
    --------
    >>> [after_failure_s(600.0, failures, 0.0, 0.0) for failures in (1, 2, 3, 9)]
    [600.0, 1200.0, 2400.0, 3600.0]
    >>> after_failure_s(600.0, 1, 7200.0, 0.0), after_failure_s(7200.0, 5, 0.0, 0.0)
    (7200.0, 7200.0)
    """
    slower_s = min(max(every_s, SLOWEST_S), every_s * 2.0 ** min(failures - 1, 20))
    return max(slower_s, min(LONGEST_S, asked_s)) * (1.0 + JITTER * jitter)


def outside_of(moment: float, hours: Collection[int], days: Collection[int]) -> float:
    """Return the first moment from ``moment`` on that is in none of these hours and days (UTC, Monday is 0).

    Examples
    --------
    >>> outside_of(1800.0, [0, 1], []), outside_of(1800.0, range(24), [])
    (7200.0, 1800.0)
    """
    later = moment
    for _ in range(8 * 24):
        then = dt.datetime.fromtimestamp(later, dt.UTC)
        if then.hour not in hours and then.weekday() not in days:
            return later
        later = (later // 3600 + 1) * 3600
    return moment


def _date(stated: str) -> float | None:
    try:
        moment = parsedate_to_datetime(stated)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()
