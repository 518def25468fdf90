"""What people say of alarms, all the way: from the command to the bins that another threshold judges, and back."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import kafka as kafka_python
import msgspec
import pytest

from alerts.cli.missed import run_missed
from alerts.configuration.configuration import Configuration
from alerts.incidents.incident import Incident
from alerts.kafka.commands_producer import CommandsProducer
from alerts.wording.moments import rfc3339
from streams.brand import watch_partition
from streams.connectors.sink import MentionSink
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import FLUSHES, INCIDENTS, OBSERVATIONS, VERDICTS
from streams.mention import decode_mention
from streams.wire.flush import decode_flush
from streams.wire.observation_row import ObservationRow
from tests.alerts.verdicts import command, verdict
from tests.kafka.reading import read_until
from tests.kafka.worker import WorkerProcess
from tests.streams.story import NOON, record
from tests.system.configured import configure

BRANDS = ("northside", "southside")
MISSED_AT = rfc3339(NOON + 90)


def speak(kafka: KafkaSettings, minutes: range, *, begin: bool = False) -> None:
    """Let two people a minute speak of each brand, and event time go on until these bins are closed."""
    with MentionSink(kafka, "test") as sink:
        if begin:
            sink.send_heartbeats(NOON)
        for minute in minutes:
            for place, brand in enumerate(BRANDS * 2):
                offset = 10 * minute + place
                told = record(offset, 60 * minute + 10 * place, f"a day at {brand}", language="en")
                sink.send(decode_mention(told.value or b""))
        sink.send_heartbeats(NOON + 60 * minutes.stop + 180)


def factors(kafka: KafkaSettings, minute: int) -> dict[str, float]:
    """Return, once they are told, by how much the budget of each brand was moved in a minute."""
    found: dict[str, float] = {}

    def enough(records: Sequence[Any]) -> bool:
        rows = [msgspec.json.decode(each.value, type=ObservationRow) for each in records]
        found.update({row.brand: row.moved.factor for row in rows if row.start == NOON + 60 * minute})
        return len(found) == len(BRANDS)

    read_until(kafka, OBSERVATIONS, enough)
    return {brand: round(found[brand], 2) for brand in BRANDS}


def heard(kafka: KafkaSettings, number: int) -> None:
    """Wait until so many things were said; what a killed worker had said already may be said again."""

    def enough(records: Sequence[Any]) -> bool:
        said = {msgspec.json.encode(each) for record in records for each in decode_flush(record.value).feedback}
        return len(said) >= number

    read_until(kafka, FLUSHES, enough)


def ring(kafka: KafkaSettings) -> Incident:
    """Let the watch stage have said that northside rang, and return the incident."""
    producer = kafka_python.KafkaProducer(bootstrap_servers=list(kafka.brokers))
    value, partition = msgspec.json.encode(verdict()), watch_partition("northside", kafka.partitions)
    producer.send(kafka.topic(VERDICTS), value, b"northside", partition=partition)
    producer.close()
    (first, *_) = read_until(kafka, INCIDENTS, lambda found: len(found) > 0)
    return msgspec.json.decode(first.value, type=Incident)


def press(kafka: KafkaSettings, kind: str, incident: str) -> None:
    async def sent() -> None:
        producer = CommandsProducer(kafka)
        await producer.start()
        await producer.send(command(kind, incident=incident))
        await producer.stop()

    asyncio.run(sent())


def missed(configuration: Configuration, *, revoke: bool = False) -> None:
    run_missed(configuration, "southside", MISSED_AT, by="ada", revoke=revoke)


@pytest.mark.kafka
def test_feedback_moves_the_threshold_of_its_brand_and_outlives_a_killed_worker_until_it_is_taken_back(
    kafka, tmp_path: Path, capsys
):
    ensure_topics(kafka)
    path, configuration = configure(kafka, tmp_path)
    worker = ["-m", "tocsin", "worker", "-c", str(path)]
    with WorkerProcess(worker, tmp_path / "worker.log") as first:
        speak(kafka, range(5), begin=True)
        assert factors(kafka, 4) == {"northside": 1.0, "southside": 1.0}
        incident = ring(kafka)
        press(kafka, "false_alarm", incident.id)
        missed(configuration)
        heard(kafka, 2)
        speak(kafka, range(20, 25))
        assert factors(kafka, 24) == {"northside": 0.5, "southside": 2.0}
        first.kill()

    with WorkerProcess(worker, tmp_path / "worker.log"):
        speak(kafka, range(40, 45))
        assert factors(kafka, 44) == {"northside": 0.5, "southside": 2.0}
        press(kafka, "revoke_false_alarm", incident.id)
        missed(configuration, revoke=True)
        heard(kafka, 4)
        speak(kafka, range(60, 65))
        assert factors(kafka, 64) == {"northside": 1.0, "southside": 1.0}

    told, taken_back = capsys.readouterr().out.splitlines()
    assert told.startswith(
        f"southside: missed at {MISSED_AT}. As soon as a worker has read this, Southside fires sooner"
    )
    assert taken_back == f"southside: the crisis reported as missed at {MISSED_AT} no longer counts"
