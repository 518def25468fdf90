"""Reads the topic ``marks``, which says what officers marked."""

import msgspec
import structlog

from streams import metrics
from streams.ingest.corrections import Marks
from streams.kafka.reading.log_reader import LogReader
from streams.kafka.reading.topic_reader import TopicReader

_log = structlog.get_logger(__name__)


class MarksReader(TopicReader):
    """Keeps ``marks`` as the topic tells them.

    Parameters
    ----------
    reader
        Of the topic, from its beginning.
    marks
        Where what is read is put.
    """

    def __init__(self, reader: LogReader, marks: Marks) -> None:
        self._marks = marks
        super().__init__(reader)

    def take(self, key: bytes | None, value: bytes | None, partition: int, offset: int) -> None:
        """Take a mark, or its undoing."""
        try:
            brand = self._marks.take(key, value)
        except msgspec.MsgspecError:
            metrics.ERRORS.labels("marks_decode").inc()
            _log.exception("cannot decode correction; skipped", partition=partition, offset=offset)
            return
        metrics.MARKS.labels(brand).set(len(self._marks.of(brand) or ()))
