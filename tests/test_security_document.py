"""The threat model names tests that exist, for each entrance."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "security.md"
ENTRANCES = (
    "The page",
    "Slack's buttons",
    "Mentions by webhook",
    "Kafka topics",
    "Files",
    "configuration",
    "Metrics",
    "go out",
    "Logs",
)


def written_tests() -> set[str]:
    return {
        node.name
        for file in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def entrances() -> dict[str, list[str]]:
    """Return the tests that are named, by the first cell of their row."""
    rows = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    return {row.split("|")[1].strip(): re.findall(r"`(test_\w+)`", row.split("|")[-2]) for row in rows}


def test_each_entrance_has_tests_and_every_test_that_is_named_exists():
    named = entrances()

    assert all(any(words in entrance for entrance in named) for words in ENTRANCES)
    assert [entrance for entrance, tests in named.items() if not tests] == []
    assert {test for tests in named.values() for test in tests} <= written_tests()
