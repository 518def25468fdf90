"""What a stage is given, and what it leads to. Pure values."""

from typing import NamedTuple

from msgspec import Struct

from streams.kafka.outgoing import Outgoing


class Heard(NamedTuple):
    """One record of a topic that a stage reads; ``at_ms`` puts those of several topics in order."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes
    at_ms: int


class Changes(Struct, frozen=True, kw_only=True):
    """What a batch leads to.

    Parameters
    ----------
    outgoing
        Records for other topics, in their order.
    rows
        What changed in the table, in its order; ``None`` deletes a row.
    """

    outgoing: tuple[Outgoing, ...] = ()
    rows: dict[bytes, bytes | None] = {}
