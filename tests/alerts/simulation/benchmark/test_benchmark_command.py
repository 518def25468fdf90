"""`tocsin benchmark`: sections by name, tables or one JSON object, progress apart from both."""

import io
import json
import math
from collections.abc import Iterator

import pytest
from msgspec import Struct
from rich.console import RenderableType
from rich.table import Table
from typer.testing import CliRunner

from alerts.errors import AlertsError
from alerts.simulation.benchmark import command as benchmark_command
from alerts.simulation.benchmark.command import run_benchmark
from alerts.simulation.benchmark.figures import LeftOut
from alerts.simulation.benchmark.sections import ON_REQUEST, SECTIONS
from tocsin import app


class Told(Struct):
    quick: bool
    seed: int
    ratio: float = math.nan

    def shown(self) -> Iterator[RenderableType]:
        yield f"quick is {self.quick}"
        table = Table("figure")
        table.add_row(str(self.seed))
        yield table


def measure(bench):
    bench.log("measuring")
    return Told(bench.quick, bench.seed)


@pytest.fixture
def two_sections(monkeypatch):
    sections = {"one": measure, "two": lambda _: LeftOut("needs data"), "chain": measure}
    monkeypatch.setattr(benchmark_command, "SECTIONS", sections)


def test_json_is_one_object_of_sections_with_the_machine(two_sections, capsys):
    run_benchmark(as_json=True, data=None, quick=True, seed=3)

    printed = capsys.readouterr()
    measured = json.loads(printed.out)
    assert list(measured) == ["machine", "one", "two"]
    assert measured["one"] == {"quick": True, "seed": 3, "ratio": None}
    assert measured["two"] == {"left_out": "needs data"}
    assert measured["machine"]["cores"] >= 1
    assert printed.err == "measuring\n"


def test_a_table_is_shown_for_each_section(two_sections):
    out = io.StringIO()

    run_benchmark(as_json=False, data=None, quick=False, out=out)

    assert "quick is False" in out.getvalue()
    assert "## one" in out.getvalue()
    assert "| figure |" in out.getvalue()
    assert "Left out: needs data" in out.getvalue()
    assert "Python" in out.getvalue()


def test_only_the_sections_asked_for_are_measured(two_sections, capsys):
    run_benchmark(as_json=True, data=None, quick=False, only=["chain"])

    assert list(json.loads(capsys.readouterr().out)) == ["machine", "chain"]


def test_an_unknown_section_is_refused_with_those_there_are(two_sections):
    with pytest.raises(AlertsError, match=r"'three'.*one,two,chain"):
        run_benchmark(as_json=True, data=None, quick=False, only=["one", "three"])


def test_a_folder_that_is_none_is_refused(two_sections, tmp_path):
    with pytest.raises(AlertsError, match="is no folder"):
        run_benchmark(as_json=True, data=tmp_path / "nothing", quick=False)


def test_the_command_passes_on_what_was_asked(two_sections):
    ran = CliRunner().invoke(app, ["benchmark", "--json", "--quick", "--only", "two, one", "--seed", "7"])

    assert ran.exit_code == 0
    assert list(json.loads(ran.stdout)) == ["machine", "two", "one"]


def test_the_help_names_every_section():
    told = CliRunner().invoke(app, ["benchmark", "--help"], env={"COLUMNS": "200"}).stdout.split()

    assert ", ".join(SECTIONS) in " ".join(told)
    assert set(SECTIONS) > ON_REQUEST
