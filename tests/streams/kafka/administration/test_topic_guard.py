"""A topic that must keep its partitions and was given some ends the process, and is refused at its next start."""

import asyncio

import pytest

from alerts.incidents.command import Command
from alerts.kafka.commands_producer import CommandsProducer
from streams import metrics
from streams.kafka.administration.topic_guard import TopicGuard
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.topic_rules import BY_BRAND, FIXED, PartitionsChangedError, refuse_changed, refuse_unequal
from streams.kafka.topics import COMMANDS, MENTIONS, TOPICS, VERDICTS
from tests.kafka.growing import give_partitions
from tests.streams.adapters.serving import until

ALIKE = dict.fromkeys((topic.name for topic in TOPICS), 4)


@pytest.mark.parametrize("name", [topic.name for topic in FIXED])
def test_what_is_keyed_by_brand_may_not_be_given_partitions(name):
    with pytest.raises(PartitionsChangedError, match=f"{name} had 4 partitions and has 5"):
        refuse_changed(ALIKE, ALIKE | {name: 5})


@pytest.mark.parametrize("name", [topic.name for topic in TOPICS if topic not in FIXED])
def test_mentions_and_dead_letters_may_be_given_partitions(name):
    refuse_changed(ALIKE, ALIKE | {name: 5})
    refuse_unequal(ALIKE | {name: 5})


@pytest.mark.parametrize("name", [topic.name for topic in BY_BRAND])
def test_topics_in_which_a_brand_has_one_partition_must_have_as_many(name):
    with pytest.raises(PartitionsChangedError, match=f"{name} has 5"):
        refuse_unequal(ALIKE | {name: 5})


def test_topics_that_all_grew_alike_are_refused_by_the_tables_that_did_not():
    refuse_unequal(ALIKE, {"tocsin-watch-states-changelog": 4})
    with pytest.raises(PartitionsChangedError, match="tocsin-watch-states-changelog has 2"):
        refuse_unequal(ALIKE, {"tocsin-watch-states-changelog": 2})


@pytest.mark.kafka  # the embedded broker adds no partitions
async def test_a_process_ends_where_verdicts_are_given_partitions_and_not_where_mentions_are(kafka):
    guard = TopicGuard(kafka, ensure_topics(kafka))
    await guard.start()
    await give_partitions(kafka, MENTIONS, 3)
    await until(lambda: metrics.TOPIC_PARTITIONS.labels("mentions")._value.get() == 3)
    assert not guard.crashed

    await give_partitions(kafka, VERDICTS, 3)
    await until(lambda: guard.crashed)
    await guard.stop()

    assert "verdicts had 2 partitions and has 3" in str(guard.crash_reason)
    with pytest.raises(PartitionsChangedError):
        await asyncio.to_thread(ensure_topics, kafka)


async def send_for_ever(producer: CommandsProducer, command: Command) -> None:
    while True:
        await producer.send(command)
        await asyncio.sleep(0.1)


@pytest.mark.kafka
async def test_a_command_is_refused_where_its_topic_was_given_partitions(kafka):
    ensure_topics(kafka)
    producer = CommandsProducer(kafka)
    await producer.start()
    command = Command(id="c1", type="tick", brand="northside", at=0.0, by="tocsin", via="timer")
    await producer.send(command)

    await give_partitions(kafka, COMMANDS, 3)
    with pytest.raises(PartitionsChangedError, match="commands had 2 partitions and has 3"):
        await send_for_ever(producer, command)
    await producer.stop()

    with pytest.raises(PartitionsChangedError, match="commands has 3"):
        await producer.start()
