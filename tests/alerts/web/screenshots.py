"""Pictures of the pages, to look at: ``python -m tests.alerts.web.screenshots FOLDER [STATE …]``."""

import asyncio
import sys
from pathlib import Path

from playwright.async_api import async_playwright

from tests.alerts.web.states import STATES, served

WINDOWS = {"320": (320, 640), "360": (360, 740), "1280": (1280, 900)}


async def taken(folder: Path, states: list[str]) -> None:
    """Take all of them: light and dark, on phones and a desk, at twice the size, with and without JavaScript."""
    async with served() as pages, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for state in states:
            for name, (width, height) in WINDOWS.items():
                for scheme, zoom in (("light", 1), ("dark", 1), ("light", 2)):
                    context = await browser.new_context(
                        viewport={"width": width, "height": height},
                        color_scheme="dark" if scheme == "dark" else "light",
                        java_script_enabled=scheme == "dark",
                        timezone_id="America/New_York",
                    )
                    page = await context.new_page()
                    await pages.show(page, state)
                    if zoom > 1:
                        await page.evaluate(f"document.documentElement.style.fontSize = '{100 * zoom}%'")
                    path = folder / f"{state}-{name}-{scheme}{'-zoomed' if zoom > 1 else ''}"
                    await page.screenshot(path=f"{path}.png")
                    await page.screenshot(path=f"{path}-whole.png", full_page=True)
                    await context.close()
        await browser.close()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(taken(target, sys.argv[2:] or list(STATES)))
