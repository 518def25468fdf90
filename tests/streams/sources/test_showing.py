"""What one who waits for a rare brand sees."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from streams.brand import Brand
from streams.mention import Mention
from streams.queries.matching import Matcher
from streams.sources.showing import REPORT_S, Showing
from streams.sources.source import SourceError
from tests.patience import PATIENCE_S
from tests.streams.sources.clock import Clock
from tests.streams.sources.scripted.source import ScriptedSource
from tests.streams.sources.scripted.writing import said, script

MATCHER = Matcher([Brand(id=name, name=name.title(), query=name) for name in ("northside", "southside")])


class Watcher:
    """A terminal, and somebody who ends it when they have seen enough."""

    def __init__(self, source: ScriptedSource, *, matcher: Matcher = MATCHER, brands: tuple[str, ...] = ()) -> None:
        self.shown: list[Mention] = []
        self.told: list[str] = []
        self.clock = Clock(0.0)
        self.showing = Showing(
            source, matcher, brands=brands, show=self.shown.append, report=self.told.append, clock=self.clock,
            draw=lambda: 0.0,
        )  # fmt: skip

    async def watch(self, until: Callable[[], bool], *, step_s: float = 0.0) -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(self.showing.run(stop))
        async with asyncio.timeout(PATIENCE_S):
            while not running.done():
                if until():
                    break
                self.clock.at += step_s
                await asyncio.sleep(0.01)
        stop.set()
        await running


async def test_what_speaks_of_a_brand_is_shown_and_take_downs_are_not(tmp_path: Path):
    source = script(tmp_path, said("a"), said("b", "of the weather"), said("c", "southside"), {"delete": "a"})
    watcher = Watcher(source)

    await watcher.watch(lambda: source.health().state == "live")

    assert [mention.id for mention in watcher.shown] == ["a", "c"]
    assert (watcher.showing.heard.posts, watcher.showing.heard.matched, watcher.showing.heard.deleted) == (4, 2, 1)
    assert source.closed


async def test_only_the_brand_that_was_asked_for_is_shown(tmp_path: Path):
    source = script(tmp_path, said("a"), said("c", "southside"))
    watcher = Watcher(source, brands=("southside",))

    await watcher.watch(lambda: source.health().state == "live")

    assert [mention.id for mention in watcher.shown] == ["c"]


async def test_where_nothing_matches_it_is_said_how_much_was_heard(tmp_path: Path):
    source = script(tmp_path, *[said(f"p{number}", "of the weather") for number in range(20)])
    watcher = Watcher(source, brands=("southside",))

    await watcher.watch(lambda: any("none speaks" in line for line in watcher.told), step_s=REPORT_S / 10)

    assert watcher.shown == []
    assert any("posts received, none speaks of southside yet" in line for line in watcher.told)


async def test_without_brands_everything_is_shown_and_that_is_said(tmp_path: Path):
    source = script(tmp_path, said("a", "of the weather"))
    watcher = Watcher(source, matcher=Matcher([]))

    await watcher.watch(lambda: bool(watcher.shown))

    assert "no brand is configured" in watcher.told[0]


async def test_a_source_that_is_not_available_is_tried_again_and_that_is_said(tmp_path: Path):
    source = script(tmp_path, said("a"), {"unavailable": 0}, said("b"), most=1)
    watcher = Watcher(source)

    await watcher.watch(lambda: "b" in [mention.id for mention in watcher.shown])

    assert any("the script says: not now; trying again" in line for line in watcher.told)
    assert source.opened == [None, {"line": 1}]


async def test_a_source_that_cannot_go_on_ends_it(tmp_path: Path):
    source = script(tmp_path, {"error": "the key is refused: make another"})

    with pytest.raises(SourceError, match="make another"):
        await Watcher(source).watch(lambda: False)
    assert source.closed
