"""What a source makes of X, and what it spends on it."""

import asyncio
from datetime import datetime
from typing import Any, Self

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts.simulation.services.scripted_api import API_FAULTS
from alerts.simulation.services.x import SimulatedX
from streams.mention import decode_mention, encode_mention
from streams.sources.polled.listing import Asked
from streams.sources.source import SourceError
from streams.sources.x.settings import XSettings
from streams.sources.x.source import XSource
from tests.streams.sources.clocked_listening import START, ClockedListening

HOUR_S = 3600.0
DAY_S = 86_400.0


class Listening(ClockedListening):
    def __init__(self) -> None:
        super().__init__()
        self.site = SimulatedX(self._time)

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.site)
        return await super().__aenter__()

    def made(self, **stated: Any) -> XSource:
        described = {
            "token": self.site.token, "searches": ["northside -is:retweet"], "dollars_a_month": 10_000,
            "posts_an_hour": 100_000, "calls": 10_000, "url": self.site.url,
        } | stated  # fmt: skip
        return XSource("x", XSettings.model_validate(described), self.client, now=self._time)

    async def opened(self, **stated: Any) -> XSource:
        source = self.made(**stated)
        await source.open(self.position)
        return source


@pytest.fixture
async def listening():
    async with Listening() as listening:
        yield listening


async def test_a_post_is_read_with_all_that_is_told_of_it(listening):
    link = {"url": "https://t.co/a", "expanded_url": "https://paper.example/a"}
    post = listening.site.post(
        "Northside &amp; co https://t.co/a #shame", at=START - 60, note_tweet={"text": "Northside &amp; co, at length"},
        entities={"urls": [link], "hashtags": [{"tag": "shame"}]},
        referenced_tweets=[{"type": "replied_to", "id": "7"}, {"type": "quoted", "id": "8"}],
    )  # fmt: skip
    listening.site.post("Northside https://t.co/a", at=START - 50, entities={"urls": [link]}, lang="und")
    source = await listening.opened()
    await listening.hear(source, 10)

    found = {one.id: one for one in listening.mentions}
    one = found.pop(post)
    assert (one.content, one.source, one.language) == ("Northside & co, at length", "twitter", "en")
    assert (one.published_s, one.likes, one.views, one.tags) == (START - 60, 3, 99, ("shame",))
    assert (one.in_reply_to, one.quote_of) == ("https://x.com/i/status/7", "https://x.com/i/status/8")
    (other,) = found.values()
    assert (other.content, other.language) == ("Northside https://paper.example/a", "")
    assert decode_mention(encode_mention(one)) == one


async def test_a_burst_within_the_caps_is_read_whole_and_paid_for_once(listening):
    source = await listening.opened()
    listening.site.post(at=START - 60)
    await listening.hear(source, 10)
    posts = [listening.site.post(f"Northside {n}", at=listening.now + n / 20) for n in range(730)]
    listening.now += 40
    await listening.hear(source, 120)

    assert set(posts) <= set(listening.ids)
    assert listening.holes == []
    assert listening.site.read < 731 + 10 * 20 + 20
    read = listening.site.read
    await listening.hear(source, HOUR_S, pause_s=10)
    assert listening.site.read == read  # what is known is not read, and not paid for, again
    assert source.health().cost.endswith("of $10,000.00 this month")


async def test_past_the_cap_of_an_hour_a_sample_is_read_evenly_and_told(listening):
    source = await listening.opened(posts_an_hour=600)
    listening.site.post(at=START - 60)
    await listening.hear(source, 10)
    for _ in range(110):  # 5 a second, as a crisis has them
        for n in range(150):
            listening.site.post(f"Northside {n}", at=listening.now + n / 5)
        await listening.hear(source, 30)
    await listening.hear(source, 200)

    assert listening.site.read <= 620
    heard = [batch for batch in listening.batches if batch.mentions]
    minutes = {int(one.published_s // 600) for batch in heard for one in batch.mentions}
    assert len(minutes) >= 6  # none of ten minutes is without a post
    assert 3 <= len(listening.holes) <= 8
    assert all(hole.reason == "sampled" and hole.share < 0.3 for hole in listening.holes)
    assert "about one in" in listening.holes[-1].detail or "next to nothing" in listening.holes[-1].detail


async def test_the_money_of_a_month_lasts_to_its_end(listening):
    # 29 November, 10:00 UTC: the month has 38 hours left.
    source = await listening.opened(dollars_a_month=2.0, price=0.005, every="5m")
    listening.site.post(at=START - 60)
    for _ in range(35):
        for n in range(100):
            listening.site.post(f"Northside {n}", at=listening.now + 36 * n)
        await listening.hear(source, HOUR_S, pause_s=60)

    assert 340 <= listening.site.read <= 420
    late = [one for one in listening.mentions if one.published_s > listening.now - 6 * HOUR_S]
    assert late
    await listening.hear(source, 4 * HOUR_S, pause_s=60)
    assert listening.site.read > 420
    assert source.health().cost.startswith("5 posts") or "$0." in source.health().cost


async def test_a_deleted_post_is_taken_down_after_a_day(listening):
    source = await listening.opened()
    posts = [listening.site.post(at=START - 60), listening.site.post(at=START - 50)]
    await listening.hear(source, 10)
    source._given = {found.post.id: found for found in await _found(source)}
    source.note_sent(listening.mentions)
    listening.site.delete(0)
    await listening.hear(source, DAY_S + 1200, pause_s=300)

    assert [one.id for one in listening.mentions if one.deleted] == posts[:1]
    assert {one.source for one in listening.mentions} == {"twitter"}


async def _found(source: XSource) -> Any:
    listing = next(iter(source._listings.values()))
    return (await listing.page(Asked(cursor="", since=None))).found


async def test_after_more_than_seven_days_it_says_what_x_has_forgotten(listening):
    source = await listening.opened()
    listening.site.post(at=START - 60)
    await listening.hear(source, 10)
    listening.now += 10 * DAY_S
    post = listening.site.post(at=listening.now - 60)
    source = await listening.opened()
    await listening.hear(source, 100)

    assert listening.ids[-1] == post
    (hole,) = listening.holes
    assert (hole.began, hole.reason) == (START - 60, "look_back")


@pytest.mark.parametrize(
    ("stated", "credits_left", "says"),
    [({"token": "wrong-token"}, 10, "401: Unauthorized; is the token right"), ({}, 0, "402: .*no credits are left")],
)
async def test_what_only_a_person_can_mend_stops_it(listening, stated, credits_left, says):
    listening.site.credits = credits_left
    source = await listening.opened(**stated)
    with pytest.raises(SourceError, match=says) as error:
        await source.read()
    assert "wrong-token" not in str(error.value)


async def test_check_says_what_the_money_buys(listening):
    said = await listening.made(dollars_a_month=50, posts_an_hour=500).check()
    assert said[0].says.startswith("1 searches; 50.00 dollars are 10,000 posts a month, 500 an hour at most")
    assert said[1].says.startswith("nothing in seven days")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("post"), st.integers(1, 300)),
        st.tuples(st.just("fail"), st.sampled_from(API_FAULTS)),
        st.tuples(st.just("hear"), st.integers(1, 1500)),
        st.tuples(st.just("crash"), st.integers(0, 3)),
        st.tuples(st.just("away"), st.integers(1, 20_000)),
    ),
    max_size=10,
)


@settings(max_examples=25, deadline=None)
@example(steps=[*[("post", 1)] * 5, ("post", 209), ("fail", "server_error")], cap=30)
@given(steps=STEPS, cap=st.sampled_from([30, 200, 100_000]))
def test_what_is_not_given_stands_in_a_hole_that_was_told(steps, cap):
    asyncio.run(check(steps, cap))


async def check(steps: list[tuple[str, Any]], cap: int) -> None:
    async with Listening() as listening:
        source = await listening.opened(posts_an_hour=cap)
        listening.site.post(at=START - 60)
        await listening.hear(source, 30)
        for what, how in steps:
            if what == "post":
                for n in range(how):
                    listening.site.post(f"Northside {n}", at=listening.now + n / 10)
                listening.now += how / 10  # nobody reads what is yet to be written
                await listening.hear(source, 40)
            elif what == "fail":
                listening.site.fail_next(how)
            elif what == "hear":
                await listening.hear(source, how, pause_s=10.0)
            elif what == "away":
                listening.now += how
            else:
                source = await listening.opened(posts_an_hour=cap)
        await listening.hear(source, 2.5 * HOUR_S, pause_s=20.0)

        given_ids = set(listening.ids)
        missing = [
            one for one in listening.site.posts if f"https://x.com/i/status/{one['id']}" not in given_ids
        ]  # fmt: skip
        times = [_at(one) for one in missing]
        for at in times:
            assert any(hole.began <= at <= hole.ended for hole in listening.holes)
        for hole in listening.holes:
            assert any(hole.began <= at <= hole.ended for at in times)
        if cap == 100_000:
            assert listening.holes == []


def _at(post: dict[str, Any]) -> float:
    return datetime.fromisoformat(post["created_at"]).timestamp()
