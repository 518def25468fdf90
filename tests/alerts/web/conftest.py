"""Fixtures: the application on a free port, its links, and a person with a browser."""

import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from alerts.incidents.incident import Incident
from alerts.web.app import web_app
from alerts.web.dependencies import Dependencies
from alerts.web.form_token import FormTokens
from alerts.web.links import LinkSigner
from tests.alerts.web import samples
from tests.alerts.web.stage import Clock, Stage

KEYS = ("the newest key of this test", "an older key of this test")
URL = "https://tocsin.example.org"
DAY_S = 86400.0


class Person:
    """Someone with a browser: opens a link, fills in the form, presses a button."""

    def __init__(self, client: TestClient[Any, Any], link: str) -> None:
        self.client = client
        self.path = link.removeprefix(URL)
        self.cookies: dict[str, str] = {}
        self.form_token = ""
        self.shows = ""
        self.in_view = ""

    async def opens(self, method: str = "GET") -> tuple[aiohttp.ClientResponse, str]:
        return await self._ask(method, None)

    async def presses(
        self, action: str = "acknowledge", name: str = "Ada L.", **fields: str
    ) -> tuple[aiohttp.ClientResponse, str]:
        form = {"nonce": self.form_token, "action": action, "name": name, **fields}
        return await self._ask("POST", form)

    async def reloads(self) -> tuple[aiohttp.ClientResponse, str]:
        """Load once more what the browser shows."""
        return await self._ask("GET", None, self.shows)

    async def _ask(
        self, method: str, form: dict[str, str] | None, query: str = ""
    ) -> tuple[aiohttp.ClientResponse, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} if self.cookies else {}
        response = await self.client.request(
            method, self.path + query, data=form, headers=headers, allow_redirects=False
        )
        for name, morsel in response.cookies.items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value
        if response.status == 303:
            self.shows, _, self.in_view = response.headers["Location"].partition("#")
            return await self._ask("GET", None, self.shows)
        page = await response.text()
        if found := re.search(r'name="nonce" value="([^"]+)"', page):
            self.form_token = unescape(found[1])
        return response, page


@pytest.fixture
def clock() -> Clock:
    return Clock(float(samples.BEGAN + 35 * 60))


@pytest.fixture
def stage(clock: Clock) -> Stage:
    return Stage(clock)


@pytest.fixture
def incident(stage: Stage) -> Incident:
    return stage.take(samples.verdict())


@pytest.fixture
def signer(clock: Clock) -> LinkSigner:
    return LinkSigner(KEYS, URL, ttl_s=7 * DAY_S, clock=clock)


@pytest.fixture
def parts(stage: Stage, signer: LinkSigner, clock: Clock) -> Dependencies:
    return Dependencies(
        store=stage,
        send_command=stage.send_command,
        signer=signer,
        form_tokens=FormTokens(KEYS, clock=clock),
        wait_s=0.05,
        clock=clock,
    )


@pytest.fixture
async def client(parts: Dependencies) -> AsyncIterator[TestClient[Any, Any]]:
    server = TestServer(web_app(parts), host="127.0.0.1")
    async with TestClient(server, cookie_jar=aiohttp.DummyCookieJar()) as client:
        yield client


@pytest.fixture
def person(client: TestClient[Any, Any], signer: LinkSigner, incident: Incident) -> Person:
    return Person(client, signer.link(incident.id, incident.brand, "chief-executive"))


@pytest.fixture
def colleague(client: TestClient[Any, Any], signer: LinkSigner, incident: Incident) -> Person:
    return Person(client, signer.link(incident.id, incident.brand, "slack-crisis"))
