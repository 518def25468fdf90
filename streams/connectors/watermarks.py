"""How far ingest has read each partition: what is older is closed, and counts no longer."""

import kafka
import msgspec
import structlog
from kafka.errors import KafkaError

from streams.errors import KafkaUnavailableError
from streams.flush import decode_flush
from streams.kafka.access.clients import blocking_consumer
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import FLUSHES

_log = structlog.get_logger(__name__)
_LAST = 500
"""Flushes looked at: each source partition tells a partition of `flushes` one a second."""
_TOLD_S = 5
"""A flush that is older is of a worker that has stopped; a partition that is read to its end goes on without it."""
_ANSWER_MS = 10_000


def read_watermarks(settings: KafkaSettings, now_s: float) -> dict[int, int]:
    """Return the event time, epoch seconds, up to which each partition of `mentions` has been read.

    It is what ingest told the watch stage last. A partition of which it has told nothing is left out, and so are all
    where Kafka does not answer.

    Parameters
    ----------
    now_s
        Wall time, epoch seconds.
    """
    watermarks: dict[int, int] = {}
    try:
        consumer = blocking_consumer(
            settings,
            client_id="tocsin-watermarks",
            enable_auto_commit=False,
            isolation_level="read_committed",
        )
    except KafkaUnavailableError as error:
        _log.warning("cannot read watermarks", error=str(error))
        return watermarks
    try:
        # Ingest tells every partition of `flushes` of all time that passes; one is enough.
        source = kafka.TopicPartition(settings.topic(FLUSHES), 0)
        consumer.assign([source])
        (begin,) = consumer.beginning_offsets([source]).values()
        (end,) = consumer.end_offsets([source]).values()
        consumer.seek(source, max(begin, end - _LAST))
        while consumer.position(source) < end:
            polled = consumer.poll(timeout_ms=_ANSWER_MS)
            for record in polled.get(source, ()):
                flush = decode_flush(record.value)
                if flush.watermark is not None:
                    stopped_s = now_s - flush.read_at if flush.read_at else 0
                    watermarks[flush.partition] = flush.watermark + (int(stopped_s) if stopped_s > _TOLD_S else 0)
            if not polled:
                break
    except (KafkaError, msgspec.MsgspecError) as error:
        _log.warning("cannot read watermarks", error=str(error))
        return {}
    else:
        return watermarks
    finally:
        consumer.close()
