"""Takes the README's pictures from a headless run: ``python -m tests.alerts.simulation.demo.screenshots FOLDER``."""

import asyncio
import html
import io
import re
import sys
from pathlib import Path

from playwright.async_api import Browser, ViewportSize, async_playwright
from rich.console import Console

from alerts.incidents.incident import Incident
from alerts.simulation.demo.command import TITLE
from alerts.simulation.demo.run import DemoRun, Ended
from alerts.simulation.demo.screen import PlainLines
from alerts.simulation.demo.view import View
from alerts.simulation.stories.film_rental import ANNOUNCED, FILM_RENTAL, story
from alerts.wording.chart import detectors_chart
from alerts.wording.chart_marks import Mark
from alerts.wording.series import spaced

PHONE: ViewportSize = {"width": 360, "height": 740}
_LOUDEST_S = 2.5 * 3600
"""After the announcement: the worst is known, and nobody has it yet."""
_MOST_BYTES = 300_000


async def taken(folder: Path) -> None:
    """Take all of them."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])

        async def in_the_outbreak(run: DemoRun, crisis: Incident) -> None:
            await run.caught_up(ANNOUNCED.timestamp() + _LOUDEST_S)
            assert run.chain is not None
            inbox = run.chain.inbox
            await _phone(browser, inbox.link(crisis.id), folder / "page-phone.png")
            await _slack(browser, f"{inbox.url}/?hold", folder / "slack.png")
            await _picture(browser, _terminal(run), folder / "demo.png")

        async def at_the_end(ended: Ended) -> None:
            rows = ended.frame.series[FILM_RENTAL.id].rows
            points, ordinary = spaced(rows)
            rang = [i.opened_at for i in ended.frame.incidents if i.paged and i.brand == FILM_RENTAL.id]
            title = f"{FILM_RENTAL.name}: simulated mentions at the published figures"
            chart = detectors_chart(title, points, ordinary, [Mark(at=at, label="rang") for at in rang])
            await _picture(browser, chart, folder / "detectors.png")

        screen = PlainLines(Console(stderr=True), TITLE)
        await DemoRun(story(), screen, headless=True, before_taking=in_the_outbreak).run(at_the_end)
        await browser.close()


async def _phone(browser: Browser, link: str, path: Path) -> None:
    context = await browser.new_context(viewport=PHONE, device_scale_factor=2, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(link)
    await page.screenshot(path=path)
    await context.close()


async def _slack(browser: Browser, inbox: str, path: Path) -> None:
    context = await browser.new_context(viewport={"width": 760, "height": 900}, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(inbox)
    await page.locator("#slack article.message", has_text=FILM_RENTAL.name).last.screenshot(path=path)
    await context.close()


def _terminal(run: DemoRun) -> str:
    console = Console(record=True, width=100, height=30, file=io.StringIO(), force_terminal=True)
    console.print(View(run.frame))
    # The fonts of its style sheet would come from elsewhere.
    return re.sub(r"@font-face \{.*?\}", "", console.export_svg(title="make demo"), flags=re.DOTALL)


async def _picture(browser: Browser, svg: str, path: Path) -> None:
    page = await browser.new_page(viewport={"width": 1000, "height": 800})
    await page.set_content(f"<!doctype html><title>{html.escape(path.stem)}</title><body style='margin:0'>{svg}")
    await page.locator("svg").first.screenshot(path=path)
    await page.close()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(taken(target))
    for picture in target.glob("*.png"):
        if (size := picture.stat().st_size) > _MOST_BYTES:
            raise SystemExit(f"{picture} has {size:,} bytes; {_MOST_BYTES:,} at most")
