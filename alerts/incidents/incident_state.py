"""What stage 3 remembers of one brand. Bounded, and stored whole after every input."""

import re
from collections.abc import Iterator

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from alerts.incidents.command import Command
from alerts.incidents.incident import NOTE_CHARS, Incident, smaller_incidents
from alerts.incidents.lead_time import Curve
from alerts.incidents.silence import Silence
from detectors.late_posts import LatePosts
from streams.ingest.post_key import post_key

INCIDENTS_KEPT = 16
"""Incidents of one brand that are kept, shown and can still be redacted; about 10 kB each."""
CAUSES_KEPT = 128
"""Ids of verdicts, and of commands, by which a repeat is known. A replay after a crash is a few seconds long."""
EARLY_KEPT = 16
"""Commands for an incident that is not known yet."""
REDACTED_POSTS_KEPT = 256
_KEY = re.compile("[0-9a-f]{16}")
MISSED_KEPT = 64


class IncidentState(Struct, kw_only=True, omit_defaults=True):
    """An incident, and what is stored beside it.

    Parameters
    ----------
    fired_at
        When its newest outbreak fired.
    ringing
        Whether that outbreak lasts, whatever people did about the incident.
    base
        Mentions counted in the outbreaks before it, where it came back.
    late
        Posts that came too late to be counted in those.
    curve
        Readings for the lead time.
    """

    incident: Incident
    fired_at: int = field(name="ring_at")
    ringing: bool = True
    base: int = 0
    late: tuple[LatePosts, ...] = ()
    curve: Curve = ()


class Missed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A crisis that should have rung, as a person reported it. ``event_at`` is epoch seconds."""

    event_at: int
    by: str = ""
    note: str = ""


class BrandState(Struct, kw_only=True, omit_defaults=True):
    """The state of one brand, oldest entries first.

    ``event_at`` is the latest event time received, and ``heard_at`` the wall time then. ``marks`` are officers' marks
    on posts, by ``streams.ingest.post_key.post_key``: whether it is negative. ``redacted_posts`` has the marks of
    texts (``alerts.incidents.redaction.text_mark``) by the same; earlier versions wrote the posts' ids.
    """

    tracked: list[IncidentState] = []
    silence: Silence | None = None
    verdicts: list[str] = []
    commands: list[str] = []
    early: list[Command] = []
    redacted_posts: dict[str, str] = field(default_factory=dict, name="taken_down")
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
    state = msgspec.msgpack.decode(data, type=BrandState)
    state.redacted_posts = {
        key if _KEY.fullmatch(key) else post_key(key): mark for key, mark in state.redacted_posts.items()
    }
    state.commands = [_hashed(cause) for cause in state.commands]
    return state


def _hashed(cause: str) -> str:
    """Return the id of a command without the id of the post that earlier versions made it of."""
    kind, _, post = cause.partition("redact-")
    return cause if kind or not post or _KEY.fullmatch(post) else f"redact-{post_key(post)}"


def smaller_states(state: BrandState) -> Iterator[BrandState]:
    """Yield a state that says less and less of its incidents, the oldest first: for a record that is too large.

    At last what people wrote is cut, and what is over is dropped, the oldest first again.
    """
    forms = [list(smaller_incidents(tracked.incident)) for tracked in state.tracked]
    tracked = list(state.tracked)
    for step in range(max(map(len, forms), default=0)):
        for place, of_one in enumerate(forms):
            tracked[place] = replace(tracked[place], incident=of_one[step])
            yield replace(state, tracked=list(tracked))
    silence = state.silence
    if silence is not None:
        silence = replace(silence, by=silence.by[:NOTE_CHARS], reason=silence.reason[:NOTE_CHARS])
    cut = replace(
        state,
        tracked=list(tracked),
        silence=silence,
        early=[replace(each, by=each.by[:NOTE_CHARS], note=each.note[:NOTE_CHARS]) for each in state.early],
        missed=[replace(each, by=each.by[:NOTE_CHARS], note=each.note[:NOTE_CHARS]) for each in state.missed],
    )
    yield cut
    for ended in [each for each in tracked if each.incident.status == "resolved"]:
        tracked = [each for each in tracked if each is not ended]
        yield replace(cut, tracked=tracked)
