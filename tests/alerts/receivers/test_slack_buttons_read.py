"""Slack's buttons on their way back: signed by Slack, pressed by a person, carried out once."""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from alerts.errors import AlertsError
from alerts.incidents.command import Command
from alerts.receivers.slack.buttons import Interaction, InteractionError, ephemeral, interaction
from alerts.receivers.slack.interactions import SlackInteractionHandler
from alerts.simulation.services.inbox import SIGNING_SECRET, Inbox

NOW = 1310483100.0
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


def test_slacks_own_example_of_a_signature_is_accepted():
    # From Slack's documentation, "Verifying requests from Slack".
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }

    with pytest.raises(InteractionError, match="not an interaction") as caught:
        interaction(headers, body, signing_secret=SECRET, now=1531420618.0)

    assert caught.value.status == 400  # Signed all right; but it is a slash command.


def test_acknowledge_becomes_the_command_of_the_person_who_pressed():
    read = pressed("tocsin_acknowledge")

    assert read.command is not None
    assert read.command == Command(
        id=read.command.id,
        type="acknowledge",
        brand="northside",
        incident="northside-1",
        at=NOW,
        by="sam.okafor",
        via="slack",
    )
    assert read.answer.startswith("You asked to take northside-1.")
    assert read.response_url == "https://hooks.slack.com/actions/1"


def test_silence_lasts_for_an_hour():
    read = pressed("tocsin_silence_1h")

    assert read.command is not None
    assert (read.command.type, read.command.until) == ("silence", NOW + 3600)
    assert "|12 July 2011, 16:05 UTC>" in read.answer


def test_not_a_crisis_becomes_a_false_alarm():
    read = pressed("tocsin_not_a_crisis")

    assert read.command is not None
    assert read.command.type == "false_alarm"
    assert "Tocsin asks for more evidence" in read.answer
    assert "|6 September 2011>" in read.answer


def test_a_crisis_after_all_takes_it_back():
    read = pressed("tocsin_a_crisis_after_all")

    assert read.command is not None
    assert read.command.type == "revoke_false_alarm"
    assert "no longer counts" in read.answer


def test_open_asks_nothing():
    assert pressed("tocsin_open") == Interaction(command=None)


def test_a_repeat_of_a_press_is_the_same_command_and_another_press_is_not():
    first, again, other = (pressed("tocsin_acknowledge", action_ts=ts) for ts in ("1.1", "1.1", "1.2"))

    assert first.command == again.command
    assert first.command is not None
    assert other.command is not None
    assert first.command.id != other.command.id


@pytest.mark.parametrize("off_s", [-301, 301, 100_000])
def test_a_press_more_than_five_minutes_away_is_refused(off_s: int):
    headers, body = signed(payload("tocsin_acknowledge"))

    with pytest.raises(InteractionError, match="five minutes") as caught:
        interaction(headers, body, signing_secret=SECRET, now=NOW + off_s)

    assert caught.value.status == 401


@pytest.mark.parametrize(
    "change",
    [
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-signature": ""},
        {"x-slack-signature": "v0=é"},
        {"x-slack-request-timestamp": "soon"},
        {"x-slack-request-timestamp": str(int(NOW) + 1)},
        {"x-slack-request-timestamp": "²"},
    ],
)
def test_a_forged_press_is_refused(change: dict[str, str]):
    headers, body = signed(payload("tocsin_acknowledge"))

    with pytest.raises(InteractionError) as caught:
        interaction(headers | change, body, signing_secret=SECRET, now=NOW)

    assert caught.value.status == 401


def test_a_changed_byte_of_the_body_breaks_the_signature():
    headers, body = signed(payload("tocsin_acknowledge"))

    with pytest.raises(InteractionError, match="signature"):
        interaction(headers, body.replace(b"sam", b"eve"), signing_secret=SECRET, now=NOW)


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "view_submission"},
        {"actions": []},
        {"actions": [{"action_id": "somebody_elses", "value": "{}"}]},
        {"actions": [{"action_id": "tocsin_acknowledge", "value": "not json"}]},
        {"actions": [{"action_id": "tocsin_acknowledge", "value": '{"brand": "northside"}'}]},
        {"user": {}},
    ],
)
def test_what_is_no_press_of_our_buttons_is_refused(broken: dict[str, Any]):
    headers, body = signed(payload("tocsin_acknowledge") | broken)

    with pytest.raises(InteractionError) as caught:
        interaction(headers, body, signing_secret=SECRET, now=NOW)

    assert caught.value.status == 400


@pytest.mark.parametrize("body", [b"", b"payload=", b"payload=%7B", b"\xff\xfe", b"payload=null"])
def test_a_signed_body_that_is_none_is_refused(body: bytes):
    with pytest.raises(InteractionError) as caught:
        interaction(headers_for(body), body, signing_secret=SECRET, now=NOW)

    assert caught.value.status == 400


def test_the_answer_is_for_the_person_alone_and_leaves_the_message():
    assert ephemeral("hello") == {"response_type": "ephemeral", "replace_original": False, "text": "hello"}


async def test_the_handler_sends_the_command_and_answers_nothing():
    sent: list[Command] = []
    handler = SlackInteractionHandler(SECRET, lambda command: _keep(sent, command), lambda: NOW, simulated=True)

    answer = await handler(*signed(payload("tocsin_acknowledge") | {"response_url": "http://10.0.0.1/internal"}))
    await handler.close()

    assert (answer.status, answer.body) == (200, b"")
    assert [command.type for command in sent] == ["acknowledge"]


async def test_the_handler_refuses_a_forgery_and_sends_nothing():
    sent: list[Command] = []
    handler = SlackInteractionHandler("another secret", lambda command: _keep(sent, command), lambda: NOW)

    answer = await handler(*signed(payload("tocsin_acknowledge")))

    assert answer.status == 401
    assert sent == []


async def test_a_command_that_could_not_be_sent_is_told_to_the_person():
    async def lost(_command: Command) -> None:
        raise AlertsError("Kafka is away")

    inbox = Inbox()
    await inbox.start()
    handler = SlackInteractionHandler(SECRET, lost, lambda: NOW, simulated=True)
    try:
        back = {"response_url": f"{inbox.url}/slack/response"}
        answer = await handler(*signed(payload("tocsin_acknowledge") | back))
        await handler.close()
    finally:
        await inbox.stop()

    assert answer.status == 200
    assert inbox.buttons.answer == "That did not work (Kafka is away). Nothing was changed: please try again."
    assert SIGNING_SECRET != SECRET


def payload(action_id: str, *, action_ts: str = "1.1") -> dict[str, Any]:
    value = '{"brand":"northside","incident":"northside-1"}'
    return {
        "type": "block_actions",
        "user": {"id": "U1", "username": "sam.okafor", "name": "sam.okafor", "team_id": "T1"},
        "response_url": "https://hooks.slack.com/actions/1",
        "actions": [{"action_id": action_id, "action_ts": action_ts, "type": "button", "value": value}],
    }


def pressed(action_id: str, *, action_ts: str = "1.1") -> Interaction:
    headers, body = signed(payload(action_id, action_ts=action_ts))
    return interaction(headers, body, signing_secret=SECRET, now=NOW)


def signed(content: dict[str, Any]) -> tuple[dict[str, str], bytes]:
    body = urlencode({"payload": json.dumps(content)}).encode()
    return headers_for(body), body


def headers_for(body: bytes) -> dict[str, str]:
    stamp = str(int(NOW))
    digest = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


async def _keep(sent: list[Command], command: Command) -> None:
    sent.append(command)
