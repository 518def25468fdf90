"""Tests that need a program of the system are left out where it is missing, and the last lines say so."""

import os
import shutil

import pytest

TOOLS = {"browser": "chromium", "prometheus": "promtool", "compose": "docker-compose", "kcat": "kcat"}
"""Program by marker."""


def missing_tools() -> dict[str, str]:
    """Return the programs that are not installed, by marker."""
    return {marker: tool for marker, tool in TOOLS.items() if shutil.which(tool) is None}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run, unless everything must."""
    missing = missing_tools()
    left_out = [item for item in items if any(item.get_closest_marker(marker) for marker in missing)]
    if not left_out:
        return
    if os.environ.get("TOCSIN_REQUIRE_TOOLS") == "1":
        raise pytest.UsageError(f"required (TOCSIN_REQUIRE_TOOLS=1) and not installed: {', '.join(missing.values())}")
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was left out."""
    for marker, tool in missing_tools().items():
        terminalreporter.write_line(f"NOT tried: tests marked `{marker}`, because {tool} is not installed")
