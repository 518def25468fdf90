"""Marks on a real broker: from a command to what ingest reads, and back to nothing where the post is taken down."""

import asyncio
from typing import Any

import kafka as kafka_python
import msgspec

from alerts.kafka.commands_producer import CommandsProducer
from detectors.negativity.marks import Mark
from detectors.post import Post
from detectors.verdict import Evidence
from streams.brand import watch_partition
from streams.ingest.corrections import mark_key
from streams.ingest.post_key import post_key
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.topics import COMMANDS, MARKS
from tests.alerts.kafka.deciding import deciding, say
from tests.alerts.verdicts import command, verdict
from tests.kafka.reading import read_until

KEY = mark_key("northside", post_key("p1"))
EVIDENCE = Evidence(posts=(Post(id="p1", published=1.0, content="They cancelled everything", negativity=0.4),))


async def test_a_mark_reaches_ingests_topic_and_leaves_it_with_its_post(kafka):
    await asyncio.to_thread(ensure_topics, kafka)
    commands = CommandsProducer(kafka)
    await commands.start()

    async def marks(enough: Any) -> list[Any]:
        return await asyncio.to_thread(read_until, kafka, MARKS, enough)

    try:
        async with deciding(kafka):
            await say(kafka, verdict(evidence=EVIDENCE))
            await commands.send(command("mark_not_negative", post="p1"))
            (made,) = await marks(lambda found: len(found) == 1)
            producer = kafka_python.KafkaProducer(bootstrap_servers=list(kafka.brokers))
            value = msgspec.json.encode(command("redact", 2, brand="", incident="", post="p1"))
            partition = watch_partition("northside", kafka.partitions)
            producer.send(kafka.topic(COMMANDS), value, b"", partition=partition)
            producer.close()
            _, forgotten = await marks(lambda found: len(found) == 2)
    finally:
        await commands.stop()

    mark = msgspec.json.decode(made.value, type=Mark)
    assert (made.key, mark.shown, mark.negative, len(mark.words)) == (KEY, 0.4, False, 3)
    assert b"cancelled" not in made.value
    assert (forgotten.key, forgotten.value) == (KEY, None)
