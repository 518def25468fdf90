"""What listening costs at the clock's speed: the figures, and the measuring itself on a real Kafka."""

import math

import kafka as kafka_python
import pytest
from typer.testing import CliRunner

from alerts.simulation.benchmark import command as benchmark_command
from alerts.simulation.benchmark.clock_speed import figures, measure_clock_speed, topic_sizes
from alerts.simulation.benchmark.figures import Bench, LeftOut
from streams.errors import KafkaUnavailableError
from streams.kafka.administration.topics import ensure_topics
from streams.kafka.broker.embedded import free_port
from tocsin import app

BEFORE = {"process_cpu_seconds_total": 10.0, "tocsin_mentions_total": 100.0}
AFTER = {
    "process_cpu_seconds_total": 25.0,
    "process_resident_memory_bytes": 300e6,
    "tocsin_mentions_total": 40_100.0,
}


def test_cpu_time_is_by_the_seconds_and_bytes_are_by_those_of_the_mentions():
    grown = {"mentions": 1000, "flushes": 1500, "watch-states-changelog": 200, "observations": 50, "commands": 0}

    found = figures(75.0, 7.0, BEFORE, AFTER, grown)

    assert (found.cores, found.mentions, found.memory_mb) == (0.2, 40_000, 300.0)
    assert found.ratio == 1.7
    assert found.written == {"flushes": 1500, "watch-states-changelog": 200, "observations": 50}
    assert len(list(found.shown())) == 1


def test_where_no_mention_came_there_is_no_ratio():
    assert math.isnan(figures(75.0, 7.0, BEFORE, AFTER, {"flushes": 10}).ratio)


def test_where_no_kafka_answers_that_is_said_at_once():
    nowhere = f"127.0.0.1:{free_port()}"

    with pytest.raises(KafkaUnavailableError, match=nowhere):
        measure_clock_speed(Bench(brokers=(nowhere,), log=lambda _: None))


def test_the_command_passes_on_brokers_and_seconds(monkeypatch):
    asked: list[Bench] = []

    def measure(bench: Bench) -> LeftOut:
        asked.append(bench)
        return LeftOut("only asked for")

    monkeypatch.setattr(benchmark_command, "SECTIONS", {"throughput": measure})

    ran = CliRunner().invoke(app, ["benchmark", "throughput", "--brokers", "a:1, b:2", "--seconds", "60", "--json"])

    assert ran.exit_code == 0
    assert [(bench.brokers, bench.seconds) for bench in asked] == [(("a:1", "b:2"), 60.0)]


@pytest.mark.kafka
def test_a_worker_is_measured_beside_a_real_kafka_and_leaves_no_topic_behind(kafka):
    ensure_topics(kafka)

    found = measure_clock_speed(Bench(brokers=kafka.brokers, seconds=5.0, log=lambda _: None), warm_up_s=0.0)

    assert found.mentions > 0
    assert found.cores > 0
    assert found.mentions_bytes > 0
    assert found.written["flushes"] > 0
    assert topic_sizes(kafka).keys() >= {"mentions", "flushes"}
    admin = kafka_python.KafkaAdminClient(bootstrap_servers=list(kafka.brokers))
    try:
        assert not [name for name in admin.list_topics() if "tocsin-bench" in name]
    finally:
        admin.close()
