"""``tocsin web`` under a suite that pushes, killed while it takes."""

import asyncio
import json
import time
from pathlib import Path
from random import Random

import aiohttp
import msgspec
import yaml

from alerts.simulation.services.meltwater import SimulatedMeltwater
from streams.connectors.heartbeat import SOURCE as OURSELVES
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.broker.embedded import free_port
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import CHECKPOINTS, MENTIONS, TOPICS
from streams.mention import decode_mention
from streams.sources.checkpoint import decode_checkpoint
from tests.kafka.forked import run_module
from tests.kafka.reading import read_topic, read_until
from tests.kafka.worker import WorkerProcess, until_it_says
from tests.patience import PATIENCE_S

SECRET = "0123456789abcdef0123456789abcdef"
KILLS = 3


def configure(folder: Path, kafka: KafkaSettings) -> tuple[Path, str]:
    port = free_port()
    (folder / "secret").write_text(SECRET)
    settings = {
        "kafka": msgspec.to_builtins(kafka),
        "public_url": f"http://127.0.0.1:{port}",
        "web": {"port": port},
        "metrics": {"web_port": 0},
        "brands": [{"id": "northside", "name": "Northside", "query": "northside"}],
        "sources": [{"id": "suite", "meltwater": {"secret_file": "secret"}}],
    }
    path = folder / "tocsin.yml"
    path.write_text(yaml.safe_dump(settings))
    return path, f"http://127.0.0.1:{port}/sources/suite/{SECRET}"


def start(path: Path, folder: Path, number: int) -> WorkerProcess:
    process = WorkerProcess(["-m", "tocsin", "web", "--config", str(path)], folder / f"{number}.log")
    until_it_says(process, '"tocsin web"')
    return process


async def test_killed_while_a_suite_pushes_it_has_put_on_kafka_whatever_it_had_answered(kafka, tmp_path):
    ensure_topics(kafka, TOPICS)
    path, address = configure(tmp_path, kafka)
    suite, chance, at = SimulatedMeltwater(address), Random(7), time.time() - 60
    pending = [[suite.news(at, f"Northside {n}") for n in range(chance.randrange(1, 9))] for _ in range(60)]
    expected = {document["url"] for batch in pending for document in batch}
    process, number = start(path, tmp_path, 0), 0
    kills = sorted(chance.sample(range(5, 55), KILLS))
    while pending:
        pushing = asyncio.create_task(suite.push(pending[0]))
        if number < KILLS and len(pending) <= 60 - kills[number]:
            for _ in range(chance.randrange(40)):
                await asyncio.sleep(0)  # so that it is killed before, while and after it takes
            number += 1
            process.kill()
            process = start(path, tmp_path, number)
        try:
            # Meltwater would not send again: what was not answered is sent by hand here, to know what an answer means.
            if await pushing == 200:
                pending.pop(0)
        except (aiohttp.ClientError, TimeoutError):
            continue

    found = read_until(kafka, MENTIONS, lambda records: ids_of(records) >= expected)
    assert ids_of(found) == expected
    row = json.loads(await asyncio.to_thread(sources_of, path))
    assert (row["id"], row["kind"], row["state"]) == ("suite", "meltwater", "live")
    assert process.terminate() == 0
    # At its end it has told of all that it took.
    last = read_topic(kafka, CHECKPOINTS, committed=True)[-1]
    counts = decode_checkpoint("suite", last.value).counts
    assert 0 < counts.emitted <= len(suite.delivered)
    assert not any(SECRET in log.read_text() for log in tmp_path.glob("*.log"))


async def test_a_changed_brand_is_taken_up_without_a_restart_and_a_broken_file_changes_nothing(kafka, tmp_path):
    ensure_topics(kafka, TOPICS)
    path, address = configure(tmp_path, kafka)
    process, suite = start(path, tmp_path, 0), SimulatedMeltwater(address)
    assert json.loads(await pushed(suite, "Southside"))["taken"] == 0

    written = path.read_text()
    path.write_text("brands: [{id: southside}]")
    process.hang_up()
    until_it_says(process, "nothing has changed")
    assert json.loads(await pushed(suite, "Northside"))["taken"] == 1

    path.write_text(written.replace("query: northside", "query: northside OR southside"))
    process.hang_up()
    until_it_says(process, "configuration read again")
    assert json.loads(await pushed(suite, "Southside"))["taken"] == 1
    assert process.terminate() == 0


async def pushed(suite: SimulatedMeltwater, text: str) -> str:
    assert await suite.push([suite.news(time.time() - 5, text)]) == 200
    return suite.answers[-1][1]


def sources_of(path: Path) -> str:
    done = run_module("tocsin", "sources", "--json", "--config", str(path), timeout_s=PATIENCE_S)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ids_of(records: list[object]) -> set[str]:
    found = [decode_mention(record.value) for record in records]  # type: ignore[attr-defined]
    return {mention.id for mention in found if mention.source != OURSELVES}
