"""Reads back from Kafka which bins of a brand the watch stage has closed."""

import time
from collections.abc import Generator
from contextlib import closing
from typing import Any

import kafka
import msgspec
from kafka.errors import KafkaError

from streams.brand import watch_partition
from streams.errors import KafkaUnavailableError, StreamsError
from streams.kafka.access.clients import blocking_consumer
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import FLUSHES, OBSERVATIONS
from streams.observation_row import ObservationRow

_POLL_MS = 200
_RECORDS, _FETCH_BYTES = 10_000, 8 * 1024 * 1024
_SKEW_S = 600
"""A bin's record is written after the bin began; by so much the clocks of Kafka and of the sources may differ."""


class ObservationHistory:
    """The bins of one brand on the topic ``observations``, from its beginning to what is its end now.

    Parameters
    ----------
    kafka_settings
        Where Kafka is. Nothing is created there, and no group is joined.
    brand_id
        Whose bins.
    timeout_s
        How long Kafka may be silent.
    """

    def __init__(self, kafka_settings: KafkaSettings, brand_id: str, *, timeout_s: float = 10.0) -> None:
        self.is_cut = False
        """Whether Kafka has deleted older records of this partition; known once ``read`` has begun."""
        self._kafka = kafka_settings
        self._brand = brand_id
        self._timeout_s = timeout_s

    def read(self, since: int | None = None) -> Generator[ObservationRow, None, None]:
        """Yield the bins in order; one that was told again after a crash comes again, and alike.

        Parameters
        ----------
        since
            Bins that began before this (epoch seconds) may be left out; ``None`` yields all that are kept.

        Raises
        ------
        StreamsError
            Where there is no such topic.
        KafkaUnavailableError
            Where no broker answers, or it stops answering.
        """
        brokers = ", ".join(self._kafka.brokers)
        consumer = blocking_consumer(
            self._kafka,
            connect_s=self._timeout_s,
            request_timeout_ms=int(self._timeout_s * 1000),
            client_id="tocsin-explain",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            isolation_level="read_committed",
            max_poll_records=_RECORDS,
            max_partition_fetch_bytes=_FETCH_BYTES,
        )
        with closing(consumer):
            try:
                yield from self._rows(consumer, since)
            except KafkaError as error:
                raise KafkaUnavailableError(
                    f"Kafka at {brokers} did not give the topic {self._kafka.topic(OBSERVATIONS)}: {error}; "
                    "is it healthy?"
                ) from error

    def _rows(self, consumer: "kafka.KafkaConsumer", since: int | None) -> Generator[ObservationRow, None, None]:
        source = self._partition(consumer)
        oldest = consumer.beginning_offsets([source])[source]
        self.is_cut = oldest > 0
        consumer.assign([source])
        consumer.seek(source, oldest)
        if since is not None and (
            found := consumer.offsets_for_times({source: max(0, since - _SKEW_S) * 1000})[source]
        ):
            consumer.seek(source, found.offset)
        decoder = msgspec.json.Decoder(ObservationRow)
        key = self._brand.encode()
        silent_since = time.monotonic()
        # What a fetch tells of the end is right on either broker; the embedded one's `end_offsets` is not.
        while (end := consumer.highwater(source)) is None or consumer.position(source) < end:
            records = consumer.poll(timeout_ms=_POLL_MS).get(source, ())
            if records:
                silent_since = time.monotonic()
            elif time.monotonic() - silent_since > self._timeout_s:
                raise KafkaUnavailableError(
                    f"Kafka at {', '.join(self._kafka.brokers)} stopped answering after offset "
                    f"{consumer.position(source)} of {source.topic}, partition {source.partition}; is it healthy?"
                )
            for record in records:
                if record.key == key:
                    yield _row(decoder, record)

    def _partition(self, consumer: "kafka.KafkaConsumer") -> "kafka.TopicPartition":
        topic, flushes = self._kafka.topic(OBSERVATIONS), self._kafka.topic(FLUSHES)
        # A brand's rows go to the partition that its flushes came from.
        partitions = consumer.partitions_for_topic(flushes)
        if not partitions or not consumer.partitions_for_topic(topic):
            raise StreamsError(
                f"there is no topic {topic} on Kafka at {', '.join(self._kafka.brokers)}; "
                "start `tocsin worker`, or correct kafka.topic_prefix"
            )
        return kafka.TopicPartition(topic, watch_partition(self._brand, len(partitions)))


def _row(decoder: "msgspec.json.Decoder[ObservationRow]", record: Any) -> ObservationRow:
    try:
        return decoder.decode(record.value)
    except msgspec.MsgspecError as error:
        raise StreamsError(
            f"offset {record.offset} of {record.topic}, partition {record.partition}, is no observation ({error}); "
            "does another program write there?"
        ) from error
