"""The agent of the incident stage on a Kafka for the length of a test, and verdicts for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import kafka as kafka_python
import msgspec

from alerts.deliveries.planning import Nobody
from alerts.kafka.incidents_agent import IncidentsAgent
from detectors.verdict import Verdict
from streams.brand import Brand, watch_partition
from streams.kafka.settings import KafkaSettings
from streams.kafka.stages.app import build_app
from streams.kafka.topics import VERDICTS
from tests.alerts.verdicts import POLICY, WAKES

NORTHSIDE = Brand(id="northside", name="Northside Hospital Trust", query="northside", policy="comms")


@asynccontextmanager
async def deciding(settings: KafkaSettings, **options: Any) -> AsyncIterator[IncidentsAgent]:
    app = build_app(settings, "incidents")
    agent = IncidentsAgent(
        app, settings, settings.partitions,
        brands=[NORTHSIDE], policies={"comms": POLICY}, wakes=WAKES, links=Nobody(), **options,
    )  # fmt: skip
    await app.start()
    try:
        yield agent
    finally:
        await app.stop()


async def say(settings: KafkaSettings, *verdicts: Verdict | bytes) -> None:
    def put() -> None:
        producer = kafka_python.KafkaProducer(bootstrap_servers=list(settings.brokers))
        partition = watch_partition("northside", settings.partitions)
        for said in verdicts:
            value = said if isinstance(said, bytes) else msgspec.json.encode(said)
            producer.send(settings.topic(VERDICTS), value, b"northside", partition=partition)
        producer.flush()
        producer.close()

    await asyncio.to_thread(put)
