"""Only what is signed is read, and each mention stands or falls by itself."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from streams.connectors.webhook import MentionsWebhook, WebhookRefusedError
from streams.errors import BadMentionError, StreamsError
from streams.mention import Mention

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ONE = b'{"id": "a", "published": "2011-07-12T15:00:00Z", "content": "one"}'


def signed(body: bytes, *, secret: str = SECRET, at: dt.datetime | None = None) -> dict[str, str]:
    at = at or dt.datetime.now(dt.UTC)
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("msg_1", at, body.decode()),
    }


def test_a_signed_mention_is_read():
    (mention,) = MentionsWebhook(SECRET).read(ONE, signed(ONE))

    assert isinstance(mention, Mention)
    assert mention.id == "a"


def test_each_mention_of_an_array_stands_by_itself():
    body = b" [" + ONE + b', {"id": ""}]'

    good, bad = MentionsWebhook(SECRET).read(body, signed(body))

    assert isinstance(good, Mention)
    assert isinstance(bad, BadMentionError)


def test_a_body_that_is_no_json_is_refused_by_its_reason():
    (bad,) = MentionsWebhook(SECRET).read(b"{", signed(b"{"))

    assert isinstance(bad, BadMentionError)
    assert bad.reason == "json"


def test_another_body_than_the_signed_one_is_refused():
    with pytest.raises(WebhookRefusedError):
        MentionsWebhook(SECRET).read(ONE + b" ", signed(ONE))


def test_another_secret_is_refused():
    with pytest.raises(WebhookRefusedError):
        MentionsWebhook(SECRET).read(ONE, signed(ONE, secret="whsec_c29tZXRoaW5nIGVsc2UgZW50aXJlbHk="))


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_early_request_is_refused(minutes):
    at = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)

    with pytest.raises(WebhookRefusedError):
        MentionsWebhook(SECRET).read(ONE, signed(ONE, at=at))


@given(
    st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text()),
    st.binary(max_size=20),
)
def test_no_header_or_body_breaks_the_reader(headers, body):
    with pytest.raises((WebhookRefusedError, BadMentionError)):
        MentionsWebhook(SECRET).read(body, headers)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_%"])
def test_a_secret_that_cannot_be_used_is_refused(secret):
    with pytest.raises(StreamsError, match="secret cannot be used"):
        MentionsWebhook(secret)
