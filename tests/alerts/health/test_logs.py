"""Logs of a process: an event a line, and no secret in a traceback."""

import logging
import sys

import pytest
import structlog

from alerts.health.logs import configure_logs, warn_on_stderr

SECRET = "kept-to-itself"


def numbered(password: str) -> int:
    return int(password[:0])


@pytest.mark.parametrize("terminal", [True, False])
def test_a_traceback_names_its_place_and_shows_no_variables(capsys, monkeypatch, terminal):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    configure_logs()

    try:
        numbered(SECRET)
    except ValueError:
        structlog.get_logger("tocsin").exception("broke")

    told = capsys.readouterr().err
    assert "test_logs.py" in told
    assert "ValueError: invalid literal" in told
    assert SECRET not in told
    assert len(told.splitlines()) < 20


def test_a_command_warns_on_stderr_alone(capsys):
    logging.getLogger().handlers[:] = []
    warn_on_stderr()

    structlog.get_logger("tocsin").warning("cannot read watermarks", error="no broker")
    structlog.get_logger("tocsin").info("created topics")

    told = capsys.readouterr()
    assert (told.out, told.err) == ("", 'event="cannot read watermarks" error="no broker"\n')
