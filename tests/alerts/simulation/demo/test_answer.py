"""Taking an incident as a person would, on the real page."""

import pytest
from msgspec.structs import replace

from alerts.errors import AlertsError
from alerts.simulation.demo.answer import take_incident
from alerts.web.app import web_app
from alerts.web.dependencies import Dependencies
from alerts.web.form_token import FormTokens
from alerts.web.links import LinkSigner
from alerts.web.server import serving
from tests.alerts.web import samples
from tests.alerts.web.stage import Clock, Stage

KEYS = ("only for this test",)


@pytest.fixture
def stage() -> Stage:
    return Stage(Clock(samples.BEGAN + 35 * 60.0))


@pytest.fixture
def incident(stage):
    return stage.take(samples.verdict())


@pytest.fixture
async def link(stage, incident):
    signer = LinkSigner(KEYS, "http://127.0.0.1", ttl_s=86400, clock=stage.clock)
    form_tokens = FormTokens(KEYS, clock=stage.clock)
    parts = Dependencies(
        store=stage, send_command=stage.send_command, signer=signer, form_tokens=form_tokens, clock=stage.clock
    )
    async with serving(web_app(parts), "127.0.0.1", 0) as port:
        signer.public_url = f"http://127.0.0.1:{port}"
        yield signer.link(incident.id, incident.brand, "pager")


async def test_the_form_of_the_page_is_filled_in_and_sent(stage, incident, link):
    await take_incident(link, "Demo (automatic)")

    assert stage.get(incident.id).acknowledged_by == "Demo (automatic)"


async def test_what_is_over_cannot_be_taken(stage, incident, link):
    stage.put(replace(incident, status="resolved", resolved_at=incident.opened_at + 60))

    with pytest.raises(AlertsError, match="no button"):
        await take_incident(link, "Demo (automatic)")


async def test_a_link_that_leads_nowhere_is_told(link):
    with pytest.raises(AlertsError, match="answered 40"):
        await take_incident(link[:-3], "Demo (automatic)")
