"""What the product asks to have installed is what it imports."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OURS = {"detectors", "streams", "alerts", "tocsin"}
EXTRAS = {"detectors/negativity/train": "train", "detectors/bench": "bench"}
"""Folders that may import what an extra of theirs has."""
LOADED_BY_OTHERS = {
    "cramjam": "aiokafka, for records compressed by Snappy, LZ4 and Zstandard",
    "lz4": "kafka-python, for the same",
    "python-snappy": "kafka-python, for the same",
    "tzdata": "zoneinfo, where the system has no time zones",
}
# The name of a package, where it is not installed here to be asked.
PACKAGES: dict[str, list[str]] = {"sklearn": ["scikit-learn"]} | dict(packages_distributions())


def names(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[^\w.-]", requirement)[0]) for requirement in requirements}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        else:
            continue
        for module in modules:
            top = module.split(".")[0]
            if top not in OURS and top not in sys.stdlib_module_names:
                yield normal(PACKAGES.get(top, [top])[0])


def sources(folder: Path) -> list[Path]:
    return [folder / "tocsin.py", *(path for name in OURS for path in (folder / name).rglob("*.py"))]


@cache
def imported_in(folder: Path) -> dict[str, set[str]]:
    """Return the packages that each folder of the product imports; the root's are under ``.``."""
    found: dict[str, set[str]] = {}
    for path in sources(folder):
        found.setdefault(str(path.relative_to(folder).parent), set()).update(imported(path.read_text()))
    return found


@pytest.mark.parametrize("folder", sorted({str(path.relative_to(ROOT).parent) for path in sources(ROOT)}))
def test_what_is_imported_is_asked_for(folder):
    packages = imported_in(ROOT)[folder]
    extra = PROJECT["optional-dependencies"][EXTRAS[folder]] if folder in EXTRAS else []

    assert packages - names(PROJECT["dependencies"]) - names(extra) == set()


def test_what_is_asked_for_is_imported():
    everything = set().union(*(found for folder, found in imported_in(ROOT).items() if folder not in EXTRAS))

    assert names(PROJECT["dependencies"]) - everything == set(LOADED_BY_OTHERS)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_holds_all_that_is_asked_for(lock):
    pinned = set(re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text(), re.MULTILINE))

    assert names(PROJECT["dependencies"]) <= pinned


def test_the_locks_agree():
    pins = [
        dict(re.findall(r"^([\w.-]+)==([^\s\\;]+)", (ROOT / name).read_text(), re.MULTILINE))
        for name in ("requirements.lock", "requirements-build.lock", "requirements-dev.lock")
    ]

    assert pins[0] | pins[1] | pins[2] == pins[2] | pins[1] | pins[0]
