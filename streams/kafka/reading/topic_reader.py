"""Reads a small topic for a consumer of its records: first the existing ones, and then new ones."""

from streams.kafka.reading.log_reader import Fetched, LogReader


class TopicReader:
    """Hands each record of a topic to ``take``.

    Parameters
    ----------
    reader
        Of the topic, from its beginning.
    """

    def __init__(self, reader: LogReader) -> None:
        self._reader = reader

    def take(self, key: bytes | None, value: bytes | None, partition: int, offset: int) -> None:
        """Take one record. An invalid one is counted, logged and skipped."""
        raise NotImplementedError

    async def catch_up(self) -> None:
        """Read the existing records: afterwards everything written before is known.

        Raises
        ------
        ChangelogError, aiokafka.errors.KafkaError
            Where Kafka does not answer.
        """
        async for fetched in self._reader.to_the_ends():
            self.hand_on(fetched)

    async def poll(self, timeout_ms: int = 0) -> None:
        """Take what has come, waiting for it at most ``timeout_ms``.

        Raises
        ------
        aiokafka.errors.KafkaError
            Where nothing would come any more; make another reader.
        """
        self.hand_on(await self._reader.poll(timeout_ms=timeout_ms))

    def hand_on(self, fetched: Fetched) -> None:
        """Take what was fetched."""
        for records in fetched.values():
            for record in records:
                self.take(record.key, record.value, record.partition, record.offset)
