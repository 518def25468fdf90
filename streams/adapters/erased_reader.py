"""Reads the topic ``erased``, which says what is not to be shown again."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from streams import metrics
from streams.ingest.erased import BadErasedRowError, Erased
from streams.kafka.once_a_minute import OnceAMinute
from streams.kafka.reading.log_reader import Fetched, LogReader, reading
from streams.kafka.reading.topic_reader import TopicReader
from streams.kafka.reconnecting import reconnecting
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import ERASED

_log = structlog.get_logger(__name__)
_POLL_MS = 1000


class ErasedReader(TopicReader):
    """Keeps ``erased`` up to date from its topic.

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


async def follow_erased(
    kafka: KafkaSettings,
    erased: Erased,
    is_to_stop: Callable[[], bool],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Let ``erased`` grow as the topic does, until it is to stop.

    Parameters
    ----------
    sleep
        Waits so many seconds, or until it is to stop.
    """
    seldom = OnceAMinute()

    async def serve() -> None:
        async with reading(kafka, "erased", kafka.topic(ERASED), fetch_wait_ms=_POLL_MS) as reader:
            rows = ErasedReader(reader, erased)
            await rows.catch_up()
            while not is_to_stop():
                await rows.poll(_POLL_MS)

    def failed(error: BaseException) -> None:
        metrics.ERRORS.labels("erased_read").inc()
        if seldom.is_due():
            _log.warning("cannot read what was erased; trying again", error=repr(error))

    await reconnecting(serve, failed, is_to_stop, sleep=sleep)
