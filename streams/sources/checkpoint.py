"""Where a source goes on and how it is, as it is kept on Kafka for whoever has it next. Pure."""

from typing import Any

import msgspec
from msgspec import Struct, field

from streams.errors import StreamsError
from streams.sources.hearing import Break
from streams.sources.proving.proof import Proven
from streams.sources.source import Health, Hole, Position

VERSION = 1
HOLES_KEPT = 20


class BadCheckpointError(StreamsError):
    """A checkpoint that cannot be used: going on without it would leave out what was published since, unsaid."""


class Counts(Struct, kw_only=True, omit_defaults=True):
    """What became of all that a source gave, since it was first listened to.

    Parameters
    ----------
    received
        Posts heard, by upstream's count where it leaves some out.
    matched
        Mentions that match some brand's query.
    emitted
        Mentions that Kafka has, take-downs among them.
    dropped
        Mentions that match nothing, and were not sent.
    deleted, deleted_unknown
        Take-downs that were sent, and those of posts that were not.
    refused
        What was read and is no mention; it is in the dead letters.
    truncated
        Mentions whose text was cut to what a record may hold.
    withheld, unplaced
        Posts whose text the licence withholds: those that were sent, and those that no brand could be told of.
    holes, reconnects, throttled_s
        How often something was missed, and the connection lost; seconds waited at upstream's wish.
    """

    received: int = 0
    matched: int = 0
    emitted: int = 0
    dropped: int = 0
    deleted: int = 0
    deleted_unknown: int = 0
    refused: int = 0
    truncated: int = 0
    withheld: int = 0
    unplaced: int = 0
    holes: int = 0
    reconnects: int = 0
    throttled_s: float = 0.0

    def add(self, other: "Counts") -> None:
        """Add what another one has."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Checkpoint(Struct, kw_only=True, omit_defaults=True, frozen=True):
    """One source at one moment.

    Parameters
    ----------
    v
        Version of this layout.
    kind
        Of the source: a position is of use to the same kind alone.
    position
        Where to go on; ``None`` before the first batch.
    updated
        Epoch seconds.
    health, counts
        How it is, and what it has given.
    holes
        The newest ``HOLES_KEPT``.
    hearing
        When it was last heard, and what is caught up with.
    proof
        Whether it is proven to hear; ``None`` where nobody has asked for that.
    """

    v: int = VERSION
    kind: str
    position: Position | None = None
    updated: float
    health: Health
    counts: Counts = field(default_factory=Counts)
    holes: tuple[Hole, ...] = ()
    hearing: Break = field(default_factory=Break)
    proof: Proven | None = None


def encode_checkpoint(checkpoint: Checkpoint) -> bytes:
    """Return a checkpoint as JSON."""
    return msgspec.json.encode(checkpoint)


def decode_checkpoint(source: str, value: bytes) -> Checkpoint:
    """Read a checkpoint.

    Raises
    ------
    BadCheckpointError
        Where it is none, or of a later version.
    """
    try:
        version: Any = msgspec.json.decode(value).get("v", VERSION)
        if version != VERSION:
            raise BadCheckpointError(
                f"source {source}: its checkpoint is of version {version}, written by a later Tocsin; run that one"
            )
        return msgspec.json.decode(value, type=Checkpoint)
    except (msgspec.MsgspecError, AttributeError, UnicodeDecodeError) as error:
        raise BadCheckpointError(
            f"source {source}: its checkpoint on sources.checkpoints cannot be read ({error}); "
            "give the source another id to begin anew"
        ) from error
