"""Signed links: who can make them, how long they live, and what they give away."""

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.errors import LinkError
from alerts.web.form_token import FormTokens
from alerts.web.links import LinkClaims, LinkSigner, require_current
from tests.alerts.web import samples
from tests.alerts.web.stage import Clock, Stage

NOW = 1_800_000_000
URL = "https://tocsin.example.org"
WEEK_S = 7 * 86400


def signer(*keys: str) -> LinkSigner:
    return LinkSigner(keys or ("a key",), URL, ttl_s=WEEK_S, clock=lambda: NOW)


def token(link: str) -> str:
    return link.removeprefix(f"{URL}/i/")


def reason(read: LinkSigner, text: str, at: float = NOW) -> str:
    with pytest.raises(LinkError) as caught:
        read.read(text, at=at)
    assert len(text) < 20 or text not in str(caught.value)
    return caught.value.reason


def identity_or_reason(text: str) -> str:
    try:
        return signer().read(text).identity
    except LinkError as error:
        return error.reason


words = st.text(st.characters(codec="utf-8"), max_size=80)


@given(words, words, st.integers(0, 10**9))
def test_a_link_says_what_was_put_into_it(incident, recipient, version):
    claims = signer().read(token(signer().link(incident, "northside", recipient, version)))

    assert claims == LinkClaims(
        incident=incident, brand="northside", recipient=recipient, version=version, issued_at=NOW
    )


@given(st.data())
def test_a_link_with_one_character_changed_is_forged(data):
    text = token(signer().link("northside-1", "northside", "chief-executive"))
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(string.ascii_letters + string.digits + "-_."))
    changed = text[:place] + other + text[place + 1 :]

    # Where the change is of bits that say nothing (the last of Base64), it is the same link with the same name.
    assert identity_or_reason(changed) in {"forged", identity_or_reason(text)}


@given(st.text(max_size=3000))
def test_no_text_brings_more_than_a_refusal(text):
    assert reason(signer(), text) == "forged"


def test_deeply_nested_forgeries_are_refused_without_being_read():
    nested = base64.urlsafe_b64encode(b"[" * 1400).rstrip(b"=").decode()

    assert reason(signer(), f"{nested}.aaaaaa.bbbb") == "forged"


def test_a_link_signed_with_an_older_key_is_read_until_the_key_is_dropped():
    old = token(signer("old").link("northside-1", "northside", "pager"))

    assert signer("new", "old").read(old).recipient == "pager"
    assert reason(signer("new"), old) == "forged"


def test_the_newest_key_signs():
    link = token(signer("new", "old").link("northside-1", "northside", "pager"))

    assert signer("new").read(link).recipient == "pager"
    assert reason(signer("old"), link) == "forged"


def test_a_link_runs_out():
    link = token(signer().link("northside-1", "northside", "pager"))

    assert signer().read(link, at=NOW + WEEK_S).recipient == "pager"
    assert reason(signer(), link, at=NOW + WEEK_S + 1) == "expired"


def test_a_link_from_a_clock_ahead_of_ours_works():
    assert signer().read(token(signer().link("northside-1", "northside", "pager", at=NOW + 90))).recipient == "pager"


def test_a_nonce_is_no_link():
    form_token = FormTokens(["a key"], clock=lambda: NOW).issue("a cookie", "l-1")

    assert reason(signer(), form_token) == "wrong_purpose"


def test_a_link_is_withdrawn_by_the_incidents_link_version():
    stage = Stage(Clock(NOW))
    incident = stage.take(samples.verdict())
    current = signer().read(token(signer().link(incident.id, incident.brand, "pager", incident.link_version)))
    older = signer().read(token(signer().link(incident.id, incident.brand, "pager", incident.link_version - 1)))

    require_current(current, incident)
    with pytest.raises(LinkError) as caught:
        require_current(older, incident)
    assert caught.value.reason == "revoked"


def test_a_link_of_another_brand_does_not_fit():
    incident = Stage(Clock(NOW)).take(samples.verdict())
    claims = signer().read(token(signer().link(incident.id, "southside", "pager")))

    with pytest.raises(LinkError) as caught:
        require_current(claims, incident)
    assert caught.value.reason == "forged"


def test_two_recipients_have_two_links_with_two_names():
    one = signer().link("northside-1", "northside", "pager")
    two = signer().link("northside-1", "northside", "chief-executive")

    assert one != two
    assert signer().read(token(one)).identity != signer().read(token(two)).identity


def test_the_public_name_of_a_link_is_no_part_of_it():
    link = signer().link("northside-1", "northside", "pager")

    assert signer().read(token(link)).identity.removeprefix("l-") not in link


@pytest.mark.parametrize("keys", [(), ("",), ("good", "")])
def test_without_a_key_nothing_is_signed(keys):
    with pytest.raises(ValueError, match="key"):
        LinkSigner(keys, URL, ttl_s=60)
