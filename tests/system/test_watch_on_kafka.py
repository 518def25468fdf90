"""From mentions to observations on a real broker, with workers that are killed and partitions that move."""

from collections.abc import Iterable
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import Any

import msgspec
import pytest

from streams.connectors.sink import MentionSink
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import FLUSHES, OBSERVATIONS
from streams.mention import decode_mention
from tests.kafka.apache_kafka import ApacheKafka
from tests.kafka.counting import mentions_of
from tests.kafka.reading import read_until
from tests.kafka.worker import WorkerProcess
from tests.streams.story import NOON, record

MINUTES = 5


def worker(settings: KafkaSettings, folder: Path, stages: str = "ingest,watch") -> WorkerProcess:
    arguments = ["-m", "tests.system.watch_worker", settings.brokers[0], settings.topic_prefix, stages]
    return WorkerProcess(arguments, folder / f"{stages}.log")


def send(settings: KafkaSettings, seconds: Iterable[int]) -> None:
    """Send one mention of northside for each second."""
    with MentionSink(settings, "test") as sink:
        for second in seconds:
            sink.send(decode_mention(record(second, second).value or b""))


def reach(settings: KafkaSettings, at: int) -> None:
    """Bring event time to ``at`` seconds after noon in all partitions."""
    with MentionSink(settings, "test") as sink:
        sink.send_heartbeats(NOON + at)


def minutes(records: Iterable[Any]) -> dict[int, int]:
    """Give the mentions of each observed minute; a minute told twice must be told alike."""
    told: dict[int, int] = {}
    for one in records:
        row = msgspec.json.decode(one.value)
        minute = (row["start"] - NOON) // 60
        assert told.setdefault(minute, row["mentions"]) == row["mentions"]
    return told


def test_every_mention_is_observed_once(kafka, tmp_path):
    ensure_topics(kafka)

    with worker(kafka, tmp_path) as running:
        reach(kafka, 0)
        send(kafka, range(MINUTES * 60))
        reach(kafka, 600)
        rows = read_until(kafka, OBSERVATIONS, lambda found: len(minutes(found)) == MINUTES)
        status = running.terminate()

    assert minutes(rows) == dict.fromkeys(range(MINUTES), 60)
    assert status == 0


@pytest.mark.kafka
@pytest.mark.parametrize("stages", ["ingest,watch", "ingest", "watch"])
def test_a_worker_killed_in_mid_stream_loses_and_doubles_nothing(kafka, tmp_path, stages):
    ensure_topics(kafka)
    other = {"ingest": "watch", "watch": "ingest"}.get(stages)

    with worker(kafka, tmp_path, other) if other else nullcontext(), worker(kafka, tmp_path, stages) as first:
        reach(kafka, 0)
        send(kafka, range(150))
        read_until(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 150)
        send(kafka, range(150, 170))
        first.kill()
        with worker(kafka, tmp_path, stages):
            send(kafka, range(160, MINUTES * 60))
            reach(kafka, 600)
            rows = read_until(kafka, OBSERVATIONS, lambda found: len(minutes(found)) == MINUTES)

    assert minutes(rows) == dict.fromkeys(range(MINUTES), 60)


@pytest.mark.kafka  # the embedded broker gives a partition to two members of a group at once
def test_partitions_that_move_lose_and_double_nothing(kafka, tmp_path):
    ensure_topics(kafka)
    (tmp_path / "second").mkdir()

    with worker(kafka, tmp_path) as first:
        reach(kafka, 0)
        send(kafka, range(100))
        with worker(kafka, tmp_path / "second") as second:
            send(kafka, range(100, 150))
            read_until(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 150)
            assert first.terminate() == 0
            send(kafka, range(150, 200))
            read_until(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 200)
            with worker(kafka, tmp_path):
                second.kill()
                send(kafka, range(200, MINUTES * 60))
                reach(kafka, 600)
                rows = read_until(kafka, OBSERVATIONS, lambda found: len(minutes(found)) == MINUTES)

    assert minutes(rows) == dict.fromkeys(range(MINUTES), 60)


@pytest.mark.kafka
@pytest.mark.parametrize("worker_is", ["at work", "starting"])
def test_a_broker_that_is_restarted_costs_no_mention(kafka_kind, tmp_path, worker_is):
    node = ApacheKafka(tmp_path / "node")
    node.start()
    kafka = KafkaSettings(brokers=(node.address,), topic_prefix="t.", group="t", partitions=2, session_timeout_s=6.0)
    try:
        with ExitStack() as stack:
            running = stack.enter_context(worker(kafka, tmp_path))
            ensure_topics(kafka)
            reach(kafka, 0)
            send(kafka, range(150))
            if worker_is == "starting":
                read_until(kafka, FLUSHES, lambda found: mentions_of(found, "northside") == 150)
            else:
                read_until(kafka, OBSERVATIONS, lambda found: minutes(found).get(0) == 60)
            node.stop()
            node.start_again()
            send(kafka, range(150, MINUTES * 60))
            reach(kafka, 600)

            def all_observed(found: list[Any]) -> bool:
                nonlocal running
                if worker_is == "starting" and not running.is_running:
                    assert running.terminate() == 1
                    running = stack.enter_context(worker(kafka, tmp_path))  # as whoever supervises it would
                return len(minutes(found)) == MINUTES

            rows = read_until(kafka, OBSERVATIONS, all_observed)
            assert running.is_running
    finally:
        node.stop()

    assert minutes(rows) == dict.fromkeys(range(MINUTES), 60)
