"""Records on their way to Kafka. Pure."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

import msgspec
import structlog

from streams import metrics
from streams.errors import RecordTooLargeError
from streams.wire.flush import Flush, encode_flush
from streams.wire.record import DeadLetter

MAX_BYTES = 1_040_000
"""What Kafka takes by default of value, key and headers, less the frame of a batch."""
_log = structlog.get_logger(__name__)
_DEAD_LETTER_BYTES = 900_000
_DEAD_LETTER_KEY_BYTES = 64_000
_DETAIL_CHARS = 2_000
"""A dead letter and its description are cut to these, so that all fits into what Kafka takes by default."""
T = TypeVar("T")


class Outgoing(NamedTuple):
    """One record as it is to be sent; without ``partition`` its key decides.

    ``smaller`` gives values that say less and less, for where ``value`` is more than Kafka takes.
    """

    topic: str
    value: bytes | None
    key: bytes | None = None
    partition: int | None = None
    headers: list[tuple[str, bytes]] | None = None
    smaller: Callable[[], Iterator[bytes]] | None = None


def json_record(
    topic: str, value: T, key: bytes, partition: int | None, smaller: Callable[[T], Iterator[T]]
) -> Outgoing:
    """Return the record of something as JSON; ``smaller`` gives its smaller forms, and stands where its kind does."""

    def values() -> Iterator[bytes]:
        return map(msgspec.json.encode, smaller(value))

    return Outgoing(topic, msgspec.json.encode(value), key, partition, smaller=values)


def fitted(record: Outgoing) -> Outgoing:
    """Return a record as Kafka takes it: itself, or with the first of its smaller values that fits.

    That something was left out is logged and counted.

    Raises
    ------
    RecordTooLargeError
        Where none fits. To leave it out and go on would lose it without anybody knowing.
    """
    if _bytes(record) <= MAX_BYTES:
        return record
    metrics.ERRORS.labels("record_size").inc()
    for value in record.smaller() if record.smaller is not None else ():
        less = record._replace(value=value, smaller=None)
        if _bytes(less) <= MAX_BYTES:
            _log.warning(
                "record too large; shortened",
                topic=record.topic,
                bytes=_bytes(record),
                sent_bytes=_bytes(less),
            )
            return less
    key = (record.key or b"")[:200].decode(errors="replace")
    raise RecordTooLargeError(
        f"{record.topic}: a record of {_bytes(record):,} bytes with the key {key!r} is more than Kafka takes"
        f" ({MAX_BYTES:,}), and there is nothing to leave out of it"
    )


def _bytes(record: Outgoing) -> int:
    headers = sum(len(name.encode()) + len(value) for name, value in record.headers or ())
    return len(record.value or b"") + len(record.key or b"") + headers


def flush_record(topic: str, partition: int, flush: Flush) -> Outgoing:
    """Return the record of one part of a flush for one watch partition."""
    return Outgoing(topic, encode_flush(flush), str(flush.partition).encode(), partition)


def dead_letter_record(topic: str, source: str, partition: int, letter: DeadLetter) -> Outgoing:
    """Return the record of a dead letter: the value as it came, and in the headers why and whence.

    Parameters
    ----------
    topic
        Where dead letters go.
    source, partition
        Topic and partition that it was read from.
    """
    headers = {
        "reason": letter.reason,
        "topic": source,
        "partition": str(partition),
        "offset": str(letter.offset),
        "detail": letter.detail[:_DETAIL_CHARS],
    }
    encoded = [(name, text.encode(errors="replace")) for name, text in headers.items()]
    key = None if letter.key is None else letter.key[:_DEAD_LETTER_KEY_BYTES]
    return Outgoing(topic, (letter.value or b"")[:_DEAD_LETTER_BYTES], key, headers=encoded)
