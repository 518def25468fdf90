"""The embedded broker starts, stops, and says why it does not."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from streams.broker import BrokerError, EmbeddedBroker, free_port

ROOT = Path(__file__).parents[2]


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
    code = f"from streams.broker import run_broker; run_broker({port})"
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_serves_until_it_is_asked_to_stop(number):
    port = free_port()
    command = _run_broker(port)
    assert command.stdout is not None
    assert f"127.0.0.1:{port}" in command.stdout.readline()

    command.send_signal(number)

    assert command.wait(10) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_a_broker_that_dies_is_noticed():
    broker = EmbeddedBroker().start()
    assert broker.pid is not None

    os.kill(broker.pid, signal.SIGKILL)

    assert broker.wait(5)
    assert broker.pid is None
    broker.stop()
