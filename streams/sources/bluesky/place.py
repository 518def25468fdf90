"""Where reading goes on: a moment on one host's clock, and on the wire ``v2`` its number there. Pure."""

import msgspec
from msgspec import Struct

from streams.sources.bluesky.frames import Wire
from streams.sources.source import Position, SourceError

OVERLAP_US = 5_000_000
"""Read again on the same host: older servers put events out of order where a replay meets the present."""
OVERLAP_ELSEWHERE_US = 15_000_000
"""Read again on another host, which saw each event at a moment of its own."""
_FUTURE_US = 300_000_000
"""A cursor further ahead than this was made by a wrong clock: upstream would begin at the present, and say nothing."""


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A position of this source.

    Parameters
    ----------
    wire, host
        Whose numbers these are.
    time_us
        All that the host saw before this was read, epoch microseconds; ``None`` before the first event.
    seq
        Number of the last event read, where the wire numbers them.
    """

    wire: Wire
    host: str
    time_us: int | None = None
    seq: int | None = None

    def to_position(self) -> Position:
        """Return what is kept on Kafka."""
        position: Position = msgspec.to_builtins(self)
        return position


class Cursor(Struct, frozen=True, kw_only=True):
    """What a host is asked to begin at.

    Parameters
    ----------
    value
        The parameter; ``None`` for the present.
    from_us
        The moment that it stands for, epoch microseconds.
    is_seq
        Whether it is a number and no moment: a host that no longer has it says so.
    """

    value: int | None = None
    from_us: int | None = None
    is_seq: bool = False


def read_place(position: Position) -> Place:
    """Return the place that a position holds.

    Raises
    ------
    SourceError
        Where it is none of this source's.
    """
    try:
        return msgspec.convert(position, Place)
    except msgspec.ValidationError as error:
        raise SourceError(
            f"the checkpoint {position!r} is none of Bluesky's ({error}): it was written by another version or another "
            "kind of source. Give this source another id, and it begins at the present"
        ) from error


def cursor_of(place: Place, wire: Wire, host: str, now_us: int, *, by_time: bool = False) -> Cursor:
    """Return where to begin on a host, a little before a place.

    Parameters
    ----------
    by_time
        Whether the host is known not to have the number.

    Examples
    --------
    >>> place = Place(wire="v1", host="wss://a", time_us=1_725_911_162_000_000)
    >>> cursor_of(place, "v1", "wss://a", 1_725_911_170_000_000).value
    1725911157000000
    >>> cursor_of(place, "v1", "wss://b", 1_725_911_170_000_000).value
    1725911147000000
    """
    if place.time_us is None:
        return Cursor()
    same = (place.wire, place.host) == (wire, host)
    if same and wire == "v2" and place.seq and not by_time:
        return Cursor(value=place.seq, from_us=place.time_us, is_seq=True)
    at_us = place.time_us if place.time_us <= now_us + _FUTURE_US else now_us
    from_us = at_us - (OVERLAP_US if same else OVERLAP_ELSEWHERE_US)
    return Cursor(value=from_us, from_us=from_us)
