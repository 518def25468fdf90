"""Compiled functions of the decision take few arguments: what belongs together is a named tuple."""

import ast
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "detectors" / "decision"
MOST = 6


def compiled(path: Path) -> list[ast.FunctionDef]:
    functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
    return [f for f in functions if any(ast.unparse(each).startswith("compiled") for each in f.decorator_list)]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_no_compiled_function_takes_more_than_six_arguments(path):
    assert [f.name for f in compiled(path) if len([*f.args.args, *f.args.kwonlyargs]) > MOST] == []


def test_there_are_some():
    assert sum(len(compiled(path)) for path in FOLDER.glob("*.py")) > 20
