"""The rooms keep what they promise, also for a file that nobody has thought of yet."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.rooms import PAGE, drawn

ROOT = Path(__file__).parents[1]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
PURE = next(contract for contract in CONTRACTS if contract["name"].startswith("The pure rooms"))["source_modules"]
PRODUCT = ("detectors", "streams", "alerts")


def lint_imports(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()",
         "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        cwd=folder, env={"PYTHONPATH": str(folder), "COLUMNS": "400"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for package in PRODUCT:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "*.npz", "train")
        )
    return tmp_path


def test_a_file_that_imports_asyncio_is_refused_in_every_pure_room(checkout):
    rooms = [room for room in PURE if (checkout / room.replace(".", "/")).is_dir()]
    assert len(rooms) > 5
    for room in rooms:
        (checkout / room.replace(".", "/") / "newcomer.py").write_text("import asyncio  # noqa: F401\n")
    status, told = lint_imports(checkout)
    assert status == 1
    for room in rooms:
        assert f"{room}.newcomer -> asyncio" in told


def test_a_room_that_nobody_has_placed_and_an_arrow_that_runs_upwards_are_refused(checkout):
    for package in PRODUCT:
        (checkout / package / "newroom").mkdir()
        (checkout / package / "newroom" / "__init__.py").touch()
    (checkout / "streams" / "kafka" / "upwards.py").write_text("import streams.watch.watch\n")
    (checkout / "alerts" / "web" / "upwards.py").write_text("import alerts.simulation.stories.story\n")
    (checkout / "alerts" / "cli" / "upwards.py").write_text("import detectors.bench.worlds\n")
    status, told = lint_imports(checkout)
    assert status == 1
    assert told.count("newroom") >= len(PRODUCT)
    for arrow in (
        "streams.kafka.upwards -> streams.watch.watch",
        "alerts.web.upwards -> alerts.simulation.stories.story",
        "alerts.cli.upwards -> detectors.bench.worlds",
    ):
        assert arrow in told


def test_commands_that_judge_nothing_wait_for_no_compiler():
    commands = ["check", "web", "link", "erase", "missed", "revoke", "ingest"]
    imports = "; ".join(f"import alerts.cli.{name}" for name in commands)
    told = f"import sys; {imports}; print(sorted({{'numba', 'scipy', 'river'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_picture_in_the_manual_is_of_now():
    assert drawn(PAGE.read_text()) == PAGE.read_text(), "draw it anew: make rooms"
