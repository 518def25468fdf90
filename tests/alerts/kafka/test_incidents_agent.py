"""Stage 3 on a real broker: verdicts and commands in, incidents and deliveries out."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import kafka as kafka_python
import msgspec
import pytest

from alerts.cli.revoke import run_revoke_links
from alerts.configuration.configuration import Configuration
from alerts.deliveries.delivery import Delivery
from alerts.deliveries.heartbeat import Heartbeat, decode_heartbeat, heartbeat_record
from alerts.errors import AlertsError
from alerts.incidents.incident import Incident
from alerts.kafka.commands_producer import CommandsProducer
from alerts.kafka.incident_store import IncidentStore
from detectors.post import Post
from detectors.verdict import Evidence
from streams.brand import watch_partition
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import COMMANDS, DELIVERIES, INCIDENTS, VERDICTS
from tests.alerts.kafka.deciding import deciding, say
from tests.alerts.verdicts import NOW, command, verdict
from tests.kafka.reading import read_topic, read_until
from tests.patience import PATIENCE_S

INCIDENT = "northside-20110712T150400Z"


@pytest.fixture
async def settings(kafka: KafkaSettings) -> KafkaSettings:
    await asyncio.to_thread(ensure_topics, kafka)
    return kafka


@pytest.fixture
async def store(settings: KafkaSettings) -> AsyncIterator[IncidentStore]:
    reading = IncidentStore(settings)
    await reading.start()
    yield reading
    await reading.stop()


@pytest.fixture
async def commands(settings: KafkaSettings) -> AsyncIterator[CommandsProducer]:
    producer = CommandsProducer(settings)
    await producer.start()
    yield producer
    await producer.stop()


def versions(records: list[Any]) -> list[tuple[int, str]]:
    found = [msgspec.json.decode(record.value, type=Incident) for record in records]
    return [(incident.version, incident.change.type) for incident in found]


async def until(store: IncidentStore, satisfied) -> Incident:
    found = await store.wait_for(INCIDENT, satisfied, PATIENCE_S)
    assert found is not None
    return found


async def test_a_verdict_becomes_an_incident_and_the_pages_of_its_first_step(settings, store):
    async with deciding(settings):
        await say(settings, b"no verdict", verdict(), verdict())
        told = await until(store, lambda incident: incident.version == 2)

    records = await asyncio.to_thread(read_topic, settings, DELIVERIES, committed=True)
    intents = [msgspec.json.decode(record.value, type=Delivery) for record in records]
    assert (told.brand_name, told.policy, told.paged) == ("Northside Hospital Trust", "comms", True)
    assert [(d.receiver, d.purpose, d.state) for d in intents] == [
        ("slack", "page", "intent"),
        ("pager", "page", "intent"),
    ]
    assert store.missing() == ()


async def test_a_command_is_carried_out_and_seen_in_the_store(settings, store, commands):
    async with deciding(settings):
        await say(settings, verdict())
        await until(store, lambda incident: incident.version == 2)
        await commands.send(command("acknowledge", via="slack"))
        told = await until(store, lambda incident: incident.status == "acknowledged")

    assert (told.acknowledged_by, told.change.via) == ("ada", "slack")


async def test_a_post_that_was_taken_down_leaves_whatever_incident_shows_it(settings, store, commands):
    shown = Evidence(posts=(Post(id="p1", published=1.0, content="They cancelled everything"),))
    async with deciding(settings):
        await say(settings, verdict(evidence=shown))
        await until(store, lambda incident: incident.version == 2)
        partition = watch_partition("northside", settings.partitions)
        value = msgspec.json.encode(command("redact", brand="", incident="", post="p1"))
        producer = kafka_python.KafkaProducer(bootstrap_servers=list(settings.brokers))
        producer.send(settings.topic(COMMANDS), value, b"", partition=partition)
        producer.close()
        told = await until(store, lambda incident: incident.change.type == "redacted")

    assert told.evidence.posts == ()


async def test_after_a_restart_it_goes_on_from_what_it_knew(settings, store, commands):
    async with deciding(settings):
        await say(settings, verdict())
        await until(store, lambda incident: incident.version == 2)
    async with deciding(settings):
        await say(settings, verdict(), verdict(60, seen=90))
        await until(store, lambda incident: incident.seen == 90)
        await commands.send(command("resolve"))
        await until(store, lambda incident: incident.status == "resolved")

    told = versions(await asyncio.to_thread(read_topic, settings, INCIDENTS, committed=True))
    assert sorted({kind for _, kind in told}) == ["grown", "notified", "opened", "resolved"]
    assert [version for version, _ in told] == [1, 2, 3, 4]


async def test_the_timer_escalates_what_nobody_acknowledged(settings, store):
    passed = 0.0
    async with deciding(settings, now=lambda: time.time() + passed):
        await say(settings, verdict())
        await until(store, lambda incident: incident.version == 2)
        passed = 601.0
        told = await until(store, lambda incident: incident.step == 1)

    assert (told.change.type, told.change.via) == ("notified", "timer")


async def test_links_are_withdrawn_from_the_command_line(settings, store, capsys):
    configuration = Configuration(kafka=msgspec.to_builtins(settings))
    async with deciding(settings):
        await say(settings, verdict())
        await until(store, lambda incident: incident.version == 2)
        await asyncio.to_thread(run_revoke_links, configuration, INCIDENT, by="bo", reason="a lost phone")
        told = await until(store, lambda incident: incident.link_version == 2)

    assert (told.change.type, told.change.by, told.change.via, told.change.note) == (
        "links_revoked", "bo", "cli", "a lost phone",
    )  # fmt: skip
    assert f"{INCIDENT}: every link sent before is revoked" in capsys.readouterr().out


async def test_an_incident_that_is_not_there_is_named_with_one_that_is(settings, store):
    async with deciding(settings):
        await say(settings, verdict())
        await until(store, lambda incident: incident.version == 2)
    configuration = Configuration(kafka=msgspec.to_builtins(settings))

    with pytest.raises(AlertsError, match=f"'northside-1504' is kept; did you mean {INCIDENT}"):
        await asyncio.to_thread(run_revoke_links, configuration, "northside-1504", by="bo", reason="")


async def test_a_beat_is_passed_on_and_opens_nothing(settings, store):
    heartbeat = Heartbeat(
        partition=watch_partition("northside", settings.partitions), partitions=settings.partitions, at=NOW
    )
    sent = heartbeat_record(settings.topic(VERDICTS), heartbeat)

    def put() -> None:
        producer = kafka_python.KafkaProducer(bootstrap_servers=list(settings.brokers))
        for value in (b"no beat", sent.value):
            producer.send(sent.topic, value, sent.key, partition=sent.partition)
        producer.close()

    async with deciding(settings):
        await asyncio.to_thread(put)
        [passed_on] = await asyncio.to_thread(read_until, settings, DELIVERIES, bool)

    assert (passed_on.key, passed_on.partition) == (sent.key, sent.partition)
    assert decode_heartbeat(passed_on.value) == heartbeat
    assert await asyncio.to_thread(read_topic, settings, INCIDENTS, committed=True) == []


async def test_the_store_keeps_the_second_telling_of_a_version(settings):
    store = IncidentStore(settings)
    opened = Incident(
        id="i", brand="b", brand_name="B", kind="crisis", severity="error", status="open", began_at=0, opened_at=0,
        paged=True, seen=1, expected=1.0, negative_share=1.0, expected_negative_share=0.0, reason="", version=3,
    )  # fmt: skip

    for told in (opened, msgspec.structs.replace(opened, version=2), msgspec.structs.replace(opened, seen=7)):
        await store.take(told)

    kept = store.get("i")
    assert kept is not None
    assert (kept.version, kept.seen) == (3, 7)
