"""Pictures of the pages, to look at: ``python -m tests.alerts.web.screenshots FOLDER``."""

import asyncio
import sys
from pathlib import Path

from msgspec.structs import replace
from playwright.async_api import Browser, async_playwright

from alerts.command import Command
from alerts.links import LinkSigner
from alerts.nonce import FormNonces
from alerts.web.app import web_app
from alerts.web.parts import Parts
from alerts.web.server import serving
from tests.alerts.web import samples
from tests.alerts.web.stage import Clock, Stage

KEYS = ("only for pictures",)


async def taken(folder: Path) -> None:
    """Take all of them."""
    clock = Clock(float(samples.BEGAN + 12 * 60))
    stage = Stage(clock)
    signer = LinkSigner(KEYS, "http://127.0.0.1", ttl_s=7 * 86400, clock=clock)
    parts = Parts(
        store=stage,
        send_command=stage.send_command,
        signer=signer,
        nonces=FormNonces(KEYS, clock=clock),
        clock=clock,
        wait_s=0.2,
    )
    async with serving(web_app(parts), "127.0.0.1", 0) as port, async_playwright() as playwright:
        signer.public_url = f"http://127.0.0.1:{port}"
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        stage.hear(samples.verdict(12, severity="error"))
        clock.now += 22 * 60
        incident = stage.hear(samples.verdict(34))
        link = signer.link(incident.id, incident.brand, "chief-executive")
        await _shot(browser, link, folder / "open")
        await stage.send_command(
            Command(
                id="c1", type="acknowledge", brand=incident.brand, incident=incident.id, by="Ada Lovelace", at=clock()
            )
        )
        await _shot(browser, link, folder / "acknowledged")
        clock.now += 3600
        await stage.send_command(
            Command(
                id="c2",
                type="resolve",
                brand=incident.brand,
                incident=incident.id,
                by="Ada Lovelace",
                at=clock(),
                note="the trust took the charges back",
            )
        )
        await _shot(browser, link, folder / "resolved")
        await _shot(browser, signer.link(incident.id, incident.brand, "x", at=0), folder / "expired")
        for severity, kind in (("warning", "slow_burn"), ("info", "opportunity"), ("warning", "source_silent")):
            other = stage.put(replace(incident, id=f"northside-{kind}", severity=severity, kind=kind))
            await _shot(browser, signer.link(other.id, other.brand, "chief-executive"), folder / kind, only_phone=True)
        await browser.close()


async def _shot(browser: Browser, link: str, path: Path, *, only_phone: bool = False) -> None:
    for width, height, name in ((360, 740, "phone"), (1200, 900, "desk")):
        for scheme in ("light", "dark"):
            if only_phone and (name, scheme) != ("phone", "light"):
                continue
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                java_script_enabled=False,
                device_scale_factor=2 if name == "phone" else 1,
            )
            page = await context.new_page()
            await page.goto(link)
            await page.screenshot(path=f"{path}-{name}-{scheme}.png", full_page=name == "phone")
            if name == "phone" and scheme == "light" and not only_phone:
                await page.screenshot(path=f"{path}-first-screen.png")
            await context.close()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(taken(target))
