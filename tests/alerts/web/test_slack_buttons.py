"""Slack's buttons, from the request to the incident."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp.test_utils import TestClient
from pytest_httpserver import HTTPServer

from alerts.receivers.slack.interactions import SlackInteractionHandler
from alerts.receivers.slack.message import ACKNOWLEDGE

SECRET = "a signing secret of this test"


@pytest.fixture
async def buttons(parts, stage, clock) -> AsyncIterator[SlackInteractionHandler]:
    handler = SlackInteractionHandler(SECRET, stage.send_command, clock, simulated=True)
    parts.slack = handler
    yield handler
    await handler.close()


async def press(client: TestClient[Any, Any], incident: Any, at: float, response_url: str, secret: str = SECRET) -> int:
    value = json.dumps({"brand": incident.brand, "incident": incident.id})
    payload = {
        "type": "block_actions",
        "user": {"id": "U1", "name": "grace"},
        "actions": [{"action_id": ACKNOWLEDGE, "action_ts": "1.5", "value": value}],
        "response_url": response_url,
    }
    body = urlencode({"payload": json.dumps(payload)}).encode()
    signature = hmac.new(secret.encode(), b"v0:%d:%b" % (int(at), body), hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": str(int(at)), "X-Slack-Signature": f"v0={signature}"}
    response = await client.post("/slack/interactions", data=body, headers=headers)
    return response.status


async def test_a_press_in_slack_takes_the_incident_and_answers_the_person(
    client, buttons, stage, incident, clock, httpserver: HTTPServer
):
    httpserver.expect_oneshot_request("/response", method="POST").respond_with_data("ok")

    status = await press(client, incident, clock(), httpserver.url_for("/response").replace("localhost", "127.0.0.1"))
    await buttons.close()

    assert status == 200
    assert stage.get(incident.id).acknowledged_by == "grace"
    (request, _), *others = httpserver.log
    assert others == []
    assert request.get_json()["response_type"] == "ephemeral"


async def test_a_press_that_is_not_slacks_does_nothing(client, buttons, stage, incident, clock):
    assert await press(client, incident, clock(), "", secret="another") == 401
    assert await press(client, incident, clock() - 3600, "") == 401
    assert stage.commands == []
