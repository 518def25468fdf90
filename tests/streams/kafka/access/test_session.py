"""Whoever has clients from a session is let in first, and leaves nothing open behind."""

import asyncio
from collections.abc import Collection

import pytest
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.errors import KafkaUnavailableError
from streams.kafka.access.session import Session
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.leaked_cancellation import LeakedCancellationError
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import MENTIONS
from tests.patience import PATIENCE_S

NOBODY = KafkaSettings(brokers=("127.0.0.1:1",))


class Open(Session):
    """A session whose door is open."""

    async def open(self) -> None:
        pass


class FakeClient:
    def __init__(self, name: str, told: list[str], error: BaseException | None = None) -> None:
        self._name = name
        self._told = told
        self._error = error

    async def start(self) -> None:
        self._told.append(f"start {self._name}")
        if self._name == "shut":
            raise KafkaError("shut")

    async def stop(self) -> None:
        self._told.append(f"stop {self._name}")
        if self._error is not None:
            raise self._error


async def test_where_no_broker_answers_the_door_says_so_and_nothing_is_made():
    with pytest.raises(KafkaUnavailableError, match=r"127\.0\.0\.1:1"):
        async with Session(NOBODY, "test"):
            raise AssertionError("nobody was at the door")


async def test_clients_are_stopped_the_last_first_also_where_one_does_not_start():
    told: list[str] = []

    async def start() -> None:
        async with Open(NOBODY, "test") as clients:
            for name in ("one", "two", "shut"):
                await clients.own(FakeClient(name, told))

    with pytest.raises(KafkaError, match="shut"):
        await start()

    assert told == ["start one", "start two", "start shut", "stop shut", "stop two", "stop one"]


@pytest.mark.parametrize("error", [KafkaError("gone"), OSError("gone"), asyncio.CancelledError(), TimeoutError()])
async def test_a_client_that_does_not_leave_in_peace_holds_up_no_other(error):
    told: list[str] = []
    with structlog.testing.capture_logs() as logs:
        async with Open(NOBODY, "test") as clients:
            await clients.own(FakeClient("one", told))
            await clients.own(FakeClient("two", told, error))

    assert told[2:] == ["stop two", "stop one"]
    assert [(log["event"], log["stage"]) for log in logs] == [("client closed without leaving its group", "test")]


async def test_a_cancellation_that_aiokafka_lets_out_is_an_error_of_kafka_and_our_own_is_ours():
    with pytest.raises(LeakedCancellationError):
        async with Open(NOBODY, "test"):
            raise asyncio.CancelledError

    async def work() -> None:
        async with Open(NOBODY, "test"):
            await asyncio.get_running_loop().create_future()

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_members_of_a_group_are_told_what_it_decides_and_what_it_takes_back(kafka):
    ensure_topics(kafka, [MENTIONS])
    topic = kafka.topic(MENTIONS)
    told: asyncio.Queue[tuple[str, int]] = asyncio.Queue()

    async def member(name: str) -> tuple[Session, AIOKafkaConsumer]:
        async def revoked(sources: Collection[TopicPartition]) -> None:
            told.put_nowait((f"{name} loses", len(sources)))

        session = Session(kafka, "test")
        consumer = await session.member(
            [topic],
            revoked=revoked,
            assigned=lambda _, sources: told.put_nowait((f"{name} has", len(sources))),
            auto_offset_reset="earliest",
        )
        return session, consumer

    async with asyncio.timeout(PATIENCE_S):
        first, _ = await member("first")
        while await told.get() != ("first has", 2):
            pass
        second, _ = await member("second")
        seen: set[tuple[str, int]] = set()
        while not {("first loses", 2), ("first has", 1), ("second has", 1)} <= seen:
            seen.add(await told.get())
    await second.close()
    await first.close()
