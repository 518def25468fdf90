"""What a source makes of GDELT's files, whatever becomes of them."""

import asyncio
from typing import Any, Self

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts.simulation.services.gdelt import QUARTER_S, SimulatedGdelt
from alerts.simulation.services.scripted_api import API_FAULTS
from streams.mention import decode_mention, encode_mention
from streams.sources.gdelt.settings import GdeltSettings
from streams.sources.gdelt.source import GdeltSource
from tests.streams.sources.clocked_listening import START, ClockedListening

MARK = int(START)


class Listening(ClockedListening):
    def __init__(self) -> None:
        super().__init__()
        self.site = SimulatedGdelt(self._time)

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.site)
        return await super().__aenter__()

    async def opened(self, **stated: Any) -> GdeltSource:
        settings = GdeltSettings.model_validate({"url": f"{self.site.url}/gdeltv2", "translated": False} | stated)
        source = GdeltSource("gdelt", settings, self.client, now=self._time)
        await source.open(self.position)
        return source


@pytest.fixture
async def listening():
    async with Listening() as listening:
        yield listening


async def test_an_article_is_read_with_all_that_is_told_of_it(listening):
    address = listening.site.publish(
        MARK, "https://Paper.example/a?utm_source=x", "Northside &#x2013; a &amp; b", published="20261129093000",
        quotes="12|20|said|It is a disgrace#40|9||Shame on them", author="Bo Writer;Co Writer",
        names="Northside Hospital,3;Ann Smith,20;Ann Smith,40",
    )  # fmt: skip
    source = await listening.opened()
    await listening.hear(source, 10)

    (mention,) = listening.mentions
    assert (mention.id, mention.url) == ("https://paper.example/a", address)
    assert mention.content.split("\n") == [
        "Northside – a & b", "It is a disgrace", "Shame on them", "Northside Hospital; Ann Smith",
    ]  # fmt: skip
    assert mention.published.isoformat() == "2026-11-29T09:30:00+00:00"
    assert (mention.language, mention.author.name) == ("en", "Bo Writer; Co Writer")
    assert decode_mention(encode_mention(mention)) == mention


async def test_a_translated_article_has_its_language_and_none_of_what_a_machine_has_put_into_its_mouth(listening):
    listening.site.publish(MARK, "https://zeitung.example/a", "Skandal", stream="translation", language="deu",
                           quotes="1|2||It is a scandal", names="Northside,3")  # fmt: skip
    source = await listening.opened(translated=True)
    await listening.hear(source, 10)

    (mention,) = listening.mentions
    assert (mention.language, mention.content) == ("de", "Skandal\nNorthside")


@pytest.mark.parametrize("stated", ["20261129173000", "20191129093000", "soon"])
async def test_a_date_that_cannot_be_is_not_believed(listening, stated):
    listening.site.publish(MARK, "https://paper.example/a", "Northside", published=stated)
    source = await listening.opened()
    await listening.hear(source, 10)

    assert listening.mentions[0].published_s == START


async def test_no_article_is_of_the_future_though_its_file_is(listening):
    source = await listening.opened()
    await listening.hear(source, 10)
    listening.site.publish(MARK + QUARTER_S, "https://paper.example/a", "Northside")
    await listening.hear(source, 300)

    (mention,) = listening.mentions
    assert mention.published_s <= listening.now < MARK + QUARTER_S


async def test_a_row_that_is_none_is_refused_and_keeps_no_other(listening):
    listening.site.add(MARK, "half\ta row")
    listening.site.add(MARK, "\t".join(["1", "2", "2", "", "BBC Monitoring"] + [""] * 22))
    listening.site.publish(MARK, "ftp://paper.example/a", "Northside")
    address = listening.site.publish(MARK, "https://paper.example/b", "Northside")
    source = await listening.opened()
    await listening.hear(source, 10)

    assert listening.ids == [address]
    assert [one.reason for batch in listening.batches for one in batch.refused] == ["schema", "schema"]


async def test_where_the_whole_of_gdelt_is_silent_it_says_so_and_reads_on_when_it_is_back(listening):
    source = await listening.opened()
    await listening.hear(source, 10)
    silent = [MARK + n * QUARTER_S for n in range(1, 20)]
    listening.site.lost |= {("", mark) for mark in silent}
    address = listening.site.publish(MARK + 20 * QUARTER_S, "https://paper.example/b", "Northside")

    await listening.hear(source, 4 * 3600, pause_s=60.0)
    assert any("no file since 20261129100000" in error for error in listening.errors)
    await listening.hear(source, 3 * 3600, pause_s=60.0)

    assert listening.ids == [address]
    assert [(hole.began, hole.ended, hole.reason) for hole in listening.holes] == [(MARK, MARK + 19 * 900, "dropped")]


async def test_after_weeks_it_begins_a_week_ago_and_says_so_once(listening):
    source = await listening.opened()
    await listening.hear(source, 10)
    listening.now += 8 * 86_400

    source = await listening.opened()
    await listening.hear(source, 2000, pause_s=60.0)

    assert [hole.reason for hole in listening.holes] == ["look_back"]
    assert (listening.holes[0].began, listening.holes[0].ended - MARK) == (MARK, 86_400 - QUARTER_S)


async def test_check_says_what_is_fetched_and_where_nothing_is(listening):
    source = await listening.opened()
    listening.site.publish(MARK, "https://paper.example/a", "Northside")
    (said,) = await source.check()
    assert not said.stops
    assert said.says.startswith("1 articles in a file: about ")
    listening.site.lost |= {("", MARK), ("", MARK - QUARTER_S)}
    (said,) = await source.check()
    assert said.stops


FILE = st.sampled_from(["there", "there", "there", "empty", "lost", "spoilt", "late"])
SPOILT = {"empty", "broken", "cut", "web_page", "not_modified"}
BETWEEN = st.one_of(
    st.tuples(st.just("hear"), st.integers(1, 4000)),
    st.tuples(st.just("fail"), st.sampled_from(API_FAULTS)),
    st.tuples(st.just("restart"), st.just(0)),
    st.tuples(st.just("crash"), st.just(0)),
    st.tuples(st.just("away"), st.integers(1, 40_000)),
)


def is_bearable(between: list[tuple[str, Any]]) -> bool:
    """Whether at most one answer is a file that is none: more of them in a row cannot be told from a spoilt file."""
    return sum(what == "fail" and how in SPOILT for what, how in between) <= 1


@settings(max_examples=20, deadline=None)
@example(
    files=[*["there"] * 5, "lost", "there"],
    between=[("hear", 1), ("away", 15_098), ("hear", 320), ("restart", 0), ("fail", "empty"), ("away", 2644)],
    refuses_with=403,
)
@given(
    files=st.lists(FILE, min_size=4, max_size=24),
    between=st.lists(BETWEEN, max_size=12).filter(is_bearable),
    refuses_with=st.sampled_from([403, 404]),
)
def test_what_is_given_is_what_was_published_and_holes_are_the_files_that_are_not_there(files, between, refuses_with):
    asyncio.run(check(files, between, refuses_with))


async def check(files: list[str], between: list[tuple[str, Any]], refuses_with: int) -> None:
    async with Listening() as listening:
        listening.site.refuses_with = refuses_with
        published, gone = set(), []
        for number, fate in enumerate(files, 1):
            mark = MARK + number * QUARTER_S
            key = ("", mark)
            if fate in {"lost", "spoilt"}:
                gone.append(mark)
                (listening.site.lost if fate == "lost" else listening.site.spoilt).add(key)
            elif fate == "late":
                listening.site.not_before[key] = mark + 2000.0
            if fate != "empty":
                addresses = [
                    listening.site.publish(mark, f"https://paper.example/{number}/{n}", "Northside") for n in range(2)
                ]
                # What a file before it had already comes again.
                listening.site.publish(mark, f"https://paper.example/{max(1, number - 1)}/0", "Northside")
                published |= set() if fate in {"lost", "spoilt"} else {*addresses}
        source = await listening.opened()
        await listening.hear(source, 5)
        for what, how in between:
            if what == "hear":
                await listening.hear(source, how, pause_s=60.0)
            elif what == "fail":
                listening.site.fail_next(how)
            elif what == "away":
                listening.now += how
            else:
                source = await listening.opened()
        await listening.hear(source, (len(files) + 16) * QUARTER_S, pause_s=60.0)

        repeated = {
            f"https://paper.example/{max(1, number - 1)}/0" for number, fate in enumerate(files, 1)
            if fate not in {"lost", "spoilt", "empty"}
        }  # fmt: skip
        assert set(listening.ids) == published | repeated
        told = {mark for hole in listening.holes for mark in range(int(hole.began) + 900, int(hole.ended) + 1, 900)}
        assert told == set(gone)
        assert sum(int(hole.ended - hole.began) // QUARTER_S for hole in listening.holes) == len(gone)
