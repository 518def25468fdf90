"""Which interpreter is taken for another Python."""

from pathlib import Path

import pytest

from tests.other_pythons import interpreter


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home and a PATH without any Python."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def install(path: Path, prints: str) -> Path:
    """Write a program that prints one line, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {prints}\n")
    path.chmod(0o755)
    return path


def test_none_where_none_is_installed(home: Path) -> None:
    assert interpreter("3.12") is None


def test_the_one_on_the_path(home: Path) -> None:
    installed = install(home / "bin" / "python3.12", "3.12")
    assert interpreter("3.12") == installed


def test_not_a_shim_that_starts_nothing(home: Path) -> None:
    install(home / "bin" / "python3.12", "'pyenv: python3.12: command not found'")
    assert interpreter("3.12") is None


def test_the_newest_of_pyenvs(home: Path) -> None:
    for version in ("3.12.9", "3.12.10", "3.13.0", "3.1.2"):
        install(home / ".pyenv" / "versions" / version / "bin" / "python", version)
    assert interpreter("3.12") == home / ".pyenv" / "versions" / "3.12.10" / "bin" / "python"
