"""Names keep to the glossary."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
REFUSED = {
    "armed", "rung_again", "front", "fronts", "read_fronts", "HeardVoices", "heard_voices", "DeadMan", "Pulse", "Beat",
    "Nonce", "FormNonces", "nonces", "PressLimit", "Parts", "zero_counts", "Performance", "Scene", "Pace",
    "made_up_mentions",
}  # fmt: skip
"""Words that the glossary has another one for."""


def names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.keyword(arg=str(name)):
                yield name


def sources() -> Iterator[Path]:
    for package in ("alerts", "streams", "detectors"):
        yield from (ROOT / package).rglob("*.py")


def test_names_keep_to_the_glossary():
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources()
        for name in names(ast.parse(path.read_text()))
        if name in REFUSED
    ]
    assert not found


def test_files_keep_to_the_glossary():
    words = {word.lower() for word in REFUSED}
    assert not [path for path in sources() if path.stem in words]


def test_the_glossary_names_each_word_once():
    rows = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    words = [word.strip() for row in rows if row not in {"word", "---"} for word in row.split(",")]
    assert len(words) == len(set(words))
