"""A source's way into Kafka: mentions through the connectors' producer, checkpoints through a writer of its own.

The writer's transactional id is the source's: whoever opens it next ends what this one had begun, and Kafka takes
nothing of this one any more (``streams.kafka.stages.partition_writer``). So checkpoints never go backwards, whoever
believes to have the source. Mentions need no such care: what two send is the same by its id.
"""

import asyncio
from collections.abc import Sequence

import structlog

from detectors.not_heard import NotHeard
from streams import metrics
from streams.brand import watch_partition
from streams.connectors.connector import Refused
from streams.connectors.sink import MentionSink
from streams.kafka.outgoing import Outgoing
from streams.kafka.reading.changelog import read_changelog
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.partition_writer import PartitionWriter
from streams.kafka.topics import CHECKPOINTS, SENT, Topic
from streams.mention import Mention
from streams.sources.checkpoint import Checkpoint, decode_checkpoint, encode_checkpoint
from streams.sources.sent_ids import BadRowError, Row, SentIds
from streams.wire.flush import of_hearing
from streams.wire.source_read import SourceRead

_log = structlog.get_logger(__name__)


class KafkaOutlet:
    """One source's clients of Kafka; ``open`` before anything else, and ``close``.

    Parameters
    ----------
    kafka
        Where Kafka is. The topics must exist.
    source, kind
        The source's id and kind.
    partitions
        Of ``sources.checkpoints`` and ``sources.sent``, by ``Topic.name``.
    is_fenced
        Whether the broker has transactions.
    """

    def __init__(
        self, kafka: KafkaSettings, source: str, kind: str, partitions: dict[str, int], *, is_fenced: bool
    ) -> None:
        self._kafka = kafka
        self._source = source
        self._kind = kind
        self._partition = {
            topic.name: source_partition(source, partitions[topic.name]) for topic in (CHECKPOINTS, SENT)
        }
        self._writer = PartitionWriter(kafka, f"listen-{source}", is_fenced=is_fenced)
        self._sink: MentionSink | None = None

    async def open(self) -> tuple[Checkpoint | None, SentIds]:
        """Take the source over; return where it goes on, and what was sent of it.

        Raises
        ------
        BadCheckpointError
            Where its checkpoint cannot be used.
        Exception
            Where Kafka fails, one of ``streams.kafka.reconnecting.FAILURES``.
        """
        await self._writer.open()
        # Nobody else can write now, and so the end that is read to is the end.
        rows = await self._rows(CHECKPOINTS)
        value = rows.get(self._source.encode())
        checkpoint = decode_checkpoint(self._source, value) if value else None
        try:
            sent = SentIds.read(self._source, await self._rows(SENT))
        except BadRowError as error:
            metrics.ERRORS.labels("sent_ids").inc()
            _log.error("cannot decode sent ids; their take-downs are not sent", error=str(error))
            sent = SentIds(self._source)
        self._sink = await asyncio.to_thread(MentionSink, self._kafka, self._kind)
        return checkpoint, sent

    async def remember(self, rows: Sequence[Row]) -> None:
        """As ``Outlet``."""
        if rows:
            await self._writer.write([self._record(SENT, key, value) for key, value in rows])

    async def put(self, mentions: Sequence[Mention], refused: Sequence[Refused]) -> None:
        """As ``Outlet``."""
        await asyncio.to_thread(_put, self._opened(), mentions, refused)

    async def settle(self) -> None:
        """As ``Outlet``."""
        await asyncio.to_thread(self._opened().flush)

    async def publish(self, not_heard: Sequence[NotHeard] = (), read: Sequence[SourceRead] = ()) -> None:
        """As ``Outlet``."""
        if not_heard or read:
            await asyncio.to_thread(self._opened().send_to_watch, of_hearing(not_heard, read))

    async def save(self, checkpoint: Checkpoint) -> int:
        """As ``Outlet``."""
        value = encode_checkpoint(checkpoint)
        await self._writer.write([self._record(CHECKPOINTS, self._source.encode(), value)])
        return len(value)

    async def heartbeat(self, at: int) -> None:
        """As ``Outlet``."""
        await asyncio.to_thread(self._opened().send_heartbeats, at)

    async def close(self) -> None:
        """Let go of Kafka."""
        self._writer.close()
        if self._sink is not None:
            await asyncio.to_thread(self._sink.close)

    def _opened(self) -> MentionSink:
        assert self._sink is not None, "open it first"
        return self._sink

    def _record(self, topic: Topic, key: bytes, value: bytes | None) -> Outgoing:
        return Outgoing(self._kafka.topic(topic), value, key, self._partition[topic.name])

    async def _rows(self, topic: Topic) -> dict[bytes, bytes | None]:
        partition = self._partition[topic.name]
        found = await read_changelog(self._kafka, self._kafka.topic(topic), {partition: 0})
        return found[partition].changed


def source_partition(source: str, partitions: int) -> int:
    """Return the partition of a source on the topics of sources, by which it is shared out as well.

    Examples
    --------
    >>> source_partition("news", 1)
    0
    """
    return watch_partition(source, partitions)


def _put(sink: MentionSink, mentions: Sequence[Mention], refused: Sequence[Refused]) -> None:
    for mention in mentions:
        sink.send(mention)
    for item in refused:
        sink.refuse(item)
