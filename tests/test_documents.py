"""The files and tests that the documents name are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCUMENTS = "\n".join(file.read_text() for file in (ROOT / "docs").rglob("*.md"))


def test_each_file_that_the_documents_name_exists():
    named = set(re.findall(r"`((?:tests|alerts|streams|detectors|deploy)/[\w/.]+\.\w+)`", DOCUMENTS))

    assert named
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_each_test_that_the_documents_name_exists():
    sources = "\n".join(file.read_text() for file in (ROOT / "tests").rglob("*.py"))
    tests = set(re.findall(r"def (test_\w+)", sources))
    named = set(re.findall(r"`(test_\w+)`", DOCUMENTS))

    assert named
    assert named - tests == set()


def test_each_decision_has_a_number_of_its_own_and_its_title_begins_with_it():
    pages = [page for page in (ROOT / "docs" / "adr").glob("*.md") if page.name != "README.md"]
    numbers = [int(page.name[:4]) for page in pages]

    assert len(numbers) == len(set(numbers))
    assert [page.name for page in pages if not page.read_text().startswith(f"# {int(page.name[:4])}. ")] == []
