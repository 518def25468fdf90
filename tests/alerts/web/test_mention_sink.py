"""The way from the webhook to Kafka's producer."""

import pytest

from alerts.web.mention_sink import WebhookSink
from streams.connectors.connector import Refused
from streams.errors import StreamsError
from streams.mention import Mention, decode_mention
from streams.wire.flush import Flush

MENTION = decode_mention(b'{"id": "p1", "published": "2025-07-15T14:02:00Z", "content": ""}')


class Producer:
    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.sent: list[Mention] = []
        self.refused: list[Refused] = []
        self.steps: list[str] = []

    def send(self, mention: Mention) -> None:
        self.sent.append(mention)

    def refuse(self, refused: Refused) -> None:
        self.refused.append(refused)

    def send_heartbeats(self, at: int) -> None:
        self.steps.append(f"beat {at}")

    def send_to_watch(self, flush: Flush) -> None:
        self.steps.append(f"told {len(flush.not_heard)}")

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


async def test_what_is_no_mention_goes_to_the_dead_letters_before_it_is_said_that_kafka_has_all():
    producer = Producer()
    sink = WebhookSink(lambda: producer)
    letter = Refused(origin="documents[0]", reason="schema", detail="id: there is none", data=b"{}")

    await sink([MENTION], [letter])
    await sink.heartbeat(1_795_946_385)

    assert producer.refused == [letter]
    assert producer.steps == ["flushed", "beat 1795946385"]
