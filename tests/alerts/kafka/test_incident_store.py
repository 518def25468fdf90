"""What the web process knows of incidents: the newest, nothing that a person did lost; and its end is never silent."""

import asyncio

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.cli import web as command
from alerts.incidents.incident import Change, Incident
from alerts.kafka.incident_store import IncidentStore
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.vital import TaskEndedError
from tests.patience import PATIENCE_S

OPENED = Change(type="opened", at=1.0, cause="v1")
ACKNOWLEDGED = Change(type="acknowledged", at=2.0, by="Ada", via="link", cause="c1")
NOTIFIED = Change(type="notified", at=2.0, via="timer", cause="t1")


def told(version: int, *changes: Change, seen: int = 1) -> Incident:
    return Incident(
        id="i", brand="b", brand_name="B", kind="crisis", severity="error", status="open", began_at=0, opened_at=0,
        paged=True, seen=seen, expected=1.0, negative_share=1.0, expected_negative_share=0.0, reason="",
        version=version, changes=changes,
    )  # fmt: skip


@pytest.fixture
def store():
    return IncidentStore(KafkaSettings(brokers=("127.0.0.1:1",)))


def kept(store: IncidentStore) -> Incident:
    incident = store.get("i")
    assert incident is not None
    return incident


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_what_a_person_did_is_not_hidden_by_another_telling_of_the_same_version(store, order):
    both = told(2, OPENED, ACKNOWLEDGED), told(2, OPENED, NOTIFIED)

    for index in order:
        await store.take(both[index])

    assert kept(store).changes == (OPENED, ACKNOWLEDGED)


async def test_a_higher_version_is_the_newest_whatever_it_holds(store):
    await store.take(told(2, OPENED, ACKNOWLEDGED))
    await store.take(told(3, OPENED, NOTIFIED))

    assert kept(store).version == 3


@given(st.lists(st.tuples(st.integers(1, 3), st.frozensets(st.sampled_from("xyz")), st.integers(0, 3))))
def test_of_one_version_no_deed_is_lost_and_versions_never_go_back(records):
    store = IncidentStore(KafkaSettings(brokers=("127.0.0.1:1",)))
    before: Incident | None = None
    for version, deeds, seen in records:
        changes = [msgspec.structs.replace(ACKNOWLEDGED, cause=deed) for deed in sorted(deeds)]
        asyncio.run(store.take(told(version, OPENED, *changes, seen=seen)))
        now = kept(store)
        if before is not None:
            assert now.version >= before.version
            if now.version == before.version:
                assert {change.cause for change in before.changes} <= {change.cause for change in now.changes}
        before = now


async def test_a_store_that_reads_no_more_says_so_and_whoever_waits_hears_why(store, monkeypatch):
    async def breaks(_self: IncidentStore) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(IncidentStore, "_read", breaks)
    await store.start()

    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(store.wait_failed(), PATIENCE_S)
    assert "ZeroDivisionError" in store.failed()
    assert store.failed() in store.missing()
    await store.stop()


async def test_a_cancellation_that_aiokafka_lets_out_does_not_end_the_reading(kafka, monkeypatch):
    ensure_topics(kafka)
    store, read, leaks = IncidentStore(kafka), IncidentStore._read, [True]

    async def leak_once(self: IncidentStore) -> None:
        if leaks:
            leaks.clear()
            raise asyncio.CancelledError
        await read(self)

    monkeypatch.setattr(IncidentStore, "_read", leak_once)
    await store.start()
    async with asyncio.timeout(PATIENCE_S):
        while store.missing():  # noqa: ASYNC110 - nothing tells when the past has been read
            await asyncio.sleep(0.02)
    await store.stop()

    assert not store.failed()


async def test_a_store_that_is_stopped_has_not_failed(store):
    await store.start()
    await store.stop()

    assert not store.failed()


@pytest.mark.parametrize("error", [ZeroDivisionError, asyncio.CancelledError])
async def test_the_web_process_ends_with_the_work_that_ends(error):
    async def work() -> None:
        raise error

    with pytest.raises(ZeroDivisionError if error is ZeroDivisionError else TaskEndedError):
        await command._until(asyncio.Event(), work())


async def test_the_web_process_ends_in_peace_when_it_is_asked_to():
    stopped = asyncio.Event()
    ending = asyncio.create_task(command._until(stopped, asyncio.sleep(PATIENCE_S)))
    stopped.set()

    await ending
