"""One record of the topic ``mentions``: what came, what it says, and where it goes when it says nothing."""

import math

from msgspec import Struct

from streams.errors import BadMentionError
from streams.mention import Mention, decode_mention


class Record(Struct, frozen=True, gc=False):
    """One record; ``timestamp_s`` is Kafka's, epoch seconds, 0 where it has none."""

    offset: int
    timestamp_s: float
    key: bytes | None
    value: bytes | None


class DeadLetter(Struct, frozen=True):
    """A record that no mention can be read from, and why."""

    offset: int
    reason: str
    detail: str
    key: bytes | None
    value: bytes | None


class Arrival(Struct, frozen=True, gc=False):
    """A mention as it was read.

    Parameters
    ----------
    offset, arrived_at
        Its record's offset and Kafka timestamp in epoch seconds.
    event_s
        The event time at which it counts, epoch seconds.
    watermark
        Latest event second read so far, this one's included.
    """

    mention: Mention
    offset: int
    arrived_at: float
    event_s: float
    watermark: int


def read_value(value: bytes, timestamp_s: float, future_s: float, cap_s: float = math.inf) -> tuple[Mention, float]:
    """Read a record's value; return the mention and the event time at which it counts.

    Nobody can have heard of it later than it arrived, and it cannot have arrived later than it was first read: it
    counts at the earliest of what it says itself, its Kafka timestamp and ``cap_s``. Take-downs are read whatever
    their time.

    Parameters
    ----------
    timestamp_s
        The record's Kafka timestamp, epoch seconds, 0 where it has none.
    future_s
        How far ahead of it a record may claim to be published, seconds.
    cap_s
        Wall time at which the record was first read, whole epoch seconds.

    Raises
    ------
    BadMentionError
        As ``decode_mention`` does, and with reason ``future``.
    """
    mention = decode_mention(value)
    event_s = mention.published.timestamp()
    if event_s > timestamp_s > 0:
        if event_s > timestamp_s + future_s and not mention.deleted:
            raise BadMentionError(
                "future",
                f"published: {mention.published.isoformat()} is {event_s - timestamp_s:.0f} s ahead of the "
                f"record's Kafka timestamp, where {future_s:.0f} s are allowed",
            )
        event_s = timestamp_s
    return mention, cap_s if event_s // 1 > cap_s else event_s
