"""A process killed in the middle of a send sends again, and the receiver can tell."""

import asyncio
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from typing import Any

import kafka as kafka_python
import msgspec
import pytest
from aiohttp import web

from alerts.deliveries.delivery import Delivery
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import DELIVERIES
from tests.alerts.deliveries.intended import delivery
from tests.kafka.reading import read_until
from tests.patience import PATIENCE_S


class Inbox:
    """Counts deliveries once by id, as a pager does; can have whoever sends killed before it is answered."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.arrived = asyncio.Condition()
        self.kills: Process | None = None
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.requests.append(await request.json())
        if self.kills is not None:
            victim, self.kills = self.kills, None
            victim.send_signal(signal.SIGKILL)
            await victim.wait()
        async with self.arrived:
            self.arrived.notify_all()
        return web.Response(text="taken")

    async def wait_for(self, requests: int) -> None:
        async with asyncio.timeout(PATIENCE_S), self.arrived:
            await self.arrived.wait_for(lambda: len(self.requests) >= requests)

    @property
    def counted(self) -> set[str]:
        return {request["id"] for request in self.requests}


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    held = Inbox()
    app = web.Application()
    app.router.add_post("/", held.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    held.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield held
    await runner.cleanup()


@pytest.fixture
async def start(kafka: KafkaSettings, inbox: Inbox) -> AsyncIterator[Any]:
    started: list[Process] = []

    async def worker() -> Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.system.outbox_worker", kafka.brokers[0], kafka.topic_prefix, inbox.url
        )
        started.append(process)
        return process

    yield worker
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()


def put(settings: KafkaSettings, *deliveries: Delivery) -> None:
    producer = kafka_python.KafkaProducer(bootstrap_servers=list(settings.brokers))
    for intent in deliveries:
        producer.send(settings.topic(DELIVERIES), msgspec.json.encode(intent), intent.id.encode(), partition=1)
    producer.flush()
    producer.close()


def states(records: list[Any], of: Delivery) -> list[str]:
    found = [msgspec.json.decode(record.value, type=Delivery) for record in records if record.value]
    return [record.state for record in found if record.id == of.id]


def fresh(version: int) -> Delivery:
    import time

    return msgspec.structs.replace(delivery(version), decided_at=time.time())


@pytest.mark.kafka
async def test_a_process_killed_between_sending_and_its_outcome_sends_again_as_a_repeat(kafka, inbox, start):
    await asyncio.to_thread(ensure_topics, kafka)
    page = fresh(2)
    inbox.kills = await start()
    await asyncio.to_thread(put, kafka, page)
    await inbox.wait_for(1)

    await start()
    await inbox.wait_for(2)
    records = await asyncio.to_thread(read_until, kafka, DELIVERIES, lambda found: "sent" in states(found, page))

    assert [(request["id"], request["repeat"]) for request in inbox.requests] == [(page.id, False), (page.id, True)]
    assert len(inbox.counted) == 1
    # Whoever took long to claim it claims it again before it leaves.
    first, *claims, last = states(records, page)
    assert (first, {*claims}, last) == ("intent", {"sending"}, "sent")
    assert len(claims) >= 2


@pytest.mark.kafka
async def test_what_was_sent_before_a_restart_is_not_sent_again_even_if_intended_again(kafka, inbox, start):
    await asyncio.to_thread(ensure_topics, kafka)
    first, second = fresh(2), fresh(3)
    killed = await start()
    await asyncio.to_thread(put, kafka, first)
    await asyncio.to_thread(read_until, kafka, DELIVERIES, lambda found: "sent" in states(found, first))
    killed.kill()
    await killed.wait()

    await asyncio.to_thread(put, kafka, first, second)
    await start()
    await asyncio.to_thread(read_until, kafka, DELIVERIES, lambda found: "sent" in states(found, second))

    assert [(request["id"], request["repeat"]) for request in inbox.requests] == [(first.id, False), (second.id, False)]
    assert inbox.requests[1]["earlier"] == {"seen": "taken"}
