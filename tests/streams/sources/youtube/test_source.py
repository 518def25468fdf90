"""What a source makes of YouTube, within the units of a day."""

import asyncio
from typing import Any, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from alerts.simulation.services.scripted_api import API_FAULTS
from alerts.simulation.services.youtube import CHANNEL, SimulatedYouTube
from streams.mention import decode_mention, encode_mention
from streams.sources.source import SourceError
from streams.sources.youtube.settings import YouTubeSettings
from streams.sources.youtube.source import YouTubeSource
from tests.streams.sources.clocked_listening import START, ClockedListening

DAY_S = 86_400


class Listening(ClockedListening):
    def __init__(self, **fake: Any) -> None:
        super().__init__()
        self.site = SimulatedYouTube(self._time, **fake)

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.site)
        return await super().__aenter__()

    async def opened(self, **stated: Any) -> YouTubeSource:
        described = {"key": self.site.key, "channels": [CHANNEL], "url": self.site.url} | stated
        source = YouTubeSource("tube", YouTubeSettings.model_validate(described), self.client, now=self._time)
        await source.open(self.position)
        return source


@pytest.fixture
async def listening():
    async with Listening() as listening:
        yield listening


async def test_a_comment_is_read_with_all_that_is_told_of_it(listening):
    address = listening.site.comment("Why Northside &amp; co?\nIt&#39;s a shame", at=START - 60)
    source = await listening.opened()
    await listening.hear(source, 10)

    (mention,) = listening.mentions
    assert (mention.id, mention.url, mention.source) == (address, address, "youtube")
    assert (mention.content, mention.published_s, mention.likes) == ("Why Northside & co?\nIt's a shame", START - 60, 3)
    assert (mention.author.id, mention.author.name) == ("UCann", "@ann")
    assert decode_mention(encode_mention(mention)) == mention


async def test_answers_to_comments_of_the_last_day_are_heard_however_many_there_are(listening):
    listening.site.comment(at=START - 3600)
    source = await listening.opened()
    await listening.hear(source, 10)
    answers = [listening.site.answer(0, f"Northside {n}", at=listening.now + n) for n in range(130)]
    listening.now += 200
    await listening.hear(source, 700, pause_s=10)

    assert sorted(listening.ids[1:]) == sorted(answers)
    assert {one.in_reply_to for one in listening.mentions[1:]} == {listening.ids[0]}
    asked = len([path for path in listening.site.asked if path.startswith("/comments?")])
    await listening.hear(source, 3000, pause_s=10)
    assert len([path for path in listening.site.asked if path.startswith("/comments?")]) == asked


async def test_a_deleted_comment_is_taken_down_and_an_edited_one_given_again(listening):
    source = await listening.opened()
    first, second = listening.site.comment(at=START - 60), listening.site.comment("Northside, second", at=START - 50)
    await listening.hear(source, 10)
    source.note_sent(listening.mentions)
    await listening.hear(source, 2)
    listening.now += 3 * DAY_S  # both are too old to be found by looking at the list
    source = await listening.opened()
    listening.batches.clear()
    listening.site.delete(0)
    listening.site.edit(0, "Northside, sorry")

    await listening.hear(source, 2000, pause_s=10)

    told = {one.id: (one.content, one.deleted) for one in listening.mentions}
    assert told == {first: ("", True), second: ("Northside, sorry", False)}


async def test_without_units_it_waits_until_midnight_in_california_and_loses_nothing():
    async with Listening(units=20) as listening:
        source = await listening.opened(units=1000)
        listening.site.comment(at=START - 60)
        await listening.hear(source, 4 * 3600, pause_s=60)
        written = [listening.site.comment(f"Northside {n}", at=listening.now + n) for n in range(250)]
        listening.now += 600
        await listening.hear(source, 12 * 3600, pause_s=60)  # START is 02:00 in California
        assert len(listening.ids) == 1
        asked = len(listening.site.asked)
        await listening.hear(source, 5 * 3600, pause_s=60)
        assert len(listening.site.asked) == asked
        assert "nothing is asked until 2026-11-30 08:00 UTC" in listening.errors[-1]

        await listening.hear(source, 3 * 3600, pause_s=60)
        assert set(written) <= set(listening.ids)
        assert listening.holes == []


async def test_few_units_are_spread_over_the_day(listening):
    source = await listening.opened(units=100, every="1m")
    listening.site.comment(at=START - 60)
    await listening.hear(source, 21 * 3600, pause_s=30)

    assert 60 < len(listening.site.asked) <= 101
    assert listening.errors == []
    assert source.health().cost.endswith("of 100 units today")


async def test_a_video_without_comments_keeps_no_channel_from_being_heard(listening):
    listening.site.disabled.add("aaaaaaaaaaa")
    source = await listening.opened(videos=["aaaaaaaaaaa"])
    address = listening.site.comment(at=START - 60)
    await listening.hear(source, 100)

    assert listening.ids == [address]
    assert "1 of 2 lists fail" in source.health().says
    assert "commentsDisabled" in source.health().says


async def test_a_refused_key_stops_it_and_is_not_shown(listening):
    source = await listening.opened(key="AIza-wrong")
    with pytest.raises(SourceError, match="API key not valid") as error:
        await source.read()
    assert "AIza-wrong" not in str(error.value)


async def test_check_tells_what_is_missing_and_what_it_costs(listening):
    source = await listening.opened(channels=[CHANNEL, "UCmissing0000000000000aa"], every="1m", units=500)
    with pytest.raises(SourceError, match="channelNotFound"):
        await source.check()
    source = await listening.opened(every="1m", units=500)
    (said,) = await source.check()
    assert said.says == (
        "asks at least 1,440 times a day, a unit each, of 500; `every` is shorter than the units allow"
    )


def test_without_anything_to_ask_it_is_refused():
    with pytest.raises(ValidationError, match="needs channels or videos"):
        YouTubeSettings.model_validate({"key": "k"})


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("comment"), st.integers(1, 130)),
        st.tuples(st.just("late"), st.integers(1, 3000)),
        st.tuples(st.just("answer"), st.integers(1, 8)),
        st.tuples(st.just("edit"), st.integers(0, 100)),
        st.tuples(st.just("delete"), st.integers(0, 100)),
        st.tuples(st.just("fail"), st.sampled_from([*API_FAULTS, "hiccup"])),
        st.tuples(st.just("hear"), st.integers(1, 2000)),
        st.tuples(st.just("crash"), st.integers(0, 3)),
        st.tuples(st.just("away"), st.integers(1, 40_000)),
    ),
    max_size=10,
)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_what_is_given_is_what_was_written_and_no_hole_is_made_up(steps):
    asyncio.run(check(steps))


async def check(steps: list[tuple[str, Any]]) -> None:
    async with Listening() as listening:
        source = await listening.opened()
        written = {listening.site.comment(at=START - 60)}
        deleted: set[str] = set()
        await listening.hear(source, 30)

        def upstream(what: str, how: Any) -> None:
            happen(listening.site, what, how, written, deleted)

        last = await listening.live(source, steps, upstream, listening.opened, pause_s=20.0)
        await listening.hear(last, 6000, pause_s=20.0)

        assert written - deleted <= set(listening.ids) <= written
        assert listening.holes == []


def happen(site: SimulatedYouTube, what: str, how: Any, written: set[str], deleted: set[str]) -> None:
    threads = site.threads
    if what == "comment":
        written |= {site.comment(f"Northside {n}", at=site._now() - n) for n in range(how)}
    elif what == "late":
        written.add(site.comment("Northside, late", at=site._now() - how))
    elif what == "fail" and how == "hiccup":
        site.hiccups += 1
    elif what == "fail":
        site.fail_next(how)
    elif threads and what == "answer":
        written |= {site.answer(-1, f"Northside {n}") for n in range(how)}
    elif threads and what == "edit":
        site.edit(how % len(threads), f"Northside {how}")
    elif threads:
        gone = threads[how % len(threads)]
        deleted |= {site._address(gone["video"], one) for one in [gone["top"], *gone["answers"]]}
        site.delete(how % len(threads))
