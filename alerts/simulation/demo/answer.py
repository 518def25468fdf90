"""Takes an incident through its link as a person would: looks at the page, fills in the form, presses the button."""

import asyncio
from html.parser import HTMLParser

import httpx
from msgspec import Struct

from alerts.errors import AlertsError

_TRIES = 20
_WAIT_S = 0.5
_TIMEOUT_S = 20.0


class PageForm(Struct):
    """The form of an incident's page: what it carries along, and its buttons with their values."""

    fields: dict[str, str] = {}
    buttons: list[str] = []


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form = PageForm()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "input" and named.get("type") == "hidden":
            self.form.fields[named["name"]] = named["value"]
        if tag == "button" and named.get("name") == "action":
            self.form.buttons.append(named["value"])


def read_form(page: str) -> PageForm:
    """Return what the form of a page holds.

    Examples
    --------
    >>> form = read_form('<input type="hidden" name="nonce" value="n1"><button name="action" value="acknowledge">')
    >>> form.fields, form.buttons
    ({'nonce': 'n1'}, ['acknowledge'])
    """
    reader = _FormReader()
    reader.feed(page)
    return reader.form


async def take_incident(link: str, name: str) -> None:
    """Open a link, type a name, and press “I have it”.

    The chain says afterwards, on its topic and in Slack, whether it was heard.

    Raises
    ------
    AlertsError
        Where the page does not come, offers no such button, or refuses the press.
    """
    async with httpx.AsyncClient(trust_env=False, timeout=_TIMEOUT_S, follow_redirects=True) as browser:
        page = await _page(browser, link)
        form = read_form(page.text)
        if "acknowledge" not in form.buttons:
            raise AlertsError("the incident's page offers no button to take it; somebody may have been first")
        answer = await browser.post(link, data={**form.fields, "name": name, "action": "acknowledge"})
    if not answer.is_success:
        raise AlertsError(f"the incident's page refused the press with {answer.status_code}")


async def _page(browser: httpx.AsyncClient, link: str) -> httpx.Response:
    for _ in range(_TRIES):
        page = await browser.get(link)
        # 503: the page has not read the incident yet, and asks to be loaded again.
        if page.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            break
        await asyncio.sleep(_WAIT_S)
    if not page.is_success:
        raise AlertsError(f"the page behind the pager's link answered {page.status_code}")
    return page
