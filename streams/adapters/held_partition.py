"""One source partition as the ingest service holds it: its core, its place, its gauges, its quarantine."""

import time
from collections.abc import Callable, Sequence

import structlog

from streams import metrics
from streams.ingest.ingest import IngestStats, PartitionIngest
from streams.ingest.remembered_ids import RememberedIds
from streams.ingest.resume import CommitPoint, Resume, read_metadata
from streams.kafka.once_a_minute import OnceAMinute
from streams.kafka.topics import MENTIONS
from streams.wire.record import DeadLetter, Record

_log = structlog.get_logger(__name__)


class Reread(Exception):  # noqa: N818 - not a failure of the stream: reading goes on elsewhere
    """The partition's core failed on a record and was rebuilt: read again from ``offset``."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"read again from {offset}")
        self.offset = offset


class HeldPartition:
    """Feeds one ``PartitionIngest``, and survives a record on which its code breaks.

    A core that raised may have counted half a fetch, so it is thrown away and rebuilt from what was committed;
    records are then taken one at a time until the one that breaks it is found, set aside and told as a dead
    letter with reason ``internal``. A break at that speed is a bug of ours; one mention is lost to it, not the stream.

    Parameters
    ----------
    partition
        Its number.
    make
        Makes the core from a resume.
    committed
        Offset from which reading continues, and the metadata committed with it.
    remembered
        The ids by which the cores know repeats, for its gauge.
    """

    def __init__(
        self,
        partition: int,
        make: Callable[[Resume | None], PartitionIngest],
        committed: CommitPoint,
        remembered: RememberedIds,
    ) -> None:
        self.partition = partition
        self.remembered = remembered
        self._given_up = 0
        self._log_given_up = OnceAMinute()
        self.committed = committed
        self.core = make(read_metadata(committed.metadata))
        self.flushed_at = time.time()
        self.taken = 0
        """Records since the last flush."""
        self.answered_ms = 0
        """When Kafka last answered that the partition is read to its end."""
        self.lag = 0
        self.next_offset = committed.offset
        """Where reading goes on."""
        self.unreadable_since = 0.0
        """Wall time at which a batch was found at ``next_offset`` that no client can read; 0 where there is none."""
        self.read_at = 0.0
        """Wall time at which Kafka last gave records, or said that there are no more; goes into the flushes."""
        self._make = make
        self._quarantine: set[int] = set()
        self._careful_until = -1
        label = str(partition)
        metrics.WATERMARK_LAG.labels(label).set_function(self._watermark_lag)
        metrics.FLUSH_AGE.labels(label).set_function(lambda: time.time() - self.flushed_at)
        metrics.CONSUMER_LAG.labels(label).set_function(lambda: self.lag)
        metrics.IDS_REMEMBERED.labels(label).set_function(lambda: len(remembered))

    def let_go(self) -> None:
        """Stop telling of it: another worker has it now."""
        for gauge in (metrics.WATERMARK_LAG, metrics.FLUSH_AGE, metrics.CONSUMER_LAG, metrics.IDS_REMEMBERED):
            gauge.remove(str(self.partition))
        self.hold_up(None)

    def hold_up(self, offset: int | None, error: Exception | None = None) -> None:
        """Note the offset of a batch that no client can read, or with ``None`` that it is to be tried again."""
        label = str(self.partition)
        if offset is None:
            if self.unreadable_since:
                self.unreadable_since = 0.0
                metrics.UNREADABLE.remove(label)
            return
        self.next_offset, self.unreadable_since = offset, time.time()
        metrics.UNREADABLE.labels(label).set(offset)
        metrics.ERRORS.labels("ingest_batch").inc()
        _log.error(
            "cannot read a batch; its partition waits",
            topic=MENTIONS.name, partition=self.partition, offset=offset, error=repr(error),
        )  # fmt: skip

    def take(self, records: Sequence[Record]) -> list[DeadLetter]:
        """Take one fetch; return the records that are no mentions.

        Raises
        ------
        Reread
            Where the core broke and reading must go on from an earlier offset.
        """
        self.taken += len(records)
        self.next_offset = records[-1].offset + 1
        if records[0].offset > self._careful_until:
            try:
                return self.core.take(records, time.time())
            except Exception:  # noqa: BLE001 - whatever it is, it is logged and the record set aside
                _log.exception("ingest failed on a fetch; looking for the record", partition=self.partition)
                metrics.ERRORS.labels("ingest").inc()
                self._careful_until = records[-1].offset
                raise Reread(self._restart()) from None
        return self._take_carefully(records)

    def report(self) -> None:
        """Add what was done since the last report to the metrics."""
        stats: IngestStats = self.core.take_stats()
        for source, count in stats.mentions.items():
            metrics.MENTIONS.labels(source).inc(count)
        for brand, count in stats.matched.items():
            metrics.MATCHES.labels(brand).inc(count)
        for brand, count in stats.harmful.items():
            metrics.HARMFUL.labels(brand).inc(count)
        for language, count in stats.unscored.items():
            metrics.UNSCORED.labels(language).inc(count)
        for language, count in stats.by_text.items():
            metrics.LANGUAGE_READ.labels(language).inc(count)
        for (stated, language), count in stats.contradicted.items():
            metrics.LANGUAGE_CONTRADICTED.labels(stated, language).inc(count)
        metrics.DUPLICATES.inc(stats.duplicates)
        for (brand, source), count in stats.late_of.items():
            metrics.LATE.labels(brand, source).inc(count)
        metrics.AHEAD.inc(stats.ahead)
        metrics.DELETED.inc(stats.deleted)
        if given_up := self.remembered.given_up - self._given_up:
            self._given_up += given_up
            metrics.IDS_GIVEN_UP.inc(given_up)
            if self._log_given_up.is_due():
                _log.warning(
                    "ids forgotten within the day; raise ingest.remembered_ids",
                    partition=self.partition, remembered=len(self.remembered), forgotten=self._given_up,
                )  # fmt: skip

    def _take_carefully(self, records: Sequence[Record]) -> list[DeadLetter]:
        dead: list[DeadLetter] = []
        for record in records:
            if record.offset in self._quarantine:
                detail = "our own code broke on this record; see the worker's log"
                dead.append(DeadLetter(record.offset, "internal", detail, record.key, record.value))
                continue
            try:
                dead += self.core.take([record], time.time())
            except Exception:  # noqa: BLE001 - whatever it is, it is logged and the record set aside
                _log.exception("ingest failed on a record", partition=self.partition, offset=record.offset)
                self._quarantine.add(record.offset)
                self._careful_until = max(self._careful_until, record.offset)
                raise Reread(self._restart()) from None
        return dead

    def _restart(self) -> int:
        self.core = self._make(read_metadata(self.committed.metadata))
        self.next_offset = self.committed.offset
        return self.committed.offset

    def _watermark_lag(self) -> float:
        watermark = self.core.watermark
        return 0.0 if watermark is None else time.time() - watermark
