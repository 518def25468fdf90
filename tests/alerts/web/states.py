"""The page in each state that it can be in, served, for pictures and for what is true of all of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace
from playwright.async_api import Page

from alerts.incidents.command import Command
from alerts.incidents.incident import Incident
from alerts.time_zones import Zones
from alerts.web.app import web_app
from alerts.web.dependencies import Dependencies
from alerts.web.form_token import FormTokens
from alerts.web.links import LinkSigner
from alerts.web.server import serving
from detectors.verdict import Point, Term
from streams.wire.comparison import Comparison, Level
from tests.alerts.web import samples
from tests.alerts.web.stage import Clock, Stage

KEYS = ("only for this test",)
REACH = (
    Term(text="The Northern Courier", share=0.52, weight=184_000.0),
    Term(text="Councillor Ruth Adeyemi", share=0.21, weight=74_300.0),
)

COMPARISON = Comparison(
    since=samples.BEGAN,
    at=samples.RANG,
    own=Level(brand="northside", name="Northside Hospital Trust", standing="unusual", negatives=40),
    peers=(
        Level(brand="southside", name="Southside Hospitals", standing="unusual", negatives=90, expected_negatives=2.0),
        Level(brand="eastside", name="Eastside Clinic", standing="ordinary"),
        Level(brand="westside", name="Westside Infirmary", standing="not_heard"),
    ),
)


class Pages:
    """One incident behind a served page, and a person who presses its buttons."""

    def __init__(self, stage: Stage, signer: LinkSigner, parts: Dependencies) -> None:
        self.stage = stage
        self.signer = signer
        self._parts = parts
        self.incident = self._heard()

    def _heard(self) -> Incident:
        self.stage.take(samples.verdict(12, severity="error"))
        self.stage.clock.now += 22 * 60
        evidence = samples.verdict(34).evidence
        links = (Term(text="courier.example/news/parking", share=0.38),)
        return self.stage.take(samples.verdict(34, evidence=replace(evidence, amplifiers=REACH, links=links)))

    def zone(self, name: str) -> None:
        """Have the brand's people read moments in a zone."""
        self._parts.zones = Zones(brands={"northside": name})

    @property
    def link(self) -> str:
        return self.signer.link(self.incident.id, self.incident.brand, "chief-executive")

    async def command(self, kind: str, **fields: Any) -> None:
        given: dict[str, Any] = {
            "id": f"c-{kind}", "type": kind, "brand": self.incident.brand, "incident": self.incident.id,
            "at": self.stage.now(), "by": "Ada Lovelace",
        }  # fmt: skip
        command = Command(**(given | fields))
        await self.stage.send_command(command)

    async def show(self, page: Page, state: str) -> None:
        """Bring the incident into a state, and look at its page."""
        self.stage.__init__(Clock(float(samples.BEGAN + 12 * 60)))  # type: ignore[misc]
        self.incident = self._heard()
        await STATES[state](self, page)


@asynccontextmanager
async def served() -> AsyncIterator[Pages]:
    """Serve the page of an incident that got worse and that somebody carries far."""
    stage = Stage(Clock(float(samples.BEGAN + 12 * 60)))
    # The links' clock stands still, so that they outlive every state.
    signer = LinkSigner(KEYS, "http://127.0.0.1", ttl_s=7 * 86400, clock=lambda: samples.BEGAN + 1200.0)
    parts = Dependencies(
        store=stage,
        send_command=stage.send_command,
        signer=signer,
        form_tokens=FormTokens(KEYS, clock=stage.now),
        clock=stage.now,
        wait_s=0.2,
        zones=Zones(brands={"northside": "Europe/London"}),
    )
    async with serving(web_app(parts), "127.0.0.1", 0) as port:
        signer.public_url = f"http://127.0.0.1:{port}"
        yield Pages(stage, signer, parts)


async def _open(pages: Pages, page: Page) -> None:
    await page.goto(pages.link)


async def _error(pages: Pages, page: Page) -> None:
    await page.goto(pages.link)
    await page.get_by_label("Your name or initials").fill("Ada Lovelace")
    await page.get_by_text("Something else").click()
    await page.get_by_role("button", name="Not a crisis").click()
    await page.get_by_text("Say in a few words").wait_for()


async def _just_taken(pages: Pages, page: Page) -> None:
    await page.goto(pages.link)
    await page.get_by_label("Your name or initials").fill("Ada Lovelace")
    await page.get_by_role("button", name="I have it").click()
    await page.get_by_text("You have it").wait_for()


async def _acknowledged(pages: Pages, page: Page) -> None:
    await pages.command("acknowledge")
    await page.goto(pages.link)


async def _marked(pages: Pages, page: Page) -> None:
    await page.goto(pages.link)
    await page.get_by_label("Who marks it").fill("Ada Lovelace")
    await page.get_by_role("button", name="Not negative").nth(1).click()
    await page.get_by_text("Done.").wait_for()


async def _over(pages: Pages, page: Page) -> None:
    await pages.command("acknowledge")
    pages.stage.clock.now += 3600
    await pages.command("resolve", note="the trust took the charges back")
    await page.goto(pages.link)


async def _slip(pages: Pages, page: Page) -> None:
    await page.goto(pages.link)
    await page.get_by_label("Your name or initials").fill("Ada Lovelace")
    await page.get_by_text("Something else").click()
    await page.get_by_role("button", name="It is over").click()
    await page.get_by_text("Closed by mistake?").wait_for()


async def _taken_back(pages: Pages, page: Page) -> None:
    await _slip(pages, page)
    await page.get_by_role("button", name="It is not over").click()
    await page.get_by_text("says that it is not over").first.wait_for()


def _unfinished(passed_s: int) -> Callable[[Pages, Page], Awaitable[None]]:
    """Show a chart in ten minutes, of the last of which so much has passed."""

    async def show(pages: Pages, page: Page) -> None:
        whole = [samples.BEGAN - 40 * 600 + 600 * i for i in range(52)]
        seen = [70 + (11 * i) % 17 if at < samples.BEGAN else 90 + 40 * (i - 40) for i, at in enumerate(whole)]
        chart = [
            Point(at, 600, n, n // 5 if n < 90 else 4 * n // 5, 74.0, 96.0) for at, n in zip(whole, seen, strict=True)
        ]
        pace = round(530 * passed_s / 600)
        chart.append(
            Point(whole[-1] + 600, passed_s, pace, 4 * pace // 5, 74.0 * passed_s / 600, 96.0 * passed_s / 600)
        )
        incident = pages.incident
        pages.stage.put(replace(incident, evidence=replace(incident.evidence, chart=tuple(chart))))
        await page.goto(pages.link)

    return show


async def _not_a_crisis(pages: Pages, page: Page) -> None:
    await pages.command("false_alarm", note="a film of that name")
    await page.goto(pages.link)


async def _taken_down(pages: Pages, page: Page) -> None:
    await pages.command("mark_negative", post="p1")
    await pages.command("redact", post="p1", incident="")
    await page.goto(pages.link)


async def _handed_back(pages: Pages, page: Page) -> None:
    await pages.command("acknowledge")
    pages.stage.clock.now += 600
    await pages.command("unacknowledge")
    await page.goto(pages.link)


async def _expired(pages: Pages, page: Page) -> None:
    await page.goto(pages.signer.link(pages.incident.id, pages.incident.brand, "chief-executive", at=0))


def _other(kind: str, severity: str) -> Callable[[Pages, Page], Awaitable[None]]:
    async def show(pages: Pages, page: Page) -> None:
        pages.stage.put(replace(pages.incident, kind=kind, severity=severity))
        await page.goto(pages.link)

    return show


async def _compared(pages: Pages, page: Page) -> None:
    await pages.command("compare", comparison=COMPARISON, by="tocsin", via="timer")
    await page.goto(pages.link)


STATES: dict[str, Callable[[Pages, Page], Awaitable[None]]] = {
    "open": _open,
    "compared": _compared,
    "error": _error,
    "just-taken": _just_taken,
    "acknowledged": _acknowledged,
    "handed-back": _handed_back,
    "marked": _marked,
    "over": _over,
    "slip": _slip,
    "taken-back": _taken_back,
    "unfinished": _unfinished(240),
    "hardly-begun": _unfinished(60),
    "not-a-crisis": _not_a_crisis,
    "taken-down": _taken_down,
    "expired": _expired,
    "slow-burn": _other("slow_burn", "warning"),
    "opportunity": _other("opportunity", "info"),
    "silent-source": _other("source_silent", "warning"),
}
