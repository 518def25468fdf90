"""Slack's buttons, read: whose press it is, and what it asks. Pure: raw bytes and the time in, values out."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

import msgspec
from msgspec import Struct

from alerts.errors import AlertsError
from alerts.incidents.command import Command, CommandType
from alerts.incidents.silence import DEFAULT_SILENCE_S
from alerts.receivers.slack.message import (
    A_CRISIS_AFTER_ALL,
    ACKNOWLEDGE,
    NOT_A_CRISIS,
    OPEN,
    SILENCE,
    ButtonValue,
    escape,
)
from alerts.wording.moments import Times
from detectors.feedback import FADES_S

TOLERANCE_S = 300.0
"""A signature older or newer than this is refused, as Slack asks: it may be a replay."""
_TIMES = Times(marked=True)
_COMMANDS: dict[str, CommandType] = {
    ACKNOWLEDGE: "acknowledge",
    SILENCE: "silence",
    NOT_A_CRISIS: "false_alarm",
    A_CRISIS_AFTER_ALL: "revoke_false_alarm",
}


class InteractionError(AlertsError):
    """A request that is not an interaction of our Slack app.

    Parameters
    ----------
    status
        HTTP status to answer with: 401 where it is not Slack's, 400 where it cannot be read.
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Interaction(Struct, frozen=True, kw_only=True):
    """A press of one of our buttons.

    Parameters
    ----------
    command
        What it asks; ``None`` where there is nothing to do (the button that only opens the page).
    answer
        The answer that only the person who pressed sees, as mrkdwn; empty for none.
    response_url
        Where the answer is to be posted as ``ephemeral(answer)``: Slack ignores the body of the HTTP answer, which
        must come within three seconds, empty and with status 200.
    """

    command: Command | None
    answer: str = ""
    response_url: str = ""


class _User(Struct):
    id: str
    name: str = ""
    username: str = ""


class _Action(Struct):
    action_id: str = ""
    action_ts: str = ""
    value: str = ""


class _Payload(Struct):
    type: str
    user: _User
    actions: list[_Action] = []
    response_url: str = ""


def verify(headers: Mapping[str, str], body: bytes, *, signing_secret: str, now: float) -> None:
    """Make sure that a request comes from Slack, and just now.

    Parameters
    ----------
    headers
        With their names in small letters.
    body
        As it came, for the signature (``v0``: HMAC-SHA-256) is over exactly these bytes.
    signing_secret
        The Slack app's.
    now
        Wall time, epoch seconds.

    Raises
    ------
    InteractionError
        401 where the signature is missing, wrong, or more than five minutes away.
    """
    stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not (stamp.isascii() and stamp.isdigit()) or abs(now - int(stamp)) > TOLERANCE_S:
        raise InteractionError(401, "Slack's time-stamp is missing or more than five minutes away; check the clock")
    signed = hmac.new(signing_secret.encode(), b"v0:%b:%b" % (stamp.encode(), body), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"v0={signed}".encode(), signature.encode("utf-8", "surrogateescape")):
        raise InteractionError(401, "Slack's signature is wrong; check slack.signing_secret")


def interaction(headers: Mapping[str, str], body: bytes, *, signing_secret: str, now: float) -> Interaction:
    """Verify and read one interaction. See ``verify`` for the parameters.

    The command's id is derived from the press, so a repeat of the request is the same command.

    Raises
    ------
    InteractionError
        401 where it is not Slack's, 400 where it is no press of a button of ours.
    """
    verify(headers, body, signing_secret=signing_secret, now=now)
    payload = _payload(body)
    if payload.type != "block_actions" or not payload.actions:
        raise InteractionError(400, f"Slack sent {payload.type or 'nothing'}, and only pressed buttons are known here")
    action = payload.actions[0]
    if action.action_id == OPEN:
        return Interaction(command=None)
    kind = _COMMANDS.get(action.action_id)
    if kind is None:
        raise InteractionError(400, f"there is no button {action.action_id[:80]}")
    command = _command(kind, action, payload.user, now)
    return Interaction(command=command, answer=_answer(command), response_url=payload.response_url)


def ephemeral(text: str) -> dict[str, Any]:
    """Return the body for a ``response_url`` that only the person who pressed sees."""
    return {"response_type": "ephemeral", "replace_original": False, "text": text}


def _payload(body: bytes) -> _Payload:
    try:
        fields = parse_qs(body.decode(), strict_parsing=True)
        return msgspec.json.decode(fields["payload"][0], type=_Payload)
    except (ValueError, KeyError, msgspec.MsgspecError) as error:
        raise InteractionError(400, f"not an interaction of Slack's: {error}") from error


def _command(kind: CommandType, action: _Action, user: _User, now: float) -> Command:
    try:
        value = msgspec.json.decode(action.value, type=ButtonValue)
    except msgspec.MsgspecError as error:
        raise InteractionError(400, f"the button names no incident: {error}") from error
    press = f"{kind}\x1f{value.incident}\x1f{user.id}\x1f{action.action_ts}"
    return Command(
        id=f"slack-{hashlib.sha256(press.encode()).hexdigest()[:24]}",
        type=kind,
        brand=value.brand,
        incident=value.incident,
        at=now,
        by=(user.name or user.username or user.id)[:80],
        via="slack",
        until=now + DEFAULT_SILENCE_S if kind == "silence" else None,
    )


def _answer(command: Command) -> str:
    return escape(_worded(command))


def _worded(command: Command) -> str:
    incident = command.incident
    if command.type == "acknowledge":
        return f"You asked to take {incident}. If nobody was faster, the message says in a moment that you have it."
    if command.type == "silence" and command.until is not None:
        until = _TIMES.moment(command.until)
        return f"You asked to silence {incident} until {until}. Nobody is paged about it until then."
    if command.type == "revoke_false_alarm":
        return (
            f"You took back that {incident} is not a crisis. It no longer counts against this brand's alarms, and is "
            "open again if only that had closed it."
        )
    return (
        f"You marked {incident} as not a crisis. It is being closed for everyone. If it rang as one, Tocsin asks for "
        "more evidence before it rings for this brand again, a little less each day until "
        f"{_TIMES.day(command.at + FADES_S)}. “It is a crisis after all” takes that back."
    )
