"""The simulated Mastodon pages, streams and refuses as the real one does."""

import time
from typing import Any

import httpx
import pytest

from alerts.simulation.services.mastodon import SimulatedMastodon, Token
from tests.patience import PATIENCE_S

USER = {"Authorization": "Bearer token"}


@pytest.fixture
async def server():
    async with SimulatedMastodon(time.time, heartbeat_s=0.02) as server:
        yield server


@pytest.fixture
async def client(server):
    async with httpx.AsyncClient(base_url=server.url, headers=USER, timeout=PATIENCE_S) as client:
        yield client


async def page(client: httpx.AsyncClient, path: str = "/api/v1/timelines/public", **params: Any) -> list[str]:
    answer = await client.get(path, params=params)
    assert answer.status_code == 200
    return [post["id"] for post in answer.json()]


async def test_min_id_pages_forward_and_since_id_skips_the_middle(server, client):
    posts = sorted([await server.post() for _ in range(100)], key=int)

    assert await page(client, min_id=posts[0], limit=40) == posts[1:41][::-1]
    assert await page(client, since_id=posts[0], limit=40) == posts[-40:][::-1]
    assert await page(client, max_id=posts[1]) == posts[:1]
    assert len(await page(client)) == 20
    assert len(await page(client, limit=500)) == 40


async def test_a_post_of_another_server_that_comes_late_stands_where_it_was_written(server, client):
    first = await server.post()
    late = await server.post(is_local=False, late_s=60)

    assert await page(client) == [first, late]
    assert await page(client, min_id=first) == []


async def test_answers_to_others_are_in_hashtags_alone_and_boosts_nowhere(server, client):
    first = await server.post()
    reply = await server.post(tags=("ward",), reply_to=first)
    await server.post(reblog={"uri": "https://a.example/1"})

    assert await page(client) == [first]
    assert await page(client, "/api/v1/timelines/tag/ward") == [reply]


async def test_a_timeline_that_is_switched_off_is_empty_and_no_error(server, client):
    await server.post()
    server.access["live_feeds"] = {"local": "disabled", "remote": "disabled"}

    assert await page(client) == []


@pytest.mark.parametrize(
    ("headers", "path", "status", "error"),
    [
        ({}, "/api/v1/streaming/public", 401, "Missing access token"),
        ({"Authorization": "Bearer other"}, "/api/v1/streaming/public", 401, "Invalid access token"),
        ({"Authorization": "Bearer app"}, "/api/v1/streaming/public", 401, "Invalid access token"),
        (USER, "/api/v1/streaming/hashtag", 400, "Missing tag name parameter"),
        (USER, "/api/v1/streaming/everything", 400, "Unknown channel requested"),
        ({"Authorization": "Bearer other"}, "/api/v1/timelines/public", 401, "The access token is invalid"),
        ({"Authorization": "Bearer profile"}, "/api/v1/timelines/public", 403, "outside the authorized scopes"),
        ({}, "/api/v1/timelines/public", 422, "This method requires an authenticated user"),
        ({"Authorization": "Bearer app"}, "/api/v1/timelines/public", 422, "requires an authenticated user"),
        (USER, "/api/v1/statuses?" + "&".join(f"id[]={number}" for number in range(21)), 422, "too many"),
        (USER, "/api/v1/elsewhere", 404, "Record not found"),
    ],
)
async def test_it_refuses_what_the_real_one_refuses(server, headers, path, status, error):
    server.tokens |= {"app": Token(is_users=False), "profile": Token(scopes=("profile",))}
    server.shows_anybody = False

    async with httpx.AsyncClient(base_url=server.url, headers=headers, timeout=PATIENCE_S) as client:
        answer = await client.get(path)

    assert answer.status_code == status
    assert error in answer.json()["error"]


async def test_a_stream_tells_what_happens_and_that_it_lives(server, client):
    lines: list[str] = []
    async with client.stream("GET", "/api/v1/streaming/public") as answer:
        assert answer.headers["content-type"] == "text/event-stream"
        told = answer.aiter_lines()
        assert await anext(told) == ":)"
        post = await server.post()
        await server.delete(post)
        async for line in told:
            lines.append(line)
            if ":thump" in lines and f"data: {post}" in lines:
                break

    events = [line for line in lines if line.startswith("event:")]
    assert events == ["event: update", "event: delete"]
