"""Carries mentions from the webhook to Kafka: the connectors' producer, off the event loop."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from streams.connectors.connector import Refused
from streams.errors import StreamsError
from streams.mention import Mention
from streams.wire.flush import Flush


class Producer(Protocol):
    """What is used of ``streams.connectors.sink.MentionSink``."""

    def send(self, mention: Mention) -> None:
        """Put one mention on its way."""
        ...

    def refuse(self, refused: Refused) -> None:
        """Put what is no mention among the dead letters."""
        ...

    def send_heartbeats(self, at: int) -> None:
        """Let event time go on to ``at``, epoch seconds, in every partition of mentions."""
        ...

    def send_to_watch(self, flush: Flush) -> None:
        """Put what those who listen have to say on its way to every partition of the watch stage."""
        ...

    def flush(self) -> None:
        """Wait until Kafka has all of them."""
        ...

    def close(self) -> None:
        """Let go of Kafka."""
        ...


class WebhookSink:
    """Puts a request's mentions on their topic, one request after the other; fits ``Dependencies.mention_sink``.

    A producer that has lost a record stays lost: the next request gets a new one. What was sent before the loss is
    sent again by a client that repeats the request, and a repeat of an id is the same mention.

    Parameters
    ----------
    connect
        Makes a producer; raises ``StreamsError`` where no broker answers.
    """

    def __init__(self, connect: Callable[[], Producer]) -> None:
        self._connect = connect
        self._producer: Producer | None = None
        self._turn = asyncio.Lock()

    async def __call__(self, mentions: Sequence[Mention], refused: Sequence[Refused] = ()) -> None:
        """Send, and return when Kafka has them.

        Raises
        ------
        StreamsError
            Where it does not take them.
        """
        async with self._turn:
            await asyncio.to_thread(self._send, mentions, refused)

    async def heartbeat(self, at: int) -> None:
        """Let event time go on to ``at``, epoch seconds, in every partition of mentions.

        Raises
        ------
        StreamsError
            Where Kafka does not take it.
        """
        async with self._turn:
            await asyncio.to_thread(self._with_producer, lambda producer: producer.send_heartbeats(at))

    async def send_flush(self, flush: Flush) -> None:
        """Tell the watch stage, and return when Kafka has it.

        Raises
        ------
        StreamsError
            Where it does not take it.
        """

        def send(producer: Producer) -> None:
            producer.send_to_watch(flush)
            producer.flush()

        async with self._turn:
            await asyncio.to_thread(self._with_producer, send)

    async def close(self) -> None:
        """Let go of Kafka."""
        async with self._turn:
            await asyncio.to_thread(self._drop)

    def _send(self, mentions: Sequence[Mention], refused: Sequence[Refused]) -> None:
        def send(producer: Producer) -> None:
            for mention in mentions:
                producer.send(mention)
            for item in refused:
                producer.refuse(item)
            producer.flush()

        self._with_producer(send)

    def _with_producer(self, use: Callable[[Producer], None]) -> None:
        if self._producer is None:
            self._producer = self._connect()
        try:
            use(self._producer)
        except StreamsError:
            self._drop()
            raise

    def _drop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.close()
