"""What a source makes of a collector, whatever happens within its stream."""

import random
from typing import Any, Self

import pytest

from alerts.simulation.services.talkwalker import SimulatedTalkwalker
from streams.mention import decode_mention, encode_mention
from streams.sources.source import SourceError
from streams.sources.talkwalker.settings import TalkwalkerSettings
from streams.sources.talkwalker.source import TalkwalkerSource
from tests.streams.sources.clocked_listening import START, ClockedListening


class Listening(ClockedListening):
    """A source at a simulated Talkwalker."""

    def __init__(self, **fake: Any) -> None:
        super().__init__()
        self.site = SimulatedTalkwalker(self._time, **fake)

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.site)
        return await super().__aenter__()

    def source(self, **settings: Any) -> TalkwalkerSource:
        stated = {"collector": self.site.collector, "token": self.site.token, "url": self.site.url}
        source = TalkwalkerSource(
            "talk", TalkwalkerSettings.model_validate(stated | settings), self.client, now=self._time
        )
        self._stack.push_async_callback(source.close)
        return source

    async def opened(self, **settings: Any) -> TalkwalkerSource:
        source = self.source(**settings)
        await source.open(self.position)
        return source


@pytest.fixture
async def listening():
    async with Listening() as listening:
        yield listening


@pytest.mark.parametrize("is_pretty", [False, True])
async def test_it_begins_now_and_gives_each_result_once(is_pretty):
    async with Listening(is_pretty=is_pretty) as listening:
        listening.site.collect(START - 60, "Northside, before")
        source = await listening.opened()
        await listening.hear(source, 30)

        found = []
        for minute in range(10):
            found += [listening.site.collect(listening.now, f"Northside {minute}/{n}") for n in range(minute)]
            await listening.hear(source, 60)

        assert listening.ids == found
        assert listening.site.refused == 0
        assert listening.errors == []
        health = source.health()
        assert (health.state, health.cost) == ("live", "45 credits")


async def test_a_result_is_read_with_all_that_is_told_of_it(listening):
    source = await listening.opened()
    await listening.hear(source, 30)
    at = listening.now
    listening.site.collect(at, "Why Northside failed")
    await listening.hear(source, 30)

    (mention,) = listening.mentions
    assert (mention.name, mention.content, mention.language) == ("A day — ♥", "Why Northside failed", "en")
    assert (mention.published_s, mention.reposts, mention.source) == (at - 60, 5, "talkwalker")
    assert mention.author is not None
    assert mention.author.name == "Ann"
    assert decode_mention(encode_mention(mention)) == mention


async def test_a_post_of_x_without_text_counts_for_its_rules_brand(listening):
    source = await listening.opened(brands={"rule_1": "northside"})
    await listening.hear(source, 30)
    address = listening.site.collect(listening.now, "", of_x=True)
    await listening.hear(source, 30)

    (mention,) = listening.mentions
    assert (mention.id, mention.source, mention.found_by, mention.is_withheld) == (
        address, "twitter", "northside", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "fault",
    ["took_over", "concurrent", "drop", "malformed", "doubles", "web_page", "server_error", "call_limit", "no_end"],
)
async def test_whatever_goes_wrong_for_a_while_loses_nothing(listening, fault):
    source = await listening.opened()
    await listening.hear(source, 30)
    listening.site.fail_next(fault, 2)
    found = [listening.site.collect(listening.now + n, f"Northside {n}") for n in range(5)]

    await listening.hear(source, 400)

    assert set(listening.ids) == set(found)
    assert listening.holes == []
    assert source.health().state == "live"
    assert bool(listening.errors) == (fault != "doubles")
    assert not any(listening.site.token in error for error in listening.errors)


async def test_another_connection_at_the_same_collector_is_said(listening):
    source = await listening.opened()
    await listening.hear(source, 30)
    listening.site.fail_next("took_over")

    await listening.hear(source, 60)

    assert "another connection reads this collector" in listening.errors[0]


async def test_a_time_without_credits_is_a_hole(listening):
    source = await listening.opened()
    await listening.hear(source, 30)
    before = listening.position["at"]
    listening.site.fail_next("no_credits", 3)

    await listening.hear(source, 4 * 3600)

    (hole,) = listening.holes
    assert (hole.began, hole.reason) == (before, "throttled")
    assert "no credits are left" in listening.errors[0]


async def test_what_the_collector_does_not_keep_any_more_is_a_hole(listening):
    source = await listening.opened()
    await listening.hear(source, 30)
    await source.close()
    at = listening.position["at"]
    listening.now += 10 * 86400
    found = listening.site.collect(listening.now - 3600, "Northside")

    again = await listening.opened()
    begun = listening.now
    await listening.hear(again, 60)

    (hole,) = listening.holes
    assert (hole.began, hole.ended, hole.reason) == (at, begun - 7 * 86400, "look_back")
    assert listening.ids == [found]
    assert [batch.is_backfill for batch in listening.batches if batch.mentions] == [True]


async def test_a_place_that_is_not_known_any_more_is_gone_on_from_as_far_back_as_there_is(listening):
    found = listening.site.collect(START - 3600, "Northside")
    listening.position = {"offset": "of-another-collector", "at": START - 7200, "month": "", "credits": 0}
    source = await listening.opened()

    await listening.hear(source, 120)

    assert listening.ids == [found]
    assert listening.site.asked[:3] == ["of-another-collector", "earliest", "off-1"]
    assert len(listening.errors) == 1
    assert listening.holes == []


async def test_credits_count_by_the_month(listening):
    source = await listening.opened()
    await listening.hear(source, 30)
    listening.site.collect(listening.now, "Northside")
    await listening.hear(source, 30)
    await source.close()
    again = await listening.opened()
    assert again.health().cost == "1 credits"

    listening.now += 40 * 86400
    listening.site.collect(listening.now, "Northside")
    await listening.hear(again, 60)

    assert again.health().cost == "1 credits"


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"token": "void-token-1"}, "access token is"), ({"collector": "other"}, "no such collector")],
)
async def test_what_only_a_person_can_mend_stops_it_and_shows_no_secret(listening, settings, said):
    source = await listening.opened(**settings)

    for ask in (source.read, source.check):
        with pytest.raises(SourceError, match=said) as error:
            await ask()
        assert "void-token" not in str(error.value)


async def test_check_says_that_a_paused_collector_gathers_nothing(listening):
    (problem,) = await listening.source().check()
    assert (problem.stops, "one credit" in problem.says) == (False, True)

    listening.site.state = "PAUSED"
    (problem,) = await listening.source().check()
    assert problem.stops


async def test_killed_at_any_moment_it_gives_every_result(listening):
    chance = random.Random(11)
    source = await listening.opened()
    await listening.hear(source, 30)
    found = []
    for _ in range(30):
        found += [listening.site.collect(listening.now, f"Northside {n}") for n in range(chance.randrange(40))]
        await listening.hear(source, chance.randrange(1, 40))
        if chance.random() < 0.5:
            await source.close()
            source = await listening.opened()
        if chance.random() < 0.3:
            listening.site.fail_next(chance.choice(["drop", "took_over", "server_error"]))
    await listening.hear(source, 600)

    assert set(listening.ids) == set(found)
    assert listening.holes == []
