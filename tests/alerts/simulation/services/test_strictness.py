"""The fakes refuse what the real services refuse, with their errors."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiosmtplib
import httpx
import pytest

from alerts.errors import AlertsError
from alerts.simulation.services.inbox import ROUTING_KEY, SLACK_TOKEN, Inbox
from alerts.simulation.services.slack_blocks import complaints
from tests.patience import PATIENCE_S

PAYLOAD = {"summary": "s", "source": "northside", "severity": "error"}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    inbox = Inbox()
    await inbox.start()
    yield inbox
    await inbox.stop()


@pytest.mark.parametrize(
    ("event", "error"),
    [
        ({}, "'routing_key' is missing or blank"),
        ({"routing_key": "short"}, "Length of 'routing_key' is incorrect (should be 32 characters)"),
        ({"routing_key": "f" * 32, "event_action": "trigger", "payload": PAYLOAD}, "Invalid routing key"),
        ({"event_action": "ring"}, "'event_action' is invalid"),
        ({"event_action": "trigger"}, "'payload' is missing or blank"),
        ({"event_action": "acknowledge"}, "'dedup_key' is missing or blank"),
        ({"event_action": "resolve", "dedup_key": "x" * 256}, "'dedup_key' exceeds limit"),
        ({"event_action": "trigger", "payload": PAYLOAD | {"severity": "fatal"}}, "'payload.severity' is invalid"),
        ({"event_action": "trigger", "payload": PAYLOAD | {"source": " "}}, "'payload.source' is missing or blank"),
        ({"event_action": "trigger", "payload": PAYLOAD | {"summary": "x" * 1025}}, "'payload.summary' exceeds"),
        ({"event_action": "trigger", "payload": PAYLOAD, "links": [{"text": "no href"}]}, "'links' must be"),
    ],
)
async def test_pagerduty_refuses_a_wrong_event_in_its_own_words(inbox: Inbox, event: dict[str, Any], error: str):
    sent = event if not event or "routing_key" in event else {"routing_key": ROUTING_KEY} | event

    answer = await post(inbox, "/v2/enqueue", json.dumps(sent))

    assert answer.status_code == 400
    assert answer.json()["status"] == "invalid event"
    assert answer.json()["message"] == "Event object is invalid"
    assert any(said.startswith(error) for said in answer.json()["errors"])
    assert inbox.pagerduty.alerts == {}


async def test_pagerduty_refuses_what_is_no_json_and_what_is_too_large(inbox: Inbox):
    broken = await post(inbox, "/v2/enqueue", "{")
    large = await post(inbox, "/v2/enqueue", json.dumps({"x": "y" * 600_000}))

    assert (broken.status_code, broken.json()["errors"]) == (400, ["JSON parse error"])
    assert large.status_code == 413


async def test_pagerduty_folds_events_of_one_key_and_rings_again_once_it_was_resolved(inbox: Inbox):
    for action in ("trigger", "trigger", "acknowledge", "trigger", "resolve", "trigger"):
        event = {"routing_key": ROUTING_KEY, "event_action": action, "dedup_key": "k", "payload": PAYLOAD}
        answer = await post(inbox, "/v2/enqueue", json.dumps(event))
        assert (answer.status_code, answer.json()["dedup_key"]) == (202, "k")

    rang = [item.body["rang"] for item in inbox.store.received("pagerduty")]
    assert rang == [True, False, False, False, False, True]


async def test_an_acknowledgement_of_an_unknown_key_is_accepted_and_changes_nothing(inbox: Inbox):
    event = {"routing_key": ROUTING_KEY, "event_action": "acknowledge", "dedup_key": "nobody"}

    answer = await post(inbox, "/v2/enqueue", json.dumps(event))

    assert answer.status_code == 202
    assert inbox.pagerduty.alerts == {}


@pytest.mark.parametrize(
    ("method", "asked", "error"),
    [
        ("chat.postMessage", {"channel": "#nowhere", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "#crisis"}, "no_text"),
        ("chat.postMessage", {"channel": "#crisis", "blocks": [SECTION]}, "no_text"),
        ("chat.postMessage", {"channel": "#crisis", "text": "x" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"channel": "#crisis", "text": "x", "thread_ts": "1.0"}, "thread_not_found"),
        ("chat.postMessage", {"channel": "#crisis", "text": "x", "blocks": [{"type": "carousel"}]}, "invalid_blocks"),
        ("chat.postMessage", {"channel": "#crisis", "text": "x", "metadata": {"event": 1}}, "invalid_metadata_format"),
        ("chat.update", {"channel": "#crisis", "ts": "1.0", "text": "x"}, "channel_not_found"),
        ("chat.update", {"channel": "C0000000001", "ts": "1.0", "text": "x"}, "message_not_found"),
        ("conversations.history", {"channel": "#crisis"}, "channel_not_found"),
        ("conversations.replies", {"channel": "C0000000001", "ts": "1.0"}, "thread_not_found"),
    ],
)
async def test_slack_refuses_with_its_own_error(inbox: Inbox, method: str, asked: dict[str, Any], error: str):
    answer = await slack(inbox, method, asked)

    assert answer.status_code == 200
    assert answer.json()["ok"] is False
    assert answer.json()["error"] == error


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-other", "invalid_auth")])
async def test_slack_wants_its_token(inbox: Inbox, token: str, error: str):
    answer = await slack(inbox, "auth.test", {}, token=token)

    assert answer.json() == {"ok": False, "error": error}


async def test_slack_takes_a_form_as_well_as_json(inbox: Inbox):
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        form = {"token": SLACK_TOKEN, "channel": "crisis", "text": "x", "blocks": json.dumps([SECTION])}
        answer = await client.post(f"{inbox.slack_base_url}chat.postMessage", data=form)

    assert answer.json()["ok"] is True
    assert answer.json()["channel"] == "C0000000001"


async def test_slack_shows_metadata_only_to_who_asks_for_it(inbox: Inbox):
    metadata = {"event_type": "t", "event_payload": {"a": "b"}}
    await slack(inbox, "chat.postMessage", {"channel": "#crisis", "text": "x", "metadata": metadata})

    plain, full = [
        (await slack(inbox, "conversations.history", {"channel": "C0000000001", "include_all_metadata": wanted})).json()
        for wanted in (False, True)
    ]

    assert "metadata" not in plain["messages"][0]
    assert full["messages"][0]["metadata"] == metadata


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}},
        {"type": "section"},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}},
        {"type": "section", "text": {"type": "mrkdwn", "text": ""}},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11},
        {"type": "context", "elements": []},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11},
        {"type": "actions", "elements": [{"type": "select"}]},
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x" * 76}}]},
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}, "url": "ftp:"}],
        },
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}, "style": "red"}],
        },
        {"type": "image", "image_url": "https://a.example/x.png"},
        {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [{"type": "text", "text": ""}]}]},
        {"type": "rich_text", "elements": [{"type": "script"}]},
        {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "block_id": "x" * 256},
        "not a block",
    ],
)
def test_a_block_that_slack_would_refuse_is_refused_with_its_place(block: Any):
    found = complaints([SECTION, block])

    assert found
    assert all("json-pointer:/blocks/1" in said for said in found)


def test_fifty_blocks_are_taken_and_fifty_one_are_not():
    assert complaints([SECTION] * 50) == []
    assert complaints([SECTION] * 51) == ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]


async def test_a_mail_without_its_headers_is_refused(inbox: Inbox):
    with pytest.raises(aiosmtplib.SMTPDataError, match="Date, Message-ID"):
        await aiosmtplib.send(
            b"From: a@example.org\r\n\r\nx\r\n",
            sender="a@example.org",
            recipients=["b@example.org"],
            hostname="127.0.0.1",
            port=inbox.smtp_port,
        )


async def test_mail_commands_out_of_order_are_refused(inbox: Inbox):
    said = (
        b"MAIL FROM:<a@example.org>", b"HELO x", b"RCPT TO:<b@example.org>", b"DATA", b"MAIL nonsense",
        b"MAIL FROM:<a@example.org>", b"RCPT TO:<nobody>", b"TURN", b"QUIT",
    )  # fmt: skip
    reader, writer = await asyncio.open_connection("127.0.0.1", inbox.smtp_port)

    writer.write(b"".join(line + b"\r\n" for line in said))
    async with asyncio.timeout(PATIENCE_S):
        answers = (await reader.read()).decode().splitlines()
    writer.close()

    assert [int(answer[:3]) for answer in answers] == [220, 503, 250, 503, 503, 501, 250, 553, 502, 221]


async def test_a_webhook_without_a_signature_is_refused(inbox: Inbox):
    answer = await post(inbox, "/webhook", "{}")

    assert answer.status_code == 401
    assert inbox.store.received() == []


async def test_the_inbox_listens_on_this_machine_alone():
    with pytest.raises(AlertsError, match="loopback"):
        await Inbox().start(host="0.0.0.0")


async def post(inbox: Inbox, path: str, body: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        return await client.post(f"{inbox.url}{path}", content=body, headers={"Content-Type": "application/json"})


async def slack(inbox: Inbox, method: str, asked: dict[str, Any], token: str = SLACK_TOKEN) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        return await client.post(f"{inbox.slack_base_url}{method}", json=asked, headers=headers)
