"""What the configuration says of a Mastodon server."""

import pytest
from pydantic import ValidationError

from streams.sources.mastodon.feeds import feeds_of
from streams.sources.mastodon.settings import MastodonSettings


def settings(**more) -> MastodonSettings:
    return MastodonSettings(**{"server": "mastodon.example", "token": "t"} | more)


@pytest.mark.parametrize("server", ["mastodon.example", "https://mastodon.example", "https://mastodon.example/"])
def test_a_server_is_named_by_its_host_or_its_address(server):
    assert settings(server=server).server == "https://mastodon.example"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"server": "https://mastodon.example/public"}, "such as mastodon.example; the feed is named by `feed`"),
        ({"server": "https://ann:secret@mastodon.example"}, "no name and password"),
        ({"server": "ftp://mastodon.example"}, "must be a server"),
        ({"server": "mastodon example"}, "must be a server"),
        ({"server": "https://[::1"}, "must be a server"),
        ({"server": ""}, "must be a server"),
        ({"token": ""}, "at least 1"),
        ({"feed": "home"}, "'public', 'local', 'remote' or 'hashtags'"),
        ({"feed": "hashtags"}, "needs hashtags"),
        ({"hashtags": ["ward"]}, "heard where feed: hashtags"),
        ({"feed": "hashtags", "hashtags": ["two words"]}, "must be a hashtag"),
        ({"feed": "hashtags", "hashtags": ["2026"]}, "must be a hashtag"),
        ({"feed": "hashtags", "hashtags": [f"t{number}" for number in range(21)]}, "at most 20"),
        ({"langs": ["en"]}, "Extra inputs"),
    ],
)
def test_a_mistake_is_named(more, says):
    with pytest.raises(ValidationError, match=says):
        settings(**more)


def test_a_hashtag_is_one_however_it_is_written():
    feeds = feeds_of(settings(feed="hashtags", hashtags=["#Ward", "ward", "Zürich"]))

    assert [feed.name for feed in feeds] == ["#ward", "#zürich"]
    assert [feed.path for feed in feeds] == ["/api/v1/timelines/tag/ward", "/api/v1/timelines/tag/z%C3%BCrich"]


def test_a_token_is_not_shown():
    assert "secret" not in repr(settings(token="secret"))
