"""The outbox at work on a real broker."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import kafka as kafka_python
import msgspec
import pytest

from alerts.deliveries.delivery import Delivery
from alerts.deliveries.escalating import UNREACHABLE_S
from alerts.deliveries.heartbeat import Heartbeat, heartbeat_record
from alerts.errors import DeliveryError
from alerts.incidents.command import Command
from alerts.kafka.outbox_service import OutboxService
from alerts.receivers.healthcheck import Healthcheck, HealthcheckSettings
from alerts.simulation.services.inbox import Inbox
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import DELIVERIES
from tests.alerts.deliveries.intended import delivery
from tests.alerts.kafka.fake_receiver import Fake
from tests.patience import PATIENCE_S


class Desk:
    """Takes the commands that the outbox sends."""

    def __init__(self) -> None:
        self.commands: asyncio.Queue[Command] = asyncio.Queue()

    async def take(self, command: Command) -> None:
        await self.commands.put(command)


@pytest.fixture
async def settings(kafka: KafkaSettings) -> KafkaSettings:
    await asyncio.to_thread(ensure_topics, kafka)
    return kafka


@asynccontextmanager
async def working(
    settings: KafkaSettings, desk: Desk, *receivers: Fake, now: Callable[[], float] = time.time
) -> AsyncIterator[OutboxService]:
    service = OutboxService(settings, {receiver.id: receiver for receiver in receivers}, desk.take, now=now)
    await service.start()
    try:
        yield service
    finally:
        for receiver in receivers:
            receiver.may_answer.set()
        await service.stop()


async def intend(settings: KafkaSettings, *intents: Delivery, partition: int = 0) -> None:
    def put() -> None:
        producer = kafka_python.KafkaProducer(bootstrap_servers=list(settings.brokers))
        for intent in intents:
            now = msgspec.structs.replace(intent, decided_at=time.time())
            producer.send(settings.topic(DELIVERIES), msgspec.json.encode(now), intent.id.encode(), partition=partition)
        producer.flush()
        producer.close()

    await asyncio.to_thread(put)


async def test_a_chat_that_does_not_answer_keeps_no_pager_waiting(settings):
    slack, pager = Fake("slack", wakes=False), Fake("pager")
    slack.may_answer.clear()

    async with working(settings, Desk(), slack, pager):
        await intend(
            settings, delivery(2, "slack"), delivery(2, "pager", incident="a"), delivery(2, "pager", incident="b")
        )
        await slack.until(lambda came: len(came) == 1)
        await pager.until(lambda came: len(came) == 2)

    assert not any(repeat for _, _, repeat in pager.came)


async def test_a_page_that_is_refused_makes_the_incident_go_on_to_the_next_step(settings):
    pager, desk = Fake("pager"), Desk()
    pager.fails = DeliveryError("400 bad routing key", outcome="refused")

    async with working(settings, desk, pager):
        await intend(settings, delivery(2))
        command = await asyncio.wait_for(desk.commands.get(), PATIENCE_S)

    assert (command.type, command.brand, command.incident, command.step) == ("tick", "northside", "northside-1", 0)
    assert command.note == "pager cannot be reached"


async def test_a_page_whose_request_hangs_makes_the_incident_go_on_to_the_next_step(settings):
    hook, desk, ahead = Fake("slack", wakes=False), Desk(), [0.0]
    hook.may_answer.clear()

    async with working(settings, desk, hook, now=lambda: time.time() + ahead[0]):
        await intend(settings, delivery(2, "slack"))
        await hook.until(lambda came: len(came) == 1)
        ahead[0] = UNREACHABLE_S
        command = await asyncio.wait_for(desk.commands.get(), PATIENCE_S)

    assert (command.type, command.step, command.note) == ("tick", 0, "slack cannot be reached")


async def test_a_bug_in_a_receiver_is_tried_again_as_a_repeat(settings):
    pager = Fake("pager")
    pager.fails = ZeroDivisionError("a bug of ours")

    async with working(settings, Desk(), pager):
        await intend(settings, delivery(2))
        await pager.until(lambda came: len(came) == 1)
        pager.fails = None
        await pager.until(lambda came: len(came) == 2)

    assert pager.came == [("page", 2, False), ("page", 2, True)]


async def test_only_the_newest_of_the_updates_that_piled_up_is_sent(settings):
    slack = Fake("slack", wakes=False)
    await intend(settings, *(delivery(version, "slack", "update") for version in range(2, 30)))

    async with working(settings, Desk(), slack):
        await slack.until(bool)

    assert slack.came == [("update", 29, False)]


async def test_when_a_second_process_joins_each_delivery_is_still_made_once(settings):
    here, there = Fake("pager"), Fake("pager")
    there.news = here.news
    pages = [delivery(2, incident=f"i{number}") for number in range(8)]

    async with working(settings, Desk(), here):
        await intend(settings, *pages[:4])
        await here.until(lambda came: len(came) == 4)
        async with working(settings, Desk(), there) as other:
            # The group is shared out when the newcomer has read a partition.
            async with asyncio.timeout(PATIENCE_S), other._moved:
                await other._moved.wait_for(lambda: other.partitions)
            await intend(settings, *pages[4:6], partition=0)
            await intend(settings, *pages[6:], partition=1)
            await there.until(lambda came: len(came) + len(here.came) == 8)

    assert len(here.came) + len(there.came) == 8
    assert there.came
    assert not any(repeat for _, _, repeat in here.came + there.came)


async def test_receivers_are_added_changed_and_taken_out_while_it_works(settings):
    pager, other, fax = Fake("pager"), Fake("pager"), Fake("fax")
    async with working(settings, Desk(), pager) as service:
        pager.may_answer.clear()
        await intend(settings, delivery(2, "pager", incident="a"))
        await pager.until(lambda came: len(came) == 1)
        service.use({"pager": other, "fax": fax})
        await intend(settings, delivery(2, "pager", incident="b"), delivery(2, "fax", incident="b"))
        await fax.until(lambda came: len(came) == 1)
        # What is under way is not cut off, and whoever sends it is closed after it.
        assert not pager.is_closed
        pager.may_answer.set()
        await other.until(lambda came: len(came) == 1)
        service.use({"fax": fax})
        await intend(settings, delivery(2, "fax", incident="c"))
        await fax.until(lambda came: len(came) == 2)

    assert (len(pager.came), len(other.came)) == (1, 1)
    assert (pager.is_closed, other.is_closed, fax.is_closed) == (True, True, False)


async def heartbeat(settings: KafkaSettings, *partitions: int) -> None:
    def put() -> None:
        producer = kafka_python.KafkaProducer(bootstrap_servers=list(settings.brokers))
        for partition in partitions:
            record = heartbeat_record(
                settings.topic(DELIVERIES),
                Heartbeat(partition=partition, partitions=settings.partitions, at=time.time()),
            )
            producer.send(record.topic, record.value, record.key, partition=partition)
        producer.flush()
        producer.close()

    await asyncio.to_thread(put)


@asynccontextmanager
async def pinging(service: OutboxService, url: str) -> AsyncIterator[None]:
    dead_man = Healthcheck(HealthcheckSettings(url=url), service.heartbeats)
    await dead_man.start()
    try:
        yield
    finally:
        await dead_man.stop()


async def works_on(service: OutboxService, count: int) -> None:
    async with asyncio.timeout(PATIENCE_S), service._moved:
        await service._moved.wait_for(lambda: len(service.partitions) >= count)


async def test_the_beats_of_all_partitions_are_gathered_and_the_outside_is_told(settings):
    inbox = Inbox()
    await inbox.start()
    try:
        async with working(settings, Desk(), Fake("pager")) as service, pinging(service, inbox.dead_man_url):
            await works_on(service, settings.partitions)
            await heartbeat(settings, *range(settings.partitions))
            async with asyncio.timeout(PATIENCE_S):
                await inbox.store.wait_for(1, "dead_man")
    finally:
        await inbox.stop()


async def test_beats_that_another_process_passes_on_are_gathered_as_well(settings):
    inbox = Inbox()
    await inbox.start()
    try:
        async with (
            working(settings, Desk(), Fake("pager")) as here,
            working(settings, Desk(), Fake("pager")) as there,
            pinging(here, inbox.dead_man_url),
            pinging(there, inbox.dead_man_url),
        ):
            await works_on(here, 1)
            await works_on(there, 1)
            # While the group is still being shared out a beat may find nobody; the next one does.
            while not inbox.store.received("dead_man"):
                await heartbeat(settings, *range(settings.partitions))
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(5):
                        await inbox.store.wait_for(1, "dead_man")
            await works_on(here, 1)
            await works_on(there, 1)
    finally:
        await inbox.stop()


async def test_a_record_that_only_looks_like_a_beat_is_passed_over(settings):
    pager = Fake("pager")
    async with working(settings, Desk(), pager) as service:
        await works_on(service, settings.partitions)
        producer = kafka_python.KafkaProducer(bootstrap_servers=list(settings.brokers))
        producer.send(settings.topic(DELIVERIES), b"no beat", b"@beat/0", partition=0)
        producer.close()
        await intend(settings, delivery(2))
        await pager.until(lambda came: len(came) == 1)
