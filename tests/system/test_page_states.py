"""The page in all its states in a real browser: nothing for axe to find, nothing broken, nothing out of sight."""

from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.alerts.web.chromium import chromium, visitor
from tests.alerts.web.states import STATES, Pages, served

pytestmark = pytest.mark.browser

_OPENED = "() => document.querySelectorAll('details').forEach(each => { each.open = true; })"
_FOCUSED = "() => document.activeElement.id"


@pytest.fixture
async def pages() -> AsyncIterator[Pages]:
    async with served() as pages:
        yield pages


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def window(browser: Browser, width: int, height: int = 640, *, scripts: bool = False, dark: bool = False) -> Page:
    context = await visitor(
        browser,
        viewport={"width": width, "height": height},
        java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
        timezone_id="America/New_York",
    )
    return await context.new_page()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_axe_finds_nothing_in_any_state(browser, pages, dark):
    page = await window(browser, 360, scripts=True, dark=dark)
    found = []
    for state in STATES:
        await pages.show(page, state)
        await page.evaluate(_OPENED)
        violations = (await Axe().run(page)).response["violations"]
        found += [(state, each["id"], node["html"]) for each in violations for node in each["nodes"]]

    assert found == []


@pytest.mark.parametrize("zoom", [1, 2])
async def test_no_word_is_broken_and_nothing_sticks_out_in_any_state(browser, pages, zoom):
    page = await window(browser, 360)
    found = []
    for state in STATES:
        await pages.show(page, state)
        await page.evaluate(f"document.documentElement.style.fontSize = '{100 * zoom}%'")
        await page.evaluate(_OPENED)
        for width in (320, 360, 1280):
            await page.set_viewport_size({"width": width, "height": 640})
            found += [(state, width, word) for word in await page.evaluate(_BROKEN)]
            if await page.evaluate("document.documentElement.scrollWidth") > width:
                found.append((state, width, "sticks out"))

    assert found == []


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("just-taken", "You have it, Ada Lovelace."),
        ("marked", "Done."),
        ("error", "Say in a few words why it is not"),
    ],
)
async def test_the_answer_to_what_was_pressed_is_in_view_and_has_the_focus(browser, pages, state, said, width):
    page = await window(browser, width)
    await pages.show(page, state)

    box = await page.get_by_text(said).bounding_box()

    assert box is not None
    assert (box["y"] >= 0, box["y"] + box["height"] <= 640) == (True, True)
    assert await page.evaluate(_FOCUSED) == ("note" if state == "error" else "answer")


async def test_after_a_mark_the_next_answer_is_in_view_too(browser, pages):
    page = await window(browser, 360)
    await pages.show(page, "marked")
    await page.get_by_label("Your name or initials").fill("Ada Lovelace")
    await page.get_by_role("button", name="I have it").click()

    box = await page.get_by_text("You have it, Ada Lovelace.").bounding_box()

    assert box is not None
    assert 0 <= box["y"] <= 640 - box["height"]


async def test_reload_back_and_forward_send_nothing_again(browser, pages):
    page = await window(browser, 360)
    await pages.show(page, "just-taken")
    sent = len(pages.stage.commands)

    await page.reload()
    assert await page.get_by_text("You have it, Ada Lovelace.").count() == 1
    await page.go_back()
    await page.go_forward()

    assert len(pages.stage.commands) == sent


async def test_moments_are_told_by_the_browsers_clock_and_by_the_brands_where_no_script_runs(browser, pages):
    with_scripts, without = await window(browser, 360, scripts=True), await window(browser, 360)
    await pages.show(with_scripts, "open")
    await without.goto(pages.link)

    shown = [await page.locator("header .quiet").inner_text() for page in (with_scripts, without)]

    assert shown == [
        "Since 15 July 2025, 10:02 UTC-4 (14:02 UTC), 34 minutes so far",
        "Since 15 July 2025, 15:02 BST (14:02 UTC), 34 minutes so far",
    ]


async def test_the_browser_writes_moments_as_the_server_does(browser, pages):
    plain = await window(browser, 1280)
    # Of zones without a letter of their own in Europe a browser tells the offset.
    for zone, offset in (("Europe/Berlin", {}), ("UTC", {}), ("Asia/Tokyo", {"JST": "UTC+9"})):
        context = await visitor(browser, timezone_id=zone)
        page = await context.new_page()
        await pages.show(page, "acknowledged")
        shown = await page.locator("time").all_inner_texts()
        pages.zone(zone)
        await plain.goto(pages.link)

        served = await plain.locator("time").all_inner_texts()
        for name, told in offset.items():
            served = [text.replace(name, told) for text in served]
        assert shown == served
        await context.close()


_BROKEN = """() => {
  const broken = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("script, style, svg")) continue;
    for (const word of node.textContent.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const shown = [...range.getClientRects()].filter(each => each.width > 0);
      const lines = new Set(shown.map(each => Math.round(each.top)));
      if (lines.size > 1) broken.push(word[0]);
    }
  }
  return broken;
}"""
