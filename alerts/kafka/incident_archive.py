"""The topic ``incidents``, every version of every incident for good, read through and written anew with less in it.

Each version has a key of its own (``alerts.incidents.incident.record_key``), and Kafka keeps the newest record of
each key: one that is written again takes the place of the first, which goes within ``retention.superseded``.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from msgspec import Struct

from alerts.health.metrics import ERRORS
from alerts.incidents.incident import Incident, is_record, record_key
from streams.kafka.access.clients import async_consumer
from streams.kafka.outgoing import Outgoing
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import INCIDENTS

_log = structlog.get_logger(__name__)
_POLL_MS = 200
_FETCH_WAIT_MS = 100
_START_S = 30.0
_STALLED_S = 30.0
_CLOSE_S = 5.0
_AT_ONCE = 50
"""Records written together: half a megabyte of them."""


T = TypeVar("T")


class _Head(Struct):
    id: str
    version: int = 1


class Rewritten(Struct):
    """What one reading came to: records read and written anew, and keys of brands, as earlier versions wrote them."""

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
    aiokafka.errors.KafkaError, OSError, TimeoutError
        Where Kafka does not answer.
    """
    done = Rewritten()
    consumer = async_consumer(
        kafka,
        client_id="tocsin-archive",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
        fetch_max_wait_ms=_FETCH_WAIT_MS,
    )
    try:
        async with asyncio.timeout(_START_S):
            await consumer.start()
        for partition in partitions:
            await _one(consumer, TopicPartition(kafka.topic(INCIDENTS), partition), changed, put, done)
    finally:
        await asyncio.wait_for(consumer.stop(), _CLOSE_S)
    return done


async def _one(
    consumer: AIOKafkaConsumer,
    source: TopicPartition,
    changed: Callable[[Incident], Incident],
    put: Callable[[Sequence[Outgoing]], Awaitable[bool]],
    done: Rewritten,
) -> None:
    consumer.assign([source])
    newest: dict[bytes, int] = {}
    # Of several records of one version the last one counts, as everywhere; the others must not come back.
    async for record in _records(consumer, source):
        done.read += 1
        if (head := _decoded(record, _Head)) is not None:
            newest[record_key(head)] = record.offset
            if record.key != record_key(head):
                done.old_keys.add((source.partition, record.key or b""))
    waiting: list[Outgoing] = []
    async for record in _records(consumer, source):
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


async def _records(consumer: AIOKafkaConsumer, source: TopicPartition) -> AsyncIterator[ConsumerRecord]:
    """Yield the records of incidents from the beginning to the end that there is now."""
    await consumer.seek_to_beginning(source)
    loop = asyncio.get_running_loop()
    end: int | None = None
    position, moved_at = -1, loop.time()
    while end is None or position < end:
        fetched = await consumer.getmany(source, timeout_ms=_POLL_MS)
        end = consumer.highwater(source) if end is None else end
        for record in fetched.get(source, ()):
            if is_record(record.key, record.value) and (end is None or record.offset < end):
                yield record
        before, position = position, await consumer.position(source)
        if position > before:
            moved_at = loop.time()
        elif loop.time() - moved_at > _STALLED_S:
            raise TimeoutError(f"nothing comes of {source.topic}, partition {source.partition}, at {position} of {end}")


def _decoded(record: ConsumerRecord, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(record.value, type=kind)
    except msgspec.MsgspecError:
        ERRORS.labels("incident_archive").inc()
        _log.exception("cannot decode incident; skipped", partition=record.partition, offset=record.offset)
        return None
