"""What an answer's headers say about how often may be asked. Pure."""

import datetime as dt
import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from msgspec import Struct

LONGEST_S = 3600.0
"""No header makes a source wait for longer at a time: after that it is asked again, and says so again if it must."""
_EPOCH_S = 1e9
_EPOCH_MS = 1e12
"""A number from here on is a moment, in seconds or milliseconds; a smaller one counts the seconds that are left."""
_STYLES = ("ratelimit", "x-ratelimit", "x-rate-limit")
_DRAFT_FIELD = re.compile(r";\s*(r|t)\s*=\s*(\d+)")


class Limits(Struct, frozen=True, kw_only=True):
    """What is left of an allowance.

    Parameters
    ----------
    remaining
        Requests that are still allowed, at least 0; some count in parts of one.
    reset_s
        Seconds until the allowance is renewed, 0 to ``LONGEST_S``.
    """

    remaining: float
    reset_s: float


def read_limits(headers: Mapping[str, str], now: float) -> Limits | None:
    """Return what the headers say is left; ``None`` where they say nothing that can be used.

    Read are ``RateLimit-*``, ``X-RateLimit-*``, ``X-Rate-Limit-*`` and the newer ``RateLimit: "name";r=…;t=…``. Where
    several allowances are told, the one counts of which the least is left for each second.

    Parameters
    ----------
    headers
        By name in lower case.
    now
        Wall time, epoch seconds. The answer's own ``Date`` goes before it: the clocks need not agree.

    Examples
    --------
    >>> read_limits({"ratelimit-remaining": "12", "ratelimit-reset": "30"}, 0.0)
    Limits(remaining=12.0, reset_s=30.0)
    >>> read_limits({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000060"}, 1700000000.0)
    Limits(remaining=0.0, reset_s=60.0)
    >>> read_limits({"x-ratelimit-remaining": "9", "x-ratelimit-reset": "2023-11-14T22:13:50Z"}, 1700000000.0)
    Limits(remaining=9.0, reset_s=30.0)
    """
    at = _date(headers.get("date", "")) or now
    found = [
        limits
        for style in _STYLES
        if (limits := _limits(headers.get(f"{style}-remaining", ""), headers.get(f"{style}-reset", ""), at))
    ]
    for policy in headers.get("ratelimit", "").split(","):
        fields = dict(_DRAFT_FIELD.findall(policy))
        if limits := _limits(fields.get("r", ""), fields.get("t", ""), at):
            found.append(limits)
    return min(found, key=lambda limits: limits.remaining / max(limits.reset_s, 1.0), default=None)


def retry_after_s(headers: Mapping[str, str], now: float) -> float:
    """Return the seconds that an answer asks to wait, by ``Retry-After`` or by an allowance of which nothing is left.

    Parameters
    ----------
    headers
        By name in lower case.
    now
        Wall time, epoch seconds.

    Returns
    -------
    0, where nothing is said, to ``LONGEST_S``.

    Examples
    --------
    >>> retry_after_s({"retry-after": "120"}, 0.0), retry_after_s({"retry-after": "soon"}, 0.0)
    (120.0, 0.0)
    >>> retry_after_s({"retry-after": "Thu, 01 Jan 1970 00:01:00 GMT"}, 15.0)
    45.0
    """
    stated = headers.get("retry-after", "").strip()
    if stated:
        at = _date(headers.get("date", "")) or now
        waits = _number(stated)
        if waits is None and (then := _date(stated)) is not None:
            waits = then - at
        if waits is not None:
            return _bounded(waits)
    limits = read_limits(headers, now)
    return limits.reset_s if limits is not None and limits.remaining < 1 else 0.0


def _limits(remaining: str, reset: str, now: float) -> Limits | None:
    left = _number(remaining)
    until = _left_s(reset, now)
    return None if left is None or until is None else Limits(remaining=max(0.0, left), reset_s=until)


def _left_s(reset: str, now: float) -> float | None:
    number = _number(reset)
    if number is None:
        moment = _date(reset)
        return None if moment is None else _bounded(moment - now)
    if number >= _EPOCH_MS:
        return _bounded(number / 1000 - now)
    return _bounded(number - now if number >= _EPOCH_S else number)


def _bounded(seconds: float) -> float:
    return min(LONGEST_S, max(0.0, seconds))


def _number(stated: str) -> float | None:
    stated = stated.split(",", maxsplit=1)[0].strip()
    if not stated.isascii():
        return None
    try:
        number = float(stated)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _date(stated: str) -> float | None:
    """Return a moment as HTTP or ISO 8601 writes it, epoch seconds."""
    stated = stated.strip()
    for read in (dt.datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(stated)
            return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None
