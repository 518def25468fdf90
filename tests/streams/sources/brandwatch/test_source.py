"""What a source makes of Brandwatch, within the calls that it allows."""

import random

import pytest
from pydantic import ValidationError

from streams.mention import decode_mention, encode_mention
from streams.sources.brandwatch import source as module
from streams.sources.brandwatch.settings import BrandwatchSettings
from streams.sources.source import SourceError
from tests.streams.sources.brandwatch.listening import Listening
from tests.streams.sources.clocked_listening import START


@pytest.fixture
async def listening():
    async with Listening() as listening:
        yield listening


async def test_it_begins_now_and_gives_each_mention_that_is_found_once(listening):
    listening.site.find(START - 60, "Northside, before")
    source = await listening.opened()
    await listening.hear(source, 120)

    found = []
    for minute in range(10):
        found.append(listening.site.find(listening.now - 5, f"Northside {minute}"))
        await listening.hear(source, 60)
    await listening.hear(source, 120)

    assert listening.ids == found
    assert listening.holes == []
    assert source.health().state == "live"
    assert listening.site.refused == 0


async def test_a_mention_is_read_with_all_that_is_told_of_it(listening):
    source = await listening.opened()
    await listening.hear(source, 60)
    listening.site.find(listening.now, "Why <b>Northside</b> failed", published=START - 600)
    await listening.hear(source, 120)

    (mention,) = listening.mentions
    assert (mention.content, mention.name, mention.language) == ("Why Northside failed", "A thread", "en")
    assert (mention.published_s, mention.source, mention.views) == (START - 600, "brandwatch", 7)
    assert mention.author is not None
    assert mention.author.name == "Ann N."
    assert decode_mention(encode_mention(mention)) == mention


async def test_a_post_of_x_without_text_counts_when_it_was_found_for_its_query(listening):
    source = await listening.opened(brands={1999264284: "northside"})
    await listening.hear(source, 60)
    at = listening.now
    address = listening.site.find(at, "", of_x=True)
    await listening.hear(source, 120)

    (mention,) = listening.mentions
    assert (mention.id, mention.source, mention.found_by) == (address, "twitter", "northside")
    assert (mention.is_withheld, mention.published_s, mention.author) == (True, at, None)


@pytest.mark.parametrize("has_cursors", [True, False])
async def test_it_goes_back_over_pages_to_where_it_stood(has_cursors):
    async with Listening(has_cursors=has_cursors) as listening:
        source = await listening.opened()
        await listening.hear(source, 60)
        found = [listening.site.find(listening.now + n / 10, f"Northside {n}") for n in range(3500)]
        listening.now += 3600

        again = await listening.opened()
        await listening.hear(again, 300)

        assert sorted(listening.ids) == sorted(found)
        assert listening.holes == []
        assert all(batch.is_backfill for batch in listening.batches if batch.mentions)


async def test_the_position_moves_only_when_all_pages_were_read(listening):
    source = await listening.opened()
    await listening.hear(source, 60)
    before = listening.position
    found = [listening.site.find(listening.now + n / 10, f"Northside {n}") for n in range(2500)]
    while not listening.mentions:
        await listening.hear(source, 1)
    assert listening.position == before

    # Killed between two pages: what was not read yet is read by the next.
    again = await listening.opened()
    await listening.hear(again, 300)

    assert set(listening.ids) == set(found)
    assert listening.position != before


async def test_more_than_can_be_asked_for_is_told_as_a_hole(listening, monkeypatch):
    monkeypatch.setattr(module, "MOST_PAGES", 2)
    source = await listening.opened()
    await listening.hear(source, 60)
    since = listening.position["since"]
    for n in range(4500):
        listening.site.find(listening.now + n, f"Northside {n}")
    listening.now += 4600

    await listening.hear(source, 200)

    (hole,) = listening.holes
    assert (hole.began, hole.reason, hole.share) == (since, "throttled", 0.0)
    assert len(listening.ids) == 2000
    await listening.hear(source, 300)
    assert len(listening.holes) == 1


async def test_never_more_calls_are_made_than_the_configuration_allows(listening):
    source = await listening.opened(every="30s", calls=6)
    await listening.hear(source, 3600)

    assert 30 <= len(listening.site.asked) <= 37


@pytest.mark.parametrize("fault", ["server_error", "web_page", "cut"])
async def test_whatever_fails_for_a_while_loses_nothing(listening, fault):
    source = await listening.opened()
    await listening.hear(source, 60)
    listening.site.fail_next(fault, 3)
    found = [listening.site.find(listening.now + n, f"Northside {n}") for n in range(5)]

    await listening.hear(source, 400)

    assert set(listening.ids) == set(found)
    assert listening.site.refused == 0


async def test_others_that_use_up_the_calls_only_delay_it(listening):
    source = await listening.opened(calls=30)
    await listening.hear(source, 60)
    listening.site._calls.extend([listening.now] * 30)
    found = [listening.site.find(listening.now + n, f"Northside {n}") for n in range(5)]

    await listening.hear(source, 900)

    assert set(listening.ids) == set(found)
    assert 0 < listening.site.refused <= 30


async def test_a_password_makes_a_token_and_another_when_it_has_run_out(listening):
    source = await listening.opened(token=None, username=listening.site.username, password=listening.site.password)
    await listening.hear(source, 60)
    listening.site.fail_next("expired_token")
    address = listening.site.find(listening.now, "Northside")

    await listening.hear(source, 200)

    assert listening.ids == [address]
    assert len(listening.site.tokens) == 1


async def test_what_only_a_person_can_mend_stops_it_and_shows_no_secret(listening):
    for settings in (
        {"token": "void-token-of-somebody"},
        {"token": None, "username": "ann", "password": "wrong-password"},
        {"project": 7},
    ):
        source = await listening.opened(**settings)
        with pytest.raises(SourceError) as error:
            await source.read()
        assert "void-token" not in str(error.value)
        assert "wrong-password" not in str(error.value)
        listening.now += 60


async def test_check_names_the_queries_and_those_that_are_missing(listening):
    (said,) = await listening.source().check()
    assert "1999264284 (Northside)" in said.says
    assert not said.stops
    listening.now += 60

    _, missing = await listening.source(queries=[1999264284, 5]).check()
    assert missing.stops
    assert "no query 5" in missing.says


async def test_killed_at_any_moment_it_gives_every_mention(listening):
    chance = random.Random(7)
    source = await listening.opened()
    await listening.hear(source, 60)
    found = []
    for _ in range(40):
        found += [listening.site.find(listening.now + n / 100, f"Northside {n}") for n in range(chance.randrange(300))]
        await listening.hear(source, chance.randrange(1, 120))
        if chance.random() < 0.5:
            source = await listening.opened()
    await listening.hear(source, 600)

    assert set(listening.ids) == set(found)
    assert listening.holes == []


def test_without_a_way_in_it_is_refused():
    with pytest.raises(ValidationError, match="needs token_file, or username and password_file"):
        BrandwatchSettings.model_validate({"project": 1, "queries": [2], "username": "ann"})
