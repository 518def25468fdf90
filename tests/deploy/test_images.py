"""Dockerfile and compose file, as far as they can be checked without a Docker engine."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

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

    assert all(services[name]["cap_drop"] == ["ALL"] and services[name]["read_only"] for name in ("worker", "web"))
    assert all(port.startswith("127.0.0.1:") for service in services.values() for port in service.get("ports", []))
