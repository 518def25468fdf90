"""What the log says stands in the operator's manual, word for word."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOUD = {"warning", "error", "exception", "critical"}
PASSED_ON = {"_warn": 1, "_count_error": 1, "log": 0}
"""Functions that log what they are given, and which argument it is."""


def events(source: str) -> Iterator[str]:
    """Yield what a module logs as a warning or louder, as it is written there; what is put together as its code."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        logs = called in LOUD and re.search(r"\b_?log\b|get_logger", ast.unparse(node.func)) is not None
        place = 0 if logs else PASSED_ON.get(called)
        if place is None or len(node.args) <= place or ast.unparse(node.func) == "math.log":
            continue
        event = node.args[place]
        is_passed_on = isinstance(event, ast.Name) and event.id == "event"
        if not is_passed_on:
            yield str(event.value) if isinstance(event, ast.Constant) else ast.unparse(event)


@cache
def logged() -> set[str]:
    return {
        event
        for package in ("streams", "alerts")
        for path in (ROOT / package).rglob("*.py")
        if "simulation" not in path.parts
        for event in events(path.read_text())
    }


def in_the_manual() -> list[str]:
    section = (ROOT / "docs" / "operating.md").read_text().split("\n## What the log says\n")[1].split("\n## ")[0]
    rows = [line.split(" | ")[0] for line in section.splitlines() if line.startswith("| `")]
    return [event for row in rows for event in re.findall(r"`([^`]+)`", row)][1:]


@pytest.mark.parametrize(
    "code",
    ["_log.warning('no coffee')", "structlog.get_logger().error('no coffee')", "self._warn('x', 'no coffee')"],
)
def test_an_event_is_found_however_it_is_logged(code):
    assert list(events(code)) == ["no coffee"]


def test_every_warning_and_error_of_the_log_stands_in_the_manual_once_and_nothing_else_does():
    manual = in_the_manual()

    assert sorted(manual) == sorted(set(manual))
    assert set(manual) == logged()


def test_events_are_short_and_hold_no_values():
    assert not [event for event in logged() if len(event) > 60 or re.search(r"%s|[{}]|\.$", event)]
