"""A server's own ids of posts: their order, and the moment that stands in each. Pure.

Nothing is promised of them but their order. Mastodon's begin with the moment, in milliseconds, and a post of another
server that arrives late gets the moment at which it was written: it stands *before* posts that came earlier. So whoever
goes on behind an id begins a little before it.
"""

_SEQUENCE_BITS = 16
_EARLIEST_MS = 1_300_000_000_000
_LATEST_MS = 4_102_444_800_000


def order(local_id: str) -> tuple[int, str]:
    """Return what to sort ids by.

    Examples
    --------
    >>> sorted(["10", "9", "100"], key=order)
    ['9', '10', '100']
    """
    return len(local_id), local_id


def later(one: str, other: str) -> str:
    """Return the later of two ids; an empty one is before all."""
    return max(one, other, key=order)


def moment(local_id: str) -> float | None:
    """Return when a post was written, epoch seconds, or ``None`` where that does not stand in its id.

    Examples
    --------
    >>> moment(str(1_700_000_000_500 << 16)), moment("42"), moment("01HEXY")
    (1700000000.5, None, None)
    """
    if not (local_id.isascii() and local_id.isdecimal()):
        return None
    milliseconds = int(local_id) >> _SEQUENCE_BITS
    return milliseconds / 1000 if _EARLIEST_MS < milliseconds < _LATEST_MS else None


def before(local_id: str, seconds: float) -> str:
    """Return an id of so much earlier, or the same where no moment stands in it.

    Examples
    --------
    >>> moment(before(str(1_700_000_000_500 << 16), 60)), before("42", 60)
    (1699999940.5, '42')
    """
    at = moment(local_id)
    return local_id if at is None else str(int((at - seconds) * 1000) << _SEQUENCE_BITS)


def behind(local_id: str) -> str:
    """Return the id right behind one, or the same where ids are no numbers.

    Examples
    --------
    >>> behind("41"), behind("01HEXY")
    ('42', '01HEXY')
    """
    return str(int(local_id) + 1) if local_id.isascii() and local_id.isdecimal() else local_id
