"""Puts mentions into Kafka, and what is none into the dead letters."""

import threading
import time
from types import TracebackType
from typing import Any, Self

import structlog
from kafka.errors import KafkaError, KafkaTimeoutError

from streams import metrics
from streams.connectors.connector import Refused
from streams.connectors.heartbeat import heartbeat
from streams.errors import KafkaUnavailableError
from streams.kafka.access.clients import CONNECT_S, blocking_producer
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import DEAD_LETTERS, FLUSHES, MENTIONS
from streams.mention import Mention, encode_mention
from streams.wire.flush import Flush, encode_flush

_log = structlog.get_logger(__name__)
_GIVE_UP_S = 60.0
"""A broker's restart is waited out; a broker that stays away is reported."""
_LINGER_MS = 5
_MAX_REQUEST = 1_048_576
_TIMED_EVERY = 500
"""Every so many records one is timed from sending to acknowledgement."""


class MentionSink:
    """A producer for one connector. Safe to use from several threads; ``send`` waits when Kafka is slower.

    Parameters
    ----------
    settings
        Where Kafka is. The topics must exist (``streams.kafka.administration.topics.ensure_topics``).
    connector
        Its name, for the metrics.
    connect_s
        How long to wait for a first answer.
    give_up_s
        How long a record may wait for Kafka's acknowledgement before it counts as lost; 1 s at least.

    Raises
    ------
    KafkaUnavailableError
        Where no broker answers.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        connector: str,
        *,
        connect_s: float = CONNECT_S,
        give_up_s: float = _GIVE_UP_S,
    ) -> None:
        self._settings = settings
        self._brokers = ", ".join(settings.brokers)
        self._mentions = settings.topic(MENTIONS)
        self._dead_letters = settings.topic(DEAD_LETTERS)
        self._flushes = settings.topic(FLUSHES)
        self._connector = connector
        self._ingested = metrics.INGESTED.labels(connector)
        self._give_up_s = give_up_s
        self._lock = threading.Lock()
        self._calls = 0
        self._failure: BaseException | None = None
        self.acknowledged = 0
        self._producer = blocking_producer(
            settings,
            connect_s=connect_s,
            client_id=f"tocsin-{connector}",
            acks="all",
            linger_ms=_LINGER_MS,
            max_request_size=_MAX_REQUEST,
            max_block_ms=int(give_up_s * 1000),
            delivery_timeout_ms=int(give_up_s * 1000),
            request_timeout_ms=int(give_up_s * 300),
        )

    def send(self, mention: Mention, partition: int | None = None) -> Any:
        """Put a mention on its way; by its id it finds its partition, unless one is given. Return its future.

        Raises
        ------
        KafkaUnavailableError
            Where this or an earlier record was not acknowledged.
        """
        future = self._produce(self._mentions, encode_mention(mention), mention.id.encode(), partition=partition)
        future.add_callback(self._count)
        with self._lock:
            self._calls += 1
            is_timed = self._calls % _TIMED_EVERY == 1
        if is_timed:
            started = time.perf_counter()
            future.add_callback(lambda _: metrics.SINK_SECONDS.observe(time.perf_counter() - started))
        return future

    def refuse(self, refused: Refused) -> None:
        """Put what was refused among the dead letters, with the reason and its origin in the headers."""
        metrics.REFUSED.labels(self._connector, refused.reason).inc()
        headers = {"reason": refused.reason, "detail": refused.detail, "origin": refused.origin}
        self._produce(
            self._dead_letters,
            refused.data[: _MAX_REQUEST // 2],
            None,
            headers=[(name, text.encode(errors="replace")) for name, text in headers.items()],
        )

    def send_heartbeats(self, at: int) -> None:
        """Send a heartbeat to every partition, so that event time reaches ``at`` (epoch seconds) in all of them."""
        for partition in sorted(self._producer.partitions_for(self._mentions) or ()):
            self.send(heartbeat(partition, at), partition)
        self.flush()

    def send_to_watch(self, flush: Flush) -> None:
        """Put what those who listen have to say on its way to every partition of the watch stage."""
        value = encode_flush(flush)
        for partition in sorted(self._producer.partitions_for(self._flushes) or ()):
            self._produce(self._flushes, value, None, partition=partition)

    def flush(self) -> None:
        """Wait until Kafka has acknowledged all that was sent.

        Raises
        ------
        KafkaUnavailableError
            Where it did not.
        """
        try:
            self._producer.flush(timeout=self._give_up_s)
        except KafkaError as error:
            raise self._lost(error) from error
        self._raise_failure()

    def close(self) -> None:
        """Let go of Kafka without waiting for what is on its way; ``flush`` first."""
        try:
            self._producer.close(timeout=0.5)
        except KafkaTimeoutError:
            _log.warning("closed with unacknowledged records", brokers=self._brokers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.flush()
        finally:
            self.close()

    def _produce(self, topic: str, value: bytes, key: bytes | None, **options: Any) -> Any:
        self._raise_failure()
        try:
            future = self._producer.send(topic, value, key, **options)
        except KafkaError as error:
            raise self._lost(error) from error
        return future.add_errback(self._remember)

    def _count(self, _: object) -> None:
        self._ingested.inc()
        with self._lock:
            self.acknowledged += 1

    def _remember(self, error: BaseException) -> None:
        self._failure = self._failure or error

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._lost(self._failure) from self._failure

    def _lost(self, error: BaseException) -> KafkaUnavailableError:
        return KafkaUnavailableError(
            f"Kafka at {self._brokers} did not acknowledge what was sent to {self._mentions} "
            f"({type(error).__name__}: {error}); it took {self.acknowledged} mentions. Sending all of it again is safe"
        )
