"""The backtest's command, on a terminal."""

import io
import os
import signal
from multiprocessing import active_children
from typing import Any

import pytest
from rich.console import Console

from alerts.backtest.run import Backtest
from alerts.cli import backtest as command
from alerts.cli.watched_apart import WatchedApart
from alerts.errors import AlertsError
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


def test_a_line_says_how_many_of_how_many_and_up_to_when(monkeypatch):
    screen = drawn(is_terminal=True, monkeypatch=monkeypatch)

    assert f"{len(STORY):,} of {len(STORY):,} mentions, up to 2011-07-1" in screen
    assert "left" in screen


class Interrupted(Story):
    """A file in which Ctrl-C is pressed after some lines."""

    def read(self):
        yield from (decode_mention(value) for _, value in STORY[:1500])
        raise KeyboardInterrupt


def test_whoever_interrupts_the_reading_is_told_that_nothing_is_told(capsys):
    with pytest.raises(KeyboardInterrupt):
        list(command.closed_bins(Backtest(BRANDS, {}, AngerScorer()), [Interrupted()]))

    assert capsys.readouterr().err == "tocsin: interrupted after 1,500 lines were read; of a part nothing is told\n"


def test_whoever_interrupts_the_run_is_told_how_far_it_was(capsys, monkeypatch):
    run = Backtest(BRANDS, {}, AngerScorer())

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "finish", interrupted)

    with pytest.raises(KeyboardInterrupt):
        list(command.closed_bins(run, [Story()]))

    said = capsys.readouterr().err
    assert said.startswith(f"tocsin: interrupted after {len(STORY):,} of {len(STORY):,} mentions (2011-07-1")


def test_brands_in_processes_of_their_own_come_to_what_they_come_to_in_one(monkeypatch):
    monkeypatch.setattr(command, "processors", lambda: 2)
    here, apart = (Backtest(BRANDS, {}, AngerScorer(), budgets=(5.0,)) for _ in range(2))

    rows = list(command.closed_bins(here, [Story()]))
    none = list(command.closed_bins(apart, [Story()], apart=True, many=1))

    assert rows
    assert none == []
    assert here.incidents
    assert apart.incidents == here.incidents
    assert apart.lanes[5.0].incidents == here.lanes[5.0].incidents
    assert (apart.summary, apart.own.observed) == (here.summary, here.own.observed)
    assert not active_children()


def test_a_small_file_needs_no_processes(monkeypatch):
    monkeypatch.setattr(command, "processors", lambda: 2)
    run = Backtest(BRANDS, {}, AngerScorer())

    assert list(command.closed_bins(run, [Story()], apart=True, many=len(STORY) + 1))


class Killing(WatchedApart):
    """Kills one of its processes as soon as it is there, as a system without memory does."""

    def take(self, flush):
        super().take(flush)
        for child in active_children()[:1]:
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
            child.join()


def test_a_process_that_goes_is_named_by_its_brands_and_the_others_end(monkeypatch):
    monkeypatch.setattr(command, "processors", lambda: 2)
    monkeypatch.setattr(command, "WatchedApart", Killing)

    with pytest.raises(AlertsError, match=r"the process that watched (north|south)side ended early \(status -9\)"):
        list(command.closed_bins(Backtest(BRANDS, {}, AngerScorer()), [Story()], apart=True, many=1))

    assert not active_children()
