"""The dashboard in the repository is the one that its code makes, and asks only for metrics that exist."""

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

import alerts.health.metrics  # noqa: F401
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


def test_grafana_finds_the_dashboard_where_compose_mounts_it(code):
    [provider] = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/tocsin.yml").read_text())["providers"]
    services = yaml.safe_load((DEPLOY.parent / "docker-compose.yml").read_text())["services"]
    mounted = dict(volume.split(":")[1::-1] for volume in services["grafana"]["volumes"])

    assert mounted["/etc/grafana/provisioning"] == "./deploy/grafana/provisioning"
    folder = DEPLOY.parent / mounted[provider["options"]["path"]]
    assert [json.loads(file.read_text())["uid"] for file in folder.glob("*.json")] == [code.build().uid]


def test_the_datasource_that_the_dashboard_asks_is_provisioned(code):
    [source] = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yml").read_text())["datasources"]

    assert source["uid"] == code.SOURCE.uid


def test_every_metric_of_ours_is_on_a_panel(code):
    panels = json.loads(code.rendered())["panels"]
    shown = {name for panel in panels for target in panel.get("targets", []) for name in names(target["expr"])}

    assert {metric.name for metric in REGISTRY.collect() if metric.name.startswith("tocsin_")} == shown


def test_panels_divide_metrics_by_labels_that_they_have(code):
    registry: Any = REGISTRY
    labels = {
        each._name: set(each._labelnames) for each in registry._collector_to_names if hasattr(each, "_labelnames")
    }
    wrong = [
        (panel["title"], expression, label)
        for panel in json.loads(code.rendered())["panels"]
        for expression in (target["expr"] for target in panel.get("targets", []))
        for label in re.findall(r"\w+", " ".join(re.findall(r"by \(([^)]+)\)", expression)))
        if label != "le" and not any(label in labels.get(name, ()) for name in names(expression))
    ]

    assert not wrong
