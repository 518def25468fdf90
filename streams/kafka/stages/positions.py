"""Where a stage goes on in the topics that it reads. Pure: what Kafka says is passed in.

The position of a partition stands in the partition's own state: the next offset that the state does not know yet, by
topic, in one row that is written with the rows that it covers. Offsets committed to the consumer group are a figure for
the lag, and for workers of the version before, which knew no other.
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from streams.errors import StreamsError


class Positions(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The row: for each topic the next offset to read, and which topic that was.

    Parameters
    ----------
    positions
        Next offset by topic.
    topic_ids
        Kafka's id of each topic: a recreated one has another.
    """

    positions: dict[str, int] = {}
    topic_ids: dict[str, str] = {}


class TopicReplacedError(StreamsError):
    """A topic is not the one that the state was built from, or is shorter than it was; the message says what to do."""


class Begin(Struct, frozen=True, kw_only=True):
    """Where reading begins.

    Parameters
    ----------
    offset
        The first record to read.
    lost
        Records before it that Kafka has deleted and the state never saw.
    overtaken
        Records that a worker of the version before has worked on since the row was written.
    """

    offset: int
    lost: int = 0
    overtaken: int = 0


def encode_positions(positions: Positions) -> bytes:
    """Return the row as MessagePack: a map, so that a reader who looks for other fields finds none of them."""
    return msgspec.msgpack.encode(positions)


def decode_positions(data: bytes) -> Positions:
    """Read what ``encode_positions`` wrote.

    Raises
    ------
    msgspec.DecodeError
        Where the bytes are no such row.
    """
    return msgspec.msgpack.decode(data, type=Positions)


def begin_at(  # noqa: PLR0917 - the order of the sentence
    topic: str,
    partition: int,
    row: Positions | None,
    committed: int | None,
    first: int,
    end: int | None,
    topic_ids: Mapping[str, str],
    *,
    accept_replaced: bool = False,
) -> Begin:
    """Decide where reading of a partition begins.

    Without a row it is what the group has committed, as in the version before; without that, the beginning. A row that
    is older than what is committed was left by a newer worker before one of the version before took over: the later
    of the two holds, for that worker stored its rows before it committed.

    Parameters
    ----------
    topic, partition
        What is read.
    row
        As stored, or ``None``.
    committed
        The group's offset, or ``None``.
    first, end
        The first offset that Kafka holds, and the one after the last; ``None`` where the broker does not say.
    topic_ids
        Kafka's ids of the topics of now; a topic that is missing is not compared.
    accept_replaced
        Whether a recreated topic may be read from its beginning.

    Raises
    ------
    TopicReplacedError
        Where the topic is another one, or ends before the position, and nobody said that this is meant.

    Examples
    --------
    >>> begin_at("flushes", 0, None, 7, first=0, end=9, topic_ids={})
    Begin(offset=7, lost=0, overtaken=0)
    >>> begin_at("flushes", 0, Positions(positions={"flushes": 5}), 3, first=6, end=9, topic_ids={})
    Begin(offset=6, lost=1, overtaken=0)
    """
    stored = row.positions.get(topic) if row is not None else None
    if row is not None and stored is not None:
        before, now = row.topic_ids.get(topic), topic_ids.get(topic)
        other = before is not None and now is not None and before != now
        if other or (end is not None and stored > end):
            if accept_replaced:
                return Begin(offset=first)
            seen = f"is another topic than the one worked on (id {now}, was {before})" if other else f"ends at {end}"
            raise TopicReplacedError(
                f"partition {partition} of {topic} {seen}, and this stage has worked on it up to offset {stored}: it "
                "was made anew or restored, or has lost its end. Nothing of it is read, lest it be passed over in "
                "silence. Restore it; or, if this is meant, start the worker once with "
                "TOCSIN_KAFKA__ACCEPT_REPLACED_TOPICS=true, and it is read from its beginning"
            )
    known = [offset for offset in (stored, committed) if offset is not None]
    wanted = max(known, default=first)
    if stored is None and end is not None and wanted > end:
        wanted = end  # the group's figure alone proves nothing
    offset = max(wanted, first)
    return Begin(
        offset=offset,
        lost=offset - wanted,
        overtaken=max(0, wanted - stored) if stored is not None else 0,
    )
