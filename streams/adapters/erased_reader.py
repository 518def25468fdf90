"""Reads the topic ``erased``, which says what is not to be shown again."""

import structlog

from streams import metrics
from streams.ingest.erased import BadErasedRowError, Erased
from streams.kafka.once_a_minute import OnceAMinute
from streams.kafka.reading.log_reader import Fetched, LogReader, reading
from streams.kafka.reading.topic_reader import TopicReader
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import ERASED

_log = structlog.get_logger(__name__)


class ErasedReader(TopicReader):
    """Keeps ``erased`` as the topic tells it.

    Parameters
    ----------
    reader
        Of the topic, from its beginning.
    erased
        Where what is read is put.
    """

    def __init__(self, reader: LogReader, erased: Erased) -> None:
        self._erased = erased
        self._given_up = 0
        self._log_given_up = OnceAMinute()
        super().__init__(reader)

    def take(self, key: bytes | None, value: bytes | None, partition: int, offset: int) -> None:
        """Take a row, or its undoing."""
        try:
            self._erased.take(key, value)
        except BadErasedRowError as error:
            metrics.ERRORS.labels("erased_decode").inc()
            _log.error("cannot decode take-down; skipped", error=str(error), partition=partition, offset=offset)

    def hand_on(self, fetched: Fetched) -> None:
        """Take what was fetched, and say how much is remembered."""
        super().hand_on(fetched)
        for kind, count in self._erased.counts.items():
            metrics.ERASED.labels(kind).set(count)
        if given_up := self._erased.given_up - self._given_up:
            self._given_up += given_up
            metrics.ERASED_GIVEN_UP.inc(given_up)
            if self._log_given_up.is_due():
                _log.warning(
                    "take-downs forgotten before their time",
                    forgotten=self._given_up, remembered=self._erased.counts["post"],
                )  # fmt: skip


async def read_erased(kafka: KafkaSettings) -> Erased:
    """Return what was taken down or erased until now.

    Raises
    ------
    ChangelogError, KafkaUnavailableError, aiokafka.errors.KafkaError, OSError, TimeoutError
        Where it cannot be read.
    """
    erased = Erased()
    async with reading(kafka, "erased", kafka.topic(ERASED)) as reader:
        await ErasedReader(reader, erased).catch_up()
    return erased
