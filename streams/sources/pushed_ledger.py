"""Keeps on Kafka how pushed sources are, by web processes that may be several: each adds what it has seen.

Whoever writes has the newest rows: opening the writer ends what another process had open (``PartitionWriter``), and
what is read then is the end. A process that has lost the writer opens it again for its next news.
"""

from collections.abc import Sequence

import structlog

from streams import metrics
from streams.kafka.outgoing import Outgoing
from streams.kafka.reading.changelog import read_changelog
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.partition_writer import FENCED, PartitionWriter
from streams.kafka.topics import CHECKPOINTS
from streams.sources.checkpoint import BadCheckpointError, Checkpoint, decode_checkpoint, encode_checkpoint
from streams.sources.kafka_outlet import source_partition
from streams.sources.pushed_news import PushedNews, with_news

_log = structlog.get_logger(__name__)
OWNER = "pushed-0"
"""What the transactional id is made of: one for all pushed sources of a group."""


class PushedLedger:
    """The rows of all pushed sources on ``sources.checkpoints``.

    Parameters
    ----------
    kafka
        Where Kafka is. The topic must exist.
    partitions
        Of ``sources.checkpoints``.
    is_fenced
        Whether the broker has transactions; one without is for one web process.
    """

    def __init__(self, kafka: KafkaSettings, partitions: int, *, is_fenced: bool) -> None:
        self._kafka = kafka
        self._partitions = partitions
        self._is_fenced = is_fenced
        self._writer: PartitionWriter | None = None
        self._rows: dict[str, bytes | None] = {}
        self._pending: dict[str, PushedNews] = {}
        self._tried: dict[str, tuple[bytes, PushedNews]] = {}
        self._refused: set[str] = set()

    async def add(self, all_news: Sequence[PushedNews]) -> None:
        """Add what was seen; what Kafka does not take now is added with the next.

        Raises
        ------
        Exception
            Where Kafka fails, one of ``streams.kafka.reconnecting.FAILURES``.
        """
        for news in all_news:
            self._pending[news.id] = news.after(self._pending.get(news.id))
        if not self._pending:
            return
        try:
            if self._writer is None:
                await self._adopt()
            try:
                await self._write()
            except FENCED:
                # Another web process has written since: what was not taken now is added to its rows.
                self.close()
                await self._adopt()
                await self._write()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of Kafka."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    async def _adopt(self) -> None:
        """Become the one who writes, and read what the others have written."""
        self._writer = PartitionWriter(self._kafka, OWNER, is_fenced=self._is_fenced)
        await self._writer.open()
        names = {*self._pending, *self._tried}
        places = {self._place(name) for name in names}
        read = await read_changelog(self._kafka, self._kafka.topic(CHECKPOINTS), dict.fromkeys(places, 0))
        self._rows = {name: read[self._place(name)].changed.get(name.encode()) for name in names}
        for name, (value, news) in self._tried.items():
            if self._rows[name] != value:
                self._pending[name] = self._pending[name].after(news) if name in self._pending else news
        self._tried = {}

    async def _write(self) -> None:
        assert self._writer is not None
        for name, news in self._pending.items():
            if (value := self._with(news)) is not None:
                self._tried[name] = (value, news)
        self._pending = {}
        topic = self._kafka.topic(CHECKPOINTS)
        records = [Outgoing(topic, value, name.encode(), self._place(name)) for name, (value, _) in self._tried.items()]
        if records:
            await self._writer.write(records)
        self._rows.update({name: value for name, (value, _) in self._tried.items()})
        self._tried = {}

    def _with(self, news: PushedNews) -> bytes | None:
        """Return a row with the news; ``None`` where it is not ours to write."""
        row = self._rows.get(news.id)
        try:
            known: Checkpoint | None = decode_checkpoint(news.id, row) if row else None
            return encode_checkpoint(with_news(known, news))
        except BadCheckpointError as error:
            if news.id not in self._refused:
                self._refused.add(news.id)
                metrics.ERRORS.labels("pushed_checkpoint").inc()
                _log.error("cannot keep a pushed source's state", source=news.id, error=str(error))
            return None

    def _place(self, name: str) -> int:
        return source_partition(name, self._partitions)
