"""Names keep to the glossary."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REFUSED = {
    "front", "fronts", "read_fronts", "HeardVoices", "heard_voices", "DeadMan", "Pulse", "Beat", "Nonce", "FormNonces",
    "nonces", "PressLimit", "Parts", "zero_counts", "Performance", "Scene", "Pace", "made_up_mentions", "Book",
    "taken_down", "hear", "_hear", "tell", "_tell", "say", "_say", "rang", "rung", "ring", "Ring", "late_onsets",
    "doubtful", "cautious", "delight", "loud", "told_anew", "Occasion", "Tracked",
}  # fmt: skip
"""Names that the glossary has another word for."""
REFUSED_WORDS = {"told", "beat", "pulse", "course", "telling", "armed", "rung", "voice", "voices"}
"""Words that no name may hold, as a part between underscores or capitals."""
REFUSED_IN = {
    "alerts": {"said", "_said"},
    "detectors": {"said", "_said"},
    "detectors/series": {"due", "_due", "seen", "_seen"},
    "streams": {"said", "_said", "Said", "Marks", "MarksReader"},
}
"""Names that one folder has another word for."""
ELSEWHERE = (
    "alerts/erasing", "alerts/simulation/demo", "alerts/simulation/stories", "detectors/decision",
    "detectors/negativity", "streams/sources", "streams/watch",
)  # fmt: skip
"""Folders of these that still have them."""
WIRE = {"NEVER_TOLD", "told_apart"}
"""Names of a word on a wire, or in a command's output."""
ROOMS = ("alerts", "streams", "detectors")


def names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.keyword(arg=str(name)):
                yield name


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def is_refused(name: str) -> bool:
    return name not in WIRE and (name in REFUSED or bool(words(name) & REFUSED_WORDS))


def sources(*rooms: str) -> Iterator[Path]:
    for room in rooms:
        yield from (ROOT / room).rglob("*.py")


def test_names_keep_to_the_glossary():
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources(*ROOMS)
        for name in names(ast.parse(path.read_text()))
        if is_refused(name)
    }
    assert not found


@pytest.mark.parametrize("folder", REFUSED_IN)
def test_names_of_a_folder_keep_to_its_words(folder):
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources(folder)
        if not path.relative_to(ROOT).as_posix().startswith(ELSEWHERE)
        for name in names(ast.parse(path.read_text()))
        if name in REFUSED_IN[folder]
    }
    assert not found


def test_files_keep_to_the_glossary():
    refused = {word.lower() for word in REFUSED} | REFUSED_WORDS
    assert not [path for path in sources(*ROOMS) if path.stem in refused]


def test_log_events_keep_to_the_glossary():
    events = re.compile(r"\.(?:debug|info|warning|error|exception)\(\s*\"([^\"]+)\"")
    found = {
        f"{path.relative_to(ROOT)}: {event}"
        for path in sources(*ROOMS)
        for event in events.findall(path.read_text())
        if words(event) & (REFUSED_WORDS | {"front"})
    }
    assert not found


def test_the_glossary_names_each_word_once():
    rows = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE)
    known = [word.strip() for row in rows if row not in {"word", "---"} for word in row.split(",")]
    assert len(known) == len(set(known))
