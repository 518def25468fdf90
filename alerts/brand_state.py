"""What stage 3 remembers of one brand. Bounded, and stored whole after every input."""

import msgspec
from msgspec import Struct

from alerts.command import Command
from alerts.incident import Incident
from alerts.lead_time import Curve
from alerts.silences import Silence

INCIDENTS_KEPT = 16
"""Incidents of one brand that are kept, shown and can still be redacted; about 10 kB each."""
CAUSES_KEPT = 128
"""Ids of verdicts, and of commands, by which a repeat is known. A replay after a crash is a few seconds long."""
EARLY_KEPT = 16
"""Commands for an incident that is not known yet."""
TAKEN_DOWN_KEPT = 256
MISSED_KEPT = 64


class Tracked(Struct, kw_only=True, omit_defaults=True):
    """An incident, and what is remembered beside it.

    Parameters
    ----------
    ring_at
        When the newest outbreak behind it rang.
    ringing
        Whether that outbreak lasts, whatever people did about the incident.
    base
        Mentions counted in the outbreaks before it, where it came back.
    curve
        Readings for the lead time.
    """

    incident: Incident
    ring_at: int
    ringing: bool = True
    base: int = 0
    curve: Curve = ()


class Missed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A crisis that should have rung, as a person reported it. ``event_at`` is epoch seconds."""

    event_at: int
    by: str = ""
    note: str = ""


class BrandState(Struct, kw_only=True, omit_defaults=True):
    """The state of one brand, oldest entries first.

    ``event_at`` is the latest event time heard of, and ``heard_at`` the wall time then. ``marks`` are what officers
    said of posts, by ``streams.marks.post_key``: whether it is negative.
    """

    tracked: list[Tracked] = []
    silence: Silence | None = None
    verdicts: list[str] = []
    commands: list[str] = []
    early: list[Command] = []
    taken_down: dict[str, str] = {}
    missed: list[Missed] = []
    marks: dict[str, bool] = {}
    event_at: int = 0
    heard_at: float = 0.0


def encode_state(state: BrandState) -> bytes:
    """Return the state as MessagePack."""
    return msgspec.msgpack.encode(state)


def decode_state(data: bytes) -> BrandState:
    """Read what ``encode_state`` wrote.

    Raises
    ------
    msgspec.DecodeError
        Where the bytes are no state.
    """
    return msgspec.msgpack.decode(data, type=BrandState)
