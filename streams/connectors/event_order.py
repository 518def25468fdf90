"""Finite sources in the order of event time, whatever order they stand in, in bounded memory.

Exports come newest first, in several files that overlap, or sorted by something else; read as they stand, most of
what they hold would be late. What is read is kept in memory up to a bound, then written sorted into a temporary file,
and the files are merged: an external merge sort.
"""

import datetime as dt
import heapq
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from operator import itemgetter
from typing import IO

import msgspec

from streams.connectors.connector import Connector, ConnectorError, Refused
from streams.mention import Mention, encode_mention

FUTURE_S = 300
"""How far ahead of the wall clock a post may claim to be published: clocks differ, a day does not."""
_IN_MEMORY = 128 << 20
_OF_ONE = 900
"""Bytes of memory that a mention takes beside its text, about."""
_decode = msgspec.json.Decoder(Mention).decode

_Keyed = tuple[float, int, Mention]


def in_event_order(
    connectors: Iterable[Connector],
    *,
    now_s: float,
    in_memory: int = _IN_MEMORY,
    when_read: Callable[[int], None] = lambda _: None,
) -> Iterator[Mention | Refused]:
    """Yield what is refused as it is read, then every mention of all sources by its time of publication.

    Mentions of one time stay in the order of the sources. A take-down, whose time may be a guess, stays behind what
    stood before it. A mention from the future is refused with reason ``future``: nobody can have read it yet.

    Parameters
    ----------
    now_s
        Wall time, epoch seconds.
    in_memory
        Bytes, about, from which a temporary file is written.
    when_read
        Told how many mentions there are, once all are read and before the first is given.

    Raises
    ------
    ConnectorError
        Where a source fails, or there is no room for the temporary files.
    """
    held: list[_Keyed] = []
    runs: list[IO[bytes]] = []
    size = number = 0
    latest = 0.0
    try:
        for item in chain.from_iterable(as_it_comes(connector, now_s=now_s) for connector in connectors):
            if isinstance(item, Refused):
                yield item
                continue
            at = item.published_s
            if not item.deleted:
                latest = max(latest, at)
            elif number:
                at = latest
            held.append((at, number, item))
            number += 1
            size += _OF_ONE + len(item.content)
            if size >= in_memory:
                runs.append(_written(held))
                held, size = [], 0
        held.sort(key=itemgetter(0, 1))
        when_read(number)
        for _, _, mention in heapq.merge(*map(_read, runs), held, key=itemgetter(0, 1)) if runs else held:
            yield mention
    finally:
        for run in runs:
            run.close()


def as_it_comes(connector: Connector, *, now_s: float | None = None) -> Iterator[Mention | Refused]:
    """Yield what a source holds in its own order; a mention from the future as ``Refused``.

    Parameters
    ----------
    now_s
        Wall time, epoch seconds; that of each reading by default.
    """
    for item in connector.read():
        if isinstance(item, Refused) or item.deleted:
            yield item
            continue
        now = time.time() if now_s is None else now_s
        yield _from_the_future(item, now) if item.published_s > now + FUTURE_S else item


def _from_the_future(mention: Mention, now_s: float) -> Refused:
    now = dt.datetime.fromtimestamp(now_s, dt.UTC).isoformat(timespec="seconds")
    return Refused(
        origin=mention.id,
        reason="future",
        detail=f"published: {mention.published.isoformat()} is after this machine's clock ({now})",
        data=encode_mention(mention),
    )


def _written(held: list[_Keyed]) -> IO[bytes]:
    held.sort(key=itemgetter(0, 1))
    try:
        run = tempfile.TemporaryFile(prefix="tocsin-")  # noqa: SIM115 - whoever merges the runs closes them
        for at, number, mention in held:
            data = encode_mention(mention)
            run.write(b"%d %s %d\n%b" % (len(data), at.hex().encode(), number, data))
        run.seek(0)
    except OSError as error:
        raise ConnectorError(
            f"cannot sort the mentions in {tempfile.gettempdir()}: {error.strerror}; "
            "set TMPDIR to a folder with as much room as the files take uncompressed"
        ) from error
    return run


def _read(run: IO[bytes]) -> Iterator[_Keyed]:
    while head := run.readline():
        length, at, number = head.split()
        yield float.fromhex(at.decode()), int(number), _decode(run.read(int(length)))
