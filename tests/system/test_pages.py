"""The page in a real browser: a phone, no JavaScript, a person with a name."""

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace
from playwright.async_api import Browser, BrowserContext, Page, Request, ViewportSize

from alerts.incidents.incident import Incident
from alerts.web.app import web_app
from alerts.web.dependencies import Dependencies
from alerts.web.form_token import FormTokens
from alerts.web.links import LinkSigner
from alerts.web.server import serving
from tests.alerts.web import samples
from tests.alerts.web.chromium import chromium, visitor
from tests.alerts.web.stage import Clock, Stage

pytestmark = pytest.mark.browser

KEYS = ("only for this test",)
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture
def stage() -> Stage:
    return Stage(Clock(samples.BEGAN + 35 * 60.0))


@pytest.fixture
def incident(stage: Stage) -> Incident:
    return stage.take(samples.verdict())


@pytest.fixture
async def link(stage: Stage, incident: Incident) -> AsyncIterator[str]:
    signer = LinkSigner(KEYS, "http://127.0.0.1", ttl_s=86400, clock=stage.clock)
    form_tokens = FormTokens(KEYS, clock=stage.clock)
    parts = Dependencies(
        store=stage, send_command=stage.send_command, signer=signer, form_tokens=form_tokens, clock=stage.clock
    )
    async with serving(web_app(parts), "127.0.0.1", 0) as port:
        signer.public_url = f"http://127.0.0.1:{port}"
        yield signer.link(incident.id, incident.brand, "chief-executive")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest.fixture
async def phone(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await visitor(browser, viewport=PHONE, java_script_enabled=False, device_scale_factor=2, is_mobile=True)
    yield context
    await context.close()


@pytest.fixture
async def page(phone: BrowserContext) -> Page:
    return await phone.new_page()


async def test_an_executive_takes_an_incident_on_a_phone_without_javascript(page, link, stage, incident):
    await page.goto(link)
    await page.get_by_label("Your name or initials").fill("Ada Lovelace")
    await page.get_by_role("button", name="I have it").click()

    await page.get_by_role("heading", name="Ada Lovelace has it").wait_for()
    assert "You have it, Ada Lovelace." in await page.get_by_role("status").inner_text()
    assert stage.get(incident.id).acknowledged_by == "Ada Lovelace"


async def test_the_button_is_on_the_first_screen_of_a_phone_and_nothing_sticks_out(page, link):
    await page.goto(link)

    box = await page.get_by_role("button", name="I have it").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 740
    assert box["height"] >= 44
    sheet = await page.locator(".sheet").bounding_box()
    chart = await page.locator("svg[role=img]").bounding_box()
    assert sheet is not None
    assert chart is not None
    assert sheet["width"] <= 360
    assert chart["x"] + chart["width"] <= 360


async def test_the_page_asks_for_nothing_else(page, link):
    asked: list[Request] = []
    refused: list[str] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 – playwright cannot take a built-in
    page.on("console", lambda message: refused.append(message.text))

    await page.goto(link, wait_until="networkidle")

    assert [request.url for request in asked if not request.url.startswith("data:")] == [link]
    assert refused == []


async def test_reading_a_post_tells_its_site_nothing_of_the_link(phone, page, link, stage, incident, httpserver):
    httpserver.expect_request("/post").respond_with_data("the post itself")
    post = replace(samples.POSTS[0], url=httpserver.url_for("/post"))
    stage.put(replace(incident, evidence=replace(incident.evidence, posts=(post,))))
    await page.goto(link)

    async with phone.expect_page() as opened:
        await page.get_by_role("link", name="Read it on").click()
    await (await opened.value).get_by_text("the post itself").wait_for()

    (request, _), *_rest = [entry for entry in httpserver.log if entry[0].path == "/post"]
    assert "Referer" not in request.headers


async def test_a_second_person_sees_who_was_first(browser, page, link):
    await page.goto(link)
    other = await (await visitor(browser, java_script_enabled=False)).new_page()
    await other.goto(link)
    await other.get_by_label("Your name or initials").fill("Grace Hopper")
    await other.get_by_role("button", name="I have it").click()

    await page.get_by_label("Your name or initials").fill("Ada Lovelace")
    await page.get_by_role("button", name="I have it").click()

    assert "Grace Hopper was first." in await page.get_by_role("status").inner_text()


async def test_marking_it_as_no_crisis_asks_for_the_reason(page, link, stage, incident):
    await page.goto(link)
    await page.get_by_label("Your name or initials").fill("Ada Lovelace")
    await page.get_by_text("Something else").click()
    await page.get_by_role("button", name="Not a crisis").click()
    await page.get_by_text("Say in a few words").wait_for()

    await page.get_by_label("Reason").fill("A film of the same name")
    await page.get_by_role("button", name="Not a crisis").click()

    await page.get_by_role("heading", name="This was no crisis").wait_for()
    assert stage.get(incident.id).false_alarm


async def test_a_page_read_aloud_has_headings_landmarks_and_a_described_chart(page, link):
    await page.goto(link)

    assert await page.get_by_role("main").count() == 1
    assert await page.get_by_role("heading", level=1).count() == 1
    assert await page.get_by_role("heading", level=2).count() >= 4
    assert await page.get_by_role("img", name="Mentions per minute against what is ordinary").count() == 1
    assert "It rang at 14:11 UTC." in await page.locator("svg desc").inner_html()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("status", ["open", "acknowledged", "resolved"])
async def test_all_words_stand_out_from_their_ground(browser, link, stage, incident, scheme, status):
    if status != "open":
        stage.put(_as(incident, status))
    context = await visitor(browser, color_scheme=scheme, viewport=PHONE)
    page = await context.new_page()
    await page.goto(link)

    assert await page.evaluate(_LOW_CONTRAST) == []


def _as(incident: Incident, status: str) -> Incident:
    if status == "acknowledged":
        return replace(incident, status="acknowledged", acknowledged_by="Ada", acknowledged_at=samples.BEGAN + 999.0)
    return replace(incident, status="resolved", resolved_at=samples.BEGAN + 9999)


_LOW_CONTRAST = """() => {
  const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const low = [];
  document.querySelectorAll("details").forEach(element => { element.open = true; });
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.closest("title, desc, style")) continue;
    const style = getComputedStyle(element);
    const ink = light(rgb(element.namespaceURI.endsWith("svg") ? style.fill : style.color));
    const paper = light(ground(element));
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (ratio < 4.5) low.push(`${ratio.toFixed(2)} ${element.textContent.trim().slice(0, 40)}`);
  }
  return low;
}"""
