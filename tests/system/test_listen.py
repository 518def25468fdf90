"""``tocsin listen``, ``tocsin sources`` and ``tocsin check``, as processes and with a scripted upstream."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
import yaml

from streams.connectors.heartbeat import SOURCE as OURSELVES
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.broker.embedded import EmbeddedBroker
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import CHECKPOINTS, FLUSHES, MENTIONS
from streams.mention import Mention, decode_mention
from streams.sources.checkpoint import decode_checkpoint
from streams.wire.flush import decode_flush
from tests.kafka.forked import ROOT, run_module
from tests.kafka.reading import read_topic, read_until
from tests.kafka.worker import WorkerProcess, until_it_says
from tests.patience import PATIENCE_S
from tests.streams.sources.scripted.writing import faulty, said

COMMAND = "tests.streams.sources.scripted"
UNREACHABLE = KafkaSettings(brokers=("127.0.0.1:1",))


class Setup:
    """A configuration with one scripted source for each script."""

    def __init__(self, folder: Path, kafka: KafkaSettings, scripts: dict[str, list[dict[str, Any]]]) -> None:
        self.folder = folder
        self.path = folder / "tocsin.yml"
        self.lines = {name: len(lines) for name, lines in scripts.items()}
        self._started: list[WorkerProcess] = []
        sources = []
        for name, lines in scripts.items():
            script = folder / f"{name}.jsonl"
            script.write_text("".join(json.dumps(line) + "\n" for line in lines))
            sources.append({"id": name, "scripted": {"script": str(script), "pause_s": 0.05}})
        brands = [{"id": name, "name": name.title(), "query": name} for name in ("northside", "southside")]
        settings = {"kafka": msgspec.to_builtins(kafka), "brands": brands, "sources": sources}
        self.path.write_text(yaml.safe_dump(settings | {"metrics": {"listen_port": 0}}))

    def write_more(self, name: str, lines: list[dict[str, Any]]) -> None:
        """Let a script go on."""
        with (self.folder / f"{name}.jsonl").open("a") as script:
            script.write("".join(json.dumps(line) + "\n" for line in lines))

    def start(self, *arguments: str) -> WorkerProcess:
        log = self.folder / f"{len(self._started)}.log"
        process = WorkerProcess(["-m", COMMAND, *arguments, "--config", str(self.path)], log)
        self._started.append(process)
        return process

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return run_module(COMMAND, *arguments, "--config", str(self.path), timeout_s=PATIENCE_S)

    def end(self) -> None:
        for process in self._started:
            if process.is_running:
                process.kill()


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Any]:
    made: list[Setup] = []

    def make(kafka: KafkaSettings, **scripts: list[dict[str, Any]]) -> Setup:
        made.append(Setup(tmp_path, kafka, scripts))
        return made[-1]

    yield make
    for each in made:
        each.end()


def mentions(records: list[Any]) -> list[Mention]:
    found = [decode_mention(record.value) for record in records]
    return [mention for mention in found if mention.source != OURSELVES]


def positions(records: list[Any]) -> dict[str, list[int]]:
    """Return, of each source, the lines that its checkpoints name, in their order on Kafka."""
    found: dict[str, list[int]] = {}
    for record in records:
        checkpoint = decode_checkpoint(record.key.decode(), record.value)
        if checkpoint.position is not None:
            found.setdefault(record.key.decode(), []).append(checkpoint.position["line"])
    return found


def count_of(records: list[Any]) -> int:
    return sum(map(len, positions(records).values()))


def is_enough(count: int, or_so: Callable[[list[Any]], bool], records: list[Any]) -> bool:
    return count_of(records) >= count or or_so(records)


def test_killed_again_and_again_it_puts_exactly_the_scripts_posts_on_kafka(kafka, kafka_kind, setup):
    """On Apache Kafka two processes share the sources; the embedded broker is for one."""
    ours = setup(kafka, one=faulty(150, seed=1, name="one-"), two=faulty(150, seed=2, name="two-"))
    random = Random(7)
    count = 2 if kafka_kind == "apache" else 1
    processes = [ours.start("listen") for _ in range(count)]
    ensure_topics(kafka)

    def is_at_the_end(records: list[Any]) -> bool:
        return all(positions(records).get(name, [0])[-1] == lines for name, lines in ours.lines.items())

    for number in range(6):
        # By what has been written, not by the clock: so that each kill comes while it works.
        seen = count_of(read_topic(kafka, CHECKPOINTS, committed=True))
        enough = seen + random.randrange(1, 4)
        read_until(kafka, CHECKPOINTS, partial(is_enough, enough, is_at_the_end))
        victim = number % count
        time.sleep(random.random() * 0.3)  # anywhere between two checkpoints
        processes[victim].kill()
        processes[victim] = ours.start("listen")
    told = read_until(kafka, CHECKPOINTS, is_at_the_end)
    for process in processes:
        assert process.terminate() == 0

    lies = mentions(read_topic(kafka, MENTIONS, committed=True))
    wanted_ids = {f"{name}-{number}" for name in ("one", "two") for number in range(150)}
    assert {mention.id for mention in lies if not mention.deleted} == wanted_ids
    scripts = [json.loads(line) for name in ("one", "two") for line in (ours.folder / f"{name}.jsonl").open()]
    gone = {line["delete"] for line in scripts if "delete" in line and "never" not in line["delete"]}
    assert {mention.id for mention in lies if mention.deleted} == gone
    for lines in positions(told).values():
        assert lines == sorted(lines), "no checkpoint goes backwards"


def test_it_stops_when_asked_to_and_settles(kafka, setup):
    ours = setup(kafka, one=[said(f"p{n}") for n in range(5)])
    process = ours.start("listen")
    until_it_says(process, "source begins")
    read_until(kafka, MENTIONS, lambda records: len({m.id for m in mentions(records)}) == 5)

    assert process.terminate() == 0

    assert "Traceback" not in process.output()
    assert positions(read_topic(kafka, CHECKPOINTS, committed=True))["one"][-1] == 5


@pytest.mark.kafka
def test_one_that_was_paused_and_wakes_up_is_refused_what_another_has_taken_over(kafka, setup):
    ensure_topics(kafka)
    ours = setup(kafka, one=[said(f"p{n}") for n in range(100)])
    paused = ours.start("listen")
    read_until(kafka, CHECKPOINTS, lambda records: count_of(records) > 1)
    paused.pause()
    other = ours.start("listen")
    until_it_says(other, "source begins")
    # However far they have come by now, there is something left for each of them.
    ours.write_more("one", [said(f"p{n}") for n in range(100, 200)])
    read_until(kafka, CHECKPOINTS, lambda records: positions(records).get("one", [0])[-1] > 100)

    paused.wake()
    ours.write_more("one", [said(f"p{n}") for n in range(200, 400)])
    told = read_until(kafka, CHECKPOINTS, lambda records: positions(records).get("one", [0])[-1] == 400)

    assert positions(told)["one"] == sorted(positions(told)["one"])
    assert {m.id for m in mentions(read_topic(kafka, MENTIONS, committed=True))} == {f"p{n}" for n in range(400)}
    assert [paused.terminate(), other.terminate()] == [0, 0]


@pytest.mark.parametrize("how", ["while it waits", "while it works"])
def test_it_ends_when_asked_to_whatever_kafka_does(setup, how):
    with EmbeddedBroker() as broker, socket.create_server(("127.0.0.1", 0)) as silent:
        address = broker.address if how == "while it works" else f"127.0.0.1:{silent.getsockname()[1]}"
        ours = setup(KafkaSettings(brokers=(address,), session_timeout_s=6.0), one=[said("a"), said("b")])
        process = ours.start("listen")
        until_it_says(process, "source begins" if how == "while it works" else "/metrics")
        assert broker.pid is not None
        os.kill(broker.pid, signal.SIGSTOP)
        try:
            status = process.terminate()
        finally:
            os.kill(broker.pid, signal.SIGCONT)

    assert status == 0
    assert "Traceback" not in process.output()


def test_sources_says_how_each_is_and_that_nobody_listens(kafka, setup):
    ours = setup(
        kafka, one=[said("a"), said("b", "of the weather"), {"hole": 60}], bad=[{"error": "the key is refused"}]
    )
    nothing = ours.run("sources")
    assert nothing.returncode == 0
    assert "no process is listening" in nothing.stdout
    ensure_topics(kafka)
    process = ours.start("listen")
    read_until(
        kafka, CHECKPOINTS,
        lambda records: positions(records).get("one", [0])[-1] == 3 and any(b"refused" in r.value for r in records),
    )  # fmt: skip

    rows = {row["id"]: row for row in map(json.loads, ours.run("sources", "--json").stdout.splitlines())}
    table = ours.run("sources").stdout
    process.kill()

    assert (rows["one"]["state"], rows["one"]["matched"], rows["one"]["dropped"]) == ("live", 1, 1)
    assert rows["one"]["holes"] == 1
    assert (rows["bad"]["state"], rows["bad"]["says"]) == ("failed", "the key is refused")
    assert "bad: the key is refused" in table


def test_every_partition_of_the_watch_hears_what_was_read_and_what_was_not_heard(kafka, setup):
    ours = setup(kafka, one=[said("a"), said("b", "of the weather"), {"hole": 600}])
    ensure_topics(kafka)
    process = ours.start("listen")

    def is_pushed(records: list[Any]) -> bool:
        told = [(record.partition, decode_flush(record.value)) for record in records]
        holes = {partition for partition, flush in told for hole in flush.not_heard if hole.why == "look_back"}
        read = {partition for partition, flush in told for one in flush.read if sum(one.read["scripted"].values()) == 2}
        return len(holes) == len(read) == int(kafka.partitions)

    told = read_until(kafka, FLUSHES, is_pushed)
    process.kill()

    [hole] = {hole for record in told for hole in decode_flush(record.value).not_heard}
    assert (hole.source, hole.kind) == ("one", "scripted")
    assert 600 <= (hole.until or 0) - hole.since <= 602


def test_show_prints_what_it_would_send_and_needs_no_kafka(setup):
    ours = setup(
        UNREACHABLE, one=[said("a"), said("b", "of the weather"), said("c", "southside"), {"unavailable": 0.1}]
    )
    process = subprocess.Popen(
        [sys.executable, "-m", COMMAND, "listen", "one", "--show", "--brand", "southside", "--config", str(ours.path)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    first = json.loads(process.stdout.readline())
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_S)

    assert (first["id"], out) == ("c", "")
    assert "listening to one for southside" in err
    assert "posts received" in err
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["listen", "two", "--show"], 1, "there is no source named two; known here: one"),
        (
            ["listen", "one", "--show", "--brand", "nothside"],
            1,
            "there is no brand named nothside; did you mean northside",
        ),
        (["listen", "--only", "two"], 1, "there is no source named two"),
        (["listen", "--show"], 2, "name the one source to show"),
        (["listen", "one"], 2, "goes with --show"),
        (["sources"], 1, "no Kafka broker answers"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(setup, arguments, status, says):
    done = setup(UNREACHABLE, one=[said("a")]).run(*arguments)

    assert done.returncode == status
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_without_a_source_it_says_what_to_do(setup):
    done = setup(UNREACHABLE).run("listen")

    assert done.returncode == 1
    assert "no source is configured; add one under `sources:`" in done.stderr


def test_on_sighup_a_changed_brand_is_taken_up_and_a_broken_file_changes_nothing(kafka, setup):
    ensure_topics(kafka)
    ours = setup(kafka, one=[said("a")])
    process = ours.start("listen")
    read_until(kafka, MENTIONS, lambda records: {m.id for m in mentions(records)} == {"a"})
    whole = ours.path.read_text()

    ours.path.write_text("brands: [{id: A}]\nsources: []\n")
    process.hang_up()
    until_it_says(process, "nothing has changed")
    assert "brands[0].query" in process.output()
    ours.path.write_text(whole.replace("query: southside", "query: weather"))
    process.hang_up()
    until_it_says(process, "configuration read again")
    ours.write_more("one", [said("b", "of the weather"), said("c", "southside")])
    read_until(kafka, MENTIONS, lambda records: {m.id for m in mentions(records)} == {"a", "b"})

    assert process.terminate() == 0
