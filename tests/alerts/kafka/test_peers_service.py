"""Closed bins of peers, on other partitions too, become a comparison of an incident that was paged long before."""

import asyncio
from collections.abc import Iterable
from typing import Any

import kafka as kafka_python
import msgspec
import pytest
from msgspec.structs import replace

from alerts.incidents.incident import Incident
from alerts.incidents.peer_levels import PeerLevels
from alerts.kafka.incidents_agent import IncidentsAgent
from alerts.kafka.peers_service import PeersService
from alerts.time_zones import IN_UTC_ALL
from streams.brand import Brand, watch_partition
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import INCIDENTS, OBSERVATIONS
from streams.wire.closed_mark import ClosedMark, mark_record
from streams.wire.observation_row import ObservationRow
from tests.alerts.incidents.levels import FIRED, hour
from tests.alerts.kafka.deciding import NORTHSIDE, deciding, say
from tests.alerts.verdicts import POLICY, RANG, WAKES, verdict
from tests.kafka.reading import read_until

BRANDS = (
    replace(NORTHSIDE, peers=("delta", "jet")),
    Brand(id="delta", name="Delta", query="delta"),
    Brand(id="jet", name="Jet", query="jet"),
)


@pytest.fixture
async def settings(kafka: KafkaSettings) -> KafkaSettings:
    await asyncio.to_thread(ensure_topics, kafka)
    return kafka


def observe(settings: KafkaSettings, rows: Iterable[ObservationRow], closed: int) -> None:
    """Write bins, each to its brand's partition, and behind them a mark to every partition."""
    producer = kafka_python.KafkaProducer(bootstrap_servers=list(settings.brokers))
    topic = settings.topic(OBSERVATIONS)
    for row in rows:
        partition = watch_partition(row.brand, settings.partitions)
        producer.send(topic, msgspec.json.encode(row), row.brand.encode(), partition=partition)
    for partition in range(settings.partitions):
        key, value = mark_record(ClosedMark(partition=partition, until=closed))
        producer.send(topic, value, key, partition=partition)
    producer.flush()
    producer.close()


def use(agent: IncidentsAgent) -> None:
    agent.use(BRANDS, {"comms": POLICY}, WAKES, IN_UTC_ALL)


def newest(records: list[Any]) -> Incident:
    return msgspec.json.decode(records[-1].value, type=Incident)


async def test_an_incident_that_was_paged_is_compared_once_the_bins_are_closed(settings):
    async with deciding(settings) as agent:
        use(agent)
        await say(settings, verdict(30, fired_at=RANG - 30))
        paged = await asyncio.to_thread(read_until, settings, INCIDENTS, lambda found: len(found) == 2)
        service = PeersService(settings, agent, 60)
        await service.start()
        rows = [*hour("northside", **FIRED), *hour("delta", **FIRED), *hour("jet")]
        await asyncio.to_thread(observe, settings, rows, RANG)
        told = await asyncio.to_thread(read_until, settings, INCIDENTS, lambda found: len(found) == 3)
        await service.stop()

    assert (newest(paged).change.type, newest(paged).comparison) == ("notified", None)
    comparison = newest(told).comparison
    assert comparison is not None
    assert [(level.brand, level.standing) for level in comparison.peers] == [("delta", "unusual"), ("jet", "ordinary")]


def test_what_is_no_bin_is_passed_over():
    levels = PeerLevels()

    PeersService.take(levels, b"delta", b"no bin")
    PeersService.take(levels, b"@closed/0", b"{}")
    PeersService.take(levels, b"@closed/0", msgspec.json.encode(ClosedMark(partition=0, until=RANG)))

    made = levels.compare({"northside": "N", "delta": "D"}, RANG - 240, RANG, lambda _: 0)
    assert made is not None
    assert made.peers[0].standing == "not_heard"
