"""The embedded broker starts, stops, and says why it does not."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from streams.kafka.administration.topics import ensure_topics
from streams.kafka.broker.embedded import BrokerError, EmbeddedBroker, free_port
from streams.kafka.settings import KafkaSettings
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[4]


def test_the_embedded_broker_listens_until_it_is_stopped():
    broker = EmbeddedBroker().start()

    socket.create_connection(("127.0.0.1", broker.port), timeout=5).close()
    broker.stop()

    assert broker.pid is None
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", broker.port), timeout=5)


def test_a_taken_port_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(BrokerError, match=f"port {port} on 127.0.0.1 is taken"):
            EmbeddedBroker(port).start()


def test_a_port_that_is_free_is_none_that_connections_are_given():
    first, last = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())

    assert not [port for port in (free_port() for _ in range(50)) if first <= port <= last]


def test_a_broker_that_does_not_come_up_shows_its_log(monkeypatch, tmp_path):
    broken = tmp_path / "tansu"
    broken.write_text("#!/bin/sh\necho cannot go on; exit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("CALF_TANSU_BIN", str(broken))

    with pytest.raises(BrokerError, match="cannot go on"):
        EmbeddedBroker().start()


def test_a_machine_without_a_binary_is_told_what_to_do(monkeypatch):
    monkeypatch.setenv("CALF_TANSU_BIN", "/nowhere/tansu")

    with pytest.raises(BrokerError, match=r"name it in kafka\.brokers"):
        EmbeddedBroker().start()


def _run_broker(port: int) -> "subprocess.Popen[str]":
    code = f"from streams.kafka.broker.embedded import run_broker; run_broker({port})"
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_until_it_is_asked_to_stop(number):
    port = free_port()
    command = _run_broker(port)
    assert command.stdout is not None
    assert f"127.0.0.1:{port}" in command.stdout.readline()

    command.send_signal(number)

    assert command.wait(PATIENCE_S) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


@pytest.fixture
def command():
    port = free_port()
    process = _run_broker(port)
    assert process.stdout is not None
    process.stdout.readline()
    yield f"127.0.0.1:{port}"
    process.terminate()
    process.wait(PATIENCE_S)


def kcat(*arguments: str, given: str = "") -> str:
    done = subprocess.run(
        ["kcat", *arguments], input=given, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.kcat
def test_kcat_lists_produces_and_consumes(command):
    ensure_topics(KafkaSettings(brokers=(command,), partitions=2))

    kcat("-b", command, "-P", "-t", "mentions", "-p", "1", "-k", "m1", "-H", "reason=schema", given="one mention\n")

    assert 'topic "mentions" with 2 partitions' in kcat("-b", command, "-L")
    assert (
        kcat("-b", command, "-C", "-t", "mentions", "-e", "-q", "-f", "%p %k %h %s") == "1 m1 reason=schema one mention"
    )


def test_what_is_no_kafka_is_shut_out_at_once_and_the_next_one_is_served(command):
    host, _, port = command.partition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as stranger:
        stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert stranger.recv(100) == b""

    assert ensure_topics(KafkaSettings(brokers=(command,), partitions=2))["mentions"] == 2


def test_a_broker_that_dies_is_noticed():
    broker = EmbeddedBroker().start()
    assert broker.pid is not None

    os.kill(broker.pid, signal.SIGKILL)

    assert broker.wait(PATIENCE_S)
    assert broker.pid is None
    broker.stop()
