"""The whole chain on real brokers: from mentions to one page, also when the worker is killed in the outbreak."""

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from alerts.backtest.run import Backtest
from alerts.incidents.incident import Incident
from alerts.incidents.sentence import with_sentence
from alerts.presentation.public_incident import public_incident
from alerts.simulation.services.inbox import ROUTING_KEY, SIGNING_SECRET, SLACK_TOKEN, Inbox
from alerts.simulation.stories.film_rental import story
from alerts.simulation.stories.synthetic_mentions import mentions
from detectors.negativity.model import load_scorer
from streams.brand import Brand
from streams.connectors.sink import MentionSink
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import DELIVERIES, INCIDENTS, OBSERVATIONS
from streams.mention import Mention
from tests.kafka.reading import read_topic, read_until
from tests.kafka.worker import WorkerProcess

BEGIN = datetime(2011, 7, 7, 12, tzinfo=UTC).timestamp()
END = datetime(2011, 7, 12, 18, tzinfo=UTC).timestamp()
"""Two hours of revolt after five days of ordinary talk, of three brands."""
OF_KAFKA = {"changes", "arrived_at", "version"}
"""Fields of an incident that tell of the wall clock."""


@pytest.fixture(scope="module")
def told() -> list[Mention]:
    return [mention for mention in mentions(story()) if BEGIN <= mention.published_s < END]


@pytest.fixture(scope="module")
def brands() -> list[Brand]:
    return [
        Brand(id=b.id, name=b.name, query=b.query, floor=b.floor, false_pages_per_week=b.false_pages_per_week)
        for b in story().brands
    ]


@pytest.fixture(scope="module")
def backtested(told, brands) -> Backtest:
    run = Backtest(brands, {}, load_scorer())
    for first in range(0, len(told), 1000):
        list(run.take(told[first : first + 1000]))
    list(run.finish())
    return run


def configure(kafka: KafkaSettings, brands: Sequence[Brand], inbox: Inbox, folder: Path) -> Path:
    path = folder / "tocsin.yml"
    path.write_text(
        yaml.safe_dump(
            {
                "kafka": {
                    "brokers": list(kafka.brokers),
                    "topic_prefix": kafka.topic_prefix,
                    "group": kafka.group,
                    "partitions": kafka.partitions,
                    "session_timeout_s": kafka.session_timeout_s,
                },
                "public_url": "http://127.0.0.1:1",
                "links": {"keys": ["a key for the tests alone"]},
                "metrics": {"port": 0},
                "slack": {"token": SLACK_TOKEN, "signing_secret": SIGNING_SECRET, "base_url": inbox.slack_base_url},
                "pagerduty": {"base_url": inbox.pagerduty_base_url},
                "brands": [
                    {"id": b.id, "name": b.name, "query": b.query, "floor": b.floor,
                     "false_pages_per_week": b.false_pages_per_week} for b in brands
                ],
                "policies": [{"id": "default", "steps": [{"notify": ["chat", "pager"]}]}],
                "receivers": [
                    {"id": "chat", "slack": {"channel": "#crisis"}},
                    {"id": "pager", "pagerduty": {"routing_key": ROUTING_KEY}},
                ],
            }
        )
    )  # fmt: skip
    return path


def worker(configuration: Path, folder: Path) -> WorkerProcess:
    return WorkerProcess(["-m", "tocsin", "worker", "--config", str(configuration)], folder / "worker.log")


def send(kafka: KafkaSettings, told: Sequence[Mention], *, begin: bool = False, end: bool = False) -> None:
    with MentionSink(kafka, "test") as sink:
        if begin:
            sink.send_heartbeats(int(told[0].published_s))
        for mention in told:
            sink.send(mention)
        if end:
            sink.send_heartbeats(int(told[-1].published_s) + 180)


def send_without_a_break(kafka: KafkaSettings, told: Sequence[Mention], first: int, hurry: threading.Event) -> None:
    """Send so many at once, the rest bit by bit, and what is left of it at once when there is a hurry.

    Where nothing came for as long as a worker takes to start, event time would go on with the wall clock, and what
    comes then would come late: nobody promises that it leads to the same incidents.
    """
    with MentionSink(kafka, "test") as sink:
        sink.send_heartbeats(int(told[0].published_s))
        for number, mention in enumerate(told):
            if number > first and number % 20 == 0:
                hurry.wait(0.05)
            sink.send(mention)
        sink.send_heartbeats(int(told[-1].published_s) + 180)


def plain(incident: Incident) -> dict[str, Any]:
    return {name: value for name, value in public_incident(incident).items() if name not in OF_KAFKA}


def newest(records: Sequence[Any]) -> dict[str, Incident]:
    found: dict[str, Incident] = {}
    for record in records:
        incident = msgspec.json.decode(record.value, type=Incident)
        if incident.id not in found or incident.version >= found[incident.id].version:
            found[incident.id] = incident
    return found


def counted(records: Sequence[Any]) -> dict[str, int]:
    """Give the mentions of each brand; a bin told twice must be told alike."""
    bins: dict[tuple[str, int], int] = {}
    for record in records:
        row = msgspec.json.decode(record.value)
        assert bins.setdefault((row["brand"], row["start"]), row["mentions"]) == row["mentions"]
    totals: dict[str, int] = {}
    for (brand, _), count in bins.items():
        totals[brand] = totals.get(brand, 0) + count
    return totals


def all_counted(expected: dict[str, int], kafka: KafkaSettings) -> list[Any]:
    return read_until(kafka, OBSERVATIONS, lambda found: counted(found) == expected)


def as_backtested(expected: dict[str, Incident], kafka: KafkaSettings) -> None:
    """Wait until the topic tells of the same incidents; where it does not, show how they differ."""
    wanted = {name: plain(incident) for name, incident in expected.items()}
    last: dict[str, dict[str, Any]] = {}

    def enough(found: list[Any]) -> bool:
        last.clear()
        last.update({name: plain(incident) for name, incident in newest(found).items()})
        return last == wanted

    try:
        read_until(kafka, INCIDENTS, enough)
    except AssertionError:
        differ = {
            (name, field): (last.get(name, {}).get(field), wanted.get(name, {}).get(field))
            for name in wanted.keys() | last.keys()
            for field in wanted.get(name, {}).keys() | last.get(name, {}).keys()
            if last.get(name, {}).get(field) != wanted.get(name, {}).get(field)
        }
        raise AssertionError(f"found, wanted: {differ}") from None


def pages(inbox: Inbox) -> list[str]:
    """Give the incident of each page that rang, one that rang again for its severity once."""
    return sorted(inbox.pagerduty.alerts)


@pytest.mark.kafka
async def test_the_chain_tells_the_incidents_that_the_backtest_told(kafka, told, brands, backtested, tmp_path):
    ensure_topics(kafka)
    inbox = Inbox()
    await inbox.start()
    try:
        with worker(configure(kafka, brands, inbox, tmp_path), tmp_path) as running:
            await asyncio.to_thread(send, kafka, told, begin=True, end=True)
            await asyncio.to_thread(all_counted, backtested.own.observed, kafka)
            await asyncio.to_thread(as_backtested, backtested.incidents, kafka)
            await inbox.store.wait_for(1, "pagerduty")
            status = await asyncio.to_thread(running.terminate)
    finally:
        await inbox.stop()

    assert status == 0
    assert pages(inbox) == sorted(i.id for i in backtested.incidents.values() if i.paged)
    # A sentence is its incident's facts and nothing else.
    sentences = {incident.reason for incident in backtested.incidents.values()}
    assert {with_sentence(incident).reason for incident in backtested.incidents.values()} == sentences


@pytest.mark.kafka
async def test_a_worker_killed_in_the_outbreak_counts_tells_and_pages_as_if_undisturbed(
    kafka, told, brands, backtested, tmp_path
):
    ensure_topics(kafka)
    inbox = Inbox()
    await inbox.start()
    configuration = configure(kafka, brands, inbox, tmp_path)
    paged = {incident.id: incident for incident in backtested.incidents.values() if incident.paged}
    crisis = next(incident for incident in paged.values() if incident.brand == "film-rental")
    middle = next(i for i, mention in enumerate(told) if mention.published_s > crisis.opened_at + 600)
    hurry = threading.Event()
    sending = asyncio.create_task(asyncio.to_thread(send_without_a_break, kafka, told, middle, hurry))
    try:
        with worker(configuration, tmp_path) as doomed:
            await inbox.store.wait_for(len(paged), "pagerduty")
            doomed.kill()
        hurry.set()
        await sending
        with worker(configuration, tmp_path):
            await asyncio.to_thread(all_counted, backtested.own.observed, kafka)
            await asyncio.to_thread(as_backtested, backtested.incidents, kafka)
    finally:
        hurry.set()
        await inbox.stop()

    assert pages(inbox) == sorted(paged)
    assert await asyncio.to_thread(read_topic, kafka, DELIVERIES)
