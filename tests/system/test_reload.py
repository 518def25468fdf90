"""``tocsin reload`` and SIGHUP: processes that run take up another ``tocsin.yml`` within seconds, or nothing of it."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from streams.connectors.sink import MentionSink
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.settings import KafkaSettings
from streams.kafka.topics import OBSERVATIONS, PROCESSES
from streams.mention import Mention
from tests.kafka.forked import run_module
from tests.kafka.reading import read_until
from tests.kafka.worker import WorkerProcess, until_it_says
from tests.patience import PATIENCE_S

NORTHSIDE = {"id": "northside", "name": "Northside", "query": "northside"}
SOUTHSIDE = {"id": "southside", "name": "Southside", "query": "southside"}
WORKER = "worker (ingest, watch, incidents)"


class Setup:
    """A configuration, and the processes that go by it."""

    def __init__(self, kafka: KafkaSettings, folder: Path) -> None:
        self.kafka = kafka
        self.path = folder / "tocsin.yml"
        self.stated: dict[str, Any] = {
            "kafka": msgspec.to_builtins(kafka),
            "links": {"keys": ["a key for the tests alone"]},
            "metrics": {"port": 0, "web_port": 0},
            "web": {"port": 0},
            "ingest": {"bin_s": 10, "lateness_s": 1},
            "brands": [NORTHSIDE],
        }
        self._folder = folder
        self._started: list[WorkerProcess] = []
        self.write()

    def write(self, **sections: Any) -> None:
        self.path.write_text(yaml.safe_dump(self.stated | sections))

    def start(self, role: str) -> WorkerProcess:
        log = self._folder / f"{role}.log"
        self._started.append(WorkerProcess(["-m", "tocsin", role, "--config", str(self.path)], log))
        return self._started[-1]

    def reload(self, status: int = 0) -> str:
        arguments = ["reload", "--config", str(self.path), "--wait", f"{PATIENCE_S:.0f}s"]
        done = run_module("tocsin", *arguments, timeout_s=2 * PATIENCE_S)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout if status == 0 else done.stdout + done.stderr

    def until_there(self, *roles: str) -> None:
        def are_there(records: list[Any]) -> bool:
            return all(any(f'"role":"{role}'.encode() in (record.value or b"") for record in records) for role in roles)

        read_until(self.kafka, PROCESSES, are_there)

    def say(self, count: int, text: str, *, ahead_s: int = 0) -> None:
        """Send mentions of now, or of a time ahead; then let event time go on until their bins are closed."""
        published = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=ahead_s)
        with MentionSink(self.kafka, "test") as sink:
            for number in range(count):
                sink.send(Mention(id=f"{text}-{number}", published=published, content=text, language="en"))
            sink.send_heartbeats(int(published.timestamp()) + 30)

    def counted(self, brand: str, count: int) -> int:
        """Wait until a brand's closed bins hold so many mentions, in one or in several; return how many they hold."""
        found: list[int] = []

        def enough(records: list[Any]) -> bool:
            rows = [msgspec.json.decode(record.value) for record in records if record.key == brand.encode()]
            found[:] = [row["mentions"] for row in rows]
            return sum(found) >= count

        read_until(self.kafka, OBSERVATIONS, enough)
        return sum(found)

    def end(self) -> None:
        for process in self._started:
            if process.is_running:
                process.kill()


@pytest.fixture
def setup(kafka: KafkaSettings, tmp_path: Path) -> Iterator[Setup]:
    ensure_topics(kafka)
    ours = Setup(kafka, tmp_path)
    yield ours
    ours.end()


@pytest.mark.kafka
def test_a_worker_takes_up_a_new_brand_within_seconds_and_counts_it_and_a_broken_file_changes_nothing(setup):
    worker, web = setup.start("worker"), setup.start("web")
    setup.until_there("worker", "web")
    setup.say(1, "northside")

    setup.path.write_text(setup.path.read_text().replace("query: northside", "querry: northside"))
    refused = setup.reload(status=1)
    worker.hang_up()
    until_it_says(worker, "nothing has changed")
    setup.write(brands=[NORTHSIDE, SOUTHSIDE], ingest={"bin_s": 10, "lateness_s": 2})
    told = setup.reload(status=1)
    # Event time goes on with the clock: ahead of it these are not late, however long they take.
    setup.say(3, "southside", ahead_s=200)

    assert "brands[0].querry" in refused
    assert f"{setup.path}:" in refused
    assert f"{WORKER} on " in told
    assert "takes up brand southside is new" in told
    assert "restart it for ingest: that is only read at startup" in told
    assert "web on " in told
    assert setup.counted("southside", 3) == 3
    assert setup.counted("northside", 1) == 1
    assert (worker.terminate(), web.terminate()) == (0, 0)
    with pytest.raises(AssertionError, match="no process of Tocsin runs"):
        setup.reload()
