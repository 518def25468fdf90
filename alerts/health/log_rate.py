"""Says what lasts once a minute: a library that cannot reach Kafka says so hundreds of times a second."""

import logging
import re
import time
from collections.abc import Callable

from msgspec import Struct

EVERY_S = 60.0
_KINDS_KEPT = 1000
_NUMBERS = re.compile(r"0x[0-9a-fA-F]+|\d+(?:\.\d+)?")


class _Kind(Struct):
    said_at: float
    kept_back: int = 0


class OnceAMinute(logging.Filter):
    """Lets one record of each kind through in a minute, and adds how many like it were kept back since the last.

    Of one kind are records of the same logger and level whose texts differ in numbers alone.

    Parameters
    ----------
    now
        A clock that only goes forward, seconds.

    Examples
    --------
    >>> once = OnceAMinute(now=lambda: 0.0)
    >>> record = logging.LogRecord("aiokafka", logging.ERROR, "", 0, "no node %d", (1,), None)
    >>> [once.filter(record), once.filter(record)]
    [True, False]
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._kinds: dict[tuple[str, int, str], _Kind] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record may be said."""
        now = self._now()
        key = (record.name, record.levelno, _NUMBERS.sub("0", record.getMessage())[:200])
        kind = self._kinds.get(key)
        if kind is not None and now - kind.said_at < EVERY_S:
            kind.kept_back += 1
            return False
        if kind is not None and kind.kept_back:
            record.msg = f"{record.getMessage()} (and {kind.kept_back} more like it within {now - kind.said_at:.0f} s)"
            record.args = ()
        if len(self._kinds) >= _KINDS_KEPT:
            self._kinds.clear()
        self._kinds[key] = _Kind(now)
        return True
