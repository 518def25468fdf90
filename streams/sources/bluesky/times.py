"""When a post was published, among three clocks: the author's, the server's, and the one in its key. Pure."""

import datetime as dt

AHEAD_S = 5 * 60.0
"""So far may the author's clock be ahead of the server's: as far as a mention may be ahead of its record."""
BEHIND_S = 24 * 3600.0
"""So old may a post be that a client sends late; one that says that it is older was imported, or its clock is wrong."""

_TID = "234567abcdefghijklmnopqrstuvwxyz"
_DIGITS = {character: value for value, character in enumerate(_TID)}
_TID_LENGTH = 13
_EARLIEST_US = 946_684_800_000_000
"""The year 2000: a mention is not older."""


def published(created_at: dt.datetime | None, time_us: int) -> dt.datetime:
    """Return when a post was published.

    What its author's client says, unless that cannot be: then when the server saw it. A time without a zone is some
    place's, and nobody says which.

    Parameters
    ----------
    created_at
        As the record has it; ``None`` where it has none that can be read.
    time_us
        When the server saw it, epoch microseconds.

    Examples
    --------
    >>> seen = 1_725_911_162_000_000
    >>> published(dt.datetime(2024, 9, 9, 19, 40, tzinfo=dt.UTC), seen).isoformat()
    '2024-09-09T19:40:00+00:00'
    >>> published(dt.datetime(2031, 1, 1, tzinfo=dt.UTC), seen).isoformat()
    '2024-09-09T19:46:02+00:00'
    """
    if created_at is not None and created_at.tzinfo is not None:
        behind_s = time_us / 1e6 - created_at.timestamp()
        if -AHEAD_S <= behind_s <= BEHIND_S:
            return created_at
    return moment(time_us)


def taken_down_at(rkey: str, time_us: int) -> dt.datetime:
    """Return when a post was published of which only its key is left; a guess where that holds no time.

    Examples
    --------
    >>> taken_down_at("3l3qo2vuowo2b", 1_725_999_999_000_000).isoformat(timespec="seconds")
    '2024-09-09T19:46:02+00:00'
    """
    written_us = tid_us(rkey)
    return moment(written_us if written_us is not None and _EARLIEST_US <= written_us <= time_us else time_us)


def tid_us(rkey: str) -> int | None:
    """Return the epoch microseconds in a timestamp identifier (atproto.com/specs/tid); ``None`` where it is none."""
    number = tid_number(rkey)
    return None if number is None else number >> 10


def tid_number(rkey: str) -> int | None:
    """Return a timestamp identifier as its 63 bits; ``None`` where it is none.

    Examples
    --------
    >>> tid_number("3l3qo2vuowo2b") is not None, tid_number("self"), tid_number("zzzzzzzzzzzzz")
    (True, None, None)
    """
    if len(rkey) != _TID_LENGTH or rkey[0] not in _TID[:16]:
        return None
    number = 0
    for character in rkey:
        digit = _DIGITS.get(character)
        if digit is None:
            return None
        number = number << 5 | digit
    return number


def tid(number: int) -> str:
    """Return the timestamp identifier of 63 bits.

    Examples
    --------
    >>> tid(tid_number("3l3qo2vuowo2b"))
    '3l3qo2vuowo2b'
    """
    return "".join(_TID[number >> shift & 31] for shift in range(60, -1, -5))


def moment(time_us: int) -> dt.datetime:
    """Return epoch microseconds as a time in UTC."""
    return _EPOCH + dt.timedelta(microseconds=time_us)


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
