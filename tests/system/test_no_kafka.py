"""What the processes say at their start, and while there is no Kafka: once, in words, and nobody else says it too."""

import json
from collections import Counter
from pathlib import Path

import pytest
import yaml

from streams.kafka.broker.embedded import free_port
from tests.kafka.worker import WorkerProcess, until_it_says


@pytest.mark.parametrize("command", ["worker", "web"])
def test_that_there_is_no_kafka_is_said_once_and_nothing_else_is(tmp_path: Path, command: str):
    broker = f"127.0.0.1:{free_port()}"
    path = tmp_path / "tocsin.yml"
    settings = {"kafka": {"brokers": [broker]}, "metrics": {"port": 0, "web_port": 0}, "web": {"port": 0}}
    doubtful = {"public_url": "http://tocsin.example.org"}
    path.write_text(yaml.safe_dump(settings | doubtful | {"links": {"keys": ["a key for the tests alone"]}}))
    process = WorkerProcess(["-m", "tocsin", command, "--config", str(path)], tmp_path / "log")
    try:
        until_it_says(process, "waiting for Kafka")
        assert process.terminate() == 0
    finally:
        if process.is_running:
            process.kill()

    events = [json.loads(line) for line in process.output().splitlines()]
    others = Counter(event["event"] for event in events if event["level"] != "info")
    del others["stop took too long; exiting"]  # as a busy machine has it
    assert others == {"doubtful configuration": 1, "waiting for Kafka": 1}
    assert "write https://" in next(event["doubt"] for event in events if "doubt" in event)
    assert broker in next(event["error"] for event in events if event["event"] == "waiting for Kafka")
    assert all("Traceback" not in str(event) and "[^" not in event["event"] for event in events)
