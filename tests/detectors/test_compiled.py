"""What Numba has kept is used again, and not where any source has changed since."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import detectors
from detectors import compiled as rule
from tests.patience import PATIENCE_S

SOURCES = Path(detectors.__file__).parent

POINT = """
from typing import NamedTuple
from detectors.compiled import compiled

class Point(NamedTuple):
    x: float
    y: float

@compiled
def mirrored(point: Point) -> Point:
    return Point(point.y, point.x)

@compiled(inline="always")
def step() -> float:
    return 1.0
"""
WALK = """
import numpy as np
from detectors.compiled import compiled
from detectors.point import Point, mirrored, step

@compiled
def walked(x: float) -> Point:
    return mirrored(Point(x + step(), 0.0))

@compiled
def divided(x: float) -> float:
    return x / np.float64(0.0)
"""


class Program:
    """A program of two files under the product's rule, each run a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.package = folder / "detectors"
        self.package.mkdir()
        (self.package / "__init__.py").touch()
        shutil.copy(str(rule.__file__), self.package / "compiled.py")
        (self.package / "point.py").write_text(POINT)
        (self.package / "walk.py").write_text(WALK)

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace text of a file; neither its age nor its length changes."""
        path = self.package / name
        before = path.stat()
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def run(self, expression: str = "tuple(walk.walked(1.0))") -> str:
        """Return what an expression of ``walk`` is in a new process."""
        command = [sys.executable, "-c", f"from detectors import walk; print({expression})"]
        # Python, too, keeps what it compiled, and looks at a file's age and length alone.
        environment = os.environ | {
            "PYTHONPATH": str(self._folder),
            "NUMBA_CACHE_DIR": str(self._folder / "kept"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            command, cwd=self._folder, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


HITS = "(tuple(walk.walked(1.0)), sum(walk.walked.stats.cache_hits.values()))"


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


def test_what_was_compiled_is_used_again(program):
    assert program.run(HITS) == "((0.0, 2.0), 0)"
    assert program.run(HITS) == "((0.0, 2.0), 1)"


@pytest.mark.parametrize(
    ("old", "new", "walked"),
    [("point.y, point.x", "point.x, point.y", "(2.0, 0.0)"), ("return 1.0", "return 3.0", "(0.0, 4.0)")],
    ids=["called", "inlined"],
)
def test_an_edit_in_one_file_reaches_what_others_have_compiled(program, old, new, walked):
    program.run()

    program.edit("point.py", old, new)

    assert program.run() == walked


def test_what_was_kept_of_a_class_that_is_gone_is_not_read(program):
    program.run()

    for name in ("point.py", "walk.py"):
        program.edit(name, "Point", "Place")

    assert program.run() == "(0.0, 2.0)"


def test_nothing_is_raised_where_something_is_divided_by_zero(program):
    assert program.run("walk.divided(1.0)") == "inf"


def test_every_compiled_function_keeps_the_one_rule():
    others = [path.name for path in SOURCES.rglob("*.py") if "njit" in path.read_text() and path.name != "compiled.py"]

    assert not others
