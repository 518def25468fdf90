"""The web process as the configuration puts it together."""

import pytest
from aiohttp.test_utils import TestClient, TestServer

from alerts.cli.compose_web import link_signer, web_dependencies
from alerts.configuration.configuration import load_configuration
from alerts.web.app import web_app

TEXT = """
public_url: https://tocsin.example.org/
links: {keys: [the newest key of this test, an older key of this test], expire: 2d}
web: {webhook_secret: whsec_dGhpcnR5LXR3byBieXRlcyBvZiBhIHRlc3Qgc2VjcmV0}
slack: {signing_secret: a signing secret}
"""


@pytest.fixture
def configuration(tmp_path):
    path = tmp_path / "tocsin.yml"
    path.write_text(TEXT)
    return load_configuration(path, {})


async def test_a_link_of_the_worker_opens_at_the_web_process(configuration, stage, incident, clock):
    keys = configuration.link_keys()
    link = link_signer(configuration, keys, clock=clock).link(incident.id, incident.brand, "pager")
    parts = web_dependencies(configuration, keys, stage, stage.send_command, clock=clock)

    async with TestClient(TestServer(web_app(parts), host="127.0.0.1")) as client:
        response = await client.get(link.removeprefix("https://tocsin.example.org"))
        page = await response.text()

    assert link.startswith("https://tocsin.example.org/i/")
    assert response.status == 200
    assert "Northside Hospital Trust" in page
    assert parts.webhook is not None
    assert parts.slack is not None


async def test_links_live_as_long_as_configured(configuration, stage, incident, clock):
    keys = configuration.link_keys()
    parts = web_dependencies(configuration, keys, stage, stage.send_command, clock=clock)
    link = parts.signer.link(incident.id, incident.brand, "pager")
    clock.now += 2 * 86400 + 1

    async with TestClient(TestServer(web_app(parts), host="127.0.0.1")) as client:
        response = await client.get(link.removeprefix("https://tocsin.example.org"))

    assert response.status == 410
