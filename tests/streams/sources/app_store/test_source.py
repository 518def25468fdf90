"""What a source makes of the App Store's reviews, whatever Apple's feeds do."""

import asyncio
from typing import Any, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from alerts.simulation.services.app_store import APP, SimulatedAppStore
from alerts.simulation.services.scripted_api import API_FAULTS
from streams.mention import decode_mention, encode_mention
from streams.sources.app_store.settings import AppStoreSettings
from streams.sources.app_store.source import AppStoreSource
from tests.streams.sources.clocked_listening import START, ClockedListening

HOUR_S = 3600.0


class Listening(ClockedListening):
    def __init__(self, **fake: Any) -> None:
        super().__init__()
        self.site = SimulatedAppStore(self._time, **fake)

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.site)
        return await super().__aenter__()

    async def opened(self, **stated: Any) -> AppStoreSource:
        described = {"apps": [APP], "countries": ["us"], "url": self.site.url} | stated
        source = AppStoreSource("app", AppStoreSettings.model_validate(described), self.client, now=self._time)
        await source.open(self.position)
        return source


@pytest.fixture
async def listening():
    async with Listening(size=5) as listening:
        yield listening


async def test_a_review_is_read_with_all_that_is_told_of_it_and_one_alone_too(listening):
    review = listening.site.review("Northside\nagain", at=START - 60)
    source = await listening.opened()
    await listening.hear(source, 10)

    (mention,) = listening.mentions
    assert (mention.id, mention.name, mention.content) == (review, "Bad & worse", "Northside\nagain")
    assert (mention.published_s, mention.tags, mention.likes) == (START - 60, ("stars1",), 2)
    assert (mention.source, mention.author.name) == ("app_store", "ann")
    assert decode_mention(encode_mention(mention)) == mention


async def test_where_the_json_has_no_dates_they_are_read_from_the_xml(listening):
    reviews = [listening.site.review(at=START - 60 - n) for n in range(3)]
    listening.site.whims.append("no_dates")
    source = await listening.opened()
    await listening.hear(source, 10)

    assert set(listening.ids) == set(reviews)
    assert {one.published_s for one in listening.mentions} == {START - 60, START - 61, START - 62}


async def test_pages_that_are_empty_for_a_moment_are_no_calm_and_no_end(listening):
    listening.site.review(at=START - 60)
    source = await listening.opened()
    await listening.hear(source, 10)
    reviews = [listening.site.review(f"Northside {n}", at=listening.now + n) for n in range(23)]
    listening.now += HOUR_S
    listening.site.whims.extend(["none_here"])
    await listening.hear(source, HOUR_S, pause_s=60)
    listening.site.whims.extend(["no_links", "none_here", "no_links", "no_links"])
    await listening.hear(source, 2 * HOUR_S, pause_s=60)

    assert set(reviews) <= set(listening.ids)
    assert listening.holes == []


async def test_one_that_is_withdrawn_while_pages_are_read_hides_no_other(listening):
    listening.site.review(at=START - 5 * 86_400)
    source = await listening.opened()
    await listening.hear(source, 10)
    reviews = [listening.site.review(f"Northside {n}", at=listening.now + n) for n in range(12)]
    listening.now += HOUR_S
    listening.site.on_answer.append(listening.site.reviews["us"].pop)
    await listening.hear(source, 2 * HOUR_S, pause_s=60)

    assert set(reviews) <= set(listening.ids)


async def test_more_than_five_hundred_between_two_looks_are_told_as_a_hole(listening):
    listening.site.review(at=START - 60)
    source = await listening.opened()
    await listening.hear(source, 10)
    reviews = [listening.site.review(f"Northside {n}", at=listening.now + n) for n in range(60)]
    began = listening.now
    listening.now += HOUR_S
    await listening.hear(source, 2 * HOUR_S, pause_s=60)

    (hole,) = listening.holes
    assert (hole.began, hole.ended, hole.reason) == (START - 60, began + 10, "look_back")
    assert set(listening.ids[1:]) == set(reviews[-50:])


async def test_a_rewritten_review_is_given_again(listening):
    review = listening.site.review(at=START - 10 * 86_400)
    source = await listening.opened()
    await listening.hear(source, 10)
    listening.site.rewrite("Northside, better now")
    await listening.hear(source, 2 * HOUR_S, pause_s=60)

    assert [(one.id, one.content) for one in listening.mentions] == [
        (review, "Northside"), (review, "Northside, better now"),
    ]  # fmt: skip


async def test_each_country_is_a_list_and_one_that_fails_keeps_no_other_from_being_heard(listening):
    reviews = {listening.site.review(at=START - 60, country=country) for country in ("us", "gb")}
    source = await listening.opened(countries=["us", "gb", "de"])
    listening.site.fail_next("server_error")
    await listening.hear(source, 20)
    assert "1 of 3 lists fail" in source.health().says
    await listening.hear(source, 600, pause_s=10)

    assert set(listening.ids) == reviews
    assert source.health().says == ""


async def test_check_tells_an_app_without_reviews(listening):
    listening.site.review(at=START - 60)
    _, said = await (await listening.opened(countries=["us", "de"])).check()
    assert (said.stops, "no reviews of app 284910350 in de" in said.says) == (False, True)
    _, said = await (await listening.opened(apps=[7])).check()
    assert said.stops
    said = (await (await listening.opened(countries=["us", "gb", "fr", "de", "it", "es", "nl"])).check())[0]
    assert (said.stops, said.says) == (False, "4 of 7 lists were asked for: upstream allows no more at a time")


def test_too_many_lists_are_refused():
    countries = [f"{one}{other}" for one in "abcdefghijk" for other in "abcde"]
    with pytest.raises(ValidationError, match="make several sources"):
        AppStoreSettings.model_validate({"apps": [1, 2, 3, 4], "countries": countries})


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("review"), st.integers(1, 20)),
        st.tuples(st.just("late"), st.integers(1, 200_000)),
        st.tuples(st.just("rewrite"), st.integers(0, 100)),
        st.tuples(st.just("fail"), st.sampled_from(API_FAULTS)),
        st.tuples(st.just("whim"), st.sampled_from(["none_here", "no_dates", "no_links"])),
        st.tuples(st.just("hear"), st.integers(1, 8000)),
        st.tuples(st.just("crash"), st.integers(0, 3)),
        st.tuples(st.just("away"), st.integers(1, 200_000)),
    ),
    max_size=10,
)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_what_is_given_is_what_was_written_and_no_hole_is_made_up(steps):
    asyncio.run(check(steps))


async def check(steps: list[tuple[str, Any]]) -> None:
    async with Listening(size=25) as listening:
        source = await listening.opened()
        written = {listening.site.review(at=START - 60)}
        await listening.hear(source, 30)

        def happen(what: str, how: Any) -> None:
            if what == "review":
                written.update(listening.site.review(f"Northside {n}", at=listening.now - n) for n in range(how))
            elif what == "late":
                written.add(listening.site.review("Northside, late", at=listening.now - how))
            elif what == "rewrite":
                listening.site.rewrite(f"Northside {how}", number=how % len(listening.site.reviews["us"]))
            elif what == "fail":
                listening.site.fail_next(how)
            else:
                listening.site.whims.append(how)

        last = await listening.live(source, steps, happen, listening.opened, pause_s=60.0)
        await listening.hear(last, 8 * HOUR_S, pause_s=60.0)

        assert set(listening.ids) == written
        assert listening.holes == []
