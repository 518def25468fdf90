"""What ``tocsin check`` says of a Mastodon server."""

import pytest

from alerts.simulation.services.mastodon import Token
from streams.sources.source import SourceError
from tests.streams.sources.mastodon.listening import Listening


@pytest.fixture
async def listening():
    async with Listening() as listening:
        yield listening


async def said(listening: Listening) -> dict[str, bool]:
    return {problem.says: problem.stops for problem in await listening.source.check()}


async def test_where_all_is_well_it_says_how_much_there_is_to_hear(listening):
    for _ in range(3):
        await listening.server.post()

    found = await said(listening)

    assert list(found.values()) == [False]
    assert next(iter(found)).startswith("the newest 3 posts were written within ")


async def test_it_leaves_no_stream_open(listening):
    await said(listening)
    await listening.server.kill_streams()

    await listening.until(lambda: listening.server.open_streams == 1)


async def test_a_timeline_that_is_switched_off_stops_the_source_and_one_that_shows_a_part_is_told(listening):
    listening.server.access["live_feeds"] = {"local": "disabled", "remote": "disabled"}
    assert list((await said(listening)).values()) == [True]

    listening.server.access["live_feeds"] = {"local": "public", "remote": "disabled"}
    assert any("one part alone" in says for says in await said(listening))


async def test_languages_and_blocks_of_the_tokens_user_are_found_out(listening):
    listening.server.tokens = {"token": Token(languages=("en",))}
    for language in ("en", "nl", "nl", "en"):
        await listening.server.post(language=language)

    found = [says for says in await said(listening) if "kept from the token's user" in says]

    assert found[0].startswith("2 of the newest 4 posts of public are kept from the token's user (nl)")


async def test_of_a_server_that_shows_nothing_to_anybody_else_nothing_is_compared(listening):
    listening.server.tokens = {"token": Token(languages=("en",))}
    listening.server.shows_anybody = False
    for language in ("en", "nl", "en"):
        await listening.server.post(language=language)

    assert not any("kept from" in says for says in await said(listening))


@pytest.mark.parametrize(
    ("scopes", "says", "stops"),
    [
        (("profile",), "the token allows profile, and not read:statuses", True),
        (("read", "write"), "the token allows more than it must (read write)", False),
    ],
)
async def test_the_scopes_of_the_token_are_looked_at(listening, scopes, says, stops):
    if not stops:
        listening.server.tokens = {"token": Token(scopes=scopes)}
        assert any(one.startswith(says) for one in await said(listening))
        return
    listening.server.tokens = {"token": Token(scopes=scopes)}
    with pytest.raises(SourceError, match="read:statuses"):
        await listening.source.check()


async def test_a_server_without_streams_is_told(listening):
    listening.server.has_streams = False

    assert any("gives no stream: 404" in says and "every minute" in says for says in await said(listening))


async def test_how_many_posts_would_be_left_out_is_told(listening):
    for flags in ({"indexable": False}, {"indexable": False}, {"noindex": True}, {}):
        await listening.server.post(account=flags)

    (says,) = await said(listening)

    assert "3 of them would be left out, 2 by accounts that have not agreed to search" in says


async def test_a_refused_token_and_a_server_that_is_none_are_errors_that_say_what_to_do(listening):
    listening.server.tokens = {}
    with pytest.raises(SourceError, match="put a new one into token_file"):
        await listening.source.check()
