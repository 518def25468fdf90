"""Webhooks: signed, and recognised by their id."""

import pytest
from msgspec.structs import replace

from alerts.errors import DeliveryError
from alerts.presentation.public_incident import public_incident
from alerts.receivers.webhook.message import body, event_type
from alerts.receivers.webhook.settings import WebhookSettings
from alerts.simulation.services.inbox import Inbox
from tests.alerts.receivers.conftest import Build
from tests.alerts.receivers.outbreak import LINK, NOTIFIED, OPENED, OVER, TAKEN, WORSE, told


async def test_a_webhook_carries_the_incident_as_it_is_promised(inbox: Inbox, build: Build):
    page = told(NOTIFIED, receiver="hook")

    await build("webhook").send(page, earlier={}, repeat=False)

    (taken,) = inbox.store.received()
    assert taken.body == {
        "webhook_id": page.id,
        "type": "incident.opened",
        "timestamp": "2011-07-12T14:59:02Z",
        "data": {**public_incident(NOTIFIED), "link": LINK},
    }


@pytest.mark.parametrize(
    ("incident", "said"),
    [
        (OPENED, "incident.opened"),
        (NOTIFIED, "incident.opened"),
        (WORSE, "incident.severity_raised"),
        (TAKEN, "incident.acknowledged"),
        (OVER, "incident.resolved"),
    ],
)
def test_the_type_says_what_happened(incident: object, said: str):
    assert event_type(told(incident)) == said  # type: ignore[arg-type]


def test_a_repeat_has_the_same_body():
    assert body(told(TAKEN)) == body(replace(told(TAKEN), attempts=3, state="unknown"))


async def test_a_repeat_is_dropped_by_the_other_side(inbox: Inbox, build: Build):
    hook = build("webhook")

    await hook.send(told(NOTIFIED), earlier={}, repeat=False)
    await hook.send(told(NOTIFIED), earlier={}, repeat=True)

    assert (len(inbox.store.received()), inbox.webhook.repeats) == (1, 1)


async def test_a_secret_that_the_other_side_does_not_know_is_refused(inbox: Inbox, build: Build):
    with pytest.raises(DeliveryError, match=r"HTTP 401.*secret") as caught:
        await build("webhook", secret="whsec_" + "b" * 32).send(told(NOTIFIED), earlier={}, repeat=False)

    assert caught.value.outcome == "refused"
    assert inbox.store.received() == []


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "not base64 at all!", "whsec_" + "a" * 100])
def test_a_secret_that_is_too_short_too_long_or_no_base64_is_refused_with_a_way_to_make_one(secret: str):
    with pytest.raises(ValueError, match="openssl rand"):
        WebhookSettings.model_validate({"url": "https://example.org/hook", "secret": secret})


def test_a_secret_does_not_show_in_a_log():
    settings = WebhookSettings.model_validate({"url": "https://example.org", "secret": "whsec_" + "b" * 32})

    assert "bbbb" not in repr(settings)
