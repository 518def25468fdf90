"""The backtest's command, on a terminal."""

import io
from typing import Any

import pytest
from rich.console import Console

from alerts.backtest.run import Backtest
from alerts.cli import backtest as command
from streams.mention import decode_mention
from tests.streams.watch.talk import BRANDS, STORY, AngerScorer


class Story:
    """A connector that holds the story of the watch stage's tests."""

    name = "story"

    def read(self):
        yield from (decode_mention(value) for _, value in STORY)


def drawn(*, is_terminal: bool, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what is drawn while the story runs through the cores."""
    screen = io.StringIO()

    def console(**_: Any) -> Console:
        return Console(file=screen, force_terminal=is_terminal, width=160)

    monkeypatch.setattr(command, "Console", console)
    for _ in command.closed_bins(Backtest(BRANDS, {}, AngerScorer()), [Story()]):
        pass
    return screen.getvalue()


def test_a_bar_shows_how_far_it_is(monkeypatch):
    screen = drawn(is_terminal=True, monkeypatch=monkeypatch)

    assert "100%" in screen
    assert f"{len(STORY):,} mentions" in screen


def test_where_nobody_looks_nothing_is_drawn(monkeypatch):
    assert drawn(is_terminal=False, monkeypatch=monkeypatch) == ""
