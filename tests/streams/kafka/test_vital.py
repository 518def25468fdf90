"""No task that a process cannot do without ends in silence."""

import asyncio
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from streams.adapters.ingest_service import IngestService
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.leaked_cancellation import LeakedCancellationError, leaks_are_errors
from streams.kafka.topics import MENTIONS
from streams.kafka.vital import TaskEndedError, check_fetching, never_ends
from tests.kafka.worker import WorkerProcess
from tests.patience import PATIENCE_S
from tests.streams.story import WordScorer, matcher

_ENDING = """
import asyncio
from streams.kafka.stages.app import run_services
from streams.adapters.ingest_service import IngestService
from streams.kafka.settings import KafkaSettings
from tests.streams.story import WordScorer, matcher

class Ending(IngestService):
    async def _serve(self):
        {ends}

run_services(Ending(KafkaSettings(brokers=("127.0.0.1:1",)), matcher(), WordScorer()))
"""


async def ends() -> None:
    pass


async def leaks() -> None:
    raise asyncio.CancelledError


async def breaks() -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("work", "error"), [(ends, TaskEndedError), (leaks, TaskEndedError), (breaks, ZeroDivisionError)]
)
async def test_what_ends_without_being_asked_to_says_so(work, error):
    with pytest.raises(error):
        async with never_ends("work", lambda: False):
            await work()


async def test_what_is_asked_to_end_ends():
    async with never_ends("work", lambda: True):
        await ends()
    with pytest.raises(asyncio.CancelledError):
        async with never_ends("work", lambda: True):
            await leaks()


async def test_a_cancellation_of_others_is_told_from_our_own():
    told = []

    async def work(inner: asyncio.Future[None]) -> None:
        try:
            with leaks_are_errors():
                await inner
        except (asyncio.CancelledError, LeakedCancellationError) as error:
            told.append(type(error))

    others: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    others.cancel()
    await work(others)
    ours = asyncio.create_task(work(asyncio.get_running_loop().create_future()))
    await asyncio.sleep(0)
    ours.cancel()
    await ours

    assert told == [LeakedCancellationError, asyncio.CancelledError]


@pytest.mark.parametrize(
    "ends",
    ["raise ZeroDivisionError", "asyncio.current_task().cancel(); await asyncio.sleep(9)"],
    ids=["bug", "cancel"],
)
def test_a_worker_whose_ingest_ends_ends_with_a_failure(tmp_path, ends):
    log = Path(tmp_path) / "log"
    with WorkerProcess(["-c", _ENDING.format(ends=ends)], log) as worker:
        assert worker.wait() not in {0, None}


async def test_a_consumer_whose_fetching_has_ended_is_given_up(kafka):
    ensure_topics(kafka, [MENTIONS])
    consumer = AIOKafkaConsumer(kafka.topic(MENTIONS), bootstrap_servers=list(kafka.brokers))
    await consumer.start()
    check_fetching(consumer)
    consumer._fetcher._fetch_task.cancel()
    await asyncio.wait([consumer._fetcher._fetch_task])

    with pytest.raises(KafkaError, match="stopped fetching"):
        check_fetching(consumer)
    await consumer.stop()


async def test_ingest_goes_on_with_another_consumer_where_fetching_has_ended(kafka, monkeypatch):
    monkeypatch.setattr("streams.kafka.reconnecting.FIRST_S", 0.01)
    ensure_topics(kafka)
    service = IngestService(kafka, matcher(), WordScorer(), flush_s=0.1)
    await service.start()
    async with asyncio.timeout(PATIENCE_S):
        while not service.partitions:  # noqa: ASYNC110 - no event tells of it
            await asyncio.sleep(0.02)
        first = service._consumer
        assert first is not None
        first._fetcher._fetch_task.cancel()
        while service._consumer is first or not service.partitions:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await service.stop()

    assert not service.crashed
