"""PagerDuty: rings when somebody must wake, and only then."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.errors import DeliveryError
from alerts.receivers.pagerduty.message import dedup_keys, events
from alerts.receivers.pagerduty.settings import PagerDutySettings
from alerts.simulation.services.inbox import ROUTING_KEY, Inbox
from alerts.simulation.services.pagerduty import EVENT_BYTES, complaints
from detectors.verdict import Term
from tests.alerts.receivers.conftest import Build
from tests.alerts.receivers.outbreak import LAPSED, LINK, NOTIFIED, OVER, POSTS, TAKEN, WORSE, then, told


async def test_a_page_triggers_an_acknowledgement_acknowledges_and_the_end_resolves(inbox: Inbox, build: Build):
    pager = build("pagerduty")

    for incident, purpose in ((NOTIFIED, "page"), (TAKEN, "acknowledged"), (OVER, "resolved")):
        await pager.send(told(incident, purpose), earlier={}, repeat=False)  # type: ignore[arg-type]

    sent = [(item.what, item.body["dedup_key"]) for item in inbox.store.received()]
    assert sent == [(action, NOTIFIED.id) for action in ("trigger", "acknowledge", "resolve")]


async def test_a_higher_severity_goes_into_the_alert_that_is_still_ringing(inbox: Inbox, build: Build):
    pager = build("pagerduty")
    await pager.send(told(NOTIFIED), earlier={}, repeat=False)

    await pager.send(told(WORSE), earlier={}, repeat=False)

    (alert,) = inbox.pagerduty.alerts.values()
    assert (alert.severity, alert.rings, alert.events) == ("critical", 1, 2)


async def test_an_acknowledgement_that_ran_out_rings_again(inbox: Inbox, build: Build):
    pager = build("pagerduty")
    await pager.send(told(NOTIFIED), earlier={}, repeat=False)
    await pager.send(told(TAKEN, "acknowledged"), earlier={}, repeat=False)

    await pager.send(told(LAPSED), earlier={}, repeat=False)
    await pager.send(told(LAPSED), earlier={}, repeat=True)

    alerts = inbox.pagerduty.alerts
    assert [(a.status, a.rings) for a in alerts.values()] == [("resolved", 1), ("triggered", 1)]
    assert list(alerts) == list(dedup_keys(LAPSED))


async def test_the_end_closes_the_alert_that_rang_last(inbox: Inbox, build: Build):
    pager = build("pagerduty")
    await pager.send(told(LAPSED), earlier={}, repeat=False)

    await pager.send(told(then(LAPSED, "resolved", 20000, status="resolved"), "resolved"), earlier={}, repeat=False)

    assert inbox.pagerduty.alerts[dedup_keys(LAPSED)[-1]].status == "resolved"


async def test_an_update_that_is_not_worse_is_not_sent(inbox: Inbox, build: Build):
    receipt = await build("pagerduty").send(told(then(NOTIFIED, "grown", 5), "update"), earlier={}, repeat=False)

    assert receipt == {}
    assert inbox.store.received() == []


async def test_a_wrong_key_is_refused_loudly(build: Build):
    with pytest.raises(DeliveryError, match=r"Invalid routing key.*routing_key") as caught:
        await build("pagerduty", routing_key="f" * 32).send(told(NOTIFIED), earlier={}, repeat=False)

    assert caught.value.outcome == "refused"


def test_the_summary_says_all_that_one_who_was_woken_needs():
    (event,) = events(told(NOTIFIED), ROUTING_KEY)

    summary = event["payload"]["summary"]
    assert summary.startswith("Northside Hospital Trust: crisis (serious), since 12 July 2011, 14:58 UTC. 412 mentions")
    assert event["client_url"] == LINK
    assert event["links"] == [{"href": LINK, "text": "See it, and take it"}]
    assert event["payload"]["custom_details"]["who has it"] == "Nobody has it yet."


def test_no_text_of_a_post_is_sent_for_it_could_not_be_taken_back():
    (event,) = events(told(NOTIFIED), ROUTING_KEY)

    assert not any(post.content in json.dumps(event, ensure_ascii=False) for post in POSTS)


@given(text=st.text(max_size=3000), phrases=st.lists(st.text(min_size=1, max_size=3000), max_size=8))
def test_no_incident_makes_an_event_that_pagerduty_refuses(text: str, phrases: list[str]):
    evidence = replace(NOTIFIED.evidence, phrases=tuple(Term(text=phrase, share=0.5) for phrase in phrases))
    incident = replace(NOTIFIED, reason=text, severity_reason=text, brand_name=text or "x", evidence=evidence)

    (event,) = events(told(incident), ROUTING_KEY)

    assert list(complaints(event)) == []
    assert len(json.dumps(event).encode()) < EVENT_BYTES


def test_an_event_stays_far_below_pagerdutys_limit_whatever_its_sentence():
    (event,) = events(told(replace(NOTIFIED, reason="ward " * 200_000)), ROUTING_KEY)

    assert len(json.dumps(event).encode()) < EVENT_BYTES / 10
    assert event["payload"]["custom_details"]["why"].endswith("…")


@pytest.mark.parametrize("key", ["", "short", "x" * 33, "é" * 32])
def test_a_routing_key_that_cannot_be_one_is_refused_when_it_is_read(key: str):
    with pytest.raises(ValueError, match="32 letters and digits"):
        PagerDutySettings.model_validate({"routing_key": key})
