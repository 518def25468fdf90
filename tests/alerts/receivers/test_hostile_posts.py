"""No content of a post keeps a message from leaving, or reaches anybody as what it is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from alerts.health.metrics import ERRORS
from alerts.presentation.public_incident import public_incident
from alerts.receivers.sendable import sendable
from alerts.receivers.webhook.message import body
from alerts.simulation.services.inbox import Inbox
from alerts.wording.foreign_text import web_address
from detectors.post import Post
from tests.alerts.receivers.checks import CHECKS, check_slack
from tests.alerts.receivers.conftest import Build
from tests.alerts.receivers.hostile import INJECTIONS, Stranger
from tests.alerts.receivers.outbreak import EVIDENCE, NOTIFIED, told

KINDS = ["slack", "pagerduty", "webhook", "email"]


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 2**64 - 1))
def test_whatever_strangers_write_a_message_is_made_and_shows_nothing_hostile(seed: int):
    delivery = Stranger(seed).delivery()

    for check in CHECKS.values():
        check(delivery)


# Found by the fuzz beside this file: what ends an address, and what its end is followed by, differed between surfaces.
@pytest.mark.parametrize("seed", [20006470, 30005024, 30008148, 30009399, 40002384, 40006909, 40007125])
def test_what_once_broke_a_message_does_so_no_more(seed: int):
    delivery = Stranger(seed).delivery()

    for check in CHECKS.values():
        check(delivery)


@pytest.mark.parametrize("written", INJECTIONS)
def test_no_hostile_word_anywhere_reaches_anybody(written: str):
    key = written.encode(errors="ignore").decode() or "p"
    post = Post(
        id=key, published=1.0, content=f"a {written} b", source=written, url=written, author=written,
        author_name=f"x{written}y", language=written, tags=(written,), negativity=1.0,
    )  # fmt: skip
    incident = replace(
        NOTIFIED,
        reason=f"People say {written}.",
        severity_reason=written,
        evidence=replace(EVIDENCE, posts=(post,) * 3),
    )

    for check in CHECKS.values():
        check(told(incident))


@pytest.mark.parametrize("kind", KINDS)
async def test_a_page_about_a_post_with_a_broken_address_arrives(kind: str, inbox: Inbox, build: Build):
    posts = tuple(
        Post(id=url, published=1e300, content="look", url=url, negativity=1.0)
        for url in ("http://[", "https://example.org/" + "ก" * 325, "file:///etc/passwd")
    )
    page = told(replace(NOTIFIED, evidence=replace(EVIDENCE, posts=posts)))
    before = ERRORS.labels("rendering")._value.get()

    await build(kind).send(page, earlier={}, repeat=False)

    assert [item.channel for item in inbox.store.received()] == [kind]
    assert ERRORS.labels("rendering")._value.get() == before


@pytest.mark.parametrize("kind", KINDS)
async def test_a_page_that_cannot_be_rendered_goes_out_without_what_people_posted(
    kind: str, inbox: Inbox, build: Build
):

    before = ERRORS.labels("rendering")._value.get()
    incident = replace(NOTIFIED, evidence=replace(EVIDENCE, phrases=(None,)))

    await build(kind).send(told(incident), earlier={}, repeat=False)

    (arrived,) = inbox.store.received()
    assert arrived.channel == kind
    assert "Northside Hospital Trust" in str(arrived.body)
    assert ERRORS.labels("rendering")._value.get() == before + 1


def test_what_can_be_rendered_is_sent_as_it_is():
    page = told(NOTIFIED)

    assert sendable(page, body) is page


def test_a_long_address_is_measured_as_it_is_sent():
    thai = "https://example.org/" + "ก" * 325
    posts = (replace(EVIDENCE.posts[0], url=thai),)
    incident = replace(NOTIFIED, evidence=replace(EVIDENCE, posts=posts))

    assert public_incident(incident)["evidence"]["posts"][0]["url"] == web_address(thai) != ""
    check_slack(told(incident))
