"""The way from the webhook to Kafka's producer."""

import pytest

from alerts.web.mention_sink import WebhookSink
from streams.errors import StreamsError
from streams.mention import Mention, decode_mention

MENTION = decode_mention(b'{"id": "p1", "published": "2025-07-15T14:02:00Z", "content": ""}')


class Producer:
    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.sent: list[Mention] = []
        self.steps: list[str] = []

    def send(self, mention: Mention) -> None:
        self.sent.append(mention)

    def flush(self) -> None:
        self.steps.append("flushed")
        if self.broken:
            raise StreamsError("Kafka did not acknowledge what was sent")

    def close(self) -> None:
        self.steps.append("closed")


async def test_one_producer_serves_all_requests():
    made: list[Producer] = []

    def connect() -> Producer:
        made.append(Producer())
        return made[-1]

    sink = WebhookSink(connect)
    await sink([MENTION])
    await sink([MENTION, MENTION])
    await sink.close()

    (producer,) = made
    assert len(producer.sent) == 3
    assert producer.steps == ["flushed", "flushed", "closed"]


async def test_a_request_after_a_loss_gets_a_new_producer():
    producers = [Producer(broken=True), Producer()]
    waiting = iter(producers)
    sink = WebhookSink(lambda: next(waiting))

    with pytest.raises(StreamsError):
        await sink([MENTION])
    await sink([MENTION])

    assert producers[0].steps == ["flushed", "closed"]
    assert producers[1].sent == [MENTION]
