"""Mentions by webhook, Slack's interactions, and the routes for machines."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from prometheus_client import generate_latest
from standardwebhooks.webhooks import Webhook

from alerts.errors import AlertsError
from alerts.web.bodies import Bodies
from alerts.web.ports import Answer
from alerts.web.routes import mentions as route
from streams.connectors.webhook import MentionsWebhook
from streams.mention import Mention
from tests.patience import PATIENCE_S

SECRET = "whsec_" + base64.b64encode(b"thirty-two bytes of a test secret").decode()
MENTION = {"id": "p1", "published": "2025-07-15T14:02:00Z", "content": "Car park charges!"}


class Sink:
    def __init__(self) -> None:
        self.taken: list[Mention] = []
        self.down = False

    async def __call__(self, mentions: Sequence[Mention]) -> None:
        if self.down:
            raise AlertsError("no broker answers")
        self.taken.extend(mentions)


@pytest.fixture
def sink(parts):
    parts.webhook = MentionsWebhook(SECRET)
    parts.mention_sink = Sink()
    return parts.mention_sink


async def send(client: TestClient[Any, Any], body: Any, **headers: str) -> tuple[int, Any]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    at = datetime.now(UTC)
    signature = Webhook(SECRET).sign("msg-1", at, data.decode(errors="replace"))
    signed = {"webhook-id": "msg-1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    response = await client.post("/mentions", data=data, headers={**signed, **headers})
    return response.status, await response.json()


async def test_signed_mentions_are_taken(client, sink):
    status, answer = await send(client, [MENTION, {**MENTION, "id": "p2"}])

    assert (status, answer) == (202, {"mentions": 2})
    assert [mention.id for mention in sink.taken] == ["p1", "p2"]


async def test_one_mention_that_cannot_be_read_refuses_all_and_names_index_and_field(client, sink):
    status, answer = await send(client, [MENTION, {"id": "p2", "published": "yesterday", "content": ""}, {"id": 7}])

    assert status == 400
    assert [(wrong["index"], wrong["field"]) for wrong in answer["mentions"]] == [(1, "published"), (2, "id")]
    assert sink.taken == []


async def test_what_is_no_json_is_refused(client, sink):
    assert (await send(client, b"[{"))[0] == 400
    assert sink.taken == []


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "nonsense"},
        {"webhook-timestamp": "1"},
        {"webhook-id": ""},
    ],
)
async def test_a_signature_that_does_not_hold_is_refused(client, sink, headers):
    status, _ = await send(client, [MENTION], **headers)

    assert status == 401
    assert sink.taken == []


async def test_too_large_a_request_is_refused(client, sink, monkeypatch):
    monkeypatch.setattr(route, "MOST_BYTES", 1000)

    status, _ = await send(client, [{**MENTION, "content": "x" * 2000}])

    assert status == 413
    assert sink.taken == []


async def test_kafka_that_is_down_asks_for_the_same_again(client, sink):
    sink.down = True

    status, answer = await send(client, [MENTION])

    assert status == 503
    assert "send the same request again" in answer["error"]


async def test_without_a_secret_nothing_is_taken(client, parts):
    status, answer = await send(client, [MENTION])

    assert status == 503
    assert "web.webhook_secret" in answer["error"]


async def test_slacks_interactions_are_handed_on_untouched(client, parts):
    heard = []

    async def slack(headers, body):
        heard.append((headers["x-slack-signature"], body))
        return Answer(status=200, body=b"{}")

    parts.slack = slack
    response = await client.post("/slack/interactions", data=b"payload=%7B%7D", headers={"X-Slack-Signature": "v0=a"})

    assert response.status == 200
    assert heard == [("v0=a", b"payload=%7B%7D")]


async def test_readiness_says_what_is_missing(client, stage):
    assert (await client.get("/readyz")).status == 200

    stage.starting = ("the topic incidents is not read to its end",)
    response = await client.get("/readyz")

    assert response.status == 503
    assert (await response.json())["missing"] == ["the topic incidents is not read to its end"]
    assert (await client.get("/healthz")).status == 200


async def test_liveness_fails_where_incidents_are_read_no_more(client, stage):
    stage.broken = "the incidents are read no more: ZeroDivisionError()"

    response = await client.get("/healthz")

    assert response.status == 503
    assert (await response.json())["missing"] == [stage.broken]


async def test_metrics_are_counted_by_route(client):
    await client.get("/i/forged")

    assert 'tocsin_http_requests_total{route="/i/{token}",status="403"}' in generate_latest().decode()


async def test_metrics_are_not_where_the_pages_are(client):
    assert (await client.get("/metrics")).status == 404


async def test_a_request_that_is_not_signed_is_refused_before_its_body_is_read(client, sink, parts):
    async def endless() -> AsyncIterator[bytes]:
        yield b"[" + b" " * 1000
        await asyncio.Event().wait()

    response = await asyncio.wait_for(client.post("/mentions", data=endless()), PATIENCE_S)

    assert response.status == 401
    assert "webhook-signature" in (await response.json())["error"]


async def test_a_body_that_comes_while_too_much_is_under_way_is_asked_to_come_again(client, sink, parts):
    parts.bodies = Bodies(most_bytes=1000)

    status, answer = await send(client, [{**MENTION, "content": "x" * 2000}])
    after, _ = await send(client, [MENTION])

    assert status == 503
    assert "send the same request again" in answer["error"]
    assert (after, parts.bodies.in_flight) == (202, 0)


async def test_what_waits_for_kafka_counts_as_under_way(client, sink, parts):
    parts.bodies = Bodies(most_bytes=300)
    let_go, waits = asyncio.Event(), asyncio.Event()

    async def slow(_mentions: Sequence[Mention]) -> None:
        waits.set()
        await let_go.wait()

    parts.mention_sink = slow
    first = asyncio.create_task(send(client, [{**MENTION, "content": "x" * 150}]))
    await waits.wait()
    second, _ = await send(client, [{**MENTION, "content": "x" * 150}])
    let_go.set()

    assert (second, (await first)[0]) == (503, 202)
    assert parts.bodies.in_flight == 0
