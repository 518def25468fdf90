"""What may go wrong at a simulated Mastodon: on a stream, and on a request."""

from collections.abc import Iterator
from typing import Literal, TypeAlias, get_args

from msgspec import Struct

from alerts.errors import AlertsError

RequestFault = Literal[
    "server_error", "unavailable", "rate_limited", "web_page", "guard", "cut", "no_list", "empty", "stale"
]
"""What a request meets: 500; 503; 429 with ``X-RateLimit-Reset`` as a moment; a web page with 200; one with 403, as a
guard before the server sends it; a body that breaks off; JSON that is no list; an empty list; the list as it was a
little before, from a copy of the database."""
RESET_AFTER_S = 120


class Cut(Struct, frozen=True):
    """The stream breaks off before its n-th event."""

    at: int


class Silence(Struct, frozen=True):
    """From its n-th event on nothing comes any more, no heartbeat either, and the connection stays."""

    at: int


class Twice(Struct, frozen=True):
    """The n-th event comes twice."""

    at: int


class Garbage(Struct, frozen=True):
    """Before the n-th event comes one whose payload is none."""

    at: int


class Late(Struct, frozen=True):
    """The n-th event comes behind so many others, or with the next heartbeat: a deletion may come before its post."""

    at: int
    by: int


class Deaf(Struct, frozen=True):
    """For so long nothing is told but heartbeats: the server answered before it had subscribed."""

    seconds: float


StreamFault: TypeAlias = Cut | Silence | Twice | Garbage | Late | Deaf
Sent: TypeAlias = tuple[str, bytes]
"""Name and payload of an event; the names ``cut`` and ``silence`` are those of faults."""
CUT: Sent = ("cut", b"")
SILENCE: Sent = ("silence", b"")


class StreamFaults:
    """The faults of one stream, which come as its events do."""

    def __init__(self, faults: tuple[StreamFault, ...], now_s: float) -> None:
        self._faults = faults
        deaf = [fault.seconds for fault in faults if isinstance(fault, Deaf)]
        self._deaf_until = now_s + max(deaf, default=0.0)
        self._number = 0
        self._held: list[tuple[int, Sent]] = []

    def spoiled(self, event: Sent, now_s: float) -> Iterator[Sent]:
        """Yield what comes in the place of the next event."""
        if now_s < self._deaf_until:
            return
        number = self._number
        self._number += 1
        mine = [fault for fault in self._faults if not isinstance(fault, Deaf) and fault.at == number]
        for fault in mine:
            if isinstance(fault, Cut):
                yield CUT
            elif isinstance(fault, Silence):
                yield SILENCE
            elif isinstance(fault, Garbage):
                yield "update", b'{"id": "12", "uri": '
        late = next((fault for fault in mine if isinstance(fault, Late)), None)
        if late is not None:
            self._held.append((number + late.by, event))
        else:
            yield event
            if any(isinstance(fault, Twice) for fault in mine):
                yield event
        yield from self._released(number)

    def at_rest(self) -> Iterator[Sent]:
        """Yield what is still held where nothing else comes."""
        yield from self._released(self._number + 1_000_000)

    def _released(self, number: int) -> Iterator[Sent]:
        due = [event for at, event in self._held if at <= number]
        self._held = [(at, event) for at, event in self._held if at > number]
        yield from due


def known(fault: str) -> str:
    """Return a fault of requests.

    Raises
    ------
    AlertsError
        Where there is no such fault.
    """
    if fault not in get_args(RequestFault):
        raise AlertsError(f"Mastodon: no fault {fault}; known: {', '.join(get_args(RequestFault))}")
    return fault
