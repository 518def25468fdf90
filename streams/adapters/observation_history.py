"""Reads back from Kafka which bins of a brand the watch stage has closed."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from typing import Any

import msgspec
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from streams.brand import watch_partition
from streams.errors import ChangelogError, KafkaUnavailableError, StreamsError
from streams.kafka.administration.topics import look_at_topics
from streams.kafka.reading.in_steps import in_steps
from streams.kafka.reading.log_reader import reading
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import FLUSHES, OBSERVATIONS
from streams.wire.closed_mark import ClosedMark, is_mark
from streams.wire.observation_row import SKEW_S, ObservationRow


class ObservationHistory:
    """The bins of one brand on the topic ``observations``, from its beginning to what is its end now.

    Parameters
    ----------
    kafka_settings
        Where Kafka is. Nothing is created there, and no group is joined.
    brand_id
        Whose bins.
    timeout_s
        How long to wait for a broker that does not answer.
    """

    def __init__(self, kafka_settings: KafkaSettings, brand_id: str, *, timeout_s: float = 10.0) -> None:
        self.is_cut = False
        """Whether Kafka has deleted older records of this partition; known once ``read`` has begun."""
        self.closed_until: int | None = None
        """Up to when the bins of this partition are closed, as far as it was read; ``None`` where nobody says so."""
        self._kafka = kafka_settings
        self._brand = brand_id
        self._timeout_s = timeout_s

    def read(self, since: int | None = None) -> Generator[ObservationRow, None, None]:
        """Yield the bins in order; one that was written again after a crash comes twice, the same both times.

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
        try:
            yield from in_steps(self._rows(since))
        except (KafkaError, ChangelogError, OSError) as error:
            raise KafkaUnavailableError(
                f"Kafka at {', '.join(self._kafka.brokers)} did not give the topic {self._kafka.topic(OBSERVATIONS)}: "
                f"{error}; is it healthy?"
            ) from error

    async def _rows(self, since: int | None) -> AsyncGenerator[list[ObservationRow], None]:
        source = await asyncio.to_thread(self._partition)
        decoder, key = msgspec.json.Decoder(ObservationRow), self._brand.encode()
        async with reading(self._kafka, "explain") as reader:
            begin, _ = await reader.bounds(source)
            self.is_cut = begin > 0
            if since is not None:
                begin = await reader.since(source, max(0, since - SKEW_S) * 1000) or begin
            reader.begin({source: begin})
            async for fetched in reader.to_the_ends():
                records = fetched.get(source, ())
                if marks := [each.value for each in records if is_mark(each.key)]:
                    self.closed_until = msgspec.json.decode(marks[-1], type=ClosedMark).until
                yield [_row(decoder, record) for record in records if record.key == key]

    def _partition(self) -> TopicPartition:
        topic = self._kafka.topic(OBSERVATIONS)
        counts, missing = look_at_topics(self._kafka, [FLUSHES, OBSERVATIONS], timeout_s=self._timeout_s)
        if missing:
            raise StreamsError(
                f"there is no topic {topic} on Kafka at {', '.join(self._kafka.brokers)}; "
                "start `tocsin worker`, or correct kafka.topic_prefix"
            )
        # A brand's rows go to the partition that its flushes came from.
        return TopicPartition(topic, watch_partition(self._brand, counts[FLUSHES.name]))


def _row(decoder: "msgspec.json.Decoder[ObservationRow]", record: Any) -> ObservationRow:
    try:
        return decoder.decode(record.value)
    except msgspec.MsgspecError as error:
        raise StreamsError(
            f"offset {record.offset} of {record.topic}, partition {record.partition}, is no observation ({error}); "
            "does another program write there?"
        ) from error
