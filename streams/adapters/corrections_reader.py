"""Reads the topic ``marks``, which says what officers marked."""

import msgspec
import structlog

from streams import metrics
from streams.ingest.corrections import Corrections
from streams.kafka.reading.log_reader import LogReader
from streams.kafka.reading.topic_reader import TopicReader

_log = structlog.get_logger(__name__)


class CorrectionsReader(TopicReader):
    """Keeps the corrections up to date from the topic ``marks``.

    Parameters
    ----------
    reader
        Of the topic, from its beginning.
    corrections
        Where what is read is put.
    """

    def __init__(self, reader: LogReader, corrections: Corrections) -> None:
        self._corrections = corrections
        super().__init__(reader)

    def take(self, key: bytes | None, value: bytes | None, partition: int, offset: int) -> None:
        """Take a mark, or its undoing."""
        try:
            brand = self._corrections.take(key, value)
        except msgspec.MsgspecError:
            metrics.ERRORS.labels("marks_decode").inc()
            _log.exception("cannot decode correction; skipped", partition=partition, offset=offset)
            return
        metrics.MARKS.labels(brand).set(len(self._corrections.of(brand) or ()))
