"""Kept versions of incidents are written anew, each under its key, and lose what single people wrote in time."""

import asyncio
from collections.abc import Sequence
from typing import Any

import kafka as kafka_python
import msgspec
import pytest
from msgspec.structs import replace

from alerts.incidents.incident import MARK_KEY, Incident, record_key
from alerts.incidents.redaction import without_strangers
from alerts.kafka.evidence_retention import EvidenceRetention
from alerts.kafka.incident_archive import write_anew
from detectors.post import Post
from detectors.verdict import Evidence, Verdict
from streams.adapters.erased_reader import read_erased
from streams.brand import watch_partition
from streams.ingest.erased import author_row, post_row, row_value
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.outgoing import Outgoing
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import ERASED, INCIDENTS
from tests.alerts.kafka.deciding import deciding, say
from tests.alerts.receivers.outbreak import NOTIFIED, then
from tests.alerts.verdicts import verdict
from tests.kafka.reading import read_topic, read_until

POST = Post(id="p1", published=1.0, content="They cancelled everything", author="ida", negativity=0.9)
SHOWN = replace(NOTIFIED, evidence=Evidence(posts=(POST,)))
LATER = replace(then(NOTIFIED, "grown", 60), evidence=Evidence(posts=(POST,)))


def put(kafka: KafkaSettings, *records: tuple[bytes, bytes | None]) -> None:
    producer = kafka_python.KafkaProducer(bootstrap_servers=list(kafka.brokers))
    for key, value in records:
        producer.send(kafka.topic(INCIDENTS), value, key, partition=1)
    producer.close()


def told(incident: Incident, key: bytes | None = None) -> tuple[bytes, bytes]:
    return record_key(incident) if key is None else key, msgspec.json.encode(incident)


async def rewritten(kafka: KafkaSettings, changed: Any) -> dict[bytes | None, Incident]:
    """Give what is written anew, by key."""
    found: dict[bytes | None, Incident] = {}

    async def take(records: Sequence[Outgoing]) -> bool:
        found.update({r.key: msgspec.json.decode(r.value or b"", type=Incident) for r in records})
        return True

    done = await write_anew(kafka, [0, 1], changed, take)
    assert done.written == len(found)
    return found


async def test_what_is_to_be_changed_is_written_under_the_key_that_it_has(kafka):
    ensure_topics(kafka)
    put(kafka, told(SHOWN), told(LATER), (MARK_KEY, b"{}"), (b"gone", None), (b"broken", b"no incident"))

    found = await rewritten(
        kafka, lambda incident: incident if incident.version > SHOWN.version else without_strangers(incident)
    )

    assert found == {record_key(SHOWN): without_strangers(SHOWN)}


async def test_of_several_records_of_one_version_the_last_one_counts(kafka):
    ensure_topics(kafka)
    put(kafka, told(SHOWN, b"northside"), told(SHOWN), told(without_strangers(SHOWN)))

    assert await rewritten(kafka, without_strangers) == {}


async def test_what_stands_under_the_key_of_its_brand_gets_one_of_its_own(kafka):
    ensure_topics(kafka)
    put(kafka, told(SHOWN, b"northside"), told(LATER, b"northside"))

    assert await rewritten(kafka, lambda incident: incident) == {record_key(SHOWN): SHOWN, record_key(LATER): LATER}


def posts(records: Sequence[Any]) -> dict[bytes, int]:
    newest = {r.key: r.value for r in records if r.value is not None and not r.key.startswith(b"@")}
    return {key: len(msgspec.json.decode(value, type=Incident).evidence.posts) for key, value in newest.items()}


async def test_after_the_time_for_evidence_the_newest_version_and_those_before_lose_it(kafka):
    clock = [1_800_000_000.0]
    settings = replace(kafka, retention=replace(kafka.retention, evidence=1000.0))
    await asyncio.to_thread(ensure_topics, settings)

    def now() -> float:
        return clock[0]

    async with deciding(settings, now=now) as agent:
        await say(settings, with_post(0), with_post(60, seen=90))
        before = await until(settings, lambda found: len(found) >= 3 and found[-1] == 1)
        clock[0] += 900
        retention = EvidenceRetention(settings, agent, now=now)
        partition = watch_partition("northside", settings.partitions)
        assert await retention.clean(partition, await read_erased(kafka)) == 0
        clock[0] += 101
        # The newest version goes by the stage's timer, as one more change; those before are written anew.
        await until(settings, lambda found: len(found) > len(before) and found[-1] == 0)
        written = await retention.clean(partition, await read_erased(kafka))
        assert await retention.clean(partition, await read_erased(kafka)) == 0

    assert written >= len(before)
    records = await asyncio.to_thread(read_topic, settings, INCIDENTS, committed=True)
    assert set(posts(records).values()) == {0}
    versions = [msgspec.json.decode(r.value, type=Incident) for r in records]
    assert ("redacted", "timer") in {(version.change.type, version.change.via) for version in versions}


async def test_a_post_that_is_taken_down_goes_from_all_versions_that_are_kept(kafka):
    clock = 1_800_000_000.0
    await asyncio.to_thread(ensure_topics, kafka)

    async with deciding(kafka, now=lambda: clock) as agent:
        await say(kafka, with_post(0), with_post(60, seen=90))
        before = await until(kafka, lambda found: len(found) >= 3 and found[-1] == 1)
        retention = EvidenceRetention(kafka, agent, now=lambda: clock)
        partition = watch_partition("northside", kafka.partitions)
        await asyncio.to_thread(write_erased, kafka, post_row("another"), author_row("ida", "another-network"))
        assert await retention.clean(partition, await read_erased(kafka)) == 0
        await asyncio.to_thread(write_erased, kafka, post_row(POST.id))
        written = await retention.clean(partition, await read_erased(kafka))
        assert await retention.clean(partition, await read_erased(kafka)) == 0

    assert written == len(before)
    records = await asyncio.to_thread(read_topic, kafka, INCIDENTS, committed=True)
    assert set(posts(records).values()) == {0}


def write_erased(settings: KafkaSettings, *keys: bytes) -> None:
    producer = kafka_python.KafkaProducer(bootstrap_servers=list(settings.brokers))
    for key in keys:
        producer.send(settings.topic(ERASED), row_value(1_800_000_000.0), key)
    producer.close()


def with_post(after_s: int, **fields: Any) -> Verdict:
    return verdict(after_s, evidence=Evidence(posts=(POST,)), **fields)


async def until(settings: KafkaSettings, enough: Any) -> list[int]:
    """Wait until the numbers of posts that the versions show, in their order, are enough."""
    seen: list[int] = []

    def is_enough(records: Sequence[Any]) -> bool:
        seen[:] = list(posts(records).values())
        return bool(enough(seen))

    await asyncio.to_thread(read_until, settings, INCIDENTS, is_enough)
    return list(seen)


@pytest.mark.parametrize("keep", [True, False])
def test_an_incident_that_holds_nothing_of_single_people_is_left_as_it_is(keep):
    incident = SHOWN if keep else replace(SHOWN, evidence=Evidence())

    assert (without_strangers(incident) is incident) is not keep
    bare = without_strangers(incident)
    assert without_strangers(bare) is bare
