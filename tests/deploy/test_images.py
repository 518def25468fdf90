"""Dockerfile and compose file, as far as they can be checked without a Docker engine."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_httpserver import HTTPServer

from alerts.configuration.sections import MetricsSection, WebSection
from alerts.web.server import SHUTDOWN_S
from streams.kafka.broker.embedded import free_port

ROOT = Path(__file__).parents[2]


def test_hadolint_finds_nothing_in_the_dockerfile():
    hadolint = Path(sys.executable).parent / "hadolint"

    done = subprocess.run([hadolint, ROOT / "deploy" / "Dockerfile"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.compose
def test_compose_understands_the_file():
    done = subprocess.run(["docker-compose", "config", "-q"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


def test_compose_mounts_only_what_the_repository_holds_or_the_reader_is_told_to_make():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    mounted = {
        volume.split(":")[0]
        for service in services.values()
        for volume in service.get("volumes", [])
        if volume[0] == "."
    }

    assert {path for path in mounted if not (ROOT / path).exists()} <= {"./tocsin.yml", "./secrets"}


def test_the_image_copies_only_what_the_repository_holds():
    copied = [
        word
        for line in (ROOT / "deploy" / "Dockerfile").read_text().splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    ]

    assert copied
    assert [path for path in copied if not (ROOT / path).exists()] == []


def test_every_service_of_ours_is_unprivileged_and_listens_to_the_host_alone():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]

    assert all(
        services[name]["cap_drop"] == ["ALL"] and services[name]["read_only"] for name in ("worker", "web", "listen")
    )
    assert all(port.startswith("127.0.0.1:") for service in services.values() for port in service.get("ports", []))


def services() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"])


def test_compose_asks_each_process_whether_it_is_ready_and_gives_it_time_to_stop():
    ports = {"worker": MetricsSection().port, "web": WebSection().port, "listen": MetricsSection().listen_port}
    for name, port in ports.items():
        service = services()[name]
        assert service["environment"]["HEALTH_URL"] == f"http://127.0.0.1:{port}/readyz"
        assert service["healthcheck"]["test"] == ["CMD", "python", "-m", "alerts.ask_health"]
        assert service["init"] is True
        # A worker without Kafka has 15 s; the web process lets requests under way end, and then Kafka's clients.
        assert int(service["stop_grace_period"].removesuffix("s")) >= 15 + SHUTDOWN_S


def test_nobody_starts_before_what_is_needed_is_well():
    for name, service in services().items():
        for needed, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}, name
            assert "healthcheck" in services()[needed]


def test_the_image_by_itself_asks_whether_the_process_lives():
    lines = (ROOT / "deploy" / "Dockerfile").read_text()

    assert f"HEALTH_URL=http://127.0.0.1:{MetricsSection().port}/healthz" in lines
    assert 'CMD ["python", "-m", "alerts.ask_health"]' in lines


def test_prometheus_scrapes_the_ports_that_the_processes_serve_metrics_on():
    configuration = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text())
    jobs = {job.pop("job_name"): job for job in configuration["scrape_configs"]}

    assert jobs == {
        "tocsin-worker": {"static_configs": [{"targets": [f"worker:{MetricsSection().port}"]}]},
        "tocsin-web": {"static_configs": [{"targets": [f"web:{MetricsSection().web_port}"]}]},
        # By name: without a source there is no such process, and none that is missed.
        "tocsin-listen": {"dns_sd_configs": [{"names": ["listen"], "type": "A", "port": MetricsSection().listen_port}]},
    }


def ask_health(url: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the images' health check."""
    return subprocess.run(
        [sys.executable, "-m", "alerts.ask_health"],
        cwd=ROOT,
        env=os.environ | {"HEALTH_URL": url, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_says_what_is_missing_and_takes_no_proxy(httpserver: HTTPServer, status, code):
    httpserver.expect_request("/readyz").respond_with_json({"missing": ["Kafka"]}, status=status)

    done = ask_health(httpserver.url_for("/readyz"), http_proxy="http://127.0.0.1:1")

    assert (done.returncode, done.stderr) == (code, "")
    assert "Kafka" in done.stdout


def test_the_health_check_of_a_process_that_is_not_there_says_so():
    done = ask_health(f"http://127.0.0.1:{free_port()}/healthz")

    assert done.returncode == 1
    assert "refused" in done.stdout
