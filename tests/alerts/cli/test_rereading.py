"""A changed file is taken up as a whole or not at all, and what became of it is told and measured."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from alerts.cli.rereading import Rereading, Sections
from alerts.configuration.configuration import Configuration, checked_configuration
from alerts.configuration.source_file import fingerprint_of
from alerts.errors import AlertsError

ONE = "brands: [{id: northside, name: Northside, query: northside}]\n"
TWO = "brands: [{id: northside, name: Northside, query: northside OR nhs}]\n"
SECTIONS = Sections(live=("brands",), at_start=("kafka", "ingest"))


class Used:
    """Puts a configuration to use, and can refuse to."""

    def __init__(self) -> None:
        self.queries: list[str] = []
        self.refuses = ""

    def prepare(self, configuration: Configuration) -> Callable[[], Sequence[str]]:
        if self.refuses:
            raise AlertsError(self.refuses)

        def apply() -> Sequence[str]:
            self.queries.append(configuration.brands[0].query)
            return ("mind the gap",)

        return apply


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "tocsin.yml"
    path.write_text(ONE)
    return path


@pytest.fixture
def used() -> Used:
    return Used()


@pytest.fixture
def rereading(path: Path, used: Used) -> Rereading:
    return Rereading(checked_configuration(path), SECTIONS, used.prepare)


def measured(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"tocsin_configuration_{name}", labels)


async def test_what_has_changed_is_put_to_use_and_told(path, used, rereading):
    path.write_text(TWO)
    assert rereading.is_outdated

    read = await rereading.take_up()

    assert used.queries == ["northside OR nhs"]
    assert (read.taken_up, read.notes, read.mistakes) == (("brand northside: query",), ("mind the gap",), ())
    assert read.fingerprint == rereading.fingerprint == fingerprint_of(path)
    assert measured("info", fingerprint=read.fingerprint) == 1
    assert not rereading.is_outdated


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("brands: [{id: northside, name: Northside}]\n", ":1: brands[0].query: "),
        ("brands: [\n", ":"),
        ("", "is empty"),
        (TWO.replace("nhs", "("), "brands[0].query"),
    ],
)
async def test_a_broken_file_changes_nothing_and_is_told_with_its_place(path, used, rereading, broken, says):
    before = rereading.fingerprint
    path.write_text(broken)

    read = await rereading.take_up()

    assert used.queries == []
    assert read.mistakes
    assert says in read.mistakes[0]
    assert read.fingerprint == rereading.fingerprint == before
    assert measured("last_reading_right") == 0
    assert measured("info", fingerprint=before) == 1


async def test_once_it_is_mended_it_is_taken_up(path, used, rereading):
    path.write_text("brands: [\n")
    await rereading.take_up()
    path.write_text(TWO)

    await rereading.take_up()

    assert used.queries == ["northside OR nhs"]
    assert measured("last_reading_right") == 1


async def test_what_cannot_be_built_changes_nothing(path, used, rereading):
    path.write_text(TWO)
    used.refuses = "receiver pager: needs a key"

    read = await rereading.take_up()

    assert read.mistakes == ("receiver pager: needs a key",)
    assert rereading.is_outdated


async def test_the_same_file_and_one_that_differs_in_comments_alone_put_nothing_to_use(path, used, rereading):
    await rereading.take_up()
    path.write_text(f"# a remark\n{ONE}")

    read = await rereading.take_up()

    assert used.queries == []
    assert (read.taken_up, read.fingerprint) == ((), fingerprint_of(path))


async def test_what_is_read_at_the_start_alone_is_said_until_it_is_as_it_was(path, used, rereading):
    path.write_text(f"{TWO}ingest: {{lateness_s: 90}}\n")
    first = await rereading.take_up()
    again = await rereading.take_up()
    path.write_text(TWO)
    back = await rereading.take_up()

    assert (first.taken_up, first.at_start) == (("brand northside: query",), ("ingest",))
    assert (again.taken_up, again.at_start) == ((), ("ingest",))
    assert (back.taken_up, back.at_start) == ((), ())
    assert used.queries == ["northside OR nhs"]
