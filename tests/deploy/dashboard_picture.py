"""The picture of the dashboard from a real run: ``python -m tests.deploy.dashboard_picture docs/images/dashboard.png``.

Drawn by ``deploy/grafana/preview.py``, for Grafana itself is not needed here. It takes seven minutes: Prometheus stamps
what it scrapes with the wall clock, so the outbreak has to last.
"""

import asyncio
import io
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.async_api import async_playwright

from tests.deploy.monitored import monitored_tocsin, outbreak, take_newest, tell
from tests.kafka.forked import ROOT

_BIN_S = 10
_CALM, _REVOLT = timedelta(minutes=3), timedelta(minutes=4)
_UNSEEN_S = 65.0
"""The history is read in seconds; after a minute it is in none of the rates."""
_TAKEN_AFTER_S = 40.0
_MOST_BYTES = 300_000


async def taken(path: Path) -> None:
    """Take it."""
    stopped = threading.Event()
    with tempfile.TemporaryDirectory() as folder:
        async with monitored_tocsin(Path(folder), bin_s=_BIN_S) as running:
            story = outbreak(
                datetime.now(UTC), history=timedelta(hours=8), calm=_CALM, lasts=_REVOLT, per_minute=60.0, times=10.0
            )
            telling = asyncio.create_task(
                asyncio.to_thread(tell, story, running.kafka, stopped, blemished_from=time.time())
            )
            try:
                await running.prometheus.until("max(tocsin_watermark_lag_seconds) < 30")
                begin = time.time() + _UNSEEN_S
                async with asyncio.timeout((_CALM + _REVOLT).total_seconds()):
                    await running.inbox.store.wait_for(1, "pagerduty", "trigger")
                await asyncio.sleep(_TAKEN_AFTER_S)  # somebody has to reach for a telephone first
                await take_newest(running.inbox)
                await telling
            finally:
                stopped.set()
            page = Path(folder) / "page.html"
            await _preview(running.prometheus.url, page, minutes=(time.time() - begin) / 60)
            await _photograph(page, path)


async def _preview(url: str, page: Path, *, minutes: float) -> None:
    program = str(ROOT / "deploy" / "grafana" / "preview.py")
    asked = [program, url, str(page), "--minutes", f"{minutes:.2f}", "--brand", "film-rental"]
    done = await asyncio.create_subprocess_exec(sys.executable, *asked)
    if await done.wait():
        raise SystemExit(1)


async def _photograph(page: Path, path: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        tab = await browser.new_page(viewport={"width": 1465, "height": 900})
        await tab.goto(page.as_uri())
        picture = Image.open(io.BytesIO(await tab.screenshot(full_page=True)))
        await browser.close()
    _keep(picture, path)


def _keep(picture: Image.Image, path: Path) -> None:
    picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > _MOST_BYTES:
        raise SystemExit(f"{path} has {path.stat().st_size:,} bytes; {_MOST_BYTES:,} at most")


if __name__ == "__main__":
    asyncio.run(taken(Path(sys.argv[1])))
