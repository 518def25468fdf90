"""Server-sent events, as a Mastodon server writes them. Pure."""

from msgspec import Struct

LONGEST = 4 * 1024 * 1024
"""Bytes of one event; a post is some kilobytes."""


class Event(Struct, frozen=True):
    """One event: what happened, and to what."""

    name: str
    data: bytes


class EventReader:
    r"""Reads a stream piece by piece, wherever it is cut.

    Examples
    --------
    >>> reader = EventReader()
    >>> reader.feed(b":)\n:thump\nevent: del"), reader.feed(b"ete\ndata: 1\n\n")
    ([], [Event(name='delete', data=b'1')])
    """

    def __init__(self) -> None:
        self._rest = b""
        self._name = ""
        self._data: list[bytes] = []
        self._bytes = 0

    def feed(self, piece: bytes) -> list[Event]:
        """Return the events that a piece completes; comments are none.

        Raises
        ------
        ValueError
            Where an event is longer than any can be.
        """
        *lines, self._rest = (self._rest + piece).split(b"\n")
        events = [event for line in lines if (event := self._take(line.removesuffix(b"\r"))) is not None]
        if len(self._rest) + self._bytes > LONGEST:
            raise ValueError(f"an event of more than {LONGEST} bytes")
        return events

    def _take(self, line: bytes) -> Event | None:
        if not line:
            name, data, self._name, self._data, self._bytes = self._name, self._data, "", [], 0
            return Event(name or "message", b"\n".join(data)) if data else None
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"event":
            self._name = value.decode(errors="replace")
        elif field == b"data":
            self._data.append(value)
            self._bytes += len(value)
        return None
