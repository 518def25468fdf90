"""A mark among the observations: all bins of a partition before a moment are written. Silent bins have no row."""

import msgspec
from msgspec import Struct

_KEY = b"@closed/"


class ClosedMark(Struct, frozen=True, kw_only=True):
    """Up to when the bins of a watch partition are closed and written; ``until`` is epoch seconds, the end of a bin."""

    partition: int
    until: int


def closed_until(watermark: int, bin_s: int, lateness_s: int) -> int:
    """Return the end of the last bin that is closed where event time has reached ``watermark``.

    Examples
    --------
    >>> closed_until(1310479199, 60, 60), closed_until(1310479200, 60, 60)
    (1310479080, 1310479140)
    """
    closed = watermark - lateness_s
    return closed - closed % bin_s


def mark_record(mark: ClosedMark) -> tuple[bytes, bytes]:
    """Return key and value of a mark's record; the key is no brand's id."""
    return _KEY + str(mark.partition).encode(), msgspec.json.encode(mark)


def is_mark(key: bytes | None) -> bool:
    """Tell whether a record of ``observations`` is a mark, and no bin."""
    return (key or b"").startswith(_KEY)
