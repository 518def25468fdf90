"""Mistakes in the settings are named; a host may be written as people write it."""

import pytest
from pydantic import ValidationError

from streams.sources.bluesky.settings import HOSTS, BlueskySettings


def test_nothing_needs_to_be_set():
    settings = BlueskySettings()

    assert settings.wire == "v1"
    assert settings.asked_hosts() == HOSTS["v1"]
    assert BlueskySettings(wire="v2").asked_hosts() == HOSTS["v2"]


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ("jetstream.example", "wss://jetstream.example"),
        ("wss://jetstream.example/", "wss://jetstream.example"),
        ("ws://127.0.0.1:8080", "ws://127.0.0.1:8080"),
        ("wss://proxy.example/jetstream", "wss://proxy.example/jetstream"),
    ],
)
def test_a_host_is_read_as_people_write_it(stated, read):
    assert BlueskySettings(hosts=(stated,)).asked_hosts() == (read,)


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ("https://jetstream.example", "must be a host"),
        ("", "must be a host"),
        ("wss://jetstream.example:x", "must be a host"),
        ("wss://me:secret@jetstream.example", "no name and password"),
        ("wss://jetstream.example/subscribe", "must end before"),
        ("wss://jetstream.example/?cursor=0", "must end before"),
        ("wss://jetstream.example/xrpc/network.bsky.jetstream.subscribeEvents", "must end before"),
    ],
)
def test_what_is_no_host_is_said(stated, says):
    with pytest.raises(ValidationError, match=says):
        BlueskySettings(hosts=(stated,))


@pytest.mark.parametrize("wrong", [{"wire": "v3"}, {"silence_s": 0}, {"languages": ["en"]}, {"remembered_posts": -1}])
def test_a_wrong_setting_is_refused(wrong):
    with pytest.raises(ValidationError):
        BlueskySettings(**wrong)


@pytest.mark.parametrize(
    ("server", "says"),
    [
        ("bsky social", "must be a server, such as bsky.social"),
        ("ftp://pds.example", "must be a server, such as bsky.social"),
        ("https://pds.example/xrpc", r"must be a server without a path, such as pds\.example \["),
        ("https://me:secret@pds.example", "no name and password"),
    ],
)
def test_a_wrong_server_of_the_proofs_account_is_named_in_words_of_bluesky(server, says):
    with pytest.raises(ValidationError, match=says) as refused:
        BlueskySettings(proof={"account": "me.example", "password": "p", "server": server})

    assert "mastodon" not in str(refused.value)
    assert "feed" not in str(refused.value)
