"""What is taken down or erased is known to whoever follows it, from before and from now on."""

import asyncio

import kafka as kafka_python

from streams.adapters.erased_reader import follow_erased
from streams.ingest.erased import Erased, author_row, post_row, row_value
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import ERASED
from tests.patience import PATIENCE_S


def write(kafka: KafkaSettings, *rows: bytes) -> None:
    producer = kafka_python.KafkaProducer(bootstrap_servers=list(kafka.brokers))
    for row in rows:
        producer.send(kafka.topic(ERASED), row_value(1_800_000_000.0), row)
    producer.close()


async def until_it_knows(erased: Erased, address: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not erased.names(address, "mastodon"):  # noqa: ASYNC110 - it is read by another task
            await asyncio.sleep(0.02)


async def test_what_was_erased_before_and_what_is_erased_meanwhile_is_known(kafka):
    await asyncio.to_thread(ensure_topics, kafka, [ERASED])
    await asyncio.to_thread(write, kafka, post_row("https://social.example/users/ida/statuses/1"))
    erased, stopped = Erased(), asyncio.Event()
    following = asyncio.create_task(follow_erased(kafka, erased, stopped.is_set))

    await until_it_knows(erased, "https://social.example/users/ida/statuses/1")
    await asyncio.to_thread(write, kafka, author_row("https://social.example/users/bo", "mastodon"))
    await until_it_knows(erased, "https://social.example/users/bo/statuses/7")
    stopped.set()
    await following

    assert not erased.names("https://social.example/users/ida/statuses/2", "mastodon")
