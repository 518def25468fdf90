"""How far ingest has read each partition: what is older is closed, and counts no longer."""

import asyncio

import msgspec
import structlog
from aiokafka import TopicPartition

from streams.kafka.access.clients import CONNECT_S
from streams.kafka.access.session import Session
from streams.kafka.reading.log_reader import log_reader
from streams.kafka.reconnecting import FAILURES
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import FLUSHES
from streams.wire.flush import decode_flush

_log = structlog.get_logger(__name__)
_LAST = 500
"""Flushes looked at: each source partition tells a partition of `flushes` one a second."""
_REPORT_S = 5
"""A flush that is older is of a worker that has stopped; a partition that is read to its end goes on without it."""
_ANSWER_S = 30.0


def read_watermarks(settings: KafkaSettings, now_s: float) -> dict[int, int]:
    """Return the event time, epoch seconds, up to which each partition of `mentions` has been read.

    It is what ingest told the watch stage last. A partition of which it has told nothing is left out, and so are all
    where Kafka does not answer.

    Parameters
    ----------
    now_s
        Wall time, epoch seconds.
    """
    try:
        return asyncio.run(_read(settings, now_s))
    except (*FAILURES, msgspec.MsgspecError) as error:
        _log.warning("cannot read watermarks", error=str(error))
        return {}


async def _read(settings: KafkaSettings, now_s: float) -> dict[int, int]:
    watermarks: dict[int, int] = {}
    # Ingest tells every partition of `flushes` of all time that passes; one is enough.
    source = TopicPartition(settings.topic(FLUSHES), 0)
    async with Session(settings, "watermarks", CONNECT_S) as clients, asyncio.timeout(_ANSWER_S):
        reader = await log_reader(clients)
        begin, end = await reader.bounds(source)
        reader.begin({source: max(begin, end - _LAST)})
        async for fetched in reader.to_the_ends():
            for record in fetched.get(source, ()):
                flush = decode_flush(record.value)
                if flush.watermark is not None:
                    stopped_s = now_s - flush.read_at if flush.read_at else 0
                    watermarks[flush.partition] = flush.watermark + (int(stopped_s) if stopped_s > _REPORT_S else 0)
    return watermarks
