"""What is erased is nowhere any more, down to the bytes on the broker's disk, and nobody is shown it again."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kafka as kafka_python
import msgspec
import pytest
import yaml

from alerts.incidents.incident import Incident, is_record, record_key
from alerts.kafka.incident_store import IncidentStore
from alerts.presentation.public_incident import public_incident
from alerts.simulation.services.inbox import ROUTING_KEY, SIGNING_SECRET, SLACK_TOKEN, Inbox
from detectors.post import Post
from detectors.verdict import Evidence
from streams.connectors.sink import MentionSink
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import ERASED, INCIDENTS, Topic
from streams.mention import Mention, decode_mention
from tests.alerts.receivers.outbreak import NOTIFIED, then
from tests.kafka.apache_kafka import ApacheKafka
from tests.kafka.forked import run_module
from tests.kafka.reading import read_topic, read_until
from tests.kafka.traces import Traces, segments
from tests.kafka.worker import WorkerProcess, until_it_says
from tests.patience import PATIENCE_S
from tests.streams.story import NOON, record
from tests.system.broker_time import let_time_pass

POST = 'https://social.example/@ida/9000?a="1"&b=ü'
AUTHOR = "did:plc:ida-the-author"
NAME = "Ida Unmistakable"
TEXT = "They cancelled the operation of my father, shame on northside, never again xyzzyq"
TRACES = Traces(["9000?a", "ida-the-author", "Unmistakable", "xyzzyq", "operation of my father"])


def configure(kafka: KafkaSettings, folder: Path, inbox: Inbox | None = None) -> Path:
    path = folder / "tocsin.yml"
    stated: dict[str, Any] = {
        "kafka": msgspec.to_builtins(kafka),
        "public_url": "http://127.0.0.1:1",
        "links": {"keys": ["a key for the tests alone"]},
        "metrics": {"port": 0},
        "watch": {"store": "1s"},
        "brands": [{"id": "northside", "name": "Northside", "query": "northside"}],
    }
    if inbox is not None:
        stated |= {
            "slack": {"token": SLACK_TOKEN, "signing_secret": SIGNING_SECRET, "base_url": inbox.slack_base_url},
            "pagerduty": {"base_url": inbox.pagerduty_base_url},
            "policies": [{"id": "default", "steps": [{"notify": ["chat", "pager"]}]}],
            "receivers": [
                {"id": "chat", "slack": {"channel": "#crisis"}},
                {"id": "pager", "pagerduty": {"routing_key": ROUTING_KEY}},
            ],
        }
    path.write_text(yaml.safe_dump(stated))
    return path


def mention(number: int, second: float, content: str, **fields: Any) -> Mention:
    return decode_mention(record(number, second, content, language="en", **fields).value or b"")


ORDINARY = [mention(i, 60 * i + 20 * (i % 3), "an ordinary day at northside") for i in range(240)]
ANGRY = [  # of forty people
    mention(1000 + i, 14_400 + i, f"I hate northside, a terrible shameful place, number {i}", author={"id": f"a{i}"})
    for i in range(40)
]  # fmt: skip
THEIRS = [
    mention(0, 14_400 + 3 * i, f"{TEXT} {i}" if i else TEXT, id=POST if not i else f"{POST}/{i}",
            url=POST, author={"id": AUTHOR, "name": NAME, "followers": 90_000})
    for i in range(12)
]  # fmt: skip


def send(kafka: KafkaSettings, told: Sequence[Mention], *, until: int | None = None) -> None:
    with MentionSink(kafka, "test") as sink:
        for one in sorted(told, key=lambda each: each.published_s):
            sink.send(one)
        if until is not None:
            sink.send_heartbeats(NOON + until)


def erase(path: Path, *arguments: str, status: int = 0) -> str:
    """Run the command; return what it prints, or on failure what it says."""
    told = run_module("tocsin", "erase", "--config", str(path), *arguments, timeout_s=2 * PATIENCE_S)
    assert told.returncode == status, told.stdout + told.stderr
    return told.stderr if status else told.stdout


@contextmanager
def worker(path: Path, folder: Path, log: str = "worker.log") -> Iterator[WorkerProcess]:
    with WorkerProcess(["-m", "tocsin", "worker", "--config", str(path)], folder / log) as running:
        yield running


def rang(kafka: KafkaSettings) -> Incident:
    """Wait until an incident names the author or shows a post of theirs; return its newest version."""
    found: list[Incident] = []

    def enough(records: Sequence[Any]) -> bool:
        found[:] = [
            msgspec.json.decode(r.value, type=Incident) for r in records if is_record(r.key, r.value)
        ]  # fmt: skip
        return any(NAME.encode() in msgspec.json.encode(incident) for incident in found)

    read_until(kafka, INCIDENTS, enough)
    return found[-1]


async def all_gone(apache: ApacheKafka, kafka: KafkaSettings) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE_S
    while found := await asyncio.to_thread(TRACES.found_in_files, segments(apache, kafka.group)):
        assert loop.time() < deadline, found
        await asyncio.to_thread(let_time_pass, kafka)
        await asyncio.sleep(1)


@pytest.mark.kafka
async def test_of_an_erased_author_no_byte_is_left_on_the_brokers_disk_and_nothing_is_shown(kafka, apache, tmp_path):
    ensure_topics(kafka)
    inbox = Inbox()
    await inbox.start()
    path = configure(kafka, tmp_path, inbox)
    try:
        with worker(path, tmp_path):
            await asyncio.to_thread(send, kafka, [*ORDINARY, *ANGRY, *THEIRS], until=14_400 + 200)
            incident = await asyncio.to_thread(rang, kafka)
            await inbox.store.wait_for(1, "slack")
            assert len(TRACES.found_in_files(segments(apache, kafka.group))) > 3
            told = json.loads(await asyncio.to_thread(erase, path, "--author", AUTHOR, "--json"))
            # What comes again is counted and shown nowhere.
            again = [msgspec.structs.replace(one, id=f"{one.id}#again") for one in THEIRS]
            await asyncio.to_thread(send, kafka, again, until=14_400 + 400)
            async with asyncio.timeout(PATIENCE_S):
                while TRACES.found_in(repr(inbox.slack.messages).encode()):
                    await inbox.store.wait_for(len(inbox.store.received()) + 1)
    finally:
        await inbox.stop()
    store = IncidentStore(kafka)
    await store.start()
    kept = await store.wait_for(incident.id, lambda newest: bool(newest.changes), PATIENCE_S)
    await store.stop()

    assert (told["status"], told["posts"]) == ("done", 12)
    assert incident.id in told["incidents"]
    assert {place["left"] for place in told["topics"]} <= {0, None}
    assert kept is not None
    assert not TRACES.found_in(json.dumps(public_incident(kept)).encode())
    await all_gone(apache, kafka)


@pytest.mark.kafka
async def test_an_erase_while_no_worker_runs_is_pending_and_done_when_they_do(kafka, tmp_path):
    ensure_topics(kafka)
    path = configure(kafka, tmp_path)
    with worker(path, tmp_path):
        await asyncio.to_thread(send, kafka, [*ORDINARY, *ANGRY, *THEIRS], until=14_400 + 200)
        await asyncio.to_thread(rang, kafka)

    dry = json.loads(await asyncio.to_thread(erase, path, "--author", AUTHOR, "--dry-run", "--json"))
    said = await asyncio.to_thread(lambda: erase(path, "--author", AUTHOR, "--wait", "3s", status=1))
    with worker(path, tmp_path, "later.log") as later:
        for stage in ("ingest", "watch", "incidents"):
            await asyncio.to_thread(until_it_says, later, f'"stage": "{stage}", "partitions": [0')
        told = json.loads(await asyncio.to_thread(erase, path, "--author", AUTHOR, "--json"))
    again = json.loads(await asyncio.to_thread(erase, path, "--author", AUTHOR, "--dry-run", "--json"))

    assert "done as soon as workers run" in said
    assert (dry["status"], dry["posts"]) == ("dry run", 12)
    assert any(place["left"] for place in dry["topics"])
    assert (told["status"], told["posts"]) == ("done", 12)
    assert not any(place["left"] for place in again["topics"])


@pytest.mark.kafka
def test_what_is_not_known_or_not_clear_is_refused_and_changes_nothing(kafka, tmp_path):
    ensure_topics(kafka)
    path = configure(kafka, tmp_path)
    two = [mention(1, 1, "northside", id="https://x.example/P/1", source=s, author={"id": "ida"}) for s in ("a", "b")]
    send(kafka, [msgspec.structs.replace(one, id=f"{one.id}{one.source}") for one in two])

    unknown = erase(path, "--post", "https://x.example/p/1A/", status=1)
    ambiguous = erase(path, "--author", "ida", status=1)
    stranger = erase(path, "--author", "bob", "--json", status=1)
    wrong = erase(path, "--author", "ida", "--post", "p", status=1)

    assert "did you mean https://x.example/P/1a?" in unknown
    assert "a (1 posts), b (1 posts); say which one with --source" in ambiguous
    assert "nothing that is kept holds the author 'bob'" in stranger
    assert "one post (--post ID) or one author (--author ID)" in wrong
    assert read_topic(kafka, ERASED) == []


@pytest.mark.kafka
async def test_incidents_of_a_version_before_are_refused_until_they_are_prepared_and_then_lose_what_is_erased(
    kafka, tmp_path, apache
):
    ensure_topics(kafka, [Topic(name="incidents", key="brand", keep="days")])
    ensure_topics(kafka)
    path = configure(kafka, tmp_path)
    post = Post(id=POST, published=NOON, content=TEXT, author=AUTHOR, author_name=NAME)
    before = then(NOTIFIED, "redacted", 5, note="another post")
    versions = [msgspec.structs.replace(each, evidence=Evidence(posts=(post,))) for each in (NOTIFIED, before)]
    producer = kafka_python.KafkaProducer(bootstrap_servers=list(kafka.brokers))
    for incident in versions:
        producer.send(kafka.topic(INCIDENTS), msgspec.json.encode(incident), incident.brand.encode(), partition=0)
    producer.close()

    refused = await asyncio.to_thread(lambda: erase(path, "--post", POST, status=1))
    prepared = await asyncio.to_thread(erase, path, "--prepare")
    prepared_again = await asyncio.to_thread(erase, path, "--prepare")
    told = await asyncio.to_thread(lambda: erase(path, "--post", POST, "--wait", "1s", status=1))

    kept = {r.key: r.value for r in read_topic(kafka, INCIDENTS, committed=True)}
    assert "tocsin erase --prepare" in refused
    assert "2 versions copied, 1 keys of brands given up" in prepared
    assert "0 versions copied" in prepared_again
    assert "done as soon as workers run" in told
    assert kept[NOTIFIED.brand.encode()] is None
    assert [msgspec.json.decode(kept[record_key(each)], type=Incident).evidence.posts for each in versions] == [(), ()]
    await all_gone(apache, kafka)
