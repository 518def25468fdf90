"""What the command line says of itself, whole, however narrow the terminal is."""

import re
from importlib.metadata import version

import pytest
import typer
from typer.testing import CliRunner

import tocsin

COMMANDS: dict[str, typer.core.TyperCommand] = typer.main.get_command(tocsin.app).commands  # type: ignore[attr-defined]


def told(*arguments: str, columns: int = 80) -> str:
    done = CliRunner().invoke(tocsin.app, [*arguments, "--help"], terminal_width=columns)
    assert done.exit_code == 0
    return flat(done.stdout)


def flat(text: str) -> str:
    """Join what was broken into lines, inside words with hyphens too."""
    return re.sub(r"\s+", " ", re.sub(r"(?<=\w)-\n\s+", "-", text))


@pytest.mark.parametrize("columns", [50, 80, 200])
def test_the_list_of_commands_says_of_each_all_that_it_says_of_itself_first(columns):
    said = told(columns=columns)

    for name, command in COMMANDS.items():
        first = flat((command.help or "").split("\n\n")[0].strip())
        assert first
        assert f"{name} {first}" in said


@pytest.mark.parametrize("columns", [50, 80, 200])
@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_leaves_nothing_out(name, columns):
    said = told(name, columns=columns)

    for parameter in COMMANDS[name].params:
        assert flat(getattr(parameter, "help", "") or "") in said
    assert flat(COMMANDS[name].help or "") in said


def test_it_says_which_version_it_is():
    done = CliRunner().invoke(tocsin.app, ["--version"])

    assert (done.exit_code, done.stdout) == (0, f"tocsin {version('tocsin')}\n")
