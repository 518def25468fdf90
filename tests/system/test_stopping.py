"""A process that is asked to stop ends, whatever Kafka does and however far its start has come."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from streams.kafka.broker.embedded import EmbeddedBroker
from streams.kafka.stopping import STOP_S
from tests.kafka.forked import ROOT
from tests.kafka.worker import WorkerProcess, until_it_says
from tests.patience import PATIENCE_S

GRACE_S = 15.0
"""What is promised, and half of what docker-compose.yml gives."""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str, str], WorkerProcess]]:
    started = []

    def start_(command: str, broker: str) -> WorkerProcess:
        path = tmp_path / "tocsin.yml"
        settings = {
            "kafka": {"brokers": [broker], "partitions": 2, "session_timeout_s": 6},
            "metrics": {"port": 0, "web_port": 0},
            "web": {"port": 0},
            "links": {"keys": ["a key for the tests alone"]},
            "brands": [{"id": "a", "name": "A", "query": "a"}],
        }
        path.write_text(yaml.safe_dump(settings))
        process = WorkerProcess(["-m", "tocsin", command, "--config", str(path)], tmp_path / f"{command}.log")
        started.append(process)
        return process

    yield start_
    for process in started:
        if process.is_running:
            process.kill()


@pytest.fixture
def silence() -> Iterator[str]:
    """Take connections as a broker, and answer nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.parametrize(("command", "word"), [("worker", "/metrics"), ("web", "public_url")])
def test_it_ends_while_it_waits_for_a_kafka_that_does_not_answer(start, silence, command, word):
    process = start(command, silence)
    until_it_says(process, word)
    process.ask_where_it_is()
    until_it_says(process, "in run_module")

    assert process.terminate() == 0
    assert "Traceback" not in process.output()


def test_a_worker_at_work_says_where_it_is_and_not_what_its_variables_hold(start):
    with EmbeddedBroker() as broker:
        process = start("worker", broker.address)
        until_it_says(process, "holds partitions")
        process.ask_where_it_is()
        until_it_says(process, "Stack for <Task")
        told = process.log.read_text()
        assert process.terminate() == 0

    assert "in run_module" in told
    assert "self = <" not in told


@pytest.mark.parametrize("sign", ["tocsin worker", "holds partitions"])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_worker_ends_whose_kafka_went_away_or_silent_while_it_started_or_worked(start, sign, how):
    with EmbeddedBroker() as broker:
        process = start("worker", broker.address)
        until_it_says(process, sign)
        assert broker.pid is not None
        os.kill(broker.pid, how)
        try:
            status = process.terminate()
        finally:
            if how is signal.SIGSTOP:
                os.kill(broker.pid, signal.SIGCONT)

    assert status == 0
    assert "Traceback" not in process.output()


def test_what_waits_for_ever_is_cut_off_in_the_end():
    code = "import threading; from streams.kafka.stopping import end_within; end_within(0.1); threading.Event().wait()"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=PATIENCE_S, check=False)

    assert done.returncode == 0
    assert b"stop took too long" in done.stdout + done.stderr
    assert STOP_S < GRACE_S
