"""What can go wrong on one connection to a Jetstream, as values: a script is a list of them for each connection."""

from msgspec import Struct


class Drop(Struct, frozen=True):
    """The connection breaks off without a word after so many events."""

    after: int


class Close(Struct, frozen=True):
    """The server says goodbye after so many events; on the wire ``v2`` after an error frame, where one is named."""

    after: int
    code: int = 1011
    reason: str = ""
    error: str = ""


class Silence(Struct, frozen=True):
    """Nothing comes after so many events, and the connection stays open."""

    after: int


class Twice(Struct, frozen=True):
    """An event, counted from 0, comes twice."""

    at: int


class Late(Struct, frozen=True):
    """An event, counted from 0, comes after so many others."""

    at: int
    by: int = 1


class Garbage(Struct, frozen=True):
    """Before an event, counted from 0, comes a frame that is none."""

    at: int
    data: bytes | str = '{"did": 7, "time_us": "soon"}'


class Refuse(Struct, frozen=True):
    """There is no upgrade, but an answer."""

    status: int = 503
    body: str = "service not ready"
    headers: tuple[tuple[str, str], ...] = ()


Fault = Drop | Close | Silence | Twice | Late | Garbage | Refuse


class FrameFaults:
    """The faults of one connection while its events go out."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self._faults = faults

    def refusal(self) -> Refuse | None:
        """Return what is answered in the place of an upgrade."""
        return next((fault for fault in self._faults if isinstance(fault, Refuse)), None)

    def end(self, sent: int) -> Drop | Close | Silence | None:
        """Return how it ends after so many events; ``None`` where it goes on."""
        return next(
            (fault for fault in self._faults if isinstance(fault, Drop | Close | Silence) and fault.after == sent), None
        )

    def garbage(self, at: int) -> list[bytes | str]:
        """Return the frames that come before an event."""
        return [fault.data for fault in self._faults if isinstance(fault, Garbage) and fault.at == at]

    def times(self, at: int) -> int:
        """Return how often an event comes."""
        return 1 + sum(isinstance(fault, Twice) and fault.at == at for fault in self._faults)

    def late_by(self, at: int) -> int:
        """Return after how many others an event comes."""
        return max((fault.by for fault in self._faults if isinstance(fault, Late) and fault.at == at), default=0)
