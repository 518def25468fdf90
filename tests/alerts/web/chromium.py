"""A browser that is waited for as long as a test waits for anything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, async_playwright

from tests.patience import PATIENCE_S


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Run a browser until the block ends."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"], timeout=1000 * PATIENCE_S
        )
        try:
            yield browser
        finally:
            await browser.close()


async def visitor(browser: Browser, **options: Any) -> BrowserContext:
    """Return a context of its own, with playwright's options; what is looked for there may take its time."""
    context = await browser.new_context(**options)
    context.set_default_timeout(1000 * PATIENCE_S)
    return context
