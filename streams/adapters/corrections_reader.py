"""Reads the topic ``marks``, which says what officers marked."""

import msgspec
import structlog

from streams import metrics
from streams.ingest.corrections import Marks
from streams.kafka.reading.topic_reader import TopicReader
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import MARKS

_log = structlog.get_logger(__name__)


class MarksReader(TopicReader):
    """Keeps ``marks`` as the topic tells them.

    Parameters
    ----------
    kafka
        Where Kafka is. The topic must exist.
    marks
        Where what is read is put.
    """

    def __init__(self, kafka: KafkaSettings, marks: Marks) -> None:
        self._marks = marks
        super().__init__(kafka, MARKS)

    def take(self, key: bytes | None, value: bytes | None, partition: int, offset: int) -> None:
        """Take a mark, or its undoing."""
        try:
            brand = self._marks.take(key, value)
        except msgspec.MsgspecError:
            metrics.ERRORS.labels("marks_decode").inc()
            _log.exception("cannot decode correction; skipped", partition=partition, offset=offset)
            return
        metrics.MARKS.labels(brand).set(len(self._marks.of(brand) or ()))
