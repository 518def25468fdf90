"""Prometheus takes the configuration, and the rules ring when they should."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from alerts.health.delivery_metrics import OUTCOMES
from alerts.health.initial_metrics import PING_OUTCOMES

FOLDER = Path(__file__).parents[2] / "deploy" / "prometheus"
MANUAL = Path(__file__).parents[2] / "docs" / "operating.md"


def promtool(*arguments: str) -> None:
    done = subprocess.run(["promtool", *arguments], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.prometheus
def test_the_configuration_and_its_rules_are_valid():
    promtool("check", "config", "prometheus.yml")


@pytest.mark.prometheus
def test_the_rules_ring_when_they_should_and_not_before():
    promtool("test", "rules", *sorted(file.name for file in FOLDER.glob("*.test.yml")))


def test_every_alert_has_its_section_in_the_operators_manual():
    [group] = yaml.safe_load((FOLDER / "tocsin.rules.yml").read_text())["groups"]
    alerts = {rule["alert"]: rule["annotations"]["runbook"] for rule in group["rules"] if "alert" in rule}
    sections = set(re.findall(r"^#+ (\w+)$", MANUAL.read_text(), re.MULTILINE))

    assert {name: f"docs/operating.md#{name.lower()}" for name in alerts} == alerts
    assert alerts.keys() <= sections


def test_the_rules_ask_for_outcomes_that_exist():
    rules = (FOLDER / "tocsin.rules.yml").read_text()
    asked = {outcome for found in re.findall(r'outcome=~?"([^"]+)"', rules) for outcome in found.split("|")}

    assert asked
    assert asked <= {*OUTCOMES, *PING_OUTCOMES}
