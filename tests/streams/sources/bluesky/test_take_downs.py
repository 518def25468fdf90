"""What is changed or taken down, by its author or with its account."""

import pytest

from tests.streams.sources.bluesky.network import WIRES, jetstream, listening, opened, post_id, posts
from tests.streams.sources.bluesky.posts import DID, key


@pytest.mark.parametrize("wire", WIRES)
async def test_a_deleted_post_is_taken_down(wire):
    async with jetstream() as host, listening(host, wire=wire) as listener:
        await opened(listener)
        await posts(host, 1, 2)
        await host.delete(DID, key(1))

        await listener.until(lambda: bool(listener.gone))

        assert listener.gone == {post_id(1)}


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize(
    ("account", "is_gone"),
    [
        ({"active": False, "status": "deleted"}, True),
        ({"active": False, "status": "takendown"}, True),
        ({"active": False, "status": "suspended"}, True),
        ({"active": False, "status": "deactivated"}, True),
        ({"active": False}, True),
        ({"active": False, "status": "desynchronized"}, False),
        ({"active": False, "status": "throttled"}, False),
        ({"active": True}, False),
    ],
)
async def test_an_account_that_goes_takes_its_posts_along(wire, account, is_gone):
    other = "did:plc:wa7b35aakoll7hugkrjtf3xf"
    async with jetstream() as host, listening(host, wire=wire) as listener:
        await opened(listener)
        written = await posts(host, 1, 2)
        await posts(host, 3, did=other)
        await listener.until(lambda: len(listener.ids) == 3)
        await host.emit("account", DID, account)
        last = await posts(host, 4, did=other)

        await listener.until(lambda: last <= listener.ids)

        assert listener.gone == (written if is_gone else set())


@pytest.mark.parametrize("wire", WIRES)
async def test_a_changed_post_comes_again_under_its_id(wire):
    async with jetstream() as host, listening(host, wire=wire) as listener:
        await opened(listener)
        await posts(host, 1)
        body = {"operation": "update", "collection": "app.bsky.feed.post", "rkey": key(1), "record": {"text": "mended"}}
        await host.emit("commit", DID, body)

        await listener.until(lambda: len(listener.mentions) == 2)

        assert [mention.content for mention in listener.mentions] == ["post 1", "mended"]
        assert len(listener.ids) == 1
