"""Why a bin was silent, asked of what a real worker told on Kafka and of the same mentions in a file."""

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from alerts.cli.explain import run_explain
from alerts.configuration.configuration import Configuration, load_configuration
from alerts.errors import AlertsError
from alerts.wording.moments import rfc3339
from streams.connectors.jsonl import JsonLines
from streams.connectors.sink import MentionSink
from streams.errors import StreamsError
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import OBSERVATIONS
from streams.mention import decode_mention
from streams.wire.closed_mark import ClosedMark, is_mark
from tests.kafka.reading import read_until
from tests.kafka.worker import WorkerProcess
from tests.streams.story import NOON, record
from tests.system.configured import configure

MINUTES = 60
SILENT = 41
LOUD = 50
LAST = NOON + MINUTES * 60


def told() -> list[bytes]:
    """Return an hour of two calm voices a minute, a silent minute, and a minute of forty angry ones."""
    calm, angry = "a lovely day at northside", "I hate northside, a terrible and shameful place"
    values = []
    for minute in range(MINUTES):
        authors = {SILENT: 0, LOUD: 40}.get(minute, 2)
        for second in range(authors):
            offset = minute * 60 + second
            said = f"{angry if minute == LOUD else calm} {offset}"
            values.append(record(offset, offset, said, language="en").value or b"")
    return values


def explain(configuration: Configuration, at: int, *, brand: str = "northside", **options: Any) -> str:
    out = io.StringIO()
    run_explain(configuration, brand, rfc3339(at), out=out, **options)
    return out.getvalue()


def minutes_told(records: Sequence[Any]) -> int:
    return len({msgspec.json.decode(one.value)["start"] for one in records if not is_mark(one.key)})


def closed_everywhere(records: Sequence[Any], partitions: int) -> bool:
    return len({one.partition for one in records if is_mark(one.key) and mark_of(one) >= LAST}) == partitions


def mark_of(record: Any) -> int:
    return msgspec.json.decode(record.value, type=ClosedMark).until


def watched(kafka: KafkaSettings, path: Path, folder: Path, are_enough: Callable[[list[Any]], bool]) -> JsonLines:
    """Let a worker watch the story until there are enough observations of it; return the same as a file."""
    values = told()
    file = JsonLines(str(folder / "told.jsonl"))
    Path(file.source).write_bytes(b"\n".join(values))
    with WorkerProcess(["-m", "tocsin", "worker", "--only", "ingest,watch", "-c", str(path)], folder / "worker.log"):
        with MentionSink(kafka, "test") as sink:
            sink.send_heartbeats(NOON)
            for value in values:
                sink.send(decode_mention(value))
            sink.send_heartbeats(LAST + 180)
        read_until(kafka, OBSERVATIONS, are_enough)
    return file


@pytest.mark.kafka
def test_kafka_and_a_file_explain_each_minute_alike(kafka, tmp_path):
    ensure_topics(kafka)
    path, configuration = configure(kafka, tmp_path)
    file = watched(kafka, path, tmp_path, lambda found: minutes_told(found) >= MINUTES - 1)

    for minute in (5, 30, LOUD):
        at = NOON + minute * 60 + 59
        from_kafka = json.loads(explain(configuration, at, around_s=300, as_json=True))
        from_file = json.loads(explain(configuration, at, around_s=300, as_json=True, connectors=[file]))

        assert from_kafka == from_file
        assert from_kafka["start"] == rfc3339(NOON + minute * 60)
        assert from_kafka["rang"] == (minute == LOUD)
        assert from_kafka["reason"].startswith("It rang" if minute == LOUD else "It did not ring because ")

    loud = explain(configuration, NOON + LOUD * 60, around_s=600)
    assert "Northside (northside), 60 s from 2011-07-12T12:50:00Z" in loud
    assert "█" in loud
    assert "rang: crisis" in loud
    assert "(1 in which nobody spoke)" in loud

    with pytest.raises(AlertsError, match=r"nobody spoke of northside at .*12:41:30Z.* 2011-07-12T12:40:00Z \(2 m.*42"):
        explain(configuration, NOON + SILENT * 60 + 30)
    with pytest.raises(AlertsError, match=r"is too early: the first bin of northside on Kafka begins at .*12:00:00Z"):
        explain(configuration, NOON - 60)
    with pytest.raises(AlertsError, match=r"is too late: the last bin of northside on Kafka is that of "):
        explain(configuration, LAST + 3600)
    with pytest.raises(AlertsError, match="there is no bin of southside on Kafka"):
        explain(configuration, NOON, brand="southside")


@pytest.mark.kafka
def test_kafka_and_a_file_tell_alike_how_the_peers_of_a_minute_stood(kafka, tmp_path):
    ensure_topics(kafka)
    path, plain = configure(kafka, tmp_path)
    path.write_text(path.read_text().replace("id: northside", "id: northside\n  peers: [southside]", 1))
    configuration = load_configuration(path)
    file = watched(kafka, path, tmp_path, lambda found: closed_everywhere(found, kafka.partitions))

    for minute in (30, LOUD):
        at = NOON + minute * 60
        from_kafka = json.loads(explain(configuration, at, as_json=True))
        from_file = json.loads(explain(configuration, at, as_json=True, connectors=[file]))

        assert from_kafka == from_file
        assert [brand["standing"] for brand in from_kafka["peers"]["brands"]][1:] == ["not_heard"]
    assert "At 12:51 UTC nobody knew whether it was Northside alone: nothing was heard of" in " ".join(
        explain(configuration, NOON + LOUD * 60).split()
    )
    assert json.loads(explain(plain, NOON + LOUD * 60, as_json=True))["peers"] is None


def test_without_the_topics_it_says_that_no_worker_was_there_and_makes_none(kafka, tmp_path):
    _, configuration = configure(kafka, tmp_path)

    for _ in range(2):
        with pytest.raises(StreamsError, match=r"there is no topic .*observations on Kafka at .*start `tocsin worker`"):
            explain(configuration, NOON)
