"""The dashboard in the repository is the one that its code makes, and asks only for metrics that exist."""

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

import alerts.metrics  # noqa: F401
import streams.metrics  # noqa: F401

DEPLOY = Path(__file__).parents[2] / "deploy"
SUFFIXES = ("_total", "_bucket", "_sum", "_count")


@pytest.fixture(scope="module")
def code() -> Any:
    spec = importlib.util.spec_from_file_location("dashboard", DEPLOY / "grafana" / "dashboard.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def names(text: str) -> Iterator[str]:
    for name in re.findall(r"\btocsin_[a-z0-9_]+", text):
        yield next((name.removesuffix(s) for s in SUFFIXES if name.endswith(s)), name)


def test_the_dashboard_is_what_its_code_makes(code):
    assert (DEPLOY / "grafana" / "dashboards" / "tocsin.json").read_text() == code.rendered()


def test_dashboard_and_rules_ask_only_for_metrics_that_exist(code):
    known = {metric.name for metric in REGISTRY.collect()}
    rules = (DEPLOY / "prometheus" / "tocsin.rules.yml").read_text()
    asked = {
        name
        for panel in json.loads(code.rendered())["panels"]
        for target in panel.get("targets", [])
        for name in names(target["expr"])
    } | {name for line in rules.splitlines() if "expr:" in line for name in names(line)}

    assert asked
    assert asked <= known


def test_every_metric_is_in_the_operators_manual():
    manual = (DEPLOY.parent / "docs" / "operating.md").read_text()
    ours = {metric.name for metric in REGISTRY.collect() if metric.name.startswith("tocsin_")}

    assert {name for name in ours if f"`{name}" not in manual} == set()
