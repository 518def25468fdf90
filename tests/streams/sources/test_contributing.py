"""The source that docs/contributing.md shows works, in under a hundred lines."""

import asyncio
import json
import re
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from streams.brand import Brand
from streams.queries.matching import Matcher
from streams.sources.http import HttpClient
from streams.sources.registry import SourceKind
from streams.sources.runner import SourceRunner
from streams.sources.selection import Selection
from streams.sources.source import SourceError
from tests.patience import PATIENCE_S
from tests.streams.sources.memory_outlet import MemoryOutlet
from tests.streams.sources.upstream import Upstream, serving

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "contributing.md").read_text()
SOURCE = re.findall(r"```python\n(.*?)```", PAGE.partition("## A source in a page")[2], re.DOTALL)[0]
KEY = "the right key"


@pytest.fixture
def townhall(monkeypatch) -> Any:
    module = types.ModuleType("townhall")
    monkeypatch.setitem(sys.modules, "townhall", module)
    exec(compile(SOURCE, "docs/contributing.md", "exec"), module.__dict__)
    return module


def open_forum(upstream: Upstream, posts: list[dict[str, Any]], *, a_page: int = 3) -> None:
    """Serve posts as the forum does, strictly; every other request finds it busy."""
    asked = 0

    async def handle(request: web.Request) -> web.Response:
        nonlocal asked
        asked += 1
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.Response(status=403)
        if asked % 2:
            return web.Response(status=503)
        after = int(request.query["after"])
        page = [post for post in posts if post["number"] > after][:a_page]
        return web.Response(body=json.dumps(page).encode())

    upstream.handlers["/posts"] = handle


def settings(townhall: Any, upstream: Upstream, key: str = KEY) -> Any:
    return townhall.TownhallSettings(url=upstream.url, key=key, every_s=0)


async def test_it_gives_the_forums_posts_through_everything_the_forum_does(townhall):
    posts: list[dict[str, Any]] = [
        {"number": n, "at": "2026-03-01T14:02:11+00:00", "text": f"Northside, {n}", "by": "ann"} for n in range(1, 12)
    ]
    posts[4] = {"number": 5, "text": "without a time"}
    outlet, stop = MemoryOutlet(), asyncio.Event()
    async with serving() as upstream:
        open_forum(upstream, posts)
        http = HttpClient()
        kind = SourceKind(townhall.TownhallSettings, townhall.TownhallSource)
        source = kind.build("forum", settings(townhall, upstream), http)
        matcher = Matcher([Brand(id="northside", name="Northside", query="northside")])
        runner = SourceRunner(source, outlet, Selection(matcher), draw=lambda: 0.0)
        running = asyncio.create_task(runner.run(stop))
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if source.health().state == "live":
                    break
                await asyncio.sleep(0.01)
        stop.set()
        await running
        await http.close()

        assert {mention.id for mention in outlet.settled} == {
            f"{upstream.url}/posts/{n}" for n in range(1, 12) if n != 5
        }
    assert [refused.origin for refused in outlet.refused] == ["post 5"]
    assert outlet.saved[-1].position == {"after": 11}


async def test_a_key_that_is_refused_says_what_to_do(townhall):
    async with serving() as upstream:
        open_forum(upstream, [])
        http = HttpClient()
        source = townhall.TownhallSource("forum", settings(townhall, upstream, "another"), http)

        with pytest.raises(SourceError, match="403; does the key have the right to read"):
            await source.check()
        await http.close()


def test_it_is_short_and_as_clean_as_the_rest():
    assert len(SOURCE.splitlines()) < 110
    assert len([line for line in SOURCE.splitlines() if line.strip()]) < 100
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--stdin-filename", "streams/sources/townhall.py", "-"],
        cwd=ROOT, input=SOURCE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
