"""The topic ``incidents``, every version of every incident for good, read through and rewritten with less in it.

Each version has a key of its own (``alerts.incidents.incident.record_key``), and Kafka keeps the newest record of
each key: one that is written again replaces the first, which is deleted within ``retention.superseded``.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

import msgspec
import structlog
from aiokafka import ConsumerRecord, TopicPartition
from msgspec import Struct

from alerts.health.metrics import ERRORS
from alerts.incidents.incident import Incident, is_record, record_key
from streams.kafka.outgoing import Outgoing
from streams.kafka.reading.log_reader import LogReader, reading
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import INCIDENTS

_log = structlog.get_logger(__name__)
_AT_ONCE = 50
"""Records written together: half a megabyte of them."""


T = TypeVar("T")


class _Head(Struct):
    id: str
    version: int = 1


class Rewritten(Struct):
    """The result of one reading: records read and rewritten, and keys of brands, as earlier versions wrote them."""

    read: int = 0
    written: int = 0
    old_keys: set[tuple[int, bytes]] = msgspec.field(default_factory=set)


async def write_anew(
    kafka: KafkaSettings,
    partitions: Iterable[int],
    changed: Callable[[Incident], Incident],
    put: Callable[[Sequence[Outgoing]], Awaitable[bool]],
) -> Rewritten:
    """Read partitions to the end that they have now, and write what is to be changed under the keys that it has.

    What an earlier version wrote under its brand's key is written under a key of its own, changed or not.

    Parameters
    ----------
    kafka
        Where Kafka is.
    partitions
        Of ``incidents``.
    changed
        Returns an incident of the same version as it is to be kept; itself, where nothing is to be changed.
    put
        Writes records of one partition, in order, and returns whether Kafka took them. Where it did not, that
        partition is left for another time.

    Raises
    ------
    ChangelogError, KafkaUnavailableError, aiokafka.errors.KafkaError, OSError, TimeoutError
        Where Kafka does not answer.
    """
    done = Rewritten()
    async with reading(kafka, "archive") as reader:
        for partition in partitions:
            await _one(reader, TopicPartition(kafka.topic(INCIDENTS), partition), changed, put, done)
    return done


async def _one(
    reader: LogReader,
    source: TopicPartition,
    changed: Callable[[Incident], Incident],
    put: Callable[[Sequence[Outgoing]], Awaitable[bool]],
    done: Rewritten,
) -> None:
    newest: dict[bytes, int] = {}
    # Of several records of one version the last one counts, as everywhere; the others must not come back.
    async for record in _records(reader, source):
        done.read += 1
        if (head := _decoded(record, _Head)) is not None:
            newest[record_key(head)] = record.offset
            if record.key != record_key(head):
                done.old_keys.add((source.partition, record.key or b""))
    waiting: list[Outgoing] = []
    async for record in _records(reader, source):
        incident = _decoded(record, Incident)
        if incident is None or newest.get(own := record_key(incident)) != record.offset:
            continue
        after = changed(incident)
        if after is incident and record.key == own:
            continue
        waiting.append(Outgoing(source.topic, msgspec.json.encode(after), own, source.partition))
        if len(waiting) >= _AT_ONCE:
            if not await put(waiting):
                return
            done.written += len(waiting)
            waiting = []
    if waiting and await put(waiting):
        done.written += len(waiting)


async def _records(reader: LogReader, source: TopicPartition) -> AsyncIterator[ConsumerRecord]:
    """Yield the records of incidents from the beginning to the end that there is now."""
    reader.begin({source: 0})
    async for fetched in reader.to_the_ends():
        for record in fetched.get(source, ()):
            if is_record(record.key, record.value):
                yield record


def _decoded(record: ConsumerRecord, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(record.value, type=kind)
    except msgspec.MsgspecError:
        ERRORS.labels("incident_archive").inc()
        _log.exception("cannot decode incident; skipped", partition=record.partition, offset=record.offset)
        return None
